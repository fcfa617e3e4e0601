/// Regular expressions, as strings are checked by.
///
/// Immutable; thread-safe. Texts come from strangers: matching uses bounded memory and time, whatever they
/// are.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

namespace lodestone::model {

class Pattern {
 public:
  enum class Outcome : std::uint8_t {
    kMatches,
    kMatchesNot,
    /// The expression has too many ways to match the text.
    kTooComplex,
  };

  /// ECMAScript's expressions, by bytes; nullopt: it is none.
  [[nodiscard]] static std::optional<Pattern> compile(std::string_view expression);

  /// Whether a part of the text matches.
  [[nodiscard]] Outcome search(std::string_view text) const;

 private:
  struct Expression;
  explicit Pattern(std::shared_ptr<const Expression> expression);

  std::shared_ptr<const Expression> expression_;
};

}  // namespace lodestone::model
