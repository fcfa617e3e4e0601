#include "model/http/profile.h"

#include <algorithm>
#include <cctype>
#include <utility>

#include "model/http/time_text.h"
#include "model/json_fields.h"

namespace lodestone::model {
namespace {

constexpr std::string_view kBlanks = " \t\r";

std::string_view trim(std::string_view text) {
  const std::size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) + 1 - first);
}

/// A comment may follow a value behind a blank.
std::string_view without_comment(std::string_view text) {
  for (std::size_t i = 1; i < text.size(); ++i) {
    if ((text[i] == '#' || text[i] == ';') && kBlanks.find(text[i - 1]) != std::string_view::npos) {
      return text.substr(0, i);
    }
  }
  return text;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

/// "profile  dev" and "profile dev" are one.
std::string section_name(std::string_view text) {
  const std::size_t blank = text.find_first_of(kBlanks);
  if (blank == std::string_view::npos) return std::string(text);
  return std::string(text.substr(0, blank)) + " " + std::string(trim(text.substr(blank)));
}

const std::string* find(const Settings& settings, std::string_view name) {
  const auto found = settings.find(name);
  return found == settings.end() || found->second.empty() ? nullptr : &found->second;
}

std::string path_of(const Environment& environment, const char* variable, std::string_view fallback) {
  std::string path = first_variable(environment, {variable}).value_or(std::string(fallback));
  if (path.starts_with("~/")) path.replace(0, 1, first_variable(environment, {"HOME"}).value_or("~"));
  return path;
}

/// What a profile may say of credentials that is not done here, for the message.
const char* beyond_us(const Settings& settings) {
  for (const char* const name :
       {"role_arn", "sso_session", "sso_start_url", "web_identity_token_file", "login_session"}) {
    if (find(settings, name) != nullptr) return name;
  }
  return nullptr;
}

Result<Credentials, CredentialsError> from_process(const Environment& environment,
                                                   const std::string& command) {
  const auto output = environment.output_of(command);
  if (!output) return failure(CredentialsError{"the credential_process '" + command + "' failed", true});
  return read_credentials(*output, "the credential_process '" + command + "'");
}

}  // namespace

Sections parse_sections(std::string_view text) {
  Sections sections;
  Settings* section = nullptr;
  std::string outer;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const std::string_view content = trim(line);
    if (content.empty() || content[0] == '#' || content[0] == ';') continue;
    const bool is_nested = kBlanks.find(line[0]) != std::string_view::npos;
    if (content[0] == '[' && !is_nested) {
      const std::size_t close = content.find(']');
      section = close == std::string_view::npos ? nullptr
                                                : &sections[section_name(trim(content.substr(1, close - 1)))];
      outer.clear();
      continue;
    }
    const std::size_t equals = content.find('=');
    if (section == nullptr || equals == std::string_view::npos) continue;
    std::string name = lower(trim(content.substr(0, equals)));
    const std::string value(trim(without_comment(content.substr(equals + 1))));
    if (is_nested) {
      if (!outer.empty()) section->insert_or_assign(std::string(outer).append(".").append(name), value);
    } else {
      section->insert_or_assign(name, value);
      outer = value.empty() ? std::move(name) : std::string();
    }
  }
  return sections;
}

Profile load_profile(const Environment& environment, const std::string& chosen) {
  const auto variable = first_variable(environment, {"AWS_PROFILE", "AWS_DEFAULT_PROFILE"});
  Profile profile;
  profile.name = !chosen.empty() ? chosen : variable.value_or("default");
  profile.is_chosen = !chosen.empty() || variable.has_value();

  const std::string config_path = path_of(environment, "AWS_CONFIG_FILE", "~/.aws/config");
  const std::string keys_path = path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials");
  profile.files = keys_path + " or " + config_path;
  const Sections config = parse_sections(environment.file(config_path).value_or(""));
  const Sections keys = parse_sections(environment.file(keys_path).value_or(""));

  const auto add = [&profile](const Sections& sections, const std::string& name) {
    const auto section = sections.find(name);
    if (section == sections.end()) return;
    profile.exists = true;
    for (const auto& [setting, value] : section->second) profile.settings.insert_or_assign(setting, value);
  };
  if (profile.name == "default") add(config, "default");
  add(config, "profile " + profile.name);
  add(keys, profile.name);
  if (const std::string* const services = find(profile.settings, "services")) {
    const auto section = config.find("services " + *services);
    if (section != config.end()) profile.services = section->second;
  }
  return profile;
}

std::optional<Result<Credentials, CredentialsError>> profile_credentials(const Environment& environment,
                                                                         const std::string& chosen) {
  const Profile profile = load_profile(environment, chosen);
  const auto fault = [&profile](const std::string& what) {
    return Result<Credentials, CredentialsError>(
        failure(CredentialsError{"the profile '" + profile.name + "' " + what + " (" + profile.files + ")"}));
  };
  if (!profile.exists) {
    if (profile.is_chosen) return fault("is in none of the files");
    return std::nullopt;
  }
  const std::string* const access_key_id = find(profile.settings, "aws_access_key_id");
  const std::string* const secret = find(profile.settings, "aws_secret_access_key");
  if (access_key_id != nullptr && secret != nullptr) {
    const std::string* const token = find(profile.settings, "aws_session_token");
    return Credentials{*access_key_id, *secret, token == nullptr ? std::string() : *token, {}};
  }
  if (access_key_id != nullptr || secret != nullptr) {
    return fault("has only one of aws_access_key_id and aws_secret_access_key");
  }
  if (const std::string* const command = find(profile.settings, "credential_process")) {
    return from_process(environment, *command);
  }
  if (const char* const name = beyond_us(profile.settings)) {
    return fault(std::string("gets its credentials by ") + name +
                 ", which is not done here; use a profile with `credential_process = aws configure "
                 "export-credentials --profile " +
                 profile.name + " --format process`");
  }
  if (profile.is_chosen) return fault("has no credentials");
  return std::nullopt;
}

Result<Credentials, CredentialsError> read_credentials(std::string_view json, const std::string& from) {
  const auto fields = read_text_fields(json);
  if (!fields) return failure(CredentialsError{from + " wrote no JSON", true});
  // The machine's endpoint answers with failures as it does with credentials.
  const std::string_view code = field(*fields, "Code");
  if (!code.empty() && code != "Success") {
    return failure(CredentialsError{from + " failed: " + std::string(code), true});
  }
  Credentials credentials;
  credentials.access_key_id = field(*fields, "AccessKeyId");
  credentials.secret_access_key = field(*fields, "SecretAccessKey");
  credentials.session_token = field(*fields, fields->contains("Token") ? "Token" : "SessionToken");
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return failure(CredentialsError{from + " wrote no AccessKeyId and SecretAccessKey"});
  }
  if (const std::string_view expiration = field(*fields, "Expiration"); !expiration.empty()) {
    credentials.expiry = parse_iso_time(expiration);
    if (!credentials.expiry) {
      return failure(CredentialsError{from + " wrote no time as Expiration: " + std::string(expiration)});
    }
  }
  return credentials;
}

}  // namespace lodestone::model
