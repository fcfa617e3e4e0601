/// A certificate for the names that a test chooses, signed by itself, in a folder that goes with it.
#pragma once

#include <filesystem>
#include <string>

namespace lodestone::model {

class TlsIdentity {
 public:
  /// As OpenSSL writes alternative names: "DNS:localhost,IP:127.0.0.1".
  explicit TlsIdentity(const std::string& names);
  ~TlsIdentity();
  TlsIdentity(const TlsIdentity&) = delete;
  TlsIdentity& operator=(const TlsIdentity&) = delete;

  [[nodiscard]] std::string certificate_file() const { return folder_ / "certificate.pem"; }
  [[nodiscard]] std::string key_file() const { return folder_ / "key.pem"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace lodestone::model
