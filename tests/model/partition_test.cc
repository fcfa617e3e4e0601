// Partitions that several entities share: read together, narrowed, counted, deleted. In both profiles.

#include <gmock/gmock.h>

#include "model/model.h"
#include "model/testing/table_test.h"
#include "model/transform.h"
#include "tests/model/school_fixture.h"

namespace lodestone::model {
namespace harbour {

struct Ship {
  std::string port;
  std::string name;
  int masts = 0;
  std::optional<std::string> owner = {};
  std::optional<std::string> day = {};
};
struct Ships {
  using Item = Ship;
  static constexpr auto name = model::toolbox("Ship");
  static constexpr auto attributes = model::attributes<&Ship::masts>(
      model::attr<&Ship::port>().saved_as("pk"),
      model::attr<&Ship::name>().saved_as("sk").transform([] { return model::prefix("SHIP"); }),
      model::attr<&Ship::owner>().saved_as("gpk"), model::attr<&Ship::day>().saved_as("gsk"));
  static constexpr auto by_port = model::index().pk<&Ship::port>("pk").sk<&Ship::name>("sk");
  static constexpr auto by_owner = model::index("gsi").pk<&Ship::owner>("gpk").sk<&Ship::day>("gsk");
  static constexpr auto indexes = model::indexes(by_port, by_owner);
};

// The same keys under other names.
struct Crane {
  std::string place;
  std::string number;
  int tons = 0;
  std::optional<std::string> company = {};
  std::optional<std::string> since = {};
};
struct Cranes {
  using Item = Crane;
  static constexpr auto name = model::toolbox("Crane").without_timestamps();
  static constexpr auto attributes = model::attributes<&Crane::tons>(
      model::attr<&Crane::place>().saved_as("pk"), model::attr<&Crane::number>().saved_as("sk"),
      model::attr<&Crane::company>().saved_as("gpk"), model::attr<&Crane::since>().saved_as("gsk"));
  static constexpr auto by_place = model::index().pk<&Crane::place>("pk").sk<&Crane::number>("sk");
  static constexpr auto by_company = model::index("gsi").pk<&Crane::company>("gpk").sk<&Crane::since>("gsk");
  static constexpr auto indexes = model::indexes(by_place, by_company);
};

// Keys that are made.
struct Buoy {
  std::string id;
  int colour = 0;
};
struct Buoys {
  using Item = Buoy;
  static constexpr auto name = model::toolbox("Buoy").without_timestamps();
  static constexpr auto attributes = model::attributes<&Buoy::id, &Buoy::colour>();
  static constexpr auto by_id =
      model::index().pk_template<>("pk", "kiel").sk_template<&Buoy::id>("sk", "B#${id}");
  static constexpr auto indexes = model::indexes(by_id);
};

struct Nameless : Cranes {
  static constexpr auto name = model::toolbox("Nameless").without_timestamps().without_entity();
};

using Harbour = Service<Ships, Cranes, Buoys>;

}  // namespace harbour

namespace {

using namespace harbour;  // NOLINT(google-build-using-namespace)
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr auto kPort = field<&Ship::port>;
constexpr auto kName = field<&Ship::name>;
constexpr auto kOwner = field<&Ship::owner>;

class PartitionTest : public TableTest<Harbour> {
 protected:
  void SetUp() override {
    for (const char* const ship : {"ada", "bea", "cis"}) {
      const int masts = ship[0] - 'a' + 1;
      ASSERT_TRUE(succeeded(ships
                                .create({.port = "kiel",
                                         .name = ship,
                                         .masts = masts,
                                         .owner = "o",
                                         .day = std::string("2025-0") + ship[0]})
                                .go()));
    }
    ASSERT_TRUE(succeeded(ships.create({.port = "bremen", .name = "dan", .masts = 1}).go()));
    ASSERT_TRUE(succeeded(
        cranes.create({.place = "kiel", .number = "1", .tons = 5, .company = "o", .since = "2024"}).go()));
    ASSERT_TRUE(succeeded(cranes.create({.place = "kiel", .number = "2", .tons = 50}).go()));
    ASSERT_TRUE(succeeded(buoys.create({.id = "north", .colour = 1}).go()));
    forget_calls();
  }
  [[nodiscard]] auto kiel() const { return service.query(Ships::by_port, kPort = "kiel"); }

