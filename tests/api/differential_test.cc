// Random tables, items, updates, conditions and reads, held against a small obvious model
// (tests/api/reference_table.h, random_expressions.h). A failure names its seed; the same seed makes the same
// requests.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "tests/api/database_fixture.h"
#include "tests/api/random_expressions.h"
#include "tests/api/random_key_query.h"
#include "tests/api/reference_table.h"

namespace lodestone::testing {
namespace {

using reference::Condition;
using reference::Index;
using reference::Item;
using reference::KeyAttribute;
using reference::Kind;
using reference::Placeholders;
using reference::Random;
using reference::Schema;
using reference::Value;

/// A table of random shape: keys of any type, local and global indexes with one or several attributes and any
/// projection.
reference::Table random_table(Random& random) {
  const std::vector<Kind> kinds = {Kind::kS, Kind::kN, Kind::kB};
  reference::Table table;
  table.schema.partition = {{"pk", random.pick(kinds)}};
  if (random.chance(70)) table.schema.sort = {{"sk", random.pick(kinds)}};
  std::vector<KeyAttribute> keys;
  for (const auto& [name, kind] : reference::kIndexAttributes) keys.push_back({name, kind});
  const auto projection = [&](Index& index) {
    index.projection = random.pick<std::string>({"ALL", "KEYS_ONLY", "INCLUDE"});
    if (index.projection == "INCLUDE") index.included = {"aa", "mm"};
  };
  if (!table.schema.sort.empty()) {
    for (std::size_t i = random.below(3); i > 0; --i) {
      Index index{"local" + std::to_string(i), false, {table.schema.partition, {random.pick(keys)}}, "", {}};
      projection(index);
      table.indexes.push_back(index);
    }
  }
  std::vector<KeyAttribute> any = keys;
  for (const KeyAttribute& key : table.schema.all()) any.push_back(key);
  for (std::size_t i = random.below(4); i > 0; --i) {
    Index index{"global" + std::to_string(i), true, {}, "", {}};
    std::vector<KeyAttribute> left = any;
    const std::size_t hashes = 1 + (random.chance(30) ? 1 : 0);
    const std::size_t ranges = random.below(3);
    for (std::size_t k = 0; k < hashes + ranges && !left.empty(); ++k) {
      const std::size_t at = random.below(left.size());
      (k < hashes ? index.schema.partition : index.schema.sort).push_back(left[at]);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(at));
    }
    projection(index);
    table.indexes.push_back(index);
  }
  return table;
}

/// What the requests came to, lest they all come to nothing.
struct Tally {
  std::size_t writes = 0;
  std::size_t failed_conditions = 0;
  std::size_t refused = 0;
  std::size_t rows_read = 0;
};

class Differential {
 public:
  Differential(unsigned seed, Store store, Tally& tally)
      : random_(seed), table_(random_table(random_)), database_(store), tally_(tally) {
    database_.ok("CreateTable", table_.create_request("things"));
    const Kind kind = table_.schema.partition[0].kind;
    collections_ = {reference::random_key_value(random_, kind), reference::random_key_value(random_, kind)};
    for (int i = 0; i < 60; ++i) put_plainly();
  }

  void run(int steps) {
    for (int step = 0; step < steps && !::testing::Test::HasFailure(); ++step) {
      SCOPED_TRACE("step " + std::to_string(step));
      switch (random_.below(16)) {
        case 0:
        case 1:
        case 2:
          put();
          break;
        case 3:
        case 4:
        case 5:
        case 6:
          update();
          break;
        case 7:
          erase();
          break;
        case 8:
          get();
          break;
        case 9:
          batch_write();
          break;
        case 10:
          batch_get();
          break;
        case 11:
        case 12:
        case 13:
          query();
          break;
        case 14:
          scan();
          break;
        default:
          if (random_.chance(20)) database_.reopen();
          break;
      }
    }
    if (!::testing::Test::HasFailure()) compare_everything();
  }

 private:
  using Rows = std::vector<std::string>;

