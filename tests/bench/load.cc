/// A load generator: N keep-alive connections, one request in flight on each, as an AWS SDK sends them.
///
/// Runs one operation of workload.h for a while and prints one line of JSON: requests, errors, requests/s,
/// latencies, and the CPU time that the server's process took meanwhile. Every reply is checked: status 200,
/// and as long as a full answer is.
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/bench/workload.h"

namespace lodestone::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string host = "127.0.0.1";
  std::string port = "8000";
  std::string operation = "GetItem";
  std::size_t connections = 16;
  double seconds = 2;
  double warm_up_seconds = 0.3;
  std::uint64_t items = 10'000;
  std::string shard_iterator;  ///< what GetRecords begins at
  std::string server_process;  ///< its id; empty: its CPU time is not measured
  bool any_reply = false;      ///< a null server's replies are of no operation
  bool spin = false;           ///< never sleep: for a processor of our own
};

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "load: %s\n", what.c_str());
  std::exit(1);
}

[[noreturn]] void die_of_errno(const std::string& what) { die(what + ": " + std::strerror(errno)); }

/// The head that the AWS SDK for JavaScript v3 sends in Node.js, about 1 KB.
std::string request_head(const Options& options, Operation operation, std::size_t body_bytes) {
  std::array<char, 32> date{};
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::strftime(date.data(), date.size(), "%Y%m%dT%H%M%SZ", &utc);
  const std::string_view day(date.data(), 8);
  const std::string hex = "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4";

  std::string head = "POST / HTTP/1.1\r\n";
  const auto field = [&head](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  field("content-type", "application/x-amz-json-1.0");
  field("x-amz-target", target(operation));
  field("content-length", std::to_string(body_bytes));
  field("Host", options.host + ":" + options.port);
  field("x-amz-user-agent", "aws-sdk-js/3.965.0");
  field("user-agent",
        "aws-sdk-js/3.965.0 ua/2.1 os/linux#6.1.0 lang/js md/nodejs#20.20.2 api/dynamodb#3.965.0 m/E,D,e");
  field("amz-sdk-invocation-id", "3b241101-e2bb-4255-8caf-4136c566a962");
  field("amz-sdk-request", "attempt=1; max=3");
  field("x-amz-date", date.data());
  field("x-amz-content-sha256", hex);
  field("authorization",
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/" + std::string(day) +
            "/us-east-1/dynamodb/aws4_request, "
            "SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-length;"
            "content-type;host;x-amz-content-sha256;x-amz-date;x-amz-target;x-amz-user-agent, Signature=" +
            hex);
  field("X-Amzn-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1");
  field("connection", "keep-alive");
  head += "\r\n";
  return head;
}

/// Nanoseconds that the threads of the process have run so far.
std::uint64_t cpu_ns(const std::string& process) {
  std::uint64_t sum = 0;
  std::error_code error;
  for (const auto& thread : std::filesystem::directory_iterator("/proc/" + process + "/task", error)) {
    std::uint64_t ran = 0;
    std::ifstream(thread.path() / "schedstat") >> ran;
    sum += ran;
  }
  return sum;
}

/// Reads one reply after the other from bytes as they come. Knows Content-Length and the chunked encoding.
class ReplyReader {
 public:
  /// Takes bytes of the current reply; returns true when it is complete. What it has read is then in status()
  /// and body_bytes() until the next call.
  bool take(std::string_view bytes) {
    if (complete_) *this = ReplyReader(std::move(head_));
    if (!head_read_) {
      head_.append(bytes);
      const std::size_t end = head_.find("\r\n\r\n");
      if (end == std::string::npos) return false;
      bytes = std::string_view(head_).substr(end + 4);
      if (!read_head(std::string_view(head_).substr(0, end + 2))) die("a reply that is not HTTP/1.1");
      head_read_ = true;
    }
    body_bytes_ += bytes.size();
    if (chunked_) {
      tail_.append(bytes.substr(bytes.size() - std::min(bytes.size(), kLastChunk.size())));
      if (tail_.size() > kLastChunk.size()) tail_.erase(0, tail_.size() - kLastChunk.size());
      complete_ = tail_ == kLastChunk;
    } else {
      complete_ = body_bytes_ >= content_length_;
    }
    return complete_;
  }
  [[nodiscard]] int status() const { return status_; }
  [[nodiscard]] std::size_t body_bytes() const { return body_bytes_; }

  ReplyReader() = default;

 private:
  static constexpr std::string_view kLastChunk = "0\r\n\r\n";

  /// Keeps the memory of the last head.
  explicit ReplyReader(std::string memory) : head_(std::move(memory)) { head_.clear(); }

  bool read_head(std::string_view head) {
    if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) return false;
    status_ = std::atoi(head.data() + 9);
    for (std::size_t at = head.find("\r\n"); at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
      const char* line = head.data() + at + 2;
      if (strncasecmp(line, "content-length:", 15) == 0) {
        content_length_ = std::strtoull(line + 15, nullptr, 10);
      } else if (strncasecmp(line, "transfer-encoding: chunked", 26) == 0) {
        chunked_ = true;
      }
    }
    return true;
  }

  std::string head_;
  std::string tail_;
  std::size_t content_length_ = 0;
  std::size_t body_bytes_ = 0;
  int status_ = 0;
  bool head_read_ = false;
  bool chunked_ = false;
  bool complete_ = false;
};

