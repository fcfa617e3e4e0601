#include "storage/rows.h"

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/item_codec.h"
#include "storage/key_codec.h"

namespace lodestone {
namespace {

/// A table with sort key, a local index that holds keys and `x`, a global one of several attributes, and an
/// expiry.
TableLayout layout() {
  TableLayout table;
  table.space = 1;
  table.key = {{{"pk", Type::kS}}, {{"sk", Type::kN}}};
  IndexLayout local;
  local.name = "local";
  local.space = 2;
  local.key = {{{"pk", Type::kS}}, {{"l", Type::kS}}};
  local.projection = ProjectionType::kInclude;
  local.included = {"x"};
  local.projected = {"l", "pk", "sk", "x"};
  IndexLayout global;
  global.name = "global";
  global.space = 3;
  global.global = true;
  global.key = {{{"g", Type::kS}, {"h", Type::kN}}, {{"sk", Type::kN}}};
  table.indexes = {local, global};
  table.expiry_space = 4;
  table.expiry_attribute = "until";
  return table;
}

class Rows : public ::testing::Test {
 protected:
  ItemState state(std::string_view json) {
    const auto item = decode_item(arena.copy(json), arena);
    EXPECT_TRUE(item) << json;
    std::string stored;
    encode_item(stored, *item, size_bytes(*item));
    return {*item, arena.copy(std::string_view(stored)), size_bytes(*item)};
  }
  std::string key(const ItemState& item) {
    std::string out;
    make_item_key(out, table, *key_values(table.key, item.item, arena));
    return out;
  }
  /// Writes the change from one to the other into `rows`.
  std::vector<IndexChange> change(const ItemState* before, const ItemState* after) {
    Batch batch;
    std::vector<IndexChange> changes;
    append_row_changes(batch, table, key(after != nullptr ? *after : *before), before, after, arena, changes);
    batch.for_each([&](Batch::Change kind, std::string_view row, std::string_view value) {
      if (kind == Batch::Change::kPut) {
        rows[std::string(row)] = value;
      } else {
        EXPECT_EQ(rows.erase(std::string(row)), 1U);
      }
    });
    return changes;
  }
  /// The JSON of the rows of one space.
  std::vector<std::string> in_space(SpaceId space) {
    std::string prefix;
    append_space(prefix, space);
    std::vector<std::string> found;
    for (const auto& [row, value] : rows) {
      if (row.starts_with(prefix)) found.push_back(value.empty() ? "-" : std::string(open_item(value)->json));
    }
    return found;
  }

  Arena arena;
  TableLayout table = layout();
  std::map<std::string, std::string> rows;
};

using Texts = std::vector<std::string>;

TEST_F(Rows, FollowAnItemThroughItsLife) {
  const ItemState plain = state(R"({"pk":{"S":"p"},"sk":{"N":"1"}})");
  const ItemState full = state(
      R"({"g":{"S":"g"},"h":{"N":"2"},"l":{"S":"l"},"pk":{"S":"p"},"sk":{"N":"1"},"until":{"N":"99"},"x":{"S":"x"},"y":{"S":"y"}})");
  const ItemState other = state(
      R"({"g":{"S":"g"},"h":{"N":"2"},"l":{"S":"l"},"pk":{"S":"p"},"sk":{"N":"1"},"until":{"N":"98.7"},"x":{"S":"x"},"y":{"S":"z"}})");
  const ItemState moved = state(
      R"({"g":{"S":"g"},"h":{"N":"3"},"l":{"N":"1"},"pk":{"S":"p"},"sk":{"N":"1"},"until":{"S":"98"},"y":{"S":"z"}})");

  EXPECT_TRUE(change(nullptr, &plain).empty());
  EXPECT_EQ(in_space(1), Texts{std::string(open_item(plain.stored)->json)});
  EXPECT_EQ(rows.size(), 1U);

  auto changes = change(&plain, &full);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].old_bytes, 0U);
  EXPECT_EQ(changes[0].new_bytes, size_bytes(project_to_index(table.indexes[0], full.item, arena)));
  EXPECT_EQ(changes[1].new_bytes, full.size_bytes);
  EXPECT_EQ(in_space(2), Texts{R"({"l":{"S":"l"},"pk":{"S":"p"},"sk":{"N":"1"},"x":{"S":"x"}})"});
  EXPECT_EQ(in_space(3), Texts{std::string(open_item(full.stored)->json)});
  EXPECT_EQ(in_space(4), Texts{"-"});