  Item random_key() {
    if (!table_.items.empty() && random_.chance(60)) {
      auto at = table_.items.begin();
      std::advance(at, static_cast<std::ptrdiff_t>(random_.below(table_.items.size())));
      return table_.key_item(at->second);
    }
    Item key;
    for (const KeyAttribute& attribute : table_.schema.all()) {
      key[attribute.name] = reference::random_key_value(random_, attribute.kind);
    }
    if (random_.chance(70)) key["pk"] = random_.pick(collections_);
    return key;
  }

  Item random_item() {
    Item item = random_key();
    for (const std::string& name : reference::kPlainAttributes) {
      if (random_.chance(50)) item[name] = reference::random_value_for(random_, name);
    }
    for (const auto& [name, kind] : reference::kIndexAttributes) {
      if (random_.chance(70)) item[name] = reference::random_value_for(random_, name);
    }
    return item;
  }

  static std::string request(const std::string& more) { return "{\"TableName\":\"things\"" + more + "}"; }

  /// A write of one item: `expected` is the reply, or the type of the error.
  void expect(const std::string& operation, const std::string& request, const std::string& expected) {
    std::string answer = database_.answer(operation, request);
    if (!expected.starts_with('{')) answer = answer.substr(0, expected.size());
    (expected == kFailed    ? tally_.failed_conditions
     : expected == kRefused ? tally_.refused
                            : tally_.writes) += 1;
    EXPECT_EQ(answer, expected.starts_with('{') ? canonical(expected) : expected)
        << operation << ' ' << request;
  }

  static std::string attributes(const Item* item) {
    return item == nullptr || item->empty() ? "{}" : "{\"Attributes\":" + to_json(*item) + "}";
  }

  std::optional<Condition> maybe_condition(Placeholders& placeholders, std::string& parameters) {
    if (random_.chance(50)) return std::nullopt;
    Condition condition = reference::random_condition(random_, placeholders, {});
    parameters += ",\"ConditionExpression\":\"" + condition.text + "\"";
    return condition;
  }

  static constexpr const char* kFailed = "ConditionalCheckFailedException";
  static constexpr const char* kRefused = "ValidationException";

  void put_plainly() {
    const Item item = random_item();
    if (table_.is_refused_by_an_index(item)) return;
    table_.put(item);
    expect("PutItem", request(",\"Item\":" + to_json(item)), "{}");
  }

  void put() {
    const Item item = random_item();
    Placeholders placeholders(random_);
    std::string parameters = ",\"Item\":" + to_json(item);
    const auto condition = maybe_condition(placeholders, parameters);
    const bool old_wanted = random_.chance(30);
    if (old_wanted) parameters += ",\"ReturnValues\":\"ALL_OLD\"";
    const Item* old = table_.find(item);
    std::string expected = old_wanted ? attributes(old) : "{}";
    if (table_.is_refused_by_an_index(item)) {
      expected = kRefused;
    } else if (condition && !condition->holds(old == nullptr ? Item() : *old)) {
      expected = kFailed;
    } else {
      table_.put(item);
    }
    expect("PutItem", request(parameters + placeholders.json()), expected);
  }

  void erase() {
    const Item key = random_key();
    Placeholders placeholders(random_);
    std::string parameters = ",\"Key\":" + to_json(key);
    const auto condition = maybe_condition(placeholders, parameters);
    const bool old_wanted = random_.chance(50);
    if (old_wanted) parameters += ",\"ReturnValues\":\"ALL_OLD\"";
    const Item* old = table_.find(key);
    std::string expected = old_wanted ? attributes(old) : "{}";
    if (condition && !condition->holds(old == nullptr ? Item() : *old)) {
      expected = kFailed;
    } else {
      table_.erase(key);
    }
    expect("DeleteItem", request(parameters + placeholders.json()), expected);
  }