struct Connection {
  int socket = -1;
  std::string request;
  std::size_t sent = 0;
  Clock::time_point began;
  ReplyReader reply;
};

int connect_to(const Options& options) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(options.host.c_str(), options.port.c_str(), &hints, &found) != 0)
    die("no such host: " + options.host);
  const int socket = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0 || connect(socket, found->ai_addr, found->ai_addrlen) != 0) {
    die_of_errno("connecting to " + options.host + ":" + options.port);
  }
  freeaddrinfo(found);
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return socket;
}

class Load {
 public:
  Load(const Options& options, Operation operation)
      : options_(options),
        operation_(operation),
        body_(operation, options.shard_iterator),
        epoll_(epoll_create1(EPOLL_CLOEXEC)) {
    const std::string head = request_head(options, operation, body_.text().size());
    head_bytes_ = head.size();
    connections_.resize(options.connections);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      connections_[i].request = head + body_.text();
      connections_[i].socket = connect_to(options);
      epoll_event event{};
      event.events = EPOLLIN;
      event.data.u64 = i;
      if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connections_[i].socket, &event) != 0) die_of_errno("epoll_ctl");
    }
  }

  void run() {
    for (Connection& connection : connections_) send_next(connection);
    if (operation_ == Operation::kFill) {
      start_measuring();
      while (in_flight_ > 0) wait();
    } else {
      run_for(options_.warm_up_seconds);
      start_measuring();
      run_for(options_.seconds);
    }
    report();
  }

 private:
  void run_for(double seconds) {
    const auto end =
        Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    while (Clock::now() < end) wait();
  }

  void start_measuring() {
    latencies_ns_.clear();
    latencies_ns_.reserve(1 << 20);
    measured_since_ = Clock::now();
    cpu_before_ns_ = cpu_ns(options_.server_process);
  }

  void wait() {
    std::array<epoll_event, 64> events{};
    const int count = epoll_wait(epoll_, events.data(), events.size(), options_.spin ? 0 : 100);
    if (count < 0 && errno != EINTR) die_of_errno("epoll_wait");
    for (int i = 0; i < count; ++i) receive(connections_[events[static_cast<std::size_t>(i)].data.u64]);
  }

  void receive(Connection& connection) {
    const ssize_t count = recv(connection.socket, buffer_.data(), buffer_.size(), 0);
    if (count < 0) die_of_errno("receiving a reply");
    if (count == 0) die("the server closed a connection");
    if (!connection.reply.take({buffer_.data(), static_cast<std::size_t>(count)})) return;
    check(connection.reply);
    latencies_ns_.push_back(static_cast<std::uint64_t>((Clock::now() - connection.began).count()));
    --in_flight_;
    send_next(connection);
  }

  void check(const ReplyReader& reply) {
    reply_bytes_ = reply.body_bytes();
    if (reply.status() == 200 && (options_.any_reply || reply.body_bytes() >= body_.least_reply_bytes()))
      return;
    if (errors_++ == 0) {
      std::fprintf(stderr,
                   "load: the first bad reply to %s: status %d, %zu bytes, where 200 and %zu were due\n",
                   options_.operation.c_str(), reply.status(), reply.body_bytes(), body_.least_reply_bytes());
    }
  }

  void send_next(Connection& connection) {
    if (operation_ == Operation::kFill && next_item_ >= options_.items) return;
    body_.aim(connection.request, head_bytes_, next_item(), options_.items);
    connection.began = Clock::now();
    connection.sent = 0;
    while (connection.sent < connection.request.size()) {
      const ssize_t count = send(connection.socket, connection.request.data() + connection.sent,
                                 connection.request.size() - connection.sent, MSG_NOSIGNAL);
      if (count < 0) die_of_errno("sending a request");
      connection.sent += static_cast<std::size_t>(count);
    }
    ++in_flight_;
  }

  std::uint64_t next_item() {
    if (operation_ != Operation::kFill) return random_() % options_.items;
    const std::uint64_t item = next_item_;
    next_item_ += kItemsPerFill;
    return item;
  }

  double percentile_us(double part) {
    if (latencies_ns_.empty()) return 0;
    const auto at = latencies_ns_.begin() +
                    static_cast<std::ptrdiff_t>(part * static_cast<double>(latencies_ns_.size() - 1));
    std::nth_element(latencies_ns_.begin(), at, latencies_ns_.end());
    return static_cast<double>(*at) / 1e3;
  }

  void report() {
    const std::uint64_t cpu = cpu_ns(options_.server_process) - cpu_before_ns_;
    const double seconds = std::chrono::duration<double>(Clock::now() - measured_since_).count();
    const auto requests = static_cast<double>(latencies_ns_.size());
    std::printf(R"({"operation":"%s","connections":%zu,"requests":%zu,"errors":%zu,"seconds":%.3f,)"
                R"("requests_per_s":%.0f,"p50_us":%.1f,"p99_us":%.1f,"server_cpu_us":%.3f,)"
                R"("request_bytes":%zu,"reply_bytes":%zu})"
                "\n",
                options_.operation.c_str(), options_.connections, latencies_ns_.size(), errors_, seconds,
                requests / seconds, percentile_us(0.5), percentile_us(0.99),
                requests > 0 ? static_cast<double>(cpu) / 1e3 / requests : 0.0,
                head_bytes_ + body_.text().size(), reply_bytes_);
  }

  Options options_;
  Operation operation_;
  Body body_;
  int epoll_;
  std::size_t head_bytes_ = 0;
  std::vector<Connection> connections_;
  std::size_t in_flight_ = 0;
  std::uint64_t next_item_ = 0;
  std::mt19937_64 random_{20120810};
  std::vector<char> buffer_ = std::vector<char>(256 * 1024);
  std::vector<std::uint64_t> latencies_ns_;
  std::size_t errors_ = 0;
  std::size_t reply_bytes_ = 0;
  Clock::time_point measured_since_;
  std::uint64_t cpu_before_ns_ = 0;
};

}  // namespace
}  // namespace lodestone::bench