  const Entity<Ships>& ships = service.of<Ships>();
  const Entity<Cranes>& cranes = service.of<Cranes>();
  const Entity<Buoys>& buoys = service.of<Buoys>();
};

TEST_F(PartitionTest, BringsTheItemsOfAllEntities) {
  const auto found = kiel().go();
  ASSERT_TRUE(succeeded(found));
  EXPECT_THAT(found->get<Ships>(), SizeIs(3));
  EXPECT_EQ(found->get<Ships>()[0].name, "ada");
  EXPECT_THAT(found->get<Cranes>(), SizeIs(2));
  EXPECT_THAT(found->get<Buoys>(), SizeIs(1));
  EXPECT_THAT(calls(), SizeIs(1));
  // The same by what another entity calls the keys.
  EXPECT_THAT(service.query(Cranes::by_place, field<& Crane::place> = "kiel").go()->get<Ships>(), SizeIs(3));
  EXPECT_THAT(service.query(Buoys::by_id).go()->get<Ships>(), SizeIs(3));
  // Another service on the same table is what reads some of them.
  const Service<Cranes, Buoys> machines(table);
  EXPECT_THAT(machines.query(Cranes::by_place, field<& Crane::place> = "kiel").go()->get<Cranes>(),
              SizeIs(2));
}

TEST_F(PartitionTest, OfAnIndex) {
  const auto owned = service.query(Ships::by_owner, kOwner = "o");
  EXPECT_THAT(owned.go()->get<Ships>(), SizeIs(3));
  EXPECT_THAT(owned.go()->get<Cranes>(), SizeIs(1));
  auto newest = service.query(Ships::by_owner, kOwner = "o").gt(field<& Ship::day> = "2025-0a");
  EXPECT_THAT(newest.descending().go()->get<Ships>()[0].name, "cis");
  EXPECT_THAT(newest.go()->get<Cranes>(), SizeIs(0));
  EXPECT_EQ(service.query(Ships::by_owner, kOwner = "o")
                .between(field<& Ship::day> = "2024", field<& Ship::day> = "2025-0b")
                .count_items()
                .value(),
            3);
}

TEST_F(PartitionTest, IsNarrowedBySortKeysAsTheEntityMakesThem) {
  EXPECT_THAT(kiel().begins(kName = "b").go()->get<Ships>(), SizeIs(1));
  EXPECT_THAT(kiel().begins(kName = "").go()->get<Cranes>(), SizeIs(0));
  EXPECT_THAT(service.query(Buoys::by_id).begins(field<& Buoy::id> = "no").go()->get<Buoys>(), SizeIs(1));
  EXPECT_THAT(service.query(Buoys::by_id).begins(field<& Buoy::id> = "no").go()->get<Ships>(), SizeIs(0));
  EXPECT_THAT(service.query(Ships::by_port, kPort = "kiel", kName = "ada").go()->get<Ships>(), SizeIs(1));
}

TEST_F(PartitionTest, EachEntityHasItsOwnFilter) {
  auto some = kiel().where_of<Ships>(field<&Ship::masts> > 1).where_of<Cranes>(field<&Crane::tons> < 10);
  const auto found = some.go();
  ASSERT_TRUE(succeeded(found));
  EXPECT_THAT(found->get<Ships>(), SizeIs(2));
  EXPECT_THAT(found->get<Cranes>(), SizeIs(1));
  // Nobody asked about these.
  EXPECT_THAT(found->get<Buoys>(), SizeIs(1));
  EXPECT_EQ(some.count_items().value(), 4);
  EXPECT_THAT(service.scan().where_of<Ships>(field<&Ship::masts> == 1).go()->get<Ships>(), SizeIs(2));
}

TEST_F(PartitionTest, InPages) {
  const auto first = kiel().limit(2).go();
  ASSERT_TRUE(succeeded(first));
  ASSERT_TRUE(first->cursor.has_value());
  const auto rest = kiel().limit(2).from(first->cursor).pages(9).go();
  const auto count = [](const auto& found) {
    return found->template get<Ships>().size() + found->template get<Cranes>().size() +
           found->template get<Buoys>().size();
  };
  EXPECT_EQ(count(first) + count(rest), 6U);
  EXPECT_FALSE(rest->cursor.has_value());
  EXPECT_EQ(kiel().limit(1).all().go()->get<Cranes>().size(), 2U);
}

TEST_F(PartitionTest, IsDeletedWhole) {
  EXPECT_EQ(kiel().erase_all().value(), 6U);
  EXPECT_EQ(kiel().count_items().value(), 0);
  // What stands elsewhere stays.
  EXPECT_THAT(service.scan().go()->get<Ships>(), ElementsAre(::testing::Field(&Ship::name, "dan")));
  EXPECT_THAT(operations(), ::testing::Contains("BatchWriteItem"));
  EXPECT_EQ(kiel().erase_all().value(), 0U);
}

TEST_F(PartitionTest, IsDeletedInPart) {
  EXPECT_EQ(ships.query(Ships::by_owner, kOwner = "o").where(field<&Ship::masts> > 1).erase_all().value(),
            2U);
  EXPECT_THAT(kiel().go()->get<Ships>(), SizeIs(1));
  EXPECT_EQ(cranes.query(Cranes::by_place, field<& Crane::place> = "kiel")
                .begins(field<& Crane::number> = "2")
                .erase_all()
                .value(),
            1U);
  EXPECT_THAT(kiel().go()->get<Cranes>(), SizeIs(1));
  EXPECT_EQ(buoys.scan().erase_all().value(), 1U);
  EXPECT_EQ(service.scan().where_of<Cranes>(field<&Crane::tons> > 1000).erase_all().value(), 2U);
  EXPECT_THAT(service.scan().go()->get<Cranes>(), SizeIs(1));
}

TEST_F(PartitionTest, ManyItemsAreDeletedInBatchesAndPages) {
  std::vector<Crane> many;
  for (int i = 0; i < 130; ++i)
    many.push_back({.place = "ulm", .number = std::to_string(1000 + i), .tons = i});
  ASSERT_TRUE(succeeded(cranes.put_all(many)));
  forget_calls();
  std::vector<std::size_t> told;
  auto all = cranes.query(Cranes::by_place, field<& Crane::place> = "ulm");
  const auto erased = all.limit(60).erase_all(
      {.progress = [&told](const BatchProgress& progress) { told.push_back(progress.done); }});
  ASSERT_TRUE(succeeded(erased));
  EXPECT_EQ(*erased, 130U);
  EXPECT_THAT(told, ElementsAre(25U, 50U, 60U, 85U, 110U, 120U, 130U));
  EXPECT_THAT(operations(), SizeIs(3 + 7));
  // Only keys were read.
  EXPECT_THAT(calls().front().reply, ::testing::Not(HasSubstr("tons")));
}

TEST_F(PartitionTest, WithoutAnEntityAttributeNobodyKnowsWhoseItemsTheyAre) {
  const Service<Ships, Nameless> mixed(table);
  EXPECT_EQ(mixed.query(Ships::by_port, kPort = "kiel").go().error().number(), 1013);
}

using SchoolPartitionTest = school::SchoolTest;

TEST_F(SchoolPartitionTest, OfElectroDbsItems) {
  using namespace school;  // NOLINT(google-build-using-namespace)
  for (const char* const id : {"u1", "u2"}) {
    ASSERT_TRUE(succeeded(
        users.create({.userId = id, .email = std::string(id) + "@x.org", .name = id, .orgId = "org"}).go()));
  }
  const auto members = school.query(Users::by_org, field<& User::orgId> = "org");
  ASSERT_TRUE(succeeded(members.go()));
  EXPECT_THAT(members.go()->get<Users>(), SizeIs(2));
  EXPECT_EQ(users.query(Users::by_org, field<& User::orgId> = "org").erase_all().value(), 2U);
  EXPECT_THAT(members.go()->get<Users>(), SizeIs(0));
}

}  // namespace
}  // namespace lodestone::model
