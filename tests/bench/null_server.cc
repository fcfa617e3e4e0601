/// The HTTP layer alone: a server with a fixed reply, the measure of what the API and the store add. With
/// --epoll, the floor below that: a bare loop around the kernel's calls that takes each read for one request.
#include <array>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include "server/http/server.h"
#include "server/log.h"
#include "server/serve.h"

namespace lodestone {
namespace {

/// An item of as many bytes as are asked for, as a reply to GetItem has it.
std::string make_reply(std::size_t bytes) {
  constexpr std::string_view kBefore =
      R"({"Item":{"pk":{"S":"user#0000012345"},"sk":{"N":"17"},"data":{"S":")";
  constexpr std::string_view kAfter = R"("}}})";
  std::string reply(kBefore);
  while (reply.size() + kAfter.size() < bytes) reply.push_back('x');
  return reply.append(kAfter);
}

class FixedReply final : public Handler {
 public:
  explicit FixedReply(std::size_t bytes) : reply_(make_reply(bytes)) {}
  void handle(const Call&, Reply& reply) override {
    reply.status = 200;
    reply.body = reply_;
  }

 private:
  std::string reply_;
};

void append_reply(std::string_view body, std::string& out) {
  static std::uint64_t ids = 0x9e3779b97f4a7c15;
  out.assign(
      "HTTP/1.1 200 OK\r\nServer: Server\r\nContent-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: ");
  for (int i = 0; i < 52; ++i) {
    ids ^= ids << 13;
    ids ^= ids >> 7;
    ids ^= ids << 17;
    out.push_back(static_cast<char>('A' + (ids & 15)));
  }
  const auto checksum = crc32_z(0, reinterpret_cast<const Bytef*>(body.data()), body.size());
  out.append("\r\nx-amz-crc32: ").append(std::to_string(checksum));
  out.append("\r\nContent-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

[[noreturn]] void give_up(const char* call) {
  std::perror(call);
  std::exit(1);
}

void answer(int client, const std::string& body, std::string& out) {
  static std::array<char, 64 * 1024> buffer;
  const ssize_t received = recv(client, buffer.data(), buffer.size(), 0);
  if (received < 0 && errno == EAGAIN) return;
  if (received <= 0) {
    close(client);
    return;
  }
  const std::string_view request(buffer.data(), static_cast<std::size_t>(received));
  if (request.find("\r\n\r\n") == std::string_view::npos) return;
  append_reply(body, out);
  if (send(client, out.data(), out.size(), MSG_NOSIGNAL) < 0) close(client);
}

int run_epoll(std::uint16_t port, const std::string& body) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  const int yes = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0) give_up("bind");
  if (listen(listener, 1024) != 0) give_up("listen");
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  std::printf("{\"ready\":true,\"endpoint\":\"http://127.0.0.1:%d\",\"pid\":%d}\n", ntohs(address.sin_port),
              getpid());
  std::fflush(stdout);

  const int poll = epoll_create1(0);
  const auto watch = [poll](int file) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = file;
    epoll_ctl(poll, EPOLL_CTL_ADD, file, &event);
  };
  watch(listener);
  std::string out;
  std::array<epoll_event, 128> events;
  for (;;) {
    const int ready = epoll_wait(poll, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < ready; ++i) {
      const int file = events[static_cast<std::size_t>(i)].data.fd;
      if (file != listener) {
        answer(file, body, out);
        continue;
      }
      for (int client; (client = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK)) >= 0;) {
        setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        watch(client);
      }
    }
  }
}

int run(int argc, char** argv) {
  CLI::App app("A server with a fixed reply, to measure the HTTP layer alone");
  http::ServerOptions options;
  options.port = 0;
  std::size_t reply_bytes = 400;
  bool epoll = false;
  app.add_option("--port", options.port, "Port to listen on, 0 for a free one");
  app.add_option("--threads", options.threads, "Threads that serve, 0 for one per processor");
  app.add_option("--reply-bytes", reply_bytes, "Size of the reply's body");
  app.add_option("--tls-cert", options.tls_certificate_file, "Serve TLS with this certificate");
  app.add_option("--tls-key", options.tls_key_file, "The certificate's private key");
  app.add_flag("--epoll", epoll, "A bare epoll loop of one thread instead of the HTTP layer");
  CLI11_PARSE(app, argc, argv);
  if (epoll) return run_epoll(options.port, make_reply(reply_bytes));
  StopSignals signals;
  FixedReply handler(reply_bytes);
  options.log = make_log(http::LogLevel::kWarning);
  return serve(std::move(options), handler, signals);
}

}  // namespace
}  // namespace lodestone

int main(int argc, char** argv) { return lodestone::run(argc, argv); }
