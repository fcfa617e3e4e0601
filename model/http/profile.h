/// The files `config` and `credentials` that the AWS CLI and the SDKs share.
///
/// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "model/http/credentials.h"
#include "model/http/environment.h"
#include "storage/result.h"

namespace lodestone::model {

/// Settings by name, in lower case; one that is nested below another is named "outer.inner".
using Settings = std::map<std::string, std::string, std::less<>>;
/// By the section's whole name: "default", "profile dev", "services local".
using Sections = std::map<std::string, Settings, std::less<>>;

/// Lines that are neither a section's name nor a setting are passed over, as the SDKs do.
[[nodiscard]] Sections parse_sections(std::string_view text);

struct Profile {
  std::string name;
  /// Whether somebody asked for it by this name.
  bool is_chosen = false;
  /// Whether one of the files knows it.
  bool exists = false;
  /// Both files' settings; where both have one, that of `credentials`.
  Settings settings;
  /// Those of the section that the profile's setting `services` names.
  Settings services;
  /// For messages: the files that were looked at.
  std::string files;
};

/// `chosen`, or AWS_PROFILE, or "default".
[[nodiscard]] Profile load_profile(const Environment& environment, const std::string& chosen);

/// The credentials that the profile holds or that its `credential_process` writes. Nothing where there is no
/// such profile, or none that says anything of credentials, and nobody chose it.
[[nodiscard]] std::optional<Result<Credentials, CredentialsError>> profile_credentials(
    const Environment& environment, const std::string& chosen);

/// Credentials as endpoints and processes write them: JSON with AccessKeyId, SecretAccessKey, Token or
/// SessionToken, and Expiration. `from` is for messages.
[[nodiscard]] Result<Credentials, CredentialsError> read_credentials(std::string_view json,
                                                                     const std::string& from);

}  // namespace lodestone::model
