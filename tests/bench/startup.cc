/// Starts a server again and again and prints, as one line of JSON, how long it took from exec to the ready
/// line and to the reply to the first request.
///
///     lodestone-startup <runs> <server> [option]...
///
/// The server prints {"ready":true,"endpoint":"http://host:port",…} on its standard output.
#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void die(const char* what) {
  std::fprintf(stderr, "startup: %s\n", what);
  std::exit(1);
}

struct Run {
  double ready_ms = 0;
  double reply_ms = 0;
};

double since_ms(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

std::string read_line(int from) {
  std::string line;
  std::array<char, 512> bytes{};
  while (line.find('\n') == std::string::npos) {
    const ssize_t count = read(from, bytes.data(), bytes.size());
    if (count <= 0) die("the server ended before it was ready");
    line.append(bytes.data(), static_cast<std::size_t>(count));
  }
  return line;
}

std::uint16_t port_of(std::string_view ready_line) {
  const std::string_view before = "\"endpoint\":\"http://127.0.0.1:";
  const std::size_t at = ready_line.find(before);
  if (at == std::string_view::npos) die("the ready line names no endpoint on 127.0.0.1");
  return static_cast<std::uint16_t>(std::atoi(ready_line.data() + at + before.size()));
}

void ask(std::uint16_t port) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) die("can not connect");
  const std::string_view request =
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
      "X-Amz-Target: DynamoDB_20120810.ListTables\r\n"
      "Authorization: AWS4-HMAC-SHA256 Credential=local/20120810/us-east-1/dynamodb/aws4_request, "
      "SignedHeaders=host, Signature=00\r\nContent-Length: 2\r\n\r\n{}";
  if (send(connection, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    die("can not send");
  }
  std::array<char, 4096> reply{};
  const ssize_t count = recv(connection, reply.data(), reply.size(), 0);
  if (count <= 0 ||
      !std::string_view(reply.data(), static_cast<std::size_t>(count)).starts_with("HTTP/1.1 200")) {
    die("the first reply is no success");
  }
  close(connection);
}

Run start_once(char** command) {
  std::array<int, 2> output{};
  if (pipe2(output.data(), O_CLOEXEC) != 0) die("no pipe");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
  pid_t server = 0;
  const auto began = Clock::now();
  if (posix_spawn(&server, command[0], &actions, nullptr, command, environ) != 0)
    die("can not start the server");
  posix_spawn_file_actions_destroy(&actions);
  close(output[1]);
  Run run;
  const std::uint16_t port = port_of(read_line(output[0]));
  run.ready_ms = since_ms(began);
  ask(port);
  run.reply_ms = since_ms(began);
  close(output[0]);
  kill(server, SIGTERM);
  int status = 0;
  waitpid(server, &status, 0);
  if (status != 0) die("the server did not end cleanly");
  return run;
}

double median(std::vector<Run>& runs, double Run::*of) {
  std::sort(runs.begin(), runs.end(), [of](const Run& a, const Run& b) { return a.*of < b.*of; });
  return runs[runs.size() / 2].*of;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 2 ? std::atoi(argv[1]) : 0;
  if (count <= 0) die("usage: lodestone-startup <runs> <server> [option]...");
  std::vector<Run> runs;
  for (int i = 0; i < count; ++i) runs.push_back(start_once(argv + 2));
  std::printf(R"({"runs":%d,"ready_ms":%.2f,"first_reply_ms":%.2f})"
              "\n",
              count, median(runs, &Run::ready_ms), median(runs, &Run::reply_ms));
}
