/// What one call may be told besides its request.
#pragma once

#include <stop_token>

namespace lodestone::model {

struct CallOptions {
  /// Ends the call early, from any thread, with FailureKind::kCancelled. In process a call that has begun is
  /// carried through.
  std::stop_token stop;
};

}  // namespace lodestone::model