  void update() {
    const Item key = random_key();
    Placeholders placeholders(random_);
    const reference::Update update = reference::random_update(random_, placeholders);
    std::string parameters = ",\"Key\":" + to_json(key) + ",\"UpdateExpression\":\"" + update.text + "\"";
    const auto condition = maybe_condition(placeholders, parameters);
    const std::string wanted =
        random_.pick<std::string>({"NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW"});
    parameters += ",\"ReturnValues\":\"" + wanted + "\"";

    const Item* found = table_.find(key);
    const Item before = found == nullptr ? Item() : *found;
    const Item* old = found == nullptr ? nullptr : &before;
    Item now = found == nullptr ? key : before;
    const bool exists = old != nullptr || update.creates;
    std::string expected;
    if (table_.is_refused_by_an_index(update.assigned)) {
      expected = kRefused;
    } else if (condition && !condition->holds(before)) {
      expected = kFailed;
    } else if (!update.apply(old, now) || table_.is_refused_by_an_index(now)) {
      expected = kRefused;
    } else {
      if (exists) table_.put(now);
      const Item updated_old = reference::fragments(before, update.targets);
      const Item updated_new = reference::fragments(now, update.targets);
      expected = wanted == "ALL_OLD"       ? attributes(old)
                 : wanted == "ALL_NEW"     ? attributes(exists ? &now : nullptr)
                 : wanted == "UPDATED_OLD" ? attributes(&updated_old)
                 : wanted == "UPDATED_NEW" ? attributes(&updated_new)
                                           : "{}";
    }
    expect("UpdateItem", request(parameters + placeholders.json()), expected);
  }

  void get() {
    const Item key = random_key();
    const Item* item = table_.find(key);
    Placeholders placeholders(random_);
    std::string parameters = ",\"Key\":" + to_json(key);
    std::string expected = item == nullptr ? "{}" : "{\"Item\":" + to_json(*item) + "}";
    if (random_.chance(40)) {
      parameters +=
          ",\"ProjectionExpression\":\"" + placeholders.name("aa") + ", " + placeholders.name("pk") + "\"";
      if (item != nullptr) expected = "{\"Item\":" + to_json(only(*item, {"aa", "pk"})) + "}";
    }
    expect("GetItem", request(parameters + placeholders.json()), expected);
  }

  static Item only(const Item& item, const std::set<std::string>& names) {
    Item part;
    for (const auto& [name, value] : item) {
      if (names.contains(name)) part[name] = value;
    }
    return part;
  }

  std::map<std::vector<Value>, Item, reference::KeyLess> random_keys(std::size_t most) {
    std::map<std::vector<Value>, Item, reference::KeyLess> keys;
    for (std::size_t i = 1 + random_.below(most); i > 0; --i) {
      const Item key = random_key();
      keys[table_.key_of(key)] = key;
    }
    return keys;
  }

  void batch_write() {
    std::string requests;
    bool refused = false;
    std::vector<Item> puts;
    std::vector<Item> erased;
    for (const auto& [values, key] : random_keys(8)) {
      requests += requests.empty() ? "" : ",";
      if (random_.chance(40)) {
        requests += "{\"DeleteRequest\":{\"Key\":" + to_json(key) + "}}";
        erased.push_back(key);
        continue;
      }
      Item item = random_item();
      for (const auto& [name, value] : key) item[name] = value;
      requests += "{\"PutRequest\":{\"Item\":" + to_json(item) + "}}";
      refused |= table_.is_refused_by_an_index(item);
      puts.push_back(item);
    }
    if (!refused) {
      for (const Item& item : puts) table_.put(item);
      for (const Item& key : erased) table_.erase(key);
    }
    expect("BatchWriteItem", "{\"RequestItems\":{\"things\":[" + requests + "]}}",
           refused ? kRefused : "{\"UnprocessedItems\":{}}");
  }

  void batch_get() {
    std::string keys;
    Rows expected;
    for (const auto& [values, key] : random_keys(20)) {
      keys += (keys.empty() ? "" : ",") + to_json(key);
      if (const Item* item = table_.find(key)) expected.push_back(canonical(to_json(*item)));
    }
    const std::string reply =
        database_.ok("BatchGetItem", "{\"RequestItems\":{\"things\":{\"Keys\":[" + keys + "]}}}");
    EXPECT_EQ(sorted(elements_at(reply, "/Responses/things")), sorted(expected)) << keys;
    EXPECT_EQ(count_at(reply, "/UnprocessedKeys"), 0U);
  }

  static Rows sorted(Rows rows) {
    std::sort(rows.begin(), rows.end());
    return rows;
  }

  /// Where a page may start, what it selects and how much of it is told.
  struct Read {
    Rows items;
    std::size_t scanned = 0;
    std::size_t counted = 0;
  };

