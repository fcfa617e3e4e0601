// What attributes are made of: every type there and back, defaults, hooks, names, hidden and read-only ones.

#include <chrono>
#include <unordered_set>

#include <gmock/gmock.h>

#include "model/testing/table_test.h"

namespace lodestone::model::kinds {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

enum class Color : std::uint8_t { RED, GREEN, BLUE };

struct Size {
  int width = 0;
  std::optional<std::string> note = {};
  static constexpr auto attributes() { return model::attributes<&Size::width, &Size::note>(); }
  friend bool operator==(const Size&, const Size&) = default;
};

/// Everything that has a codec.
struct Thing {
  std::string id;
  bool truth = false;
  std::int8_t tiny = 0;
  std::uint64_t large = 0;
  double real = 0;
  Number exact = 0;
  Binary bytes = {};
  Color color = Color::RED;
  std::optional<int> maybe = {};
  Size size = {};
  std::vector<Size> sizes = {};
  std::vector<std::vector<int>> matrix = {};
  std::set<std::string> words = {};
  std::set<int> numbers = {};
  std::set<Binary> blobs = {};
  std::set<Color> colors = {};
  std::unordered_set<std::string> loose = {};
  std::map<std::string, int> counts = {};
  std::map<std::string, Size> by_name = {};
  std::variant<std::int64_t, std::string, Size> either = {};
  std::chrono::sys_seconds until = {};
  std::chrono::sys_time<std::chrono::milliseconds> at = {};
  std::chrono::year_month_day day = std::chrono::year(1970) / 1 / 1;
  Value any = {};
};

struct Things {
  using Item = Thing;
  static constexpr auto name = model::name("kinds", "thing");
  static constexpr auto attributes =
      model::attributes<&Thing::id, &Thing::truth, &Thing::tiny, &Thing::large, &Thing::real, &Thing::exact,
                        &Thing::bytes, &Thing::color, &Thing::maybe, &Thing::size, &Thing::sizes,
                        &Thing::matrix, &Thing::words, &Thing::numbers, &Thing::blobs, &Thing::colors,
                        &Thing::loose, &Thing::counts, &Thing::by_name, &Thing::either, &Thing::until,
                        &Thing::at, &Thing::day, &Thing::any>();
  static constexpr auto by_id = model::index().pk<&Thing::id>("pk").sk<>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

/// Defaults of every form.
struct Note {
  std::string id;
  std::string at = {};
  std::int64_t seconds = 0;
  std::string text = {};
  int count = 0;
  Color color = Color::RED;
  std::vector<std::string> tags = {};
  std::optional<std::string> mood = {};
};

struct Notes {
  using Item = Note;
  static constexpr auto name = model::name("kinds", "note");
  static constexpr auto attributes = model::attributes<&Note::id>(
      model::attr<&Note::at>().default_to([](const Moment& now) { return now.iso(); }),
      model::attr<&Note::seconds>().default_to([](const Moment& now) { return now.seconds(); }),
      model::attr<&Note::text>().default_to("none"), model::attr<&Note::count>().default_to(7),
      model::attr<&Note::color>().default_to(Color::GREEN),
      model::attr<&Note::tags>().default_to([] { return std::vector<std::string>{"new"}; }),
      model::attr<&Note::mood>().default_to([]() -> std::string { return "calm"; }));
  static constexpr auto by_id = model::index().pk<&Note::id>("pk").sk<>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

struct Address {
  std::string city;
  std::string country = {};
  std::optional<std::string> secret = {};
  static constexpr auto attributes() {
    return model::attributes<&Address::city>(model::attr<&Address::country>().saved_as("c").default_to("SE"),
                                             model::attr<&Address::secret>().saved_as("s").hidden());
  }
};

/// Hooks of every form.
struct Account {
  std::string id;
  std::string email;
  std::string first = {};
  std::string last = {};
  std::optional<std::string> full = {};
  std::optional<std::string> password = {};
  std::optional<std::string> slug = {};
  std::optional<int> changes = {};
  std::optional<std::string> phone = {};
  std::optional<Address> home = {};
  std::vector<Address> others = {};
};

struct Accounts {
  using Item = Account;
  static constexpr auto name = model::name("kinds", "account");
  static constexpr auto attributes = model::attributes<&Account::id, &Account::home, &Account::others>(
      model::attr<&Account::email>()
          .saved_as("e")
          .labelled("mail")
          .set([](const std::string& text) {
            std::string lower = text;
            for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            return lower;
          })
          .validate([](const std::string& text) { return text.find('@') != std::string::npos; }),
      model::attr<&Account::first>().allow_empty(), model::attr<&Account::last>().allow_empty(),
      model::attr<&Account::full>().computed([](const Given<Account>& item) {
        return item.get<&Account::first>().value_or("?") + " " + item[field<&Account::last>].value_or("?");
      }),
      model::attr<&Account::password>().hidden(),
      model::attr<&Account::slug>().watch<&Account::first, &Account::last>().set(
          [](const std::optional<std::string>& given,
             const Given<Account>& item) -> std::optional<std::string> {
            if (!item.get<&Account::first>()) return given;
            return *item.get<&Account::first>() + "-" + item.get<&Account::last>().value_or("");
          }),
      model::attr<&Account::changes>().watch_all().set(
          [](const std::optional<int>& given, const Given<Account>&) {
            return std::optional(given.value_or(0) + 1);
          }),
      model::attr<&Account::phone>().matches("^\\+[0-9]+$").get([](const std::string& text) {
        return text.substr(0, 3) + "…";
      }));
  static constexpr auto by_id = model::index().pk<&Account::id>("pk").sk<>("sk");
  static constexpr auto by_email = model::index("gsi1").pk<&Account::email>("gsi1pk").sk<>("gsi1sk");
  static constexpr auto indexes = model::indexes(by_id, by_email);
};

class AttributeTest : public TableTest<Service<Things, Notes, Accounts>> {
 protected:
  std::string stored(const std::string& pk, const std::string& sk) {
    return connection
        .execute("GetItem",
                 R"({"TableName":"table","Key":{"pk":{"S":")" + pk + R"("},"sk":{"S":")" + sk + R"("}}})")
        ->body;
  }

