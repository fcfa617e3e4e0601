#include "model/http/credentials.h"

#include <chrono>
#include <utility>

#include "model/http/metadata_credentials.h"
#include "model/http/profile.h"

namespace lodestone::model {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

/// How long before their end credentials are replaced, and how long to wait where that fails.
constexpr minutes kRefreshAhead{5};
constexpr seconds kRetryAfter{30};

using Fetched = Result<Credentials, CredentialsError>;

std::optional<Fetched> from_variables(const Environment& environment) {
  auto access_key_id = first_variable(environment, {"AWS_ACCESS_KEY_ID"});
  auto secret = first_variable(environment, {"AWS_SECRET_ACCESS_KEY"});
  if (!access_key_id && !secret) return std::nullopt;
  if (!access_key_id || !secret) {
    return Fetched(
        failure(CredentialsError{"of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY only one is set"}));
  }
  auto token = first_variable(environment, {"AWS_SESSION_TOKEN"}).value_or("");
  return Fetched(Credentials{std::move(*access_key_id), std::move(*secret), std::move(token), {}});
}

}  // namespace

CredentialsCache::CredentialsCache(CredentialsSource source, std::function<WallTime()> now)
    : source_(std::move(source)), now_(std::move(now)) {}

std::shared_ptr<const Credentials> CredentialsCache::current(bool& is_fresh, bool& is_usable) {
  const WallTime now = now_();
  const std::lock_guard lock(mutex_);
  is_fresh = credentials_ != nullptr && now < refresh_at_;
  is_usable = credentials_ != nullptr && (!credentials_->expiry || now < *credentials_->expiry);
  return credentials_;
}

Result<std::shared_ptr<const Credentials>, CredentialsError> CredentialsCache::get() {
  bool is_fresh = false;
  bool is_usable = false;
  auto held = current(is_fresh, is_usable);
  if (is_fresh) return held;
  std::unique_lock refreshing(refreshing_, std::defer_lock);
  if (is_usable) {
    if (!refreshing.try_lock()) return held;
  } else {
    refreshing.lock();
  }
  // Another thread may have been here meanwhile.
  held = current(is_fresh, is_usable);
  if (is_fresh) return held;
  return refresh(is_usable ? held : nullptr);
}

Result<std::shared_ptr<const Credentials>, CredentialsError> CredentialsCache::refresh(
    const std::shared_ptr<const Credentials>& usable) {
  auto fetched = source_();
  const WallTime now = now_();
  if (fetched.ok() && fetched->expiry && *fetched->expiry <= now) {
    fetched = failure(CredentialsError{"the credentials found have expired"});
  }
  const std::lock_guard lock(mutex_);
  if (!fetched.ok()) {
    if (usable == nullptr) return failure(std::move(fetched).error());
    refresh_at_ = now + kRetryAfter;
    return usable;
  }
  credentials_ = std::make_shared<const Credentials>(*std::move(fetched));
  refresh_at_ = WallTime::max();
  if (credentials_->expiry) {
    // Those that live less than that are asked for again when half of it is over.
    const auto left = *credentials_->expiry - now;
    refresh_at_ = left > 2 * kRefreshAhead ? *credentials_->expiry - kRefreshAhead : now + left / 2;
  }
  return credentials_;
}

void CredentialsCache::refuse(const Credentials& credentials) {
  const std::lock_guard lock(mutex_);
  if (credentials_.get() == &credentials) credentials_ = nullptr;
}

CredentialsSource default_credentials(Environment environment, CredentialsSettings settings) {
  return [environment = std::move(environment), settings = std::move(settings)]() -> Fetched {
    if (settings.profile.empty()) {
      if (auto found = from_variables(environment)) return *std::move(found);
    }
    if (auto found = profile_credentials(environment, settings.profile)) return *std::move(found);
    if (settings.may_invent) return Credentials{"local", "local", "", {}};
    if (auto found = container_credentials(environment, settings.container_endpoint))
      return *std::move(found);
    if (auto found = instance_credentials(environment, settings.instance_endpoint)) return *std::move(found);
    return failure(
        CredentialsError{"no credentials found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a "
                         "profile in ~/.aws/credentials, "
                         "or give them in ConnectionOptions::credentials"});
  };
}

}  // namespace lodestone::model
