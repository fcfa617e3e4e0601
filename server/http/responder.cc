#include "server/http/responder.h"

#include <exception>

#include "server/http/router.h"

namespace lodestone::http {
namespace {

/// From here on a body costs less in a buffer of its own than copied behind its head.
constexpr std::size_t kBodyApartBytes = 16 * 1024;
/// A page of a Query or Scan is up to 1 MiB, and a little more as JSON.
constexpr std::size_t kKeptBytes = 4 * 1024 * 1024;

constexpr std::string_view kInternalError =
    R"({"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"Internal server error"})";

}  // namespace

Responder::Responder(const ServerOptions& options, Handler& handler)
    : options_(options), handler_(handler), cors_(options.cors_origins) {}

void Responder::respond(Request& request, bool keep_alive, Output& output) {
  fields_.clear();
  const Route where = route(request);
  cors_.append_fields(request, where == Route::kPreflight, fields_);
  if (where == Route::kCall) return call_handler(request, keep_alive, output);

  ReplyHead head;
  head.content_type = reply_content_type(request);
  head.extra_fields = fields_;
  head.request_id = ids_.next();
  head.keep_alive = keep_alive;
  reply_.body.clear();
  if (where == Route::kHealth) {
    // The service names itself as it was called: asked for dynamodb.us-east-1.amazonaws.com it answers
    // exactly "healthy: dynamodb.us-east-1.amazonaws.com ", with the space.
    reply_.body.append("healthy: ").append(request.get(Field::kHost)).append(" ");
  } else if (where == Route::kNotFound) {
    head.status = 404;
    reply_.body = kNotFoundBody;
  }
  if (request.method == Method::kHead) {
    writer_.append_head(head, reply_.body, output.text);
  } else {
    finish(head, reply_.body, output);
  }
}

void Responder::refuse(unsigned status, Output& output) {
  ReplyHead head;
  head.status = status;
  head.keep_alive = false;
  writer_.append_head(head, {}, output.text);
}

void Responder::recycle(std::string& body) {
  if (body.capacity() > reply_.body.capacity() && body.capacity() <= kKeptBytes) reply_.body.swap(body);
  body = {};
}

void Responder::call_handler(Request& request, bool keep_alive, Output& output) {
  const std::string_view id = ids_.next();
  if (const auto decoded = decode(request); decoded == Inflater::Status::kTooLarge) {
    ReplyHead head;
    head.status = 413;
    head.extra_fields = fields_;
    head.keep_alive = keep_alive;
    return writer_.append_head(head, {}, output.text);
  } else if (decoded == Inflater::Status::kCorrupt) {
    reply_.status = 500;
    reply_.body = kInternalError;
  } else {
    run_handler(request);
  }
  if (reply_.status >= 500 || options_.log_requests) log_call(request, id, reply_.status);

  if (reply_.body.size() >= kCompressFromBytes && request.has(Field::kAcceptEncoding)) {
    const Coding coding = accepted_coding(request);
    if (coding != Coding::kIdentity && deflater_.encode(coding, reply_.body)) {
      fields_.append("Content-Encoding: ").append(name_of(coding)).append("\r\n");
    }
  }
  ReplyHead head;
  head.status = reply_.status;
  head.content_type = reply_content_type(request);
  head.extra_fields = fields_;
  head.request_id = id;
  head.keep_alive = keep_alive;
  finish(head, reply_.body, output);
}

Inflater::Status Responder::decode(Request& request) {
  if (!request.has(Field::kContentEncoding)) return Inflater::Status::kOk;
  return inflater_.decode(request.get(Field::kContentEncoding), options_.max_body_bytes, request.body);
}

/// Leaves status and body in reply_.
void Responder::run_handler(Request& request) {
  identify(request, identity_);
  reply_.status = 200;
  const Call call{.target = request.get(Field::kAmzTarget),
                  .body = request.body,
                  .caller = identity_.caller,
                  .auth_failure = identity_.failure ? &*identity_.failure : nullptr};
  try {
    handler_.handle(call, reply_);
  } catch (const std::exception& exception) {
    // Handlers do not throw; what can still come is that memory runs out.
    if (options_.log) options_.log(LogLevel::kError, exception.what());
    reply_.status = 500;
    reply_.body = kInternalError;
  }
}

void Responder::finish(const ReplyHead& head, std::string& body, Output& output) {
  writer_.append_head(head, body, output.text);
  if (body.size() < kBodyApartBytes) {
    output.text.append(body);
  } else {
    output.body.swap(body);
  }
}

void Responder::log_call(const Request& request, std::string_view id, unsigned status) {
  if (!options_.log) return;
  std::string line("request ");
  line.append(id)
      .append(" ")
      .append(request.get(Field::kAmzTarget))
      .append(" -> ")
      .append(std::to_string(status));
  options_.log(status >= 500 ? LogLevel::kError : LogLevel::kDebug, line);
}

}  // namespace lodestone::http
