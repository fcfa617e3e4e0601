/// A certificate for the names that a test chooses, signed by itself, in a folder that goes with it.
#pragma once

#include <string>

#include "tests/storage/temporary_folder.h"

namespace lodestone::model {

class TlsIdentity {
 public:
  /// As OpenSSL writes alternative names: "DNS:localhost,IP:127.0.0.1".
  explicit TlsIdentity(const std::string& names);

  [[nodiscard]] std::string certificate_file() const { return folder_ / "certificate.pem"; }
  [[nodiscard]] std::string key_file() const { return folder_ / "key.pem"; }

 private:
  TemporaryFolder folder_;
};

}  // namespace lodestone::model
