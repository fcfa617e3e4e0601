/// Any bytes as what the store may hold: an item, a row's key, an expiry row. The first byte chooses. Damaged
/// bytes are refused; what is accepted can be written again and comes back the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "storage/item_codec.h"
#include "storage/rows.h"

namespace lodestone {
namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void fuzz_item(std::string_view json) {
  Arena arena;
  const auto item = decode_item(json, arena);
  if (!item) return;
  // Escapes have several spellings; the one that is written is stable.
  std::string written;
  encode_item(written, *item, 77);
  const auto opened = open_item(written);
  require(opened && opened->size_bytes == 77);
  const auto again = decode_item(opened->json, arena);
  require(again && Value::map(*again) == Value::map(*item) && size_bytes(*again) == size_bytes(*item));
  std::string twice;
  append_json(twice, *again);
  require(twice == opened->json);
}

TableLayout layout() {
  TableLayout table;
  table.space = 1;
  table.key = {{{"pk", Type::kS}}, {{"sk", Type::kN}}};
  IndexLayout global;
  global.name = "global";
  global.space = 2;
  global.global = true;
  global.key = {{{"a", Type::kB}, {"b", Type::kN}}, {{"c", Type::kS}, {"sk", Type::kN}}};
  IndexLayout local;
  local.name = "local";
  local.space = 3;
  local.key = {{{"pk", Type::kS}}, {{"l", Type::kB}}};
  table.indexes = {global, local};
  return table;
}

void fuzz_row_key(std::string_view key, const TableLayout& table, const IndexLayout* index) {
  Arena arena;
  const auto attributes = read_row_key(key, table, index, arena);
  if (!attributes) return;
  const auto table_values = key_values(table.key, *attributes, arena);
  const auto index_values = index != nullptr ? key_values(index->key, *attributes, arena) : table_values;
  if (!table_values || !index_values) return;
  std::string made;
  if (index != nullptr) {
    make_index_key(made, table, *index, *index_values, *table_values);
  } else {
    make_item_key(made, table, *table_values);
  }
  const auto again = read_row_key(made, table, index, arena);
  require(again && Value::map(*again) == Value::map(*attributes));
}

}  // namespace
}  // namespace lodestone

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lodestone;
  if (size == 0) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  static const TableLayout table = layout();
  switch (data[0] % 5) {
    case 0:
      fuzz_item(input);
      break;
    case 1:
      if (const auto stored = open_item(input)) fuzz_item(stored->json);
      break;
    case 2:
      fuzz_row_key(input, table, nullptr);
      break;
    case 3:
      fuzz_row_key(input, table, &table.indexes[0]);
      fuzz_row_key(input, table, &table.indexes[1]);
      break;
    default:
      if (const auto expiry = read_expiry_key(input)) {
        std::string made;
        make_expiry_key(made, table.space, expiry->seconds, expiry->item_key);
        require(std::string_view(made).substr(kSpaceBytes) == input.substr(kSpaceBytes));
      }
      break;
  }
  return 0;
}
