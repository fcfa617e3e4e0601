#include "server/http/listener.h"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/post.hpp>

#include "server/http/address.h"

namespace lodestone::http {
namespace {

namespace net = boost::asio;
using boost::system::error_code;

/// Where the process may not have more files, a connection accepted later is all that can be done.
constexpr std::chrono::milliseconds kRetryAfter{50};

/// Connections above the limit that are told so; any more are closed without a word.
constexpr std::size_t kRefusedPolitely = 64;

std::string remedy_for(const error_code& error) {
  if (error == net::error::address_in_use) {
    return "Something listens there already: stop it, or choose another port with --port (0 takes a free "
           "one).";
  }
  if (error == net::error::access_denied) {
    return "Ports below 1024 need privileges: choose another with --port (0 takes a free one).";
  }
  if (error == boost::system::errc::address_not_available) {
    return "This machine does not have that address: choose another with --host (127.0.0.1 for this machine "
           "alone, "
           "0.0.0.0 for every interface).";
  }
  return "Check --host and --port.";
}

}  // namespace

Listener::Listener(const ServerOptions& options, std::vector<std::unique_ptr<Worker>>& workers,
                   std::atomic<std::size_t>& open_connections)
    : options_(options),
      workers_(workers),
      open_connections_(open_connections),
      acceptor_(context_),
      retry_(context_) {}

Result<void, ServerError> Listener::open() {
  const auto host = parse_host(options_.host);
  if (!host) {
    return failure(
        ServerError{"cannot listen on \"" + options_.host +
                    "\": --host takes a numeric address such as 127.0.0.1, 0.0.0.0 or ::1, or localhost."});
  }
  const Tcp::endpoint wanted(*host, options_.port);
  error_code error;
  acceptor_.open(wanted.protocol(), error);
  if (!error) acceptor_.set_option(net::socket_base::reuse_address(true), error);
  if (!error && host->is_v6()) acceptor_.set_option(net::ip::v6_only(false), error);
  if (!error) acceptor_.bind(wanted, error);
  if (!error) acceptor_.listen(net::socket_base::max_listen_connections, error);
  if (!error) address_ = acceptor_.local_endpoint(error);
  if (error) {
    return failure(ServerError{"cannot listen on " + options_.host + " port " +
                               std::to_string(options_.port) + ": " + error.message() + ". " +
                               remedy_for(error)});
  }
  accept();
  return {};
}

void Listener::close() {
  net::post(context_, [this] {
    error_code ignored;
    acceptor_.close(ignored);
    retry_.cancel();
  });
}

void Listener::accept() {
  Worker& worker = *workers_[next_worker_];
  next_worker_ = (next_worker_ + 1) % workers_.size();
  acceptor_.async_accept(worker.context(), [this, &worker](const error_code& error, Socket socket) {
    if (!acceptor_.is_open()) return;
    if (error) return on_failed(error);
    on_accepted(worker, std::move(socket));
    accept();
  });
}

void Listener::on_accepted(Worker& worker, Socket socket) {
  const std::size_t open = open_connections_.fetch_add(1, std::memory_order_relaxed);
  const bool overloaded = open >= options_.max_connections;
  if (!overloaded) {
    warned_of_overload_ = false;
    return worker.adopt(std::move(socket), false);
  }
  if (!warned_of_overload_) {
    warned_of_overload_ = true;
    warn("refusing connections: all " + std::to_string(options_.max_connections) +
         " are taken. Raise --max-connections, or close clients that are not needed.");
  }
  if (open < options_.max_connections + kRefusedPolitely) return worker.adopt(std::move(socket), true);
  open_connections_.fetch_sub(1, std::memory_order_relaxed);
}

void Listener::on_failed(const error_code& error) {
  if (error == net::error::no_descriptors || error == boost::system::errc::too_many_files_open_in_system ||
      error == net::error::no_buffer_space || error == net::error::no_memory) {
    warn("cannot accept a connection: " + error.message() + ". Raise the limit of open files (ulimit -n).");
    retry_.expires_after(kRetryAfter);
    retry_.async_wait([this](const error_code& cancelled) {
      if (!cancelled && acceptor_.is_open()) accept();
    });
    return;
  }
  // The client went away before it was accepted.
  accept();
}

void Listener::warn(const std::string& message) {
  if (options_.log) options_.log(LogLevel::kWarning, message);
}

}  // namespace lodestone::http
