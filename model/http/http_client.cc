#include "model/http/http_client.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <utility>
#include <vector>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <sys/socket.h>

namespace lodestone::model {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;
using std::chrono::steady_clock;
using Executor = asio::io_context::executor_type;
using Socket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using TlsSocket = asio::ssl::stream<Socket>;
using Resolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;
using Parser = http::response_parser<http::string_body>;

/// How long something may take, and who may end it earlier.
struct Wait {
  steady_clock::time_point deadline;
  const std::stop_token& stop;
};

HttpFailure cancelled(bool sent) { return {FailureKind::kCancelled, "the call was cancelled", sent}; }

std::string milliseconds_text(std::chrono::milliseconds time) { return std::to_string(time.count()) + " ms"; }

/// One connection to the endpoint, with an event loop that runs only while somebody waits for it.
class Channel {
 public:
  explicit Channel(const HttpSettings& settings, const Endpoint& endpoint)
      : settings_(settings), endpoint_(endpoint) {}
  virtual ~Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  [[nodiscard]] virtual Result<void, HttpFailure> open(const Wait& wait) = 0;
  [[nodiscard]] virtual Result<void, HttpFailure> exchange(const HttpRequest& request, HttpReply& reply,
                                                           const Wait& wait) = 0;

  /// Whether the endpoint has left it open. It has nothing to say between replies: what there is to read is
  /// the end, or something that nobody asked for.
  [[nodiscard]] bool is_quiet() {
    char byte = 0;
    const ssize_t count = ::recv(socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
  }

  /// Whether it can take another request.
  bool is_reusable = false;
  /// Whether a failed exchange received any part of a reply.
  bool got_some = false;
  steady_clock::time_point last_used;

 protected:
  [[nodiscard]] virtual Socket& socket() = 0;

  void close() {
    error_code ignored;
    socket().close(ignored);
  }

  enum class End { kDone, kTimeout, kCancelled };

  /// Runs what `begin` begins until it has ended, with `error` as its outcome. Where it does not end in time,
  /// the connection is closed, which ends it.
  template <class Begin>
  [[nodiscard]] End perform(const Wait& wait, error_code& error, Begin&& begin) {
    begin([&error](const error_code& outcome, const auto&...) { error = outcome; });
    loop_.restart();
    {
      const std::stop_callback cancel(wait.stop, [this] { asio::post(loop_, [this] { close(); }); });
      loop_.run_until(wait.deadline);
    }
    if (wait.stop.stop_requested()) {
      close();
      loop_.run();
      return End::kCancelled;
    }
    if (loop_.stopped()) return End::kDone;
    close();
    loop_.run();
    return End::kTimeout;
  }

  [[nodiscard]] Result<void, HttpFailure> connect(const Wait& wait) {
    error_code error;
    Resolver resolver(loop_);
    const auto addresses = resolver.resolve(endpoint_.host, std::to_string(endpoint_.port), error);
    if (error) return unreachable(error.message());
    const End end = perform(wait, error, [&](auto&& then) {
      asio::async_connect(socket(), addresses, std::forward<decltype(then)>(then));
    });
    if (end != End::kDone) return interrupted(end);
    if (error) return unreachable(error.message());
    socket().set_option(asio::ip::tcp::no_delay(true), error);
    return {};
  }

  [[nodiscard]] Failure<HttpFailure> unreachable(const std::string& why) const {
    return failure(HttpFailure{FailureKind::kNetwork,
                               "can not connect to " + endpoint_.authority() + ": " + why, false});
  }

  [[nodiscard]] Failure<HttpFailure> interrupted(End end) const {
    if (end == End::kCancelled) return failure(cancelled(false));
    return failure(HttpFailure{FailureKind::kTimeout,
                               "no connection to " + endpoint_.authority() + " within " +
                                   milliseconds_text(settings_.connect_timeout),
                               false});
  }

  void write_head(const HttpRequest& request) {
    head_.assign(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\nHost: ");
    head_.append(endpoint_.authority()).append("\r\n").append(request.fields);
    if (!request.body.empty() || request.method != "GET") {
      head_.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
    }
    head_.append("\r\n");
  }

  const HttpSettings& settings_;
  const Endpoint& endpoint_;
  asio::io_context loop_{1};
  boost::beast::flat_buffer buffer_;
  std::string head_;
};

std::string take(const Parser::value_type& message, std::string_view name) {
  const auto found = message.find(boost::beast::string_view(name.data(), name.size()));
  return found == message.end() ? std::string() : std::string(found->value());
}

/// Stream: Socket or TlsSocket.
template <class Stream>
class StreamChannel : public Channel {
 public:
  [[nodiscard]] Result<void, HttpFailure> exchange(const HttpRequest& request, HttpReply& reply,
                                                   const Wait& wait) override {
    is_reusable = false;
    got_some = false;
    write_head(request);
    error_code error;
    const std::array<asio::const_buffer, 2> buffers = {asio::buffer(head_), asio::buffer(request.body)};
    End end = perform(wait, error, [&](auto&& then) {
      asio::async_write(stream_, buffers, std::forward<decltype(then)>(then));
    });
    // An endpoint may answer, and close, before it has taken all of a request that it refuses.
    if (end != End::kDone) return gone(end, error);

    std::optional<Parser> parser;
    do {
      parser.emplace();
      parser->body_limit(settings_.max_reply_bytes);
      parser->eager(true);
      reply.body.clear();
      parser->get().body() = std::move(reply.body);
      end = perform(wait, error, [&](auto&& then) {
        http::async_read(stream_, buffer_, *parser, std::forward<decltype(then)>(then));
      });
      reply.body = std::move(parser->get().body());
      got_some = got_some || parser->got_some();
      if (end != End::kDone || error) return gone(end, error);
      // What has a status of 1xx announces the reply.
    } while (parser->get().result_int() < 200);

    const auto& message = parser->get();
    reply.status = message.result_int();
    reply.request_id = take(message, "x-amzn-RequestId");
    reply.crc32 = take(message, "x-amz-crc32");
    reply.retry_after = take(message, "x-amz-retry-after");
    reply.date = reply.status == 200 ? std::string() : take(message, "Date");
    is_reusable = parser->keep_alive() && buffer_.size() == 0;
    return {};
  }

 protected:
  template <class... Arguments>
  StreamChannel(const HttpSettings& settings, const Endpoint& endpoint, Arguments&... arguments)
      : Channel(settings, endpoint), stream_(loop_, arguments...) {}

  [[nodiscard]] Failure<HttpFailure> gone(End end, const error_code& error) const {
    if (end == End::kCancelled) return failure(cancelled(true));
    if (end == End::kTimeout) {
      return failure(HttpFailure{
          FailureKind::kTimeout,
          endpoint_.authority() + " did not answer within " + milliseconds_text(settings_.request_timeout),
          true});
    }
    const bool is_malformed =
        error.category() == http::make_error_code(http::error::bad_version).category() &&
        error != http::error::end_of_stream && error != http::error::partial_message;
    if (is_malformed) {
      return failure(HttpFailure{
          FailureKind::kReply,
          endpoint_.authority() + " sent no HTTP reply that can be read: " + error.message(), true});
    }
    return failure(HttpFailure{
        FailureKind::kNetwork,
        endpoint_.authority() + " closed the connection instead of answering: " + error.message(), true});
  }

  Stream stream_;
};

class PlainChannel final : public StreamChannel<Socket> {
 public:
  PlainChannel(const HttpSettings& settings, const Endpoint& endpoint) : StreamChannel(settings, endpoint) {}
  [[nodiscard]] Result<void, HttpFailure> open(const Wait& wait) override { return connect(wait); }

 private:
  [[nodiscard]] Socket& socket() override { return stream_; }
};

/// What ALPN offers.
constexpr std::array<unsigned char, 9> kProtocols = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

bool is_address(const std::string& host) {
  error_code error;
  asio::ip::make_address(host, error);
  return !error;
}

class TlsChannel final : public StreamChannel<TlsSocket> {
 public:
  TlsChannel(const HttpSettings& settings, const Endpoint& endpoint, asio::ssl::context& tls)
      : StreamChannel(settings, endpoint, tls) {}

  [[nodiscard]] Result<void, HttpFailure> open(const Wait& wait) override {
    LODESTONE_TRY(connect(wait));
    SSL* const tls = stream_.native_handle();
    // A server with several names is told which one is meant; an address is none (RFC 6066).
    if (!is_address(endpoint_.host)) SSL_set_tlsext_host_name(tls, endpoint_.host.c_str());
    SSL_set_alpn_protos(tls, kProtocols.data(), kProtocols.size());
    stream_.set_verify_callback(asio::ssl::host_name_verification(endpoint_.host));
    error_code error;
    const End end = perform(wait, error, [&](auto&& then) {
      stream_.async_handshake(TlsSocket::client, std::forward<decltype(then)>(then));
    });
    if (end != End::kDone) return interrupted(end);
    if (!error) return {};
    const long verdict = SSL_get_verify_result(tls);
    return unreachable(verdict == X509_V_OK ? "TLS: " + error.message()
                                            : "its certificate is not to be trusted: " +
                                                  std::string(X509_verify_cert_error_string(verdict)));
  }

 private:
  [[nodiscard]] Socket& socket() override { return stream_.next_layer(); }
};

}  // namespace

/// The connections that wait for work, and how many there are.
class HttpClient::Pool {
 public:
  Pool(Endpoint endpoint, HttpSettings settings)
      : endpoint_(std::move(endpoint)), settings_(std::move(settings)) {}

