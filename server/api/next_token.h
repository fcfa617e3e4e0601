/// NextToken: where a statement's read goes on.
///
/// It holds the statement's fingerprint, so that it serves no other one, and a place that the statement's own
/// reads have to confirm: a token is a client's text. Pure functions. Source:
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ExecuteStatement.html
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lodestone {

struct NextToken {
  std::uint64_t statement = 0;
  /// Which of the statement's reads.
  std::uint32_t read = 0;
  /// The row after which it goes on; empty: at its beginning.
  std::string row;
};

/// Appends the token as a JSON string.
void append_next_token(std::string& out, const NextToken& token);

/// nullopt for what is no token.
[[nodiscard]] std::optional<NextToken> read_next_token(std::string_view text);

}  // namespace lodestone
