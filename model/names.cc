#include "model/names.h"

#include <algorithm>
#include <vector>

namespace lodestone::model::detail {
namespace {

/// "Role::ADMIN" -> "ADMIN"; "(Role)7" -> nothing: there is no such enumerator.
std::string_view name_of_value(std::string_view spelled) {
  const std::string_view name = spelled.substr(spelled.find_last_of(":)") + 1);
  const bool is_number = name.empty() || name[0] == '-' || (name[0] >= '0' && name[0] <= '9');
  return is_number ? std::string_view() : name;
}

}  // namespace

std::span<const std::string_view> read_enumerators(std::string_view spelled) {
  // g++ says "V = {Role::ADMIN, (Role)1}]", clang "V = <Role::ADMIN, (Role)1>]".
  constexpr std::string_view kList = "V = ";
  spelled.remove_prefix(spelled.rfind(kList) + kList.size() + 1);
  std::vector<std::string_view> names;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < spelled.size() && depth >= 0; ++i) {
    const char c = spelled[i];
    if (c == '<' || c == '(' || c == '{') ++depth;
    if (c == '>' || c == ')' || c == '}') --depth;
    // What closes the list ends its last name.
    if ((c != ',' || depth != 0) && depth >= 0) continue;
    names.push_back(name_of_value(spelled.substr(begin, i - begin)));
    begin = i + 1;
  }
  auto* const kept = new std::string_view[names.size()];
  std::copy(names.begin(), names.end(), kept);
  return {kept, names.size()};
}

}  // namespace lodestone::model::detail