  [[nodiscard]] Result<void, std::string> prepare_tls() {
    if (!endpoint_.tls) return {};
    error_code error;
    tls_.set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                         asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                         asio::ssl::context::no_tlsv1_1,
                     error);
    tls_.set_verify_mode(asio::ssl::verify_peer, error);
    if (settings_.ca_file.empty()) {
      tls_.set_default_verify_paths(error);
    } else {
      tls_.load_verify_file(settings_.ca_file, error);
      if (error) {
        return failure("the authorities in '" + settings_.ca_file + "' can not be read: " + error.message());
      }
    }
    return {};
  }

  [[nodiscard]] Result<void, HttpFailure> exchange(const HttpRequest& request, HttpReply& reply,
                                                   const std::stop_token& stop) {
    LODESTONE_TRY(wait_for_turn(stop));
    const Turn turn(*this);
    if (auto kept = take_kept()) {
      auto done = run(*kept, request, reply, stop);
      // Where it was closed while the request was on its way, a new one takes the request.
      const bool was_closed = !done.ok() && done.error().kind == FailureKind::kNetwork && !kept->got_some;
      if (!was_closed) {
        keep(std::move(kept));
        return done;
      }
    }
    auto fresh = make_channel();
    LODESTONE_TRY(fresh->open({steady_clock::now() + settings_.connect_timeout, stop}));
    auto done = run(*fresh, request, reply, stop);
    keep(std::move(fresh));
    return done;
  }

