/// One request as the HTTP layer hands it to the API, and the reply it gets back.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace lodestone {

/// Who asks, as the request's signature says. Views into the request's headers, valid while it is handled.
struct Caller {
  std::string_view region = "us-east-1";
  std::string_view account = "000000000000";
  std::string_view access_key = "local";
  /// The Host header: where the caller reached the server. Empty in process.
  std::string_view host;
};

/// An error found in the request's signature, as the service writes it
/// ("MissingAuthenticationTokenException", …).
struct AuthFailure {
  std::string_view name;
  std::string message;
};

struct Call {
  /// The header X-Amz-Target, "DynamoDB_20120810.GetItem"; empty if absent.
  std::string_view target;
  /// The request's body. The handler may parse it in place, so its content is unspecified afterwards.
  std::string& body;
  Caller caller;
  /// Set where the signature is missing or malformed. The API answers with it in the service's order: after
  /// JSON syntax and target, before everything else.
  const AuthFailure* auth_failure = nullptr;
};

struct Reply {
  unsigned status = 200;
  std::string body;
};

/// What answers calls: the API, or a fixed reply to measure the HTTP layer alone. Thread-safe.
class Handler {
 public:
  virtual ~Handler() = default;
  /// Replaces status and body of `reply` (reused between calls, so its memory is).
  virtual void handle(const Call& call, Reply& reply) = 0;

  /// Whether the replies made before this call may be sent: nothing that they tell can be lost any more, as
  /// far as the handler promises that. A handler that says false works on while its disk does. Called for
  /// every reply, so it must cost next to nothing.
  [[nodiscard]] virtual bool is_durable() const { return true; }

  /// Calls `then` once, when the replies made before this call may be sent (true), or when what they tell may
  /// be lost and they must never be (false). The call comes from inside this one or from a thread of the
  /// handler: `then` must neither block that nor call the handler back. It comes as soon as the disk has done
  /// its work, at the latest from the handler's destructor.
  // NOLINTNEXTLINE(performance-unnecessary-value-param): who overrides it keeps the function
  virtual void when_durable(std::function<void(bool durable)> then) { then(true); }
};

}  // namespace lodestone
