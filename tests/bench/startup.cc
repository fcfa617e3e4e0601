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
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

struct Run {
  double ready_ms = 0;
  double reply_ms = 0;
};

/// A server's process; ends with the object.
class Process {
 public:
  explicit Process(char** command) {
    std::array<int, 2> output{};
    if (pipe2(output.data(), O_CLOEXEC) != 0) return;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, output[1], STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (posix_spawn(&id_, command[0], &actions, nullptr, command, environ) != 0) id_ = -1;
    posix_spawn_file_actions_destroy(&actions);
    close(output[1]);
    output_ = output[0];
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    if (id_ > 0) stop();
    if (output_ >= 0) close(output_);
  }

  /// What it prints first; cut off or empty if it ends before the line does.
  [[nodiscard]] std::string read_line() const {
    std::string line;
    std::array<char, 512> bytes{};
    while (line.find('\n') == std::string::npos) {
      const ssize_t count = read(output_, bytes.data(), bytes.size());
      if (count <= 0) break;
      line.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return line;
  }

  /// Asks it to end and waits; whether it ended well.
  bool stop() {
    kill(id_, SIGTERM);
    int status = 0;
    waitpid(id_, &status, 0);
    id_ = -1;
    return status == 0;
  }

 private:
  pid_t id_ = -1;
  int output_ = -1;
};

double since_ms(Clock::time_point began) {
  return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

/// The port of the ready line's endpoint; 0 if there is none.
std::uint16_t port_of(std::string_view ready_line) {
  constexpr std::string_view kBefore = R"("endpoint":"http://127.0.0.1:)";
  const std::size_t at = ready_line.find(kBefore);
  if (at == std::string_view::npos) return 0;
  return static_cast<std::uint16_t>(std::atoi(ready_line.data() + at + kBefore.size()));
}

/// Whether ListTables succeeds.
bool answers(std::uint16_t port) {
  constexpr std::string_view kRequest =
      "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\n"
      "X-Amz-Target: DynamoDB_20120810.ListTables\r\nX-Amz-Date: 20120810T000000Z\r\n"
      "Authorization: AWS4-HMAC-SHA256 Credential=local/20120810/us-east-1/dynamodb/aws4_request, "
      "SignedHeaders=host;x-amz-date, Signature=00\r\nContent-Length: 2\r\n\r\n{}";
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::array<char, 4096> reply{};
  ssize_t count = 0;
  if (connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
      send(connection, kRequest.data(), kRequest.size(), MSG_NOSIGNAL) > 0) {
    count = recv(connection, reply.data(), reply.size(), 0);
  }
  close(connection);
  return count > 0 &&
         std::string_view(reply.data(), static_cast<std::size_t>(count)).starts_with("HTTP/1.1 200");
}

/// nullopt where the server did not start, answer and end as it should.
std::optional<Run> start_once(char** command) {
  const auto began = Clock::now();
  Process server(command);
  Run run;
  const std::uint16_t port = port_of(server.read_line());
  if (port == 0) return std::nullopt;
  run.ready_ms = since_ms(began);
  if (!answers(port)) return std::nullopt;
  run.reply_ms = since_ms(began);
  if (!server.stop()) return std::nullopt;
  return run;
}

double median(std::vector<Run>& runs, double Run::*of) {
  std::sort(runs.begin(), runs.end(), [of](const Run& a, const Run& b) { return a.*of < b.*of; });
  return runs[runs.size() / 2].*of;
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 2 ? std::atoi(argv[1]) : 0;
  if (count <= 0) {
    std::fputs("usage: lodestone-startup <runs> <server> [option]...\n", stderr);
    return 2;
  }
  std::vector<Run> runs;
  for (int i = 0; i < count; ++i) {
    const std::optional<Run> run = start_once(argv + 2);
    if (!run) {
      std::fputs("startup: the server did not start, answer 200 and end cleanly\n", stderr);
      return 1;
    }
    runs.push_back(*run);
  }
  std::printf("{\"runs\":%d,\"ready_ms\":%.2f,\"first_reply_ms\":%.2f}\n", count,
              median(runs, &Run::ready_ms), median(runs, &Run::reply_ms));
}