  [[nodiscard]] const Endpoint& endpoint() const { return endpoint_; }

 private:
  /// Gives the turn to the next one.
  class Turn {
   public:
    explicit Turn(Pool& pool) : pool_(pool) {}
    ~Turn() {
      const std::lock_guard lock(pool_.mutex_);
      --pool_.in_use_;
      pool_.changed_.notify_one();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    Pool& pool_;
  };

  [[nodiscard]] Result<void, HttpFailure> wait_for_turn(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const bool has_turn = changed_.wait_for(lock, stop, settings_.turn_timeout,
                                            [this] { return in_use_ < settings_.max_connections; });
    if (stop.stop_requested()) return failure(cancelled(false));
    if (!has_turn) {
      return failure(HttpFailure{FailureKind::kTimeout,
                                 "all " + std::to_string(settings_.max_connections) + " connections to " +
                                     endpoint_.authority() + " were in use for " +
                                     milliseconds_text(settings_.turn_timeout),
                                 false});
    }
    ++in_use_;
    return {};
  }

  /// The one used last that is still good.
  [[nodiscard]] std::unique_ptr<Channel> take_kept() {
    const std::lock_guard lock(mutex_);
    while (!kept_.empty()) {
      auto channel = std::move(kept_.back());
      kept_.pop_back();
      if (steady_clock::now() - channel->last_used < settings_.idle_timeout && channel->is_quiet())
        return channel;
    }
    return nullptr;
  }

  [[nodiscard]] Result<void, HttpFailure> run(Channel& channel, const HttpRequest& request, HttpReply& reply,
                                              const std::stop_token& stop) const {
    return channel.exchange(request, reply, {steady_clock::now() + settings_.request_timeout, stop});
  }

  void keep(std::unique_ptr<Channel> channel) {
    if (!channel->is_reusable) return;
    channel->last_used = steady_clock::now();
    const std::lock_guard lock(mutex_);
    // Those that have not been needed for long lie at the bottom.
    if (!kept_.empty() && channel->last_used - kept_.front()->last_used > settings_.idle_timeout) {
      kept_.erase(kept_.begin());
    }
    kept_.push_back(std::move(channel));
  }

  [[nodiscard]] std::unique_ptr<Channel> make_channel() {
    if (endpoint_.tls) return std::make_unique<TlsChannel>(settings_, endpoint_, tls_);
    return std::make_unique<PlainChannel>(settings_, endpoint_);
  }

  const Endpoint endpoint_;
  const HttpSettings settings_;
  asio::ssl::context tls_{asio::ssl::context::tls_client};
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::size_t in_use_ = 0;
  std::vector<std::unique_ptr<Channel>> kept_;
};

HttpClient::HttpClient(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
HttpClient::~HttpClient() = default;

Result<std::unique_ptr<HttpClient>, std::string> HttpClient::make(Endpoint endpoint, HttpSettings settings) {
  try {
    auto pool = std::make_unique<Pool>(std::move(endpoint), std::move(settings));
    LODESTONE_TRY(pool->prepare_tls());
    return std::unique_ptr<HttpClient>(new HttpClient(std::move(pool)));
  } catch (const std::exception& fault) {
    return failure(std::string(fault.what()));
  }
}

Result<void, HttpFailure> HttpClient::exchange(const HttpRequest& request, HttpReply& reply,
                                               const std::stop_token& stop) {
  // Asio throws where the system has no descriptors or no memory left.
  try {
    return pool_->exchange(request, reply, stop);
  } catch (const std::exception& fault) {
    return failure(HttpFailure{FailureKind::kNetwork, fault.what(), true});
  }
}

const Endpoint& HttpClient::endpoint() const { return pool_->endpoint(); }

}  // namespace lodestone::model
