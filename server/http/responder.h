/// One request to one reply, as bytes: routing, decoding, identity, the handler, compression, the head.
///
/// Knows no sockets. Holds what requests share (buffers, zlib's states, the date); not thread-safe: one per
/// thread.
#pragma once

#include <string>

#include "server/api/call.h"
#include "server/http/auth.h"
#include "server/http/compression.h"
#include "server/http/cors.h"
#include "server/http/reply_writer.h"
#include "server/http/request.h"
#include "server/http/server.h"

namespace lodestone::http {

/// Bytes on their way to a client: `text`, then `body`. Only a large body stands apart, so as not to be
/// copied.
struct Output {
  std::string text;
  std::string body;

  [[nodiscard]] bool empty() const { return text.empty() && body.empty(); }
};

class Responder {
 public:
  /// `options` and `handler` must outlive it.
  Responder(const ServerOptions& options, Handler& handler);

  /// Appends the reply to `request`, which it may change. `output.body` must be empty. The connection is to
  /// be closed behind the reply unless `keep_alive`.
  void respond(Request& request, bool keep_alive, Output& output);

  /// Appends a bodiless reply, after which the connection is to be closed, to a request that could not be
  /// read.
  void refuse(unsigned status, Output& output);

  /// Takes the memory of a body that has been sent, for another reply.
  void recycle(std::string& body);

 private:
  void call_handler(Request& request, bool keep_alive, Output& output);
  [[nodiscard]] Inflater::Status decode(Request& request);
  void run_handler(Request& request);
  void finish(const ReplyHead& head, std::string& body, Output& output);
  void log_call(const Request& request, std::string_view id, unsigned status);

  const ServerOptions& options_;
  Handler& handler_;
  Cors cors_;
  ReplyWriter writer_;
  RequestIds ids_;
  Inflater inflater_;
  Deflater deflater_;
  Identity identity_;
  Reply reply_;
  std::string fields_;
};

}  // namespace lodestone::http
