#include "server/http/auth.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "server/http/router.h"
#include "server/http/text.h"

namespace lodestone::http {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

/// A region becomes part of ARNs: anything that could not be one is not taken.
bool could_be_region(std::string_view text) {
  return !text.empty() && text.size() <= 63 && std::all_of(text.begin(), text.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

/// 20250131T235959Z
bool is_basic_iso_8601(std::string_view text) {
  return text.size() == 16 && all_digits(text.substr(0, 8)) && text[8] == 'T' &&
         all_digits(text.substr(9, 6)) && text[15] == 'Z';
}

/// Splits `keyid/date/region/service/term`; false where it has not these five elements.
bool read_scope(std::string_view credential, Caller& caller) {
  std::array<std::string_view, 5> parts;
  std::size_t count = 0;
  std::string_view rest = credential;
  for (std::string_view piece; next_piece(rest, '/', piece); ++count) {
    if (count == parts.size()) return false;
    parts[count] = piece;
  }
  if (count != parts.size()) return false;
  if (!parts[0].empty()) caller.access_key = parts[0];
  if (could_be_region(parts[2])) caller.region = parts[2];
  if (parts[0].size() == 12 && all_digits(parts[0])) caller.account = parts[0];
  return true;
}

bool signs_host(std::string_view signed_headers) {
  for (std::string_view name; next_piece(signed_headers, ';', name);) {
    if (equals_ignoring_case(trim(name), "host")) return true;
  }
  return false;
}

struct Signature {
  std::string_view algorithm;
  std::string_view credential;
  std::string_view signature;
  std::string_view signed_headers;
  /// X-Amz-Date; empty where only a Date in another form was sent.
  std::string_view date;
};

void fail(Identity& identity, std::string_view name, std::string message) {
  identity.failure = AuthFailure{name, std::move(message)};
}

void check_form(const Signature& parts, Identity& identity) {
  if (parts.algorithm != kAlgorithm) {
    return fail(identity, "IncompleteSignatureException",
                "Unsupported AWS 'algorithm': '" + std::string(parts.algorithm) +
                    "' (only AWS4-HMAC-SHA256 for now). ");
  }
  if (!read_scope(parts.credential, identity.caller)) {
    return fail(identity, "IncompleteSignatureException",
                "Credential must have exactly 5 slash-delimited elements, e.g. "
                "keyid/date/region/service/term, got '" +
                    std::string(parts.credential) + "'");
  }
  if (!parts.date.empty() && !is_basic_iso_8601(parts.date)) {
    return fail(identity, "IncompleteSignatureException",
                "Date must be in ISO-8601 'basic format'. Got '" + std::string(parts.date) +
                    "'. See http://en.wikipedia.org/wiki/ISO_8601");
  }
  if (!signs_host(parts.signed_headers)) {
    return fail(identity, "InvalidSignatureException",
                "'Host' must be a 'SignedHeader' in the AWS Authorization.");
  }
}

void identify_by_header(const Request& request, Identity& identity) {
  const std::string_view header = request.get(Field::kAuthorization);
  Signature parts;
  std::string_view rest = header;
  const std::size_t algorithm_end = header.find_first_of(" \t");
  parts.algorithm = header.substr(0, algorithm_end);
  rest = algorithm_end == std::string_view::npos ? std::string_view() : header.substr(algorithm_end + 1);
  for (std::string_view piece; next_piece(rest, ',', piece);) {
    piece = trim(piece);
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view name = piece.substr(0, equals);
    const std::string_view value = piece.substr(equals + 1);
    if (name == "Credential") {
      parts.credential = value;
    } else if (name == "Signature") {
      parts.signature = value;
    } else if (name == "SignedHeaders") {
      parts.signed_headers = value;
    }
  }
  parts.date = request.get(Field::kAmzDate);

  std::string missing;
  const auto require = [&missing](std::string_view value, std::string_view name) {
    if (value.empty()) missing.append("Authorization header requires '").append(name).append("' parameter. ");
  };
  require(parts.credential, "Credential");
  require(parts.signature, "Signature");
  require(parts.signed_headers, "SignedHeaders");
  if (parts.date.empty() && request.get(Field::kDate).empty()) {
    missing += "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
  }
  if (!missing.empty()) {
    read_scope(parts.credential, identity.caller);
    return fail(identity, "IncompleteSignatureException", missing.append("Authorization=").append(header));
  }
  check_form(parts, identity);
}

int hex_value(char c) {
  if (is_digit(c)) return c - '0';
  const char lower = to_lower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Undoes %XX; an escape that is none stays as it is.
void append_decoded(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      const int high = hex_value(text[i + 1]);
      const int low = hex_value(text[i + 2]);
      if (high >= 0 && low >= 0) {
        out.push_back(static_cast<char>(high * 16 + low));
        i += 2;
        continue;
      }
    }
    out.push_back(text[i]);
  }
}

/// The value of a query's parameter as it stands there, and whether it stands there.
std::optional<std::string_view> query_parameter(std::string_view query, std::string_view name) {
  for (std::string_view piece; next_piece(query, '&', piece);) {
    const std::size_t equals = piece.find('=');
    if (piece.substr(0, equals) != name) continue;
    return equals == std::string_view::npos ? std::string_view() : piece.substr(equals + 1);
  }
  return std::nullopt;
}

void identify_by_query(std::string_view query, Identity& identity) {
  constexpr std::array<std::string_view, 5> kNames = {"X-Amz-Algorithm", "X-Amz-Credential",
                                                      "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"};
  std::array<std::size_t, kNames.size() + 1> ends{};
  std::string missing;
  identity.decoded.clear();
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const std::string_view value = query_parameter(query, kNames[i]).value_or(std::string_view());
    if (value.empty())
      missing.append("AWS query-string parameters must include '").append(kNames[i]).append("'. ");
    append_decoded(value, identity.decoded);
    ends[i + 1] = identity.decoded.size();
  }
  const auto part = [&](std::size_t i) {
    return std::string_view(identity.decoded).substr(ends[i], ends[i + 1] - ends[i]);
  };
  if (!missing.empty()) {
    read_scope(part(1), identity.caller);
    return fail(identity, "IncompleteSignatureException",
                missing.append("Re-examine the query-string parameters."));
  }
  check_form({part(0), part(1), part(2), part(3), part(4)}, identity);
}

}  // namespace

void identify(const Request& request, Identity& identity) {
  identity.caller = Caller{};
  identity.failure.reset();
  const std::string_view query = query_of(request.get(Field::kRequestTarget));
  const bool by_query = !query.empty() && query_parameter(query, "X-Amz-Algorithm").has_value();
  const bool by_header = request.has(Field::kAuthorization);
  if (by_query && by_header) {
    return fail(identity, "InvalidSignatureException",
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.");
  }
  if (by_query) return identify_by_query(query, identity);
  if (!request.get(Field::kAuthorization).starts_with("AWS4-")) {
    return fail(identity, "MissingAuthenticationTokenException", "Request is missing Authentication Token");
  }
  identify_by_header(request, identity);
}

}  // namespace lodestone::http
