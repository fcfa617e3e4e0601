/// Who signs requests: keys, and where the SDKs look for them.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "model/http/environment.h"
#include "storage/result.h"

namespace lodestone::model {

struct Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  /// Of temporary credentials; otherwise empty.
  std::string session_token;
  /// When they end; nothing where they do not.
  std::optional<WallTime> expiry;
};

struct CredentialsError {
  /// What was looked at, what was wrong, what to do.
  std::string message;
  /// Whether the next attempt may succeed: the source was there but did not answer.
  bool retriable = false;
};

/// Fetches credentials anew with each call. Called by one thread at a time.
using CredentialsSource = std::function<lodestone::Result<Credentials, CredentialsError>()>;

/// Keeps credentials until shortly before they end. Thread-safe.
class CredentialsCache {
 public:
  CredentialsCache(CredentialsSource source, std::function<WallTime()> now);

  /// While those at hand are good for some minutes yet, only one thread fetches new ones; the others go on.
  [[nodiscard]] lodestone::Result<std::shared_ptr<const Credentials>, CredentialsError> get();

  /// The service calls these expired, whatever their date says: the next get() fetches new ones.
  void refuse(const Credentials& credentials);

 private:
  [[nodiscard]] std::shared_ptr<const Credentials> current(bool& is_fresh, bool& is_usable);
  [[nodiscard]] lodestone::Result<std::shared_ptr<const Credentials>, CredentialsError> refresh(
      const std::shared_ptr<const Credentials>& usable);

  const CredentialsSource source_;
  const std::function<WallTime()> now_;
  /// Held while the source is asked.
  std::mutex refreshing_;
  std::mutex mutex_;
  std::shared_ptr<const Credentials> credentials_;
  /// When to ask the source again.
  WallTime refresh_at_;
};

/// What the default source is to know besides the environment.
struct CredentialsSettings {
  /// A profile chosen by the program; environment variables then are not looked at.
  std::string profile;
  /// Whether an endpoint that knows no keys may be talked to with invented ones, where none are found.
  bool may_invent = false;
  /// Where containers and machines ask, but for the environment's own word: for tests.
  std::string container_endpoint = "http://169.254.170.2";
  std::string instance_endpoint = "http://169.254.169.254";
};

/// Asks in the SDKs' order: environment variables, the profile in the shared files, the container's endpoint,
/// the machine's. The first source that is there decides: where it fails, no other is asked.
[[nodiscard]] CredentialsSource default_credentials(Environment environment, CredentialsSettings settings);

}  // namespace lodestone::model
