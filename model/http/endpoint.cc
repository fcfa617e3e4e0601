#include "model/http/endpoint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace lodestone::model {
namespace {

constexpr std::uint16_t kHttpPort = 80;
constexpr std::uint16_t kHttpsPort = 443;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Amazon's partitions: how their regions begin, and their domain.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kDomains = {{
    {"cn-", "amazonaws.com.cn"},
    {"eusc-", "amazonaws.eu"},
    {"us-iso-", "c2s.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov"},
    {"us-isof-", "csp.hci.ic.gov"},
    {"eu-isoe-", "cloud.adc-e.uk"},
    {"", "amazonaws.com"},
}};

/// "eu-west-1", "us-gov-west-1": letters, at least one more word, a number.
bool looks_like_region(std::string_view text) {
  std::size_t words = 0;
  while (true) {
    const std::size_t end = std::min(text.find('-'), text.size());
    const std::string_view word = text.substr(0, end);
    if (end == text.size()) {
      return words >= 2 && !word.empty() && std::all_of(word.begin(), word.end(), is_digit);
    }
    if (word.empty() || !std::all_of(word.begin(), word.end(), is_lower)) return false;
    ++words;
    text.remove_prefix(end + 1);
  }
}

bool is_host_character(char c) {
  return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
}

/// Visible characters of ASCII without those that end a path.
bool is_path_character(char c) { return c > ' ' && c < 0x7F && c != '?' && c != '#'; }

}  // namespace

std::string Endpoint::authority() const {
  std::string text = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? kHttpsPort : kHttpPort)) text += ":" + std::to_string(port);
  return text;
}

bool Endpoint::is_amazons() const {
  return host.ends_with(".api.aws") ||
         std::any_of(kDomains.begin(), kDomains.end(), [this](const auto& domain) {
           return host.ends_with(domain.second) && host.size() > domain.second.size() &&
                  host[host.size() - domain.second.size() - 1] == '.';
         });
}

std::optional<std::string> Endpoint::region() const {
  if (!is_amazons()) return std::nullopt;
  for (std::string_view rest = host; !rest.empty();) {
    const std::size_t end = std::min(rest.find('.'), rest.size());
    if (looks_like_region(rest.substr(0, end))) return std::string(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return std::nullopt;
}

Result<Endpoint, std::string> parse_endpoint(std::string_view url) {
  const auto fault = [url](std::string_view what) {
    return failure("the endpoint '" + std::string(url) + "' " + std::string(what));
  };
  Endpoint endpoint;
  std::string_view rest = url;
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    endpoint.tls = false;
    endpoint.port = kHttpPort;
  } else {
    return fault("begins with neither http:// nor https://");
  }
  const std::size_t slash = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, slash);
  if (const std::string_view path = rest.substr(slash); !path.empty()) {
    if (path[0] != '/' || !std::all_of(path.begin(), path.end(), is_path_character)) {
      return fault("has more than a path behind its host");
    }
    endpoint.path = path;
  }

  std::string_view port;
  if (authority.starts_with('[')) {
    const std::size_t close = authority.find(']');
    if (close == std::string_view::npos) return fault("has no ] behind its address");
    endpoint.host = authority.substr(1, close - 1);
    const bool is_address = std::all_of(endpoint.host.begin(), endpoint.host.end(), [](char c) {
      return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == ':' || c == '.';
    });
    if (!is_address) return fault("has no address between its brackets");
    port = authority.substr(close + 1);
  } else {
    const std::size_t colon = std::min(authority.find(':'), authority.size());
    endpoint.host = authority.substr(0, colon);
    port = authority.substr(colon);
    if (!std::all_of(endpoint.host.begin(), endpoint.host.end(), is_host_character)) {
      return fault("has characters in its host that no host has");
    }
  }
  if (endpoint.host.empty()) return fault("has no host");
  if (!port.empty()) {
    const auto [end, error] = std::from_chars(port.data() + 1, port.data() + port.size(), endpoint.port);
    if (port[0] != ':' || error != std::errc() || end != port.data() + port.size() || endpoint.port == 0) {
      return fault("has no port between 1 and 65535");
    }
  }
  return endpoint;
}

Result<Endpoint, std::string> amazons_endpoint(std::string_view region) {
  if (!looks_like_region(region))
    return failure("'" + std::string(region) + "' is no region such as eu-west-1");
  const auto* const domain = std::find_if(kDomains.begin(), kDomains.end(), [region](const auto& candidate) {
    return region.starts_with(candidate.first);
  });
  Endpoint endpoint;
  endpoint.host = "dynamodb." + std::string(region) + "." + std::string(domain->second);
  return endpoint;
}

}  // namespace lodestone::model
