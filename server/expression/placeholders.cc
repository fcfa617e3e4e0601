#include "server/expression/placeholders.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

namespace lodestone {
namespace {

/// Up to here comparing with every entry is faster than searching.
constexpr std::size_t kFewEntries = 16;

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

Result<void, ExpressionError> check_key(char sign, std::string_view parameter, std::string_view key) {
  const bool valid =
      key.size() > 1 && key.front() == sign && std::all_of(key.begin() + 1, key.end(), is_word_character);
  if (valid) return {};
  return failure(ExpressionError{std::string(parameter) + " contains invalid key: Syntax error; key: \"" +
                                 std::string(key) + '"'});
}

template <class Entry>
Entry* look_up(std::span<Entry> entries, std::vector<std::uint32_t>& order, std::string_view placeholder) {
  if (entries.size() <= kFewEntries) {
    for (Entry& entry : entries) {
      if (entry.placeholder == placeholder) return &entry;
    }
    return nullptr;
  }
  if (order.empty()) {
    order.resize(entries.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
      return entries[a].placeholder < entries[b].placeholder;
    });
  }
  const auto at = std::lower_bound(
      order.begin(), order.end(), placeholder,
      [&](std::uint32_t index, std::string_view text) { return entries[index].placeholder < text; });
  return at != order.end() && entries[*at].placeholder == placeholder ? &entries[*at] : nullptr;
}

template <class Entry>
Result<void, ExpressionError> check_used(std::span<Entry> entries, std::string_view parameter) {
  std::string unused;
  for (const Entry& entry : entries) {
    if (entry.used) continue;
    if (!unused.empty()) unused += ", ";
    unused += entry.placeholder;
  }
  if (unused.empty()) return {};
  return failure(ExpressionError{"Value provided in " + std::string(parameter) +
                                 " unused in expressions: keys: {" + unused + '}'});
}

}  // namespace

Result<void, ExpressionError> check_name_key(std::string_view key) {
  return check_key('#', "ExpressionAttributeNames", key);
}

Result<void, ExpressionError> check_value_key(std::string_view key) {
  return check_key(':', "ExpressionAttributeValues", key);
}

const NamePlaceholder* Placeholders::use_name(std::string_view placeholder) {
  NamePlaceholder* entry = look_up(names_, name_order_, placeholder);
  if (entry != nullptr) entry->used = true;
  return entry;
}

const Value* Placeholders::use_value(std::string_view placeholder) {
  ValuePlaceholder* entry = look_up(values_, value_order_, placeholder);
  if (entry == nullptr) return nullptr;
  entry->used = true;
  return &entry->value;
}

Result<void, ExpressionError> Placeholders::check_all_used() const {
  LODESTONE_TRY(check_used(names_, "ExpressionAttributeNames"));
  return check_used(values_, "ExpressionAttributeValues");
}

}  // namespace lodestone