int main(int argc, char** argv) {
  using lodestone::bench::Load;
  lodestone::bench::Options options;
  CLI::App app("Sends requests to a DynamoDB endpoint as fast as it answers them, and measures.");
  app.add_option("--host", options.host, "Where the server listens");
  app.add_option("--port", options.port, "Its port");
  app.add_option("--operation", options.operation,
                 "GetItem, PutItem, UpdateItem, Query, BatchGetItem, Scan, ExecuteStatement, "
                 "TransactWriteItems, GetRecords; Fill writes all items once");
  app.add_option("--shard-iterator", options.shard_iterator, "What GetRecords begins at, again and again");
  app.add_option("--connections", options.connections, "Connections, each with one request in flight");
  app.add_option("--seconds", options.seconds, "How long to measure");
  app.add_option("--warm-up", options.warm_up_seconds, "Seconds to run before measuring");
  app.add_option("--items", options.items, "How many items the table has: a multiple of 25");
  app.add_option("--server-process", options.server_process,
                 "The server's process id, to measure its CPU time");
  app.add_flag("--any-reply", options.any_reply, "Accept a reply of any length");
  app.add_flag("--spin", options.spin, "Never sleep: for a processor of our own");
  CLI11_PARSE(app, argc, argv);

  const auto operation = lodestone::bench::operation_named(options.operation);
  if (!operation) lodestone::bench::die("no operation '" + options.operation + "'");
  if (options.items == 0 || options.items % 25 != 0)
    lodestone::bench::die("--items must be a multiple of 25");
  Load(options, *operation).run();
}
