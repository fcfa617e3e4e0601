/// Requests with PartiQL for the tests of the engine: the statement as it is written in the developer guide,
/// the rest of a request as JSON with ' for ".
#pragma once

#include <string>
#include <string_view>

#include "tests/api/database_fixture.h"

namespace lodestone::testing {

/// A JSON string without quotes of either kind in it.
[[nodiscard]] inline std::string json_string(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\'' || c == '"' || c == '\\' || static_cast<unsigned char>(c) < ' ') {
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    } else {
      out += c;
    }
  }
  return out + '"';
}

/// `{"Statement":…<more>}`; `more` begins with a comma.
[[nodiscard]] inline std::string statement(std::string_view text, std::string_view more = "") {
  return "{'Statement':" + json_string(text) + std::string(more) + "}";
}

/// `,"Parameters":[…]`
[[nodiscard]] inline std::string parameters(std::string_view values) {
  return ",'Parameters':[" + std::string(values) + "]";
}

class Statements : public OnBothStores {
 protected:
  std::string answer(std::string_view text, std::string_view more = "") {
    return database.answer("ExecuteStatement", statement(text, more));
  }
  std::string ok(std::string_view text, std::string_view more = "") {
    return database.ok("ExecuteStatement", statement(text, more));
  }
  /// The items of the reply, canonical.
  std::string items(std::string_view text, std::string_view more = "") {
    return at(ok(text, more), "/Items");
  }
};

inline const std::string kValidation = "ValidationException: ";

}  // namespace lodestone::testing
