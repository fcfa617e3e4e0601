/// Who signed a request, and what is wrong with the shape of its signature.
///
/// The signature itself is not checked: the server knows no secrets, and every access key is welcome. What
/// the service refuses before it looks at a key is refused here with the same words (Signature Version 4, in
/// the header or in the query: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html).
/// Thread-safe.
#pragma once

#include <optional>
#include <string>

#include "server/api/call.h"
#include "server/http/request.h"

namespace lodestone::http {

struct Identity {
  /// From the credential scope; the defaults where there is none. Views into the request and into `decoded`.
  Caller caller;
  std::optional<AuthFailure> failure;
  /// The credential of a query, with its percent-escapes undone.
  std::string decoded;
};

/// Replaces `identity` by what `request` says. The request must live as long as it is used.
void identify(const Request& request, Identity& identity);

}  // namespace lodestone::http
