#include "server/http/server.h"

#include <atomic>
#include <thread>

#include "server/http/listener.h"
#include "server/http/processors.h"
#include "server/http/tls.h"
#include "server/http/worker.h"

namespace lodestone::http {

struct Server::Running {
  Running(const ServerOptions& options, Handler& handler, std::unique_ptr<TlsContext> tls_context)
      : tls(std::move(tls_context)),
        workers(make_workers(options, handler)),
        listener(options, workers, open_connections) {}

  std::vector<std::unique_ptr<Worker>> make_workers(const ServerOptions& options, Handler& handler) {
    const unsigned count = options.threads != 0 ? options.threads : available_processors();
    std::vector<std::unique_ptr<Worker>> made;
    for (unsigned i = 0; i < count; ++i) {
      made.push_back(std::make_unique<Worker>(options, handler, tls.get(), open_connections));
    }
    return made;
  }

  void run() {
    for (const auto& worker : workers) threads.emplace_back([&worker = *worker] { worker.run(); });
    threads.emplace_back([this] { listener.run(); });
  }

  void stop() {
    if (threads.empty()) return;
    listener.close();
    for (const auto& worker : workers) worker->stop();
    for (std::thread& thread : threads) thread.join();
    threads.clear();
  }

  std::unique_ptr<TlsContext> tls;
  std::atomic<std::size_t> open_connections = 0;
  std::vector<std::unique_ptr<Worker>> workers;
  Listener listener;
  std::vector<std::thread> threads;
};

Server::Server(ServerOptions options, Handler& handler) : options_(std::move(options)), handler_(handler) {}

Server::~Server() { stop(); }

Result<void, ServerError> Server::start() {
  std::unique_ptr<TlsContext> tls;
  if (!options_.tls_certificate_file.empty() || !options_.tls_key_file.empty()) {
    if (options_.tls_certificate_file.empty() || options_.tls_key_file.empty()) {
      return failure(ServerError{"TLS needs a certificate and its key: give both --tls-cert and --tls-key."});
    }
    LODESTONE_ASSIGN(tls, TlsContext::load(options_.tls_certificate_file, options_.tls_key_file));
  }
  auto running = std::make_unique<Running>(options_, handler_, std::move(tls));
  LODESTONE_TRY(running->listener.open());
  running_ = std::move(running);
  running_->run();
  return {};
}

std::uint16_t Server::port() const { return running_->listener.address().port(); }

std::string Server::endpoint() const {
  const Tcp::endpoint& bound = running_->listener.address();
  auto address = bound.address();
  if (address.is_unspecified()) {
    address = address.is_v6() ? boost::asio::ip::address(boost::asio::ip::address_v6::loopback())
                              : boost::asio::ip::address(boost::asio::ip::address_v4::loopback());
  }
  std::string text = running_->tls ? "https://" : "http://";
  text.append(address.is_v6() ? "[" : "").append(address.to_string()).append(address.is_v6() ? "]:" : ":");
  return text.append(std::to_string(bound.port()));
}

void Server::stop() {
  if (running_) running_->stop();
}

}  // namespace lodestone::http
