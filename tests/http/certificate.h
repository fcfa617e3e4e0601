/// A certificate for 127.0.0.1, signed by itself, in a folder that goes with it.
#pragma once

#include <string>

#include "tests/storage/temporary_folder.h"

namespace lodestone::http {

class Certificate {
 public:
  Certificate();

  [[nodiscard]] std::string certificate_file() const { return folder_ / "certificate.pem"; }
  [[nodiscard]] std::string key_file() const { return folder_ / "key.pem"; }

 private:
  TemporaryFolder folder_;
};

}  // namespace lodestone::http
