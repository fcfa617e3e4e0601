/// The only thing that the modelling layer needs from a database: something that runs an operation.
///
/// Operations and their JSON are those of Amazon DynamoDB
/// (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB.html), so
/// the same model talks to a database inside the process (server/api/database_connection.h) and to any
/// endpoint over the network (model/http/connect.h). Connections are thread-safe and throw nothing.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "storage/result.h"

namespace lodestone::model {

/// model/call_options.h: what one call may be told besides its request, such as when to give up.
struct CallOptions;

/// What the service answered with success.
struct ServiceReply {
  std::string body;
  /// The service's x-amzn-RequestId; empty in process.
  std::string request_id;
  /// How often the request was sent until this came.
  unsigned attempts = 1;
};

enum class FailureKind : std::uint8_t {
  /// The service answered with an error.
  kService,
  /// No reply: unreachable, refused, closed, or the certificate was not to be trusted.
  kNetwork,
  /// No reply in time.
  kTimeout,
  /// A reply that is none of the service's, or that was damaged on its way.
  kReply,
  /// No credentials to sign with; nothing was sent.
  kCredentials,
  /// The caller gave up (CallOptions).
  kCancelled,
  /// The options of a connection can not be used; there is none.
  kOptions,
};

struct ConnectionError {
  FailureKind kind = FailureKind::kService;
  /// The service's name without its namespace, "ConditionalCheckFailedException"; empty if it sent none.
  std::string name;
  /// The service's words, or what failed and what to do about it.
  std::string message;
  /// Of HTTP; 0 where there was no reply.
  unsigned status = 0;
  std::string request_id;
  /// The service's reply as it came: also what `name` and `message` leave out, such as CancellationReasons
  /// and the Item of a failed condition.
  std::string body;
  /// False only where the operation certainly was not carried out.
  bool may_have_run = false;
  /// Whether the same request may succeed later: throttling, a failure of the service or of the network. What
  /// retries by itself has done so `attempts` - 1 times.
  bool retriable = false;
  /// Whether the service asks to slow down.
  bool throttled = false;
  unsigned attempts = 1;
};

/// The error that a service's reply with a status other than 200 tells.
[[nodiscard]] ConnectionError service_error(unsigned status, std::string body, std::string request_id = {});

class Connection {
 public:
  Connection() = default;
  virtual ~Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  /// Runs one operation, for example `execute("GetItem", R"({"TableName":…})")`, and waits for its reply.
  [[nodiscard]] Result<ServiceReply, ConnectionError> execute(std::string_view operation,
                                                              std::string_view json,
                                                              const CallOptions* options = nullptr) {
    ServiceReply reply;
    LODESTONE_TRY(run(operation, json, options, reply));
    return reply;
  }

  /// The same with a reply whose memory is used again. After a failure its content is unspecified.
  [[nodiscard]] Result<void, ConnectionError> execute_into(ServiceReply& reply, std::string_view operation,
                                                           std::string_view json,
                                                           const CallOptions* options = nullptr) {
    return run(operation, json, options, reply);
  }

 private:
  /// Replaces all of `reply`. `options` may be null.
  [[nodiscard]] virtual Result<void, ConnectionError> run(std::string_view operation, std::string_view json,
                                                          const CallOptions* options,
                                                          ServiceReply& reply) = 0;
};

}  // namespace lodestone::model