  Read read_pages(const std::string& operation, const std::string& parameters) {
    Read all;
    std::string start;
    for (int page = 0; page < 500; ++page) {
      const std::string reply = database_.ok(
          operation, request(parameters + (start.empty() ? "" : ",\"ExclusiveStartKey\":" + start)));
      const Rows items = elements_at(reply, "/Items");
      all.items.insert(all.items.end(), items.begin(), items.end());
      all.scanned += std::stoul(text_at(reply, "/ScannedCount"));
      all.counted += std::stoul(text_at(reply, "/Count"));
      start = at(reply, "/LastEvaluatedKey");
      if (start.empty() || ::testing::Test::HasFailure()) return all;
    }
    ADD_FAILURE() << "no end of pages: " << parameters;
    return all;
  }

  const Index* random_index() {
    if (table_.indexes.empty() || random_.chance(30)) return nullptr;
    return &random_.pick(table_.indexes);
  }

  /// The rows that a read looks at, and those of them that it returns, as it returns them.
  struct Expected {
    std::size_t scanned = 0;
    Rows items;
    /// By item: its place among the rows in order of the sort key; equal where the keys are.
    std::map<std::string, std::size_t> places;
  };

  /// Filter, projection, Select and Limit for a read, and what comes of them.
  Expected choose(const Index* index, std::vector<Item> rows, const Schema* ordered_by,
                  Placeholders& placeholders, std::string& parameters) {
    Expected expected;
    expected.scanned = rows.size();
    bool whole = index == nullptr || index->projection == "ALL";
    std::set<std::string> excluded;
    if (ordered_by != nullptr) {
      for (const KeyAttribute& attribute : ordered_by->all()) excluded.insert(attribute.name);
    }
    if (index != nullptr && !index->global && !whole && random_.chance(40)) {
      parameters += ",\"Select\":\"ALL_ATTRIBUTES\"";
      for (Item& row : rows) row = *table_.find(row);
      whole = true;
    } else if (random_.chance(15)) {
      parameters += ",\"Select\":\"COUNT\"";
    }
    const std::optional<Condition> filter =
        whole && random_.chance(50)
            ? std::optional(reference::random_condition(random_, placeholders, excluded))
            : std::nullopt;
    if (filter) parameters += ",\"FilterExpression\":\"" + filter->text + "\"";
    if (random_.chance(40)) parameters += ",\"Limit\":" + std::to_string(1 + random_.below(7));
    if (ordered_by != nullptr) {
      const auto before = [&](const Item& a, const Item& b) {
        return reference::KeyLess()(sort_key(*ordered_by, a), sort_key(*ordered_by, b));
      };
      std::stable_sort(rows.begin(), rows.end(), before);
    }
    std::size_t place = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (ordered_by != nullptr && i > 0 &&
          sort_key(*ordered_by, rows[i - 1]) != sort_key(*ordered_by, rows[i]))
        ++place;
      if (filter && !filter->holds(rows[i])) continue;
      expected.items.push_back(canonical(to_json(rows[i])));
      expected.places[expected.items.back()] = place;
    }
    return expected;
  }

  static std::vector<Value> sort_key(const Schema& schema, const Item& row) {
    std::vector<Value> key;
    for (const KeyAttribute& attribute : schema.sort) key.push_back(row.at(attribute.name));
    return key;
  }

  void expect_read(const Read& actual, const Expected& expected, const std::string& parameters) {
    tally_.rows_read += actual.counted;
    EXPECT_EQ(actual.scanned, expected.scanned) << parameters;
    EXPECT_EQ(actual.counted, expected.items.size()) << parameters;
    if (parameters.find("\"COUNT\"") == std::string::npos) {
      EXPECT_EQ(sorted(actual.items), sorted(expected.items)) << parameters;
    }
  }

