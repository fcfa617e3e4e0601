#include "model/explain.h"

#include <algorithm>

#include "model/js_text.h"
#include "model/json.h"

namespace lodestone::model {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/// The expression with what its placeholders stand for.
std::string readable(std::string_view expression, const Placeholders& placeholders) {
  std::string text;
  while (!expression.empty()) {
    const char first = expression.front();
    if (first != '#' && first != ':') {
      text += first;
      expression.remove_prefix(1);
      continue;
    }
    const auto* const end = std::find_if_not(expression.begin() + 1, expression.end(), is_word);
    const std::string_view placeholder(expression.begin(),
                                       static_cast<std::size_t>(end - expression.begin()));
    expression.remove_prefix(placeholder.size());
    if (first == ':') {
      if (const Value* const value = placeholders.values().find(placeholder)) append_plain_json(text, *value);
      continue;
    }
    for (const auto& [name, field] : placeholders.names()) {
      if (name == placeholder) text += field;
    }
  }
  return text;
}

}  // namespace

Plan plan_of(const Request& request, bool hydrates) {
  return {.operation = request.operation,
          .index_name = request.index_name,
          .key_condition = readable(request.key_condition_expression, request.placeholders),
          .filter = readable(request.filter_expression, request.placeholders),
          .hydrates = hydrates};
}

std::string to_string(const Plan& plan) {
  std::string text = plan.operation + " of " + (plan.index_name.empty() ? "the table" : plan.index_name);
  if (!plan.key_condition.empty()) text += ": " + plan.key_condition;
  if (!plan.filter.empty()) text += "; filter: " + plan.filter;
  if (plan.hydrates) text += "; then the items from the table";
  return text;
}

std::string to_string(const Explanation& explanation) {
  const Cost& cost = explanation.cost;
  std::string text = to_string(explanation.plan) + "; ";
  append_number_text(text, cost.capacity_units);
  text += " units in " + std::to_string(cost.requests) + (cost.requests == 1 ? " request: " : " requests: ") +
          std::to_string(cost.items_given) + " of " + std::to_string(cost.items_read) + " items";
  return text;
}

}  // namespace lodestone::model
