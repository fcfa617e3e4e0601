/// An HTTP server that answers what a test tells it to, byte for byte, and remembers what it was asked.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace lodestone::model {

struct RecordedRequest {
  /// Request line and fields, each with its line end.
  std::string head;
  std::string body;
  /// The how-manieth connection it came by, from 1.
  int connection = 0;

  /// Empty where it was not sent; names in any case.
  [[nodiscard]] std::string field(std::string_view name) const;
  /// "POST /path"
  [[nodiscard]] std::string line() const;
};

/// What to do with one request.
struct Step {
  std::string reply;
  bool close_behind = false;
  /// Does nothing before release().
  bool hang = false;
};

/// A whole reply.
[[nodiscard]] std::string http_reply(unsigned status, std::string_view body, std::string_view fields = "");

/// Each request, on whatever connection, takes the next step; without one it is answered with status 599.
class ScriptedServer {
 public:
  ScriptedServer();
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  void add(Step step);
  void add_reply(unsigned status, std::string_view body, std::string_view fields = "") {
    add({http_reply(status, body, fields)});
  }
  /// Lets all steps that hang go on.
  void release();
  /// Closes the connections that wait for requests, as servers do with idle ones.
  void close_connections();

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }
  [[nodiscard]] std::vector<RecordedRequest> requests();
  [[nodiscard]] int connections();

 private:
  void accept();
  void serve(int socket, int number);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool released_ = false;
  std::deque<Step> steps_;
  std::vector<RecordedRequest> requests_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
  std::thread acceptor_;
};

}  // namespace lodestone::model
