// Keys, cursors and the attributes that they are made from, turned into each other; texts and numbers of
// every sort in keys; access patterns that compare in ElectroDB's ways.

#include <gmock/gmock.h>

#include "model/cursor.h"
#include "model/testing/table_test.h"

namespace lodestone::model::conversions {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

enum class Level : std::uint8_t { LOW, HIGH };

struct Event {
  std::string stage;
  std::string id;
  std::optional<std::string> artist = {};
  std::optional<int> slot = {};
  std::optional<Level> level = {};
  std::optional<Binary> ticket = {};
  std::optional<double> price = {};
  std::optional<bool> outside = {};
};

struct Events {
  using Item = Event;
  static constexpr auto name = model::name("fair", "event");
  static constexpr auto attributes =
      model::attributes<&Event::stage, &Event::id, &Event::artist, &Event::level, &Event::ticket,
                        &Event::price, &Event::outside>(model::attr<&Event::slot>().padded(4));
  static constexpr auto by_id = model::index().pk<&Event::stage>("pk").sk<&Event::id>("sk");
  static constexpr auto by_artist =
      model::index("gsi1").pk<&Event::artist>("gsi1pk").sk<&Event::slot, &Event::level>("gsi1sk");
  static constexpr auto by_ticket =
      model::index("gsi2").pk<&Event::ticket>("ticket").sk<&Event::price>("price").by_attributes();
  static constexpr auto by_outside =
      model::index("gsi3").pk<&Event::outside>("gsi3pk").sk<&Event::price>("gsi3sk");
  static constexpr auto indexes = model::indexes(by_id, by_artist, by_ticket, by_outside);
};

class ConversionTest : public TableTest<Service<Events>> {
 protected:
  template <class P>
  static std::vector<std::string> ids(const P& page) {
    EXPECT_TRUE(succeeded(page));
    std::vector<std::string> found;
    if (page.ok()) {
      for (const Event& event : *page) found.push_back(event.id);
    }
    return found;
  }
  std::string key_of(const std::string& stage) const {
    return events.convert()
        .keys(Events::by_id, field<&Event::stage> = stage, field<&Event::id> = "1")
        ->find("pk")
        ->text();
  }
  std::string price_key(double price) const {
    const auto keys =
        events.convert().keys(Events::by_outside, field<& Event::stage> = "s", field<& Event::id> = "1",
                              field<& Event::outside> = true, field<& Event::price> = price);
    return keys->find("gsi3sk")->text();
  }
  const Entity<Events>& events = service.of<Events>();
};

TEST_F(ConversionTest, KeysOfAllAccessPatternsOrOfOne) {
  const auto convert = events.convert();
  const auto reached = convert.keys(field<& Event::stage> = "Main", field<& Event::id> = "E1",
                                    field<& Event::artist> = "Ada", field<& Event::slot> = 7);
  EXPECT_EQ(to_json(*reached),
            R"({"pk":{"S":"$fair#stage_main"},"sk":{"S":"$event_1#id_e1"},"gsi1pk":{"S":"$fair#artist_ada"},)"
            R"("gsi1sk":{"S":"$event_1#slot_0007#level_"}})");
  const auto one = convert.keys(Events::by_artist, field<& Event::stage> = "Main", field<& Event::id> = "E1",
                                field<& Event::artist> = "Ada", field<& Event::slot> = 7,
                                field<& Event::level> = Level::HIGH);
  EXPECT_EQ(one->find("gsi1sk")->text(), "$event_1#slot_0007#level_high");
  const auto back = convert.composites(Events::by_artist, *one);
  ASSERT_TRUE(succeeded(back));
  EXPECT_EQ(back->get<&Event::stage>(), "main") << "keys are lower case, and so is what comes out of them";
  EXPECT_EQ(back->get<&Event::slot>(), 7);
  EXPECT_EQ(back->get<&Event::level>(), Level::HIGH) << "what it is is known";

  EXPECT_EQ(error_number(convert.composites(*one)), 2007) << "those of other access patterns are not there";
  Record foreign = *one;
  foreign.set("gsi1pk", Value::string("$other#artist_ada"));
  const auto wrong = convert.composites(Events::by_artist, foreign);
  ASSERT_EQ(error_number(wrong), 2007);
  EXPECT_EQ(wrong.error().entity, "event");
}

TEST_F(ConversionTest, CursorsOfAccessPatterns) {
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(succeeded(events
                              .create({.stage = "s",
                                       .id = std::to_string(i),
                                       .artist = "Ada",
                                       .slot = i,
                                       .level = Level::LOW,
                                       .ticket = Binary{std::string("\0\xff", 2)},
                                       .price = i * 1.5})
                              .go()));
  }
  const auto convert = events.convert();
  const auto cursor = convert.cursor(Events::by_artist, field<& Event::stage> = "s", field<& Event::id> = "2",
                                     field<& Event::artist> = "Ada", field<& Event::slot> = 2,
                                     field<& Event::level> = Level::LOW);
  ASSERT_TRUE(succeeded(cursor));
  const auto of_artist = [&] { return events.query(Events::by_artist, field<&Event::artist> = "Ada"); };
  EXPECT_THAT(ids(of_artist().from(*cursor).go()), ElementsAre("3", "4"));
  EXPECT_EQ(*of_artist().limit(2).go()->cursor, *cursor) << "the service's own is the same";
  EXPECT_EQ(convert.composites(Events::by_artist, *cursor)->get<&Event::slot>(), 2);
  EXPECT_EQ(convert.cursor(*convert.keys_of_cursor(Events::by_artist, *cursor)), *cursor);
  EXPECT_EQ(error_number(convert.keys_of_cursor(Events::by_ticket, *cursor)), 5005);

  // Keys that are attributes, binary ones and numbers among them.
  const auto of_ticket = [&] {
    return events.query(Events::by_ticket, field<&Event::ticket> = Binary{std::string("\0\xff", 2)});
  };
  const auto first = of_ticket().limit(1).go();
  EXPECT_THAT(ids(first), ElementsAre("1"));
  EXPECT_THAT(ids(of_ticket().from(first->cursor).go()), ElementsAre("2", "3", "4"));
  const auto made =
      convert.cursor(Events::by_ticket, field<& Event::stage> = "s", field<& Event::id> = "3",
                     field<& Event::ticket> = Binary{std::string("\0\xff", 2)}, field<& Event::price> = 4.5);
  ASSERT_TRUE(succeeded(made));
  EXPECT_THAT(ids(of_ticket().from(*made).go()), ElementsAre("4"));
  EXPECT_EQ(convert.composites(Events::by_ticket, *made)->get<&Event::price>(), 4.5);
  EXPECT_EQ(convert.composites(Events::by_ticket, *made)->get<&Event::ticket>()->bytes.size(), 2U);
}

TEST_F(ConversionTest, TextsAndNumbersInKeys) {
  EXPECT_EQ(key_of("İßΣ Ǆ"), "$fair#stage_i̇ßς ǆ") << "all of Unicode, with the final sigma";
  EXPECT_EQ(key_of("a#b_$c"), "$fair#stage_a#b_$c") << "nothing is escaped";
  EXPECT_EQ(key_of(""), "$fair#stage_");
  EXPECT_EQ(price_key(-0.0), "$event_1#price_0");
  EXPECT_EQ(price_key(1e21), "$event_1#price_1e+21");
  EXPECT_EQ(price_key(1e-7), "$event_1#price_1e-7");
  EXPECT_EQ(price_key(0.1 + 0.2), "$event_1#price_0.30000000000000004");
  EXPECT_EQ(price_key(-12345678901234567890.0), "$event_1#price_-12345678901234567000");

  for (const double price : {-0.0, 1e21, 1e-7, -0.5}) {
    ASSERT_TRUE(succeeded(events.put({.stage = "İßΣ Ǆ", .id = "😀", .price = price, .outside = false}).go()));
    EXPECT_THAT(
        ids(events.query(Events::by_outside, field<& Event::outside> = false, field<& Event::price> = price)
                .go()),
        ElementsAre("😀"));
  }
  EXPECT_TRUE(events.get(field<& Event::stage> = "i̇ßΣ ǆ", field<& Event::id> = "😀").go()->has_value())
      << "ids that differ in case only are one";
  EXPECT_EQ(error_number(events.put({.stage = "s", .id = "1", .price = std::nan("")}).go()), 4002);
}

TEST_F(ConversionTest, FillingIsByCharacters) {
  EntitySchema schema{.service = "s", .entity = "e", .version = "1"};
  schema.attributes = {{.name = "id", .type = AttributeType::kString, .padding = {5, "é😀"}}};
  schema.indexes = {{.name = "main", .pk = {.field = "pk", .parts = {{.attribute = "id"}}}}};
  ASSERT_TRUE(succeeded(schema.finish()));
  const auto key = [&](const char* id) {
    Record values;
    values.add("id", Value::string(id));
    return primary_key(schema, values)->find("pk")->text();
  };
  EXPECT_EQ(key("x"), "$s$e_1#id_é😀éx");
  EXPECT_EQ(key("xyz"), "$s$e_1#id_éxyz") << "not half of a character";
  EXPECT_EQ(key("😀😀x"), "$s$e_1#id_😀😀x");
}

TEST_F(ConversionTest, ElectroDbsWaysOfComparing) {
  for (const auto& [id, slot, level] : {std::tuple("a", 6, Level::HIGH), std::tuple("b", 7, Level::LOW),
                                        std::tuple("c", 7, Level::HIGH), std::tuple("d", 8, Level::LOW)}) {
    ASSERT_TRUE(
        succeeded(events.create({.stage = "s", .id = id, .artist = "x", .slot = slot, .level = level}).go()));
  }
  const auto all = [&] { return events.query(Events::by_artist, field<&Event::artist> = "x"); };
  constexpr auto kSlot = field<&Event::slot>;
  using How = Compare;
  EXPECT_THAT(ids(all().gt(kSlot = 7).go()), ElementsAre("d"));
  EXPECT_THAT(ids(all().gt(kSlot = 7).compare(How::kKeys).go()), ElementsAre("c", "b", "d"))
      << "longer keys are behind shorter ones";
  EXPECT_THAT(ids(all().gt(kSlot = 7).compare(How::kAttributes).go()), ElementsAre("d"));
  EXPECT_THAT(ids(all().gt(kSlot = 7).compare(How::kV2).go()), ElementsAre("d"));
  EXPECT_THAT(ids(all().lte(kSlot = 7).go()), ElementsAre("a", "c", "b"));
  EXPECT_THAT(ids(all().lte(kSlot = 7).compare(How::kKeys).go()), ElementsAre("a"));
  EXPECT_THAT(ids(all().lte(kSlot = 7).compare(How::kV2).go()), ElementsAre("a", "c", "b"));
  EXPECT_THAT(ids(all().between(kSlot = 7, kSlot = 7).go()), ElementsAre("c", "b"));
  EXPECT_THAT(ids(all().between(kSlot = 7, kSlot = 7).compare(How::kKeys).go()), IsEmpty());
  EXPECT_THAT(ids(all().gte(kSlot = 7).compare(How::kAttributes).go()), ElementsAre("c", "b", "d"));
  EXPECT_THAT(ids(all().lt(kSlot = 7).compare(How::kAttributes).go()), ElementsAre("a"));
  EXPECT_THAT(all().gt(kSlot = 7).compare(How::kV2).params().value(),
              HasSubstr(R"("FilterExpression":"#slot > :slot0")"));
}

// Conditions that are often asked for are functions.
Where<Event> is_evening(int from) {
  return field<&Event::slot> >= from && field<&Event::level> == Level::HIGH;
}
Where<Event> is_of(const std::string& artist) { return field<&Event::artist> == artist; }

TEST_F(ConversionTest, NamedConditionsAreFunctions) {
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE(succeeded(events
                              .create({.stage = "s",
                                       .id = std::to_string(i),
                                       .artist = i < 3 ? "x" : "y",
                                       .slot = i,
                                       .level = i % 2 == 0 ? Level::HIGH : Level::LOW})
                              .go()));
  }
  EXPECT_THAT(ids(events.query(Events::by_id, field<& Event::stage> = "s").where(is_evening(2)).go()),
              ElementsAre("2", "4"));
  EXPECT_THAT(
      ids(events.query(Events::by_id, field<& Event::stage> = "s").where(is_evening(2) && !is_of("y")).go()),
      ElementsAre("2"));
}

}  // namespace lodestone::model::conversions