  changes = change(&full, &other);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_FALSE(changes[0].changed);
  EXPECT_TRUE(changes[1].changed);
  EXPECT_FALSE(changes[1].moved);
  EXPECT_EQ(rows.size(), 4U);

  changes = change(&other, &moved);
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].new_bytes, 0U);
  EXPECT_TRUE(changes[1].moved);
  EXPECT_EQ(rows.size(), 2U);
  EXPECT_EQ(in_space(3), Texts{std::string(open_item(moved.stored)->json)});

  change(&moved, nullptr);
  EXPECT_TRUE(rows.empty());
}

TEST_F(Rows, TellTheirKeys) {
  const ItemState full =
      state(R"({"g":{"S":"g"},"h":{"N":"-2.5"},"l":{"S":""},"pk":{"S":"p"},"sk":{"N":"1"}})");
  EXPECT_FALSE(make_index_row(table, table.indexes[0], full, arena)) << "an empty value is no key";
  const auto row = make_index_row(table, table.indexes[1], full, arena);
  ASSERT_TRUE(row);
  std::string json;
  append_json(json, *read_row_key(row->key, table, &table.indexes[1], arena));
  EXPECT_EQ(json, R"({"g":{"S":"g"},"h":{"N":"-2.5"},"pk":{"S":"p"},"sk":{"N":"1"}})");
  json.clear();
  append_json(json, *read_row_key(key(full), table, nullptr, arena));
  EXPECT_EQ(json, R"({"pk":{"S":"p"},"sk":{"N":"1"}})");
  for (std::size_t length = 0; length < row->key.size(); ++length) {
    EXPECT_FALSE(read_row_key(row->key.substr(0, length), table, &table.indexes[1], arena)) << length;
  }
  EXPECT_FALSE(read_row_key(std::string(row->key) + "x", table, &table.indexes[1], arena));
}

TEST_F(Rows, RefuseKeysThatGiveAnAttributeTwoValues) {
  table.indexes[1].key = {{{"sk", Type::kN}}, {}};
  const auto key_of = [&](const char* in_index, const char* in_table) {
    std::string row;
    append_partition(row, table.indexes[1].space, std::vector{Value::number(in_index)});
    append_key_element(row, Value::string("p"));
    append_key_element(row, Value::number(in_table));
    return row;
  };
  EXPECT_TRUE(read_row_key(key_of("1", "1"), table, &table.indexes[1], arena));
  EXPECT_FALSE(read_row_key(key_of("1", "2"), table, &table.indexes[1], arena));
}

TEST_F(Rows, LeaveOutKeysThatAreTooLong) {
  const auto with_l = [&](std::size_t bytes) {
    return state(R"({"l":{"S":")" + std::string(bytes, 'x') + R"("},"pk":{"S":"p"},"sk":{"N":"1"}})");
  };
  EXPECT_TRUE(make_index_row(table, table.indexes[0], with_l(1024), arena));
  EXPECT_FALSE(make_index_row(table, table.indexes[0], with_l(1025), arena));
}

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/howitworks-ttl.html
TEST_F(Rows, KnowWhenItemsExpire) {
  const auto expiry = [&](const std::string& value) {
    return expiry_of(table, state(R"({"pk":{"S":"p"},"sk":{"N":"1"},"until":)" + value + "}").item);
  };
  EXPECT_EQ(expiry(R"({"N":"1700000000"})"), 1'700'000'000U);
  EXPECT_EQ(expiry(R"({"N":"1700000000.999"})"), 1'700'000'000U);
  EXPECT_EQ(expiry(R"({"N":"0"})"), 0U);
  for (const char* value :
       {R"({"N":"-1"})", R"({"S":"1700000000"})", R"({"N":"99999999999999999999999"})", R"({"NULL":true})"}) {
    EXPECT_FALSE(expiry(value)) << value;
  }
  std::string early;
  std::string late;
  make_expiry_key(early, 4, 255, "zzz");
  make_expiry_key(late, 4, 256, "aaa");
  EXPECT_LT(early, late);
  const auto read = read_expiry_key(late);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seconds, 256U);
  EXPECT_EQ(read->item_key, "aaa");
  EXPECT_FALSE(read_expiry_key("short"));
}

}  // namespace
}  // namespace lodestone
