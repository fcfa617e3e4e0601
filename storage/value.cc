#include "storage/value.h"

#include <algorithm>
#include <array>

#include "storage/number.h"

namespace lodestone {
namespace {

constexpr std::array<std::string_view, 10> kTypeNames = {"S",  "N",    "B",    "SS", "NS",
                                                         "BS", "BOOL", "NULL", "L",  "M"};

}  // namespace

std::string_view type_name(Type type) { return kTypeNames[static_cast<std::size_t>(type)]; }

std::optional<Type> type_named(std::string_view name) {
  switch (name.size()) {
    case 1:
      switch (name[0]) {
        case 'S':
          return Type::kS;
        case 'N':
          return Type::kN;
        case 'B':
          return Type::kB;
        case 'L':
          return Type::kL;
        case 'M':
          return Type::kM;
        default:
          return std::nullopt;
      }
    case 2:
      if (name[1] != 'S') return std::nullopt;
      switch (name[0]) {
        case 'S':
          return Type::kSS;
        case 'N':
          return Type::kNS;
        case 'B':
          return Type::kBS;
        default:
          return std::nullopt;
      }
    case 4:
      if (name == "BOOL") return Type::kBool;
      if (name == "NULL") return Type::kNull;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

const Value* find(Item item, std::string_view name) {
  constexpr std::size_t kLinear = 16;
  if (item.size() <= kLinear) {
    for (const Attribute& attribute : item) {
      if (attribute.name == name) return &attribute.value;
    }
    return nullptr;
  }
  const auto at =
      std::lower_bound(item.begin(), item.end(), name,
                       [](const Attribute& attribute, std::string_view key) { return attribute.name < key; });
  return at != item.end() && at->name == name ? &at->value : nullptr;
}

bool operator==(const Value& a, const Value& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case Type::kS:
    case Type::kN:
    case Type::kB:
      return a.text() == b.text();
    case Type::kBool:
      return a.truth() == b.truth();
    case Type::kNull:
      return true;
    case Type::kSS:
    case Type::kNS:
    case Type::kBS:
      return std::ranges::equal(a.elements(), b.elements());
    case Type::kL:
      return std::ranges::equal(a.list(), b.list());
    case Type::kM:
      return std::ranges::equal(a.map(), b.map(), [](const Attribute& x, const Attribute& y) {
        return x.name == y.name && x.value == y.value;
      });
  }
  return false;
}

int compare(const Value& a, const Value& b) {
  return a.type() == Type::kN ? compare_numbers(a.text(), b.text()) : a.text().compare(b.text());
}

bool set_less(Type set, std::string_view a, std::string_view b) {
  return set == Type::kNS ? compare_numbers(a, b) < 0 : a < b;
}

std::size_t size_bytes(const Value& value) {
  constexpr std::size_t kContainer = 3;
  constexpr std::size_t kPerElement = 1;
  std::size_t size = 0;
  switch (value.type()) {
    case Type::kS:
    case Type::kB:
      return value.text().size();
    case Type::kN:
      return number_size_bytes(value.text());
    case Type::kBool:
    case Type::kNull:
      return 1;
    case Type::kSS:
    case Type::kBS:
      for (const std::string_view element : value.elements()) size += element.size();
      return size;
    case Type::kNS:
      for (const std::string_view element : value.elements()) size += number_size_bytes(element);
      return size;
    case Type::kL:
      size = kContainer;
      for (const Value& element : value.list()) size += kPerElement + size_bytes(element);
      return size;
    case Type::kM:
      return kContainer + kPerElement * value.map().size() + size_bytes(value.map());
  }
  return size;
}

std::size_t size_bytes(Item item) {
  std::size_t size = 0;
  for (const Attribute& attribute : item) size += attribute.name.size() + size_bytes(attribute.value);
  return size;
}

}  // namespace lodestone