  const Entity<Things>& things = service.of<Things>();
  const Entity<Notes>& notes = service.of<Notes>();
  const Entity<Accounts>& accounts = service.of<Accounts>();
};

TEST_F(AttributeTest, EveryTypeComesBackAsItWas) {
  Thing thing;
  thing.id = "1";
  thing.truth = true;
  thing.tiny = -128;
  thing.large = 18'446'744'073'709'551'615U;
  thing.real = 0.1 + 0.2;
  thing.exact = *Number::parse("12345678901234567890123456789012345678");
  thing.bytes = {std::string("\0\xff\x7f", 3)};
  thing.color = Color::BLUE;
  thing.maybe = 0;
  thing.size = {.width = 3, .note = "wide"};
  thing.sizes = {{.width = 1}, {.width = 2, .note = ""}};
  thing.matrix = {{1, 2}, {}, {3}};
  thing.words = {"a", "b"};
  thing.numbers = {-1, 1};
  thing.blobs = {Binary{"x"}, Binary{std::string("\0", 1)}};
  thing.colors = {Color::RED, Color::BLUE};
  thing.loose = {"x", "y"};
  thing.counts = {{"a", 1}, {"b.c", 2}};
  thing.by_name = {{"one", {.width = 1}}};
  thing.either = Size{.width = 9};
  thing.until = std::chrono::sys_seconds(1'700'000'000s);
  thing.at = std::chrono::sys_time<std::chrono::milliseconds>(1'700'000'000'123ms);
  thing.day = std::chrono::year(2025) / 1 / 31;
  thing.any = Value::list({Value(), Value::boolean(true)});
  ASSERT_TRUE(succeeded(things.create(thing).go()));

  const auto got = things.get(field<& Thing::id> = "1").require();
  ASSERT_TRUE(succeeded(got));
  EXPECT_EQ(got->truth, true);
  EXPECT_EQ(got->tiny, -128);
  EXPECT_EQ(got->large, thing.large);
  EXPECT_EQ(got->real, thing.real);
  EXPECT_EQ(got->exact.text(), "12345678901234567890123456789012345678");
  EXPECT_EQ(got->bytes, thing.bytes);
  EXPECT_EQ(got->color, Color::BLUE);
  EXPECT_EQ(got->maybe, 0);
  EXPECT_EQ(got->size, thing.size);
  EXPECT_EQ(got->sizes, thing.sizes);
  EXPECT_EQ(got->matrix, thing.matrix);
  EXPECT_EQ(got->words, thing.words);
  EXPECT_EQ(got->numbers, thing.numbers);
  EXPECT_EQ(got->blobs, thing.blobs);
  EXPECT_EQ(got->colors, thing.colors);
  EXPECT_EQ(got->loose, thing.loose);
  EXPECT_EQ(got->counts, thing.counts);
  EXPECT_EQ(got->by_name, thing.by_name);
  EXPECT_EQ(std::get<Size>(got->either).width, 9);
  EXPECT_EQ(got->until, thing.until);
  EXPECT_EQ(got->at, thing.at);
  EXPECT_EQ(got->day, thing.day);
  EXPECT_EQ(got->any, thing.any);
}

TEST_F(AttributeTest, TypesAreStoredAsDynamoDbKnowsThem) {
  Thing thing;
  thing.id = "1";
  thing.until = std::chrono::sys_seconds(1'700'000'000s);
  thing.day = std::chrono::year(2025) / 1 / 31;
  thing.colors = {Color::GREEN};
  thing.either = "text";
  ASSERT_TRUE(succeeded(things.create(thing).go()));
  const std::string json = stored("$kinds#id_1", "$thing_1");
  EXPECT_THAT(json, HasSubstr(R"("until":{"N":"1700000000"})"));
  EXPECT_THAT(json, HasSubstr(R"("at":{"S":"1970-01-01T00:00:00.000Z"})"));
  EXPECT_THAT(json, HasSubstr(R"("day":{"S":"2025-01-31"})"));
  EXPECT_THAT(json, HasSubstr(R"("colors":{"SS":["GREEN"]})"));
  EXPECT_THAT(json, HasSubstr(R"("either":{"S":"text"})"));
  EXPECT_THAT(json, HasSubstr(R"("size":{"M":{"width":{"N":"0"}}})"));
  EXPECT_THAT(json, testing::Not(HasSubstr("words"))) << "an empty set is no attribute";
}

TEST_F(AttributeTest, StoredValuesThatDoNotFitAreToldByName) {
  const auto read = [&](const std::string& attribute) {
    const auto got =
        things.parse(R"({"__edb_e__":{"S":"thing"},"__edb_v__":{"S":"1"},"id":{"S":"1"},)" + attribute + "}");
    return got.ok() ? "ok" : to_string(got.error());
  };
  EXPECT_EQ(
      read(R"("truth":{"S":"yes"})"),
      "5002 thing: The stored item's 'truth' is of another type than the member (in the item with id \"1\")");
  EXPECT_THAT(read(R"("truth":{"BOOL":true},"tiny":{"N":"128"})"), HasSubstr("'tiny' is of another type"));
  EXPECT_THAT(read(R"("truth":{"BOOL":true},"tiny":{"N":"1.5"})"), HasSubstr("'tiny' is of another type"));
  EXPECT_THAT(read(R"("truth":{"BOOL":true},"tiny":{"N":"1E1"},"large":{"N":"-1"})"), HasSubstr("'large'"));
  EXPECT_THAT(read(R"("truth":{"BOOL":true})"), HasSubstr("lacks 'tiny'"));
}

TEST(Times, AreReadAsTheyAreWritten) {
  using Time = std::chrono::sys_time<std::chrono::milliseconds>;
  const auto is_time = [](const char* text) {
    Time time;
    return Codec<Time>::decode(Value::string(text), time) && Codec<Time>::encode(time) == Value::string(text);
  };
  EXPECT_TRUE(is_time("2025-01-31T23:59:59.999Z"));
  EXPECT_TRUE(is_time("1969-12-31T00:00:00.001Z"));
  EXPECT_TRUE(is_time("+012025-01-31T00:00:00.000Z"));
  EXPECT_TRUE(is_time("-000001-01-31T00:00:00.000Z"));
  EXPECT_FALSE(is_time("2025-02-30T00:00:00.000Z"));
  EXPECT_FALSE(is_time("2025-01-31T25:00:00.000Z"));
  EXPECT_FALSE(is_time("2025-01-31T00:-1:00.000Z"));
  EXPECT_FALSE(is_time("2025-1-31T00:00:00.000Z"));
  EXPECT_FALSE(is_time("2025-01-31T00:00:00.000Z "));
  EXPECT_FALSE(is_time("99999999999-01-31T00:00:00.000Z"));
  std::chrono::year_month_day day;
  EXPECT_FALSE(Codec<std::chrono::year_month_day>::decode(Value::string("2025-1-1"), day));
  EXPECT_FALSE(Codec<std::chrono::year_month_day>::decode(Value::string("2025-02-29"), day));
  EXPECT_TRUE(Codec<std::chrono::year_month_day>::decode(Value::string("2024-02-29"), day));
  const auto far = std::chrono::year(12025) / 1 / 31;
  ASSERT_TRUE(
      Codec<std::chrono::year_month_day>::decode(Codec<std::chrono::year_month_day>::encode(far), day));
  EXPECT_EQ(day, far);
}

TEST_F(AttributeTest, DefaultsOfEveryForm) {
  const auto note = notes.create({.id = "1"}).go();
  ASSERT_TRUE(succeeded(note));
  EXPECT_EQ(note->at, "2023-11-14T22:13:20.000Z");
  EXPECT_EQ(note->seconds, 1'700'000'000);
  EXPECT_EQ(note->text, "none");
  EXPECT_EQ(note->count, 7);
  EXPECT_EQ(note->color, Color::GREEN);
  EXPECT_THAT(note->tags, ElementsAre("new"));
  EXPECT_EQ(note->mood, "calm");
}

TEST_F(AttributeTest, DefaultsGiveWayToWhatIsGiven) {
  const auto note = notes
                        .create(field<& Note::id> = "1", field<& Note::text> = "", field<& Note::count> = 0,
                                field<& Note::color> = Color::RED, field<& Note::at> = "then")
                        .go();
  ASSERT_TRUE(succeeded(note));
  EXPECT_EQ(note->text, "");
  EXPECT_EQ(note->count, 0) << "by attributes, what a member holds by itself can be given too";
  EXPECT_EQ(note->color, Color::RED);
  EXPECT_EQ(note->at, "then");
  EXPECT_EQ(notes.create({.id = "2", .count = 8}).go()->count, 8);
}

TEST_F(AttributeTest, DefaultsServeItemsThatAreOlderThanTheAttribute) {
  const auto note = notes.parse(R"({"id":{"S":"1"},"__edb_e__":{"S":"note"},"__edb_v__":{"S":"1"}})");
  ASSERT_TRUE(succeeded(note));
  EXPECT_EQ((*note)->at, "2023-11-14T22:13:20.000Z");
  EXPECT_EQ((*note)->count, 7);
  EXPECT_EQ((*note)->mood, std::nullopt) << "what may be absent stays so";
}

TEST_F(AttributeTest, AnUpdateWritesNoDefaults) {
  ASSERT_TRUE(succeeded(notes.create({.id = "1", .text = "mine"}).go()));
  const auto note = notes.update(field<& Note::id> = "1").set(field<& Note::count> = 1).go_returning_new();
  ASSERT_TRUE(succeeded(note));
  EXPECT_EQ(note->text, "mine");
}

TEST_F(AttributeTest, SettersNamesAndLabels) {
  const auto made = accounts.create({.id = "1", .email = "Ada@Example.com"}).go();
  ASSERT_TRUE(succeeded(made));
  EXPECT_EQ(made->email, "ada@example.com");
  const std::string json = stored("$kinds#id_1", "$account_1");
  EXPECT_THAT(json, HasSubstr(R"("e":{"S":"ada@example.com"})"));
  EXPECT_THAT(json, HasSubstr(R"("gsi1pk":{"S":"$kinds#mail_ada@example.com"})"));
  ASSERT_TRUE(succeeded(accounts.update(field<& Account::id> = "1")
                            .set(field<& Account::email> = "COUNTESS@example.com")
                            .go()));
  EXPECT_EQ(accounts.query(Accounts::by_email, field<& Account::email> = "countess@example.com").go()->size(),
            1U);
  EXPECT_EQ(accounts.scan().where(field<&Account::email> == "countess@example.com").go()->size(), 1U);
}

TEST_F(AttributeTest, ValidatorsRefuse) {
  const auto made = accounts.create({.id = "1", .email = "nowhere", .phone = "12"}).go();
  ASSERT_EQ(error_number(made), 4002);
  ASSERT_EQ(made.error().attributes.size(), 2U);
  EXPECT_EQ(made.error().attributes[0].message, "'email' is not valid");
  EXPECT_EQ(made.error().attributes[1].message, "'phone' does not match ^\\+[0-9]+$");
  ASSERT_TRUE(succeeded(accounts.create({.id = "1", .email = "a@b", .phone = "+46123"}).go()));
  EXPECT_EQ(
      error_number(accounts.update(field<& Account::id> = "1").set(field<& Account::email> = "nowhere").go()),
      4002);
}

TEST_F(AttributeTest, ReadersSeeWhatGettersMake) {
  ASSERT_TRUE(succeeded(
      accounts
          .create(
              {.id = "1", .email = "a@b", .first = "Ada", .last = "L", .password = "pw", .phone = "+46123"})
          .go()));
  const auto got = accounts.get(field<& Account::id> = "1").require();
  ASSERT_TRUE(succeeded(got));
  EXPECT_EQ(got->full, "Ada L");
  EXPECT_EQ(got->phone, "+46…");
  EXPECT_EQ(got->password, std::nullopt) << "hidden";
  EXPECT_EQ(got->slug, "Ada-L");
  const std::string json = stored("$kinds#id_1", "$account_1");
  EXPECT_THAT(json, HasSubstr(R"("password":{"S":"pw"})"));
  EXPECT_THAT(json, testing::Not(HasSubstr("full")));
  EXPECT_THAT(json, HasSubstr(R"("phone":{"S":"+46123"})"));
}

TEST_F(AttributeTest, WatchersWriteAlong) {
  ASSERT_TRUE(succeeded(accounts.create({.id = "1", .email = "a@b", .first = "Ada", .last = "L"}).go()));
  const auto slug = [&] { return accounts.get(field<&Account::id> = "1").require()->slug; };
  EXPECT_EQ(slug(), "Ada-L");
  ASSERT_TRUE(
      succeeded(accounts.update(field<& Account::id> = "1").set(field<& Account::email> = "b@b").go()));
  EXPECT_EQ(slug(), "Ada-L") << "it does not watch the address";
  ASSERT_TRUE(succeeded(accounts.update(field<& Account::id> = "1")
                            .set(field<& Account::first> = "Augusta", field<& Account::last> = "K")
                            .go()));
  EXPECT_EQ(slug(), "Augusta-K");
  EXPECT_EQ(accounts.get(field<& Account::id> = "1").require()->changes, 1) << "every write makes it anew";
}

TEST_F(AttributeTest, MapsHaveDefaultsNamesAndHiddenMembers) {
  ASSERT_TRUE(succeeded(accounts
                            .create({.id = "1",
                                     .email = "a@b",
                                     .home = Address{.city = "Lund", .secret = "x"},
                                     .others = {{.city = "Oslo", .country = "NO"}}})
                            .go()));
  const std::string json = stored("$kinds#id_1", "$account_1");
  EXPECT_THAT(json, HasSubstr(R"("home":{"M":{"c":{"S":"SE"},"city":{"S":"Lund"},"s":{"S":"x"}}})"));
  EXPECT_THAT(json, HasSubstr(R"("others":{"L":[{"M":{"c":{"S":"NO"},"city":{"S":"Oslo"}}}]})"));
  const auto got = accounts.get(field<& Account::id> = "1").require();
  ASSERT_TRUE(succeeded(got));
  EXPECT_EQ(got->home->country, "SE");
  EXPECT_EQ(got->home->secret, std::nullopt);
  EXPECT_EQ(got->others[0].country, "NO");
  EXPECT_EQ(accounts.scan().where(field<&Account::home, &Address::country> == "SE").go()->size(), 1U);
  const auto moved = accounts.update(field<& Account::id> = "1")
                         .set(field<&Account::home, &Address::country> = "DK")
                         .go_returning_new();
  ASSERT_TRUE(succeeded(moved));
  EXPECT_EQ(moved->home->country, "DK");
}

TEST_F(AttributeTest, MissingMembersOfMapsAreTold) {
  const auto made = accounts.create({.id = "1", .email = "a@b", .home = Address{}}).go();
  EXPECT_TRUE(succeeded(made)) << "an empty city is a city";
  const auto account = accounts.parse(
      R"({"id":{"S":"1"},"e":{"S":"a@b"},"first":{"S":""},"last":{"S":""},"others":{"L":[]},
          "home":{"M":{}},"__edb_e__":{"S":"account"},"__edb_v__":{"S":"1"}})");
  EXPECT_EQ(error_number(account), 5002);
}

enum class Sparse : std::int8_t { FIRST = 1, LAST = 31 };
enum class Renamed : std::uint8_t { ONE, TWO };

}  // namespace lodestone::model::kinds

template <>
struct lodestone::model::EnumNames<lodestone::model::kinds::Renamed> {
  static constexpr std::array<std::string_view, 2> kNames = {"one", "two"};
};

namespace lodestone::model::kinds {

TEST(EnumNames, AreReadOffTheEnumerators) {
  const auto names = EnumNames<Sparse>::names();
  ASSERT_EQ(names.size(), 32U);
  EXPECT_EQ(names[0], "");
  EXPECT_EQ(names[1], "FIRST");
  EXPECT_EQ(names[30], "");
  EXPECT_EQ(names[31], "LAST");
  EXPECT_EQ(Codec<Sparse>::encode(Sparse::LAST), Value::string("LAST"));
}

TEST(EnumNames, CanBeGiven) {
  EXPECT_EQ(Codec<Renamed>::encode(Renamed::TWO), Value::string("two"));
  Renamed read = Renamed::TWO;
  EXPECT_TRUE(Codec<Renamed>::decode(Value::string("one"), read));
  EXPECT_EQ(read, Renamed::ONE);
  EXPECT_FALSE(Codec<Renamed>::decode(Value::string("ONE"), read));
  EXPECT_FALSE(Codec<Renamed>::decode(Value::number(1), read));
}

TEST_F(AttributeTest, ChoicesThatAreNoneAreRefused) {
  const auto made = notes.create({.id = "1", .color = static_cast<Color>(7)}).go();
  EXPECT_EQ(error_number(made), 4002);
  EXPECT_THAT(made.error().message, HasSubstr("must be one of 'RED', 'GREEN', 'BLUE'"));
}

}  // namespace lodestone::model::kinds
