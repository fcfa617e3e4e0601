#include "model/pattern.h"

#include <stdexcept>
#include <utility>

#include <boost/regex.hpp>

namespace lodestone::model {

// std::regex calls itself once for each character, so that a long text ends the process.
struct Pattern::Expression {
  boost::regex regex;
};

Pattern::Pattern(std::shared_ptr<const Expression> expression) : expression_(std::move(expression)) {}

std::optional<Pattern> Pattern::compile(std::string_view expression) {
  // As in JavaScript without flags: `^` and `$` are the ends of the text, `.` is no end of a line.
  constexpr auto kSyntax = boost::regex::ECMAScript | boost::regex::no_mod_m | boost::regex::no_mod_s;
  try {
    auto made = std::make_shared<Expression>();
    made->regex.assign(expression.data(), expression.data() + expression.size(), kSyntax);
    return Pattern(std::move(made));
  } catch (const boost::regex_error&) {
    return std::nullopt;
  }
}

Pattern::Outcome Pattern::search(std::string_view text) const {
  try {
    const bool found = boost::regex_search(text.data(), text.data() + text.size(), expression_->regex);
    return found ? Outcome::kMatches : Outcome::kMatchesNot;
  } catch (const std::runtime_error&) {
    return Outcome::kTooComplex;
  }
}

}  // namespace lodestone::model