  void query() {
    const Index* index = random_index();
    const Schema& schema = index != nullptr ? index->schema : table_.schema;
    Placeholders placeholders(random_);
    std::vector<Item> rows = table_.rows(index);
    const reference::KeyQuery key = reference::random_key_query(random_, schema, rows, placeholders);
    std::erase_if(rows, [&key](const Item& row) { return !key.holds(row); });
    const bool backwards = random_.chance(40);
    std::string parameters = ",\"KeyConditionExpression\":\"" + key.text + "\"";
    if (index != nullptr) parameters += ",\"IndexName\":\"" + index->name + "\"";
    if (backwards) parameters += ",\"ScanIndexForward\":false";
    const Expected expected = choose(index, std::move(rows), &schema, placeholders, parameters);
    parameters += placeholders.json();
    Read actual = read_pages("Query", parameters);
    expect_read(actual, expected, parameters);
    if (::testing::Test::HasFailure()) return;
    if (backwards) std::reverse(actual.items.begin(), actual.items.end());
    std::size_t last = 0;
    for (const std::string& item : actual.items) {
      const std::size_t place = expected.places.at(item);
      EXPECT_GE(place, last) << parameters << ' ' << item;
      last = place;
    }
  }

  void scan() {
    const Index* index = random_index();
    Placeholders placeholders(random_);
    std::string parameters;
    if (index != nullptr) parameters += ",\"IndexName\":\"" + index->name + "\"";
    const Expected expected = choose(index, table_.rows(index), nullptr, placeholders, parameters);
    parameters += placeholders.json();
    const std::size_t segments = random_.chance(50) ? 1 : 1 + random_.below(5);
    Read all;
    for (std::size_t segment = 0; segment < segments; ++segment) {
      std::string part = parameters;
      if (segments > 1)
        part += ",\"Segment\":" + std::to_string(segment) + ",\"TotalSegments\":" + std::to_string(segments);
      const Read read = read_pages("Scan", part);
      all.items.insert(all.items.end(), read.items.begin(), read.items.end());
      all.scanned += read.scanned;
      all.counted += read.counted;
    }
    expect_read(all, expected, parameters);
  }

  /// All rows of the table and its indexes, and what DescribeTable counts of them.
  void compare_everything() {
    database_.reopen();
    const std::string described = database_.ok("DescribeTable", request(""));
    std::map<std::string, std::string> counted;
    for (const char* list : {"/Table/LocalSecondaryIndexes", "/Table/GlobalSecondaryIndexes"}) {
      for (const std::string& index : elements_at(described, list)) {
        counted[text_at(index, "/IndexName")] =
            text_at(index, "/ItemCount") + ' ' + text_at(index, "/IndexSizeBytes");
      }
    }
    counted[""] = text_at(described, "/Table/ItemCount") + ' ' + text_at(described, "/Table/TableSizeBytes");
    std::vector<const Index*> sources = {nullptr};
    for (const Index& index : table_.indexes) sources.push_back(&index);
    for (const Index* index : sources) {
      const std::string name = index == nullptr ? "" : index->name;
      Rows expected;
      std::size_t bytes = 0;
      for (const Item& row : table_.rows(index)) {
        expected.push_back(canonical(to_json(row)));
        bytes += size_of(row);
      }
      EXPECT_EQ(sorted(read_pages("Scan", index == nullptr ? "" : ",\"IndexName\":\"" + name + "\"").items),
                sorted(expected))
          << name;
      EXPECT_EQ(counted[name], std::to_string(expected.size()) + ' ' + std::to_string(bytes)) << name;
    }
  }

  Random random_;
  reference::Table table_;
  TestDatabase database_;
  Tally& tally_;
  std::vector<Value> collections_;  ///< the partition keys of most items
};

void run_seeds(Store store, unsigned from, unsigned to, int steps) {
  Tally tally;
  for (unsigned seed = from; seed < to && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Differential(seed, store, tally).run(steps);
  }
  const std::size_t all = (to - from) * static_cast<std::size_t>(steps);
  EXPECT_GT(tally.writes, all / 5);
  EXPECT_GT(tally.failed_conditions, all / 40);
  EXPECT_GT(tally.refused, all / 40);
  EXPECT_GT(tally.rows_read, all / 3);
}

TEST(DifferentialInMemory, AgreesWithTheModel) { run_seeds(Store::kMemory, 0, 200, 150); }
TEST(DifferentialOnDisk, AgreesWithTheModelOverReopenings) { run_seeds(Store::kDisk, 1000, 1025, 150); }

}  // namespace
}  // namespace lodestone::testing
