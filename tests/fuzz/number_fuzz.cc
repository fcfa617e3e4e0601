/// Any bytes as a number, and two of them added and compared. What is accepted must be canonical, keep its
/// value as a key, and be ordered alike by value, by text and by key.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "storage/key_codec.h"
#include "storage/number.h"

namespace lodestone {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

int sign(int order) { return (order > 0) - (order < 0); }

std::string key_of(std::string_view number) {
  std::string key;
  append_key_element(key, Value::number(number));
  return key;
}

void check_one(const Decimal& number, std::string_view text) {
  const std::string canonical = to_string(number);
  require(!canonical.empty() && canonical.size() <= kMaxNumberText);
  const auto again = parse_number(canonical);
  require(again.ok() && compare(*again, number) == 0 && to_string(*again) == canonical);
  if (is_plainly_canonical(text)) require(text == canonical);
  require(number_size_bytes(canonical) >= 1 && number_size_bytes(canonical) <= 22);

  const std::string key = key_of(canonical);
  Arena arena;
  std::string_view rest = key;
  const auto read = read_key_element(rest, Type::kN, arena);
  require(read && rest.empty() && read->text() == canonical);
}

void check_two(const Decimal& a, const Decimal& b) {
  const std::string first = to_string(a);
  const std::string second = to_string(b);
  const int order = sign(compare(a, b));
  require(order == -sign(compare(b, a)));
  require(order == sign(compare_numbers(first, second)));
  require(order == sign(key_of(first).compare(key_of(second))));
  require((order == 0) == (first == second));
  const auto sum = add(a, b);
  const auto mirrored = add(b, a);
  require(sum.ok() == mirrored.ok());
  if (!sum.ok()) return;
  require(compare(*sum, *mirrored) == 0);
  check_one(*sum, {});
  const auto back = subtract(*sum, b);
  if (back.ok()) require(compare(*back, a) == 0);
  if (const auto none = subtract(a, a); none.ok()) require(to_string(*none) == "0");
}

}  // namespace
}  // namespace lodestone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lodestone;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t blank = input.find(' ');
  const std::string_view first = input.substr(0, blank);
  const auto a = parse_number(first);
  if (!a.ok()) return 0;
  check_one(*a, first);
  if (blank == std::string_view::npos) return 0;
  const std::string_view second = input.substr(blank + 1);
  const auto b = parse_number(second);
  if (!b.ok()) return 0;
  check_one(*b, second);
  check_two(*a, *b);
  return 0;
}
