// What is inside of attributes: hooks, defaults, hidden and read-only members of structs, wherever those are;
// patterns that strangers' texts meet.

#include <gmock/gmock.h>

#include "model/pattern.h"
#include "model/testing/table_test.h"

namespace lodestone::model::nested {

/// A type of the program's own.
struct Money {
  std::int64_t cents = 0;
  std::string currency = "SEK";
  friend bool operator==(const Money&, const Money&) = default;
};

}  // namespace lodestone::model::nested

template <>
struct lodestone::model::Codec<lodestone::model::nested::Money> {
  using Money = lodestone::model::nested::Money;
  static constexpr AttributeType kType = AttributeType::kString;
  static void describe(AttributeSchema&) {}
  static Value encode(const Money& money) {
    return Value::string(std::to_string(money.cents) + " " + money.currency);
  }
  static bool decode(const Value& value, Money& money) {
    if (!value.is(ValueType::kString)) return false;
    const std::size_t space = value.text().find(' ');
    if (space == std::string::npos) return false;
    money.currency = value.text().substr(space + 1);
    return detail::decode_integer(Value::number(value.text().substr(0, space)), money.cents);
  }
};

namespace lodestone::model::nested {

using testing::HasSubstr;
using testing::Not;

struct Place {
  std::string city;
  std::string label = {};
  std::optional<std::string> secret = {};
  std::optional<std::string> shown = {};
  static constexpr auto attributes() {
    return model::attributes<&Place::city>(
        // A name that the item's own attributes have too.
        model::attr<&Place::label>().set(
            [](const Given<Place>& place) { return "in " + place.get<&Place::city>().value_or("?"); }),
        model::attr<&Place::secret>().hidden(),
        model::attr<&Place::shown>().computed(
            [](const Given<Place>& place) { return "<" + place.get<&Place::city>().value_or("?") + ">"; }));
  }
};

struct Trip {
  std::string id;
  std::optional<std::string> city = {};
  std::optional<Place> from = {};
  std::vector<Place> stops = {};
  std::map<std::string, Place> by_day = {};
  std::optional<std::variant<Place, std::string>> to = {};
  std::optional<std::tuple<Place, int>> longest = {};
  std::optional<Money> price = {};
  std::map<std::string, std::vector<Money>> extras = {};
};

struct Trips {
  using Item = Trip;
  static constexpr auto name = model::name("travel", "trip");
  static constexpr auto attributes =
      model::attributes<&Trip::id, &Trip::city, &Trip::from, &Trip::stops, &Trip::by_day, &Trip::to,
                        &Trip::longest, &Trip::price, &Trip::extras>();
  static constexpr auto by_id = model::index().pk<&Trip::id>("pk").sk<>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

struct Letter {
  std::string id;
  std::string mail;
};
struct Letters {
  using Item = Letter;
  static constexpr auto name = model::name("travel", "letter");
  static constexpr auto attributes =
      model::attributes<&Letter::id>(model::attr<&Letter::mail>().matches(R"(^[^\s@]+@[^\s@]+\.[^\s@]+$)"));
  static constexpr auto by_id = model::index().pk<&Letter::id>("pk").sk<>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};
struct BadLetters : Letters {
  static constexpr auto name = model::name("travel", "badLetter");
  static constexpr auto attributes =
      model::attributes<&Letter::id>(model::attr<&Letter::mail>().matches("(open"));
};

class NestedTest : public TableTest<Service<Trips, Letters>> {
 protected:
  std::string stored() {
    return connection
        .execute("GetItem", R"({"TableName":"table","Key":{"pk":{"S":"$travel#id_1"},"sk":{"S":"$trip_1"}}})")
        ->body;
  }
  void create() {
    ASSERT_TRUE(succeeded(trips
                              .create({.id = "1",
                                       .city = "not this one",
                                       .from = Place{.city = "Lund", .secret = "s1"},
                                       .stops = {{.city = "Oslo", .secret = "s2"}},
                                       .by_day = {{"mon", {.city = "Rom", .secret = "s3"}}},
                                       .to = Place{.city = "Bern", .secret = "s4"},
                                       .longest = std::tuple(Place{.city = "Wien", .secret = "s5"}, 9)})
                              .go()));
  }
  const Entity<Trips>& trips = service.of<Trips>();
  const Entity<Letters>& letters = service.of<Letters>();
};

TEST_F(NestedTest, SettersOfMembersSeeWhatIsBesideThem) {
  create();
  const std::string json = stored();
  for (const char* const city : {"Lund", "Oslo", "Rom", "Bern", "Wien"}) {
    EXPECT_THAT(json, HasSubstr(R"("label":{"S":"in )" + std::string(city) + R"("})"));
  }
  EXPECT_THAT(json, Not(HasSubstr("shown"))) << "computed, so never stored";
}

TEST_F(NestedTest, HiddenMembersAreStoredAndNotShown) {
  create();
  const std::string json = stored();
  const auto trip = trips.get(field<& Trip::id> = "1").require();
  ASSERT_TRUE(succeeded(trip));
  for (const char* const secret : {"s1", "s2", "s3", "s4", "s5"}) EXPECT_THAT(json, HasSubstr(secret));
  for (const Place& place : {*trip->from, trip->stops.at(0), trip->by_day.at("mon"),
                             std::get<Place>(*trip->to), std::get<0>(*trip->longest)}) {
    EXPECT_EQ(place.secret, std::nullopt) << place.city;
    EXPECT_EQ(place.shown, "<" + place.city + ">");
  }
}

TEST_F(NestedTest, UpdatesRunSettersOfMembers) {
  create();
  const auto trip = trips.update(field<& Trip::id> = "1")
                        .set(field<& Trip::from> = Place{.city = "Paris"})
                        .append(field<& Trip::stops> = {Place{.city = "Nice"}})
                        .go_returning_new();
  ASSERT_TRUE(succeeded(trip));
  EXPECT_EQ(trip->from->label, "in Paris");
  EXPECT_EQ(trip->stops.at(1).label, "in Nice");
  const auto renamed =
      trips.update(field<& Trip::id> = "1")
          .set(field<&Trip::from, &Place::city> = "Metz", field<&Trip::from, &Place::label> = "x")
          .go_returning_new();
  ASSERT_TRUE(succeeded(renamed));
  EXPECT_EQ(renamed->from->label, "in Metz") << "it sees what is set beside it, not the item's own city";
}

TEST_F(NestedTest, FieldsReachAnywhere) {
  create();
  constexpr auto kStop = field<&Trip::stops>;
  constexpr auto kDays = field<&Trip::by_day>;
  const auto trip =
      trips.update(field<& Trip::id> = "1")
          .set(kStop[0][field<&Place::city>] = "Bergen", kDays["mon"][field<&Place::city>] = "Pisa")
          .where(kStop[0][field<&Place::secret>] == "s2" && kDays["tue"].not_exists())
          .go_returning_new();
  ASSERT_TRUE(succeeded(trip));
  EXPECT_EQ(trip->stops.at(0).city, "Bergen");
  EXPECT_EQ(trip->by_day.at("mon").city, "Pisa");
  EXPECT_EQ(trips.scan().where(kDays["mon"][field<&Place::city>].begins_with("Pi")).go()->size(), 1U);
  ASSERT_TRUE(succeeded(trips.update(field<& Trip::id> = "1").remove(kStop[0][field<&Place::secret>]).go()));
  EXPECT_THAT(stored(), Not(HasSubstr("s2")));
  ASSERT_TRUE(succeeded(trips.update(field<& Trip::id> = "1").remove(kStop[0], kDays["mon"]).go()));
  EXPECT_TRUE(trips.get(field<& Trip::id> = "1").require()->stops.empty());
  EXPECT_EQ(error_number(trips.update(field<& Trip::id> = "1").remove(kStop[0][field<&Place::city>]).go()),
            4001)
      << "a city is required";
}

TEST_F(NestedTest, TypesOfTheProgramsOwn) {
  ASSERT_TRUE(succeeded(trips
                            .create({.id = "1",
                                     .price = Money{1250, "EUR"},
                                     .extras = {{"food", {Money{5, "SEK"}, Money{7, "NOK"}}}}})
                            .go()));
  EXPECT_THAT(stored(), HasSubstr(R"("price":{"S":"1250 EUR"})"));
  const auto trip = trips.get(field<& Trip::id> = "1").require();
  ASSERT_TRUE(succeeded(trip));
  EXPECT_EQ(trip->price, (Money{1250, "EUR"}));
  EXPECT_EQ(trip->extras.at("food").at(1), (Money{7, "NOK"}));
  EXPECT_EQ(trips.scan().where(field<&Trip::price> == Money{1250, "EUR"}).go()->size(), 1U);
  EXPECT_EQ(trips.scan().where(field<&Trip::extras>["food"][0] == Money{5, "SEK"}).go()->size(), 1U);
  EXPECT_EQ(error_number(trips.parse(R"({"id":{"S":"1"},"stops":{"L":[]},"by_day":{"M":{}},"extras":{"M":{}},
      "price":{"S":"much"},"__edb_e__":{"S":"trip"},"__edb_v__":{"S":"1"}})")),
            5002);
}

TEST_F(NestedTest, TextsOfAnyLengthMeetPatterns) {
  EXPECT_EQ(error_number(letters.create({.id = "1", .mail = std::string(300'000, 'a')}).go()), 4002);
  EXPECT_TRUE(succeeded(letters.create({.id = "1", .mail = std::string(300'000, 'a') + "@b.c"}).go()));
  EXPECT_EQ(error_number(letters.create({.id = "1", .mail = "a@b.c\nx"}).go()), 4002)
      << "the end of a line is not the end of the text";
}

TEST_F(NestedTest, APatternThatIsNoneIsAFaultOfTheDefinition) {
  const auto refused = Entity<BadLetters>(table).create({.id = "1", .mail = "m"}).go();
  ASSERT_EQ(error_number(refused), 1008);
  EXPECT_THAT(refused.error().message, HasSubstr("'mail' has a pattern that is no regular expression"));
}

TEST(Pattern, MatchesAsJavaScriptDoes) {
  const auto search = [](std::string_view expression, std::string_view text) {
    return Pattern::compile(expression)->search(text) == Pattern::Outcome::kMatches;
  };
  EXPECT_TRUE(search("b", "abc"));
  EXPECT_FALSE(search("^b", "abc"));
  EXPECT_FALSE(search("^b", "a\nb"));
  EXPECT_FALSE(search("a$", "a\n"));
  EXPECT_FALSE(search("a.b", "a\nb"));
  EXPECT_TRUE(search(R"(^\d{4}-(?:0[1-9]|1[0-2])(?!x)$)", "2025-11"));
  EXPECT_TRUE(search("é", "café"));
  EXPECT_EQ(Pattern::compile("["), std::nullopt);
}

TEST(Pattern, GivesUpWhereThereAreTooManyWays) {
  const auto pattern = Pattern::compile("^(a+)+$");
  EXPECT_EQ(pattern->search(std::string(5000, 'a') + "b"), Pattern::Outcome::kTooComplex);
}

}  // namespace lodestone::model::nested
