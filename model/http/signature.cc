#include "model/http/signature.h"

#include <algorithm>
#include <utility>
#include <vector>

#include <openssl/evp.h>
#include <openssl/hmac.h>

namespace lodestone::model {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

void append_hex(std::string& out, std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const unsigned char byte : bytes) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
}

void append_sha256(std::string& out, std::string_view text) {
  std::array<unsigned char, 32> digest;
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  append_hex(out, digest);
}

SigningKey hmac(std::span<const unsigned char> key, std::string_view text) {
  SigningKey digest;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data(), nullptr);
  return digest;
}

char to_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
         c == '_' || c == '~';
}

/// Percent-escapes what is neither unreserved nor `kept`.
void append_escaped(std::string& out, std::string_view text, std::string_view kept) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (const char c : text) {
    if (is_unreserved(c) || kept.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.append({'%', kDigits[byte >> 4], kDigits[byte & 15]});
    }
  }
}

/// Without ".", ".." and empty segments; what was escaped for sending is escaped once more, as every service
/// but S3 does.
void append_path(std::string& out, std::string_view path) {
  std::vector<std::string_view> segments;
  for (std::string_view rest = path; !rest.empty();) {
    const std::size_t end = std::min(rest.find('/'), rest.size());
    const std::string_view segment = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (segment.empty() || segment == ".") continue;
    if (segment != "..") {
      segments.push_back(segment);
    } else if (!segments.empty()) {
      segments.pop_back();
    }
  }
  for (const std::string_view segment : segments) {
    out.push_back('/');
    append_escaped(out, segment, "");
  }
  if (segments.empty() || path.ends_with('/')) out.push_back('/');
}

void append_query(std::string& out, std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  for (std::string_view rest = query; !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view parameter = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (parameter.empty()) continue;
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    auto& [name, value] = parameters.emplace_back();
    // A query is sent escaped: its percent signs stay.
    append_escaped(name, parameter.substr(0, equals), "%");
    append_escaped(value, parameter.substr(std::min(equals + 1, parameter.size())), "%");
  }
  std::sort(parameters.begin(), parameters.end());
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    out.append(i == 0 ? "" : "&").append(parameters[i].first).append("=").append(parameters[i].second);
  }
}

/// Without blanks at its ends, and with one for each run of them inside.
void append_header_value(std::string& out, std::string_view value) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  const std::size_t begin = out.size();
  for (const char c : value) {
    if (!is_blank(c)) {
      out.push_back(c);
    } else if (out.size() > begin && out.back() != ' ') {
      out.push_back(' ');
    }
  }
  if (out.size() > begin && out.back() == ' ') out.pop_back();
}

}  // namespace

std::string canonical_request(const RequestToSign& request, std::string& signed_headers) {
  std::vector<std::pair<std::string, std::string_view>> headers;
  headers.reserve(request.headers.size());
  for (const Header& header : request.headers) {
    std::string& name = headers.emplace_back(header.name, header.value).first;
    std::transform(name.begin(), name.end(), name.begin(), to_lower);
  }
  std::stable_sort(headers.begin(), headers.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });

  std::string text(request.method);
  text.push_back('\n');
  append_path(text, request.path);
  text.push_back('\n');
  append_query(text, request.query);
  text.push_back('\n');
  signed_headers.clear();
  for (std::size_t i = 0; i < headers.size();) {
    const std::string& name = headers[i].first;
    signed_headers.append(i == 0 ? "" : ";").append(name);
    text.append(name).push_back(':');
    append_header_value(text, headers[i].second);
    // One that is sent several times is one with several values.
    for (++i; i < headers.size() && headers[i].first == name; ++i) {
      text.push_back(',');
      append_header_value(text, headers[i].second);
    }
    text.push_back('\n');
  }
  text.append("\n").append(signed_headers).append("\n");
  append_sha256(text, request.body);
  return text;
}

std::string string_to_sign(std::string_view time, std::string_view scope,
                           std::string_view canonical_request) {
  std::string text(kAlgorithm);
  text.append("\n").append(time).append("\n").append(scope).append("\n");
  append_sha256(text, canonical_request);
  return text;
}

SigningKey signing_key(std::string_view secret_access_key, std::string_view date, std::string_view region,
                       std::string_view service) {
  const std::string start = "AWS4" + std::string(secret_access_key);
  const SigningKey of_date = hmac({reinterpret_cast<const unsigned char*>(start.data()), start.size()}, date);
  return hmac(hmac(hmac(of_date, region), service), "aws4_request");
}

std::string signature(const SigningKey& key, std::string_view string_to_sign) {
  std::string text;
  append_hex(text, hmac(key, string_to_sign));
  return text;
}

Signer::Signer(std::string region, std::string service)
    : region_(std::move(region)), service_(std::move(service)) {}

SigningKey Signer::day_key(const Credentials& credentials, std::string_view date) {
  const std::lock_guard lock(mutex_);
  if (day_key_.date != date || day_key_.secret_access_key != credentials.secret_access_key) {
    day_key_ = {std::string(date), credentials.secret_access_key,
                signing_key(credentials.secret_access_key, date, region_, service_)};
  }
  return day_key_.key;
}

std::string Signer::authorization(const Credentials& credentials, std::string_view time,
                                  const RequestToSign& request) {
  const std::string_view date = time.substr(0, 8);
  std::string scope(date);
  scope.append("/").append(region_).append("/").append(service_).append("/aws4_request");
  std::string signed_headers;
  const std::string canonical = canonical_request(request, signed_headers);

  std::string text(kAlgorithm);
  text.append(" Credential=").append(credentials.access_key_id).append("/").append(scope);
  text.append(", SignedHeaders=").append(signed_headers).append(", Signature=");
  text.append(signature(day_key(credentials, date), string_to_sign(time, scope, canonical)));
  return text;
}

}  // namespace lodestone::model
