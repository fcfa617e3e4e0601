#include "tests/model/scripted_server.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <stdexcept>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace lodestone::model {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

}  // namespace

std::string RecordedRequest::field(std::string_view name) const {
  const std::string wanted = "\r\n" + lower(name) + ": ";
  const std::size_t at = lower(head).find(wanted);
  if (at == std::string::npos) return {};
  const std::size_t begin = at + wanted.size();
  return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::string RecordedRequest::line() const { return head.substr(0, head.find(" HTTP/1.1")); }

std::string http_reply(unsigned status, std::string_view body, std::string_view fields) {
  std::string reply = "HTTP/1.1 " + std::to_string(status) + " Whatever\r\n";
  reply.append(fields)
      .append("Content-Length: ")
      .append(std::to_string(body.size()))
      .append("\r\n\r\n")
      .append(body);
  return reply;
}

ScriptedServer::ScriptedServer() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, any, size) != 0 || listen(listener_, 64) != 0 ||
      getsockname(listener_, any, &size) != 0) {
    throw std::runtime_error("cannot listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::thread([this] { accept(); });
}

ScriptedServer::~ScriptedServer() {
  shutdown(listener_, SHUT_RDWR);
  acceptor_.join();
  close(listener_);
  release();
  close_connections();
  for (std::thread& thread : threads_) thread.join();
  for (const int socket : sockets_) close(socket);
}

void ScriptedServer::add(Step step) {
  const std::lock_guard lock(mutex_);
  steps_.push_back(std::move(step));
}

void ScriptedServer::release() {
  const std::lock_guard lock(mutex_);
  released_ = true;
  changed_.notify_all();
}

void ScriptedServer::close_connections() {
  const std::lock_guard lock(mutex_);
  for (const int socket : sockets_) shutdown(socket, SHUT_RDWR);
}

std::vector<RecordedRequest> ScriptedServer::requests() {
  const std::lock_guard lock(mutex_);
  return requests_;
}

int ScriptedServer::connections() {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(sockets_.size());
}

void ScriptedServer::accept() {
  for (int socket; (socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)) >= 0;) {
    const std::lock_guard lock(mutex_);
    sockets_.push_back(socket);
    const int number = static_cast<int>(sockets_.size());
    threads_.emplace_back([this, socket, number] { serve(socket, number); });
  }
}

void ScriptedServer::serve(int socket, int number) {
  std::string received;
  std::array<char, 65536> buffer;
  const auto receive = [&] {
    const ssize_t count = recv(socket, buffer.data(), buffer.size(), 0);
    if (count > 0) received.append(buffer.data(), static_cast<std::size_t>(count));
    return count > 0;
  };
  while (true) {
    std::size_t end;
    while ((end = received.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return;
    }
    RecordedRequest request{received.substr(0, end + 2), "", number};
    received.erase(0, end + 4);
    const std::string length = request.field("content-length");
    const std::size_t size = length.empty() ? 0 : std::stoul(length);
    while (received.size() < size) {
      if (!receive()) return;
    }
    request.body = received.substr(0, size);
    received.erase(0, size);

    std::unique_lock lock(mutex_);
    requests_.push_back(std::move(request));
    Step step{http_reply(599, "no step"), true};
    if (!steps_.empty()) {
      step = std::move(steps_.front());
      steps_.pop_front();
    }
    if (step.hang) changed_.wait(lock, [this] { return released_; });
    lock.unlock();
    send(socket, step.reply.data(), step.reply.size(), MSG_NOSIGNAL);
    if (step.close_behind) {
      shutdown(socket, SHUT_RDWR);
      return;
    }
  }
}

}  // namespace lodestone::model
