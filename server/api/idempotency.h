/// ClientRequestToken: the same request within ten minutes of its completion takes effect once.
///
/// What completed is kept in the store, in the transaction's own batch, so that it outlives a restart; what
/// runs is known in memory. Thread-safe. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
#pragma once

#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <string_view>

#include "server/api/api_error.h"
#include "server/api/clock.h"
#include "server/api/json_access.h"
#include "storage/kv.h"

namespace lodestone {

/// A number that two requests share where they say the same, whatever the order of their members.
[[nodiscard]] std::uint64_t fingerprint(const JsonValue& json);

/// A ClientRequestToken within the caller's namespace of tables.
[[nodiscard]] std::string idempotency_token(std::string_view scope, std::string_view client_token);

class IdempotencyTokens {
 public:
  explicit IdempotencyTokens(Kv& kv) : kv_(kv) {}

  enum class Standing { kNew, kCompleted };

  /// Looks a token up, and marks it as running where it is new. Errors: IdempotentParameterMismatchException
  /// where the token came with another request, TransactionInProgressException where it runs. Tokens are the
  /// caller's own: in another namespace of tables the same text is another token (idempotency_token()).
  [[nodiscard]] ApiResult<Standing> begin(std::string_view token, std::uint64_t request, Millis now);
  /// Appends to the transaction's batch that it completed.
  void complete(Batch& batch, std::string_view token, std::uint64_t request, Millis now);
  /// Ends what begin() began, however it ended.
  void end(std::string_view token);

  /// Forgets what completed ten minutes ago or earlier.
  [[nodiscard]] StorageResult<void> forget_old(Millis now);

 private:
  Kv& kv_;
  std::mutex mutex_;
  std::set<std::string, std::less<>> running_;
};

}  // namespace lodestone
