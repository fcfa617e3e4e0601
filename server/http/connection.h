/// One client's connection: reads requests as they arrive, answers them in their order, closes.
///
/// At any time exactly one operation of a connection is under way, or none while its code runs; so plain
/// references suffice for its lifetime: it ends when an operation ends and no other is begun. Waiting until a
/// reply is durable is such an operation too. Lives on its worker's thread.
#pragma once

#include <cstdint>
#include <list>
#include <memory>

#include "server/http/socket.h"
#include "server/http/tls.h"

namespace lodestone::http {

class Worker;

class Connection {
 public:
  virtual ~Connection() = default;

  virtual void start() = 0;
  /// Tells the client that there are too many, and closes.
  virtual void start_refusing() = 0;
  /// Closes if no request is under way; otherwise it closes behind the reply.
  virtual void close_if_idle() = 0;
  /// Ends the operation under way, and with it the connection. Waiting for the disk ends by itself only; then
  /// the connection does.
  virtual void abort() = 0;
  /// Ends Worker::hold(): the replies may be sent, or they must not and the connection closes.
  virtual void end_hold(bool durable) = 0;

  /// The worker's tick at which the client has had its time.
  [[nodiscard]] std::uint64_t deadline() const { return deadline_; }

 protected:
  std::uint64_t deadline_ = UINT64_MAX;

 private:
  friend class Worker;
  /// Where the worker keeps it.
  std::list<std::unique_ptr<Connection>>::iterator place_;
};

[[nodiscard]] std::unique_ptr<Connection> make_plain_connection(Worker& worker, Socket socket);
[[nodiscard]] std::unique_ptr<Connection> make_tls_connection(Worker& worker, Socket socket, TlsContext& tls);

}  // namespace lodestone::http
