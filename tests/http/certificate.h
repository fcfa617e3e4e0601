/// A certificate for 127.0.0.1, signed by itself, in a folder that goes with it.
#pragma once

#include <filesystem>
#include <string>

namespace lodestone::http {

class Certificate {
 public:
  Certificate();
  ~Certificate();
  Certificate(const Certificate&) = delete;
  Certificate& operator=(const Certificate&) = delete;

  [[nodiscard]] std::string certificate_file() const { return folder_ / "certificate.pem"; }
  [[nodiscard]] std::string key_file() const { return folder_ / "key.pem"; }

 private:
  std::filesystem::path folder_;
};

}  // namespace lodestone::http
