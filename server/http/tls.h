/// The server's certificate and key, ready for handshakes.
///
/// Immutable after loading, so shared by all threads.
#pragma once

#include <memory>
#include <string>

#include "server/http/server.h"
#include "storage/result.h"

namespace boost::asio::ssl {
class context;
}

namespace lodestone::http {

class TlsContext {
 public:
  /// Reads the two PEM files; the certificate's may hold its chain. The error names the file and what to do.
  [[nodiscard]] static Result<std::unique_ptr<TlsContext>, ServerError> load(
      const std::string& certificate_file, const std::string& key_file);
  ~TlsContext();

  [[nodiscard]] boost::asio::ssl::context& get() { return *context_; }

 private:
  explicit TlsContext(std::unique_ptr<boost::asio::ssl::context> context);
  std::unique_ptr<boost::asio::ssl::context> context_;
};

}  // namespace lodestone::http
