// Access patterns of every kind: local and sparse indexes, those with keys only, numbers as keys, templates,
// casing, padding, scopes, attributes as keys, clustered and nested collections.

#include <gmock/gmock.h>

#include "model/testing/table_test.h"

namespace lodestone::model::depot {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

enum class State : std::uint8_t { OPEN, DONE };

struct Order {
  std::string shop;
  std::int64_t number = 0;
  std::string customer;
  int priority = 0;
  State state = State::OPEN;
  double total = 0;
  std::optional<std::string> note = {};
};

struct Orders {
  using Item = Order;
  static constexpr auto name = model::name("depot", "order");
  static constexpr auto attributes =
      model::attributes<&Order::customer, &Order::total, &Order::state, &Order::note>(
          model::attr<&Order::shop>(), model::attr<&Order::number>().padded(6),
          model::attr<&Order::priority>().labelled("pri").padded(5));
  static constexpr auto by_number = model::index().pk<&Order::shop>("pk").sk<&Order::number>("sk");
  /// What waits, by priority; what is done is not in it.
  static constexpr auto waiting =
      model::index("gsi1").pk<&Order::shop>("gsi1pk").sk<&Order::priority, &Order::state>("gsi1sk").only_if(
          [](const Given<Order>& order) { return order.get<&Order::state>() == State::OPEN; });
  static constexpr auto by_customer = model::index("gsi2")
                                          .pk<&Order::customer>("gsi2pk", Casing::kUpper)
                                          .sk<&Order::number>("gsi2sk")
                                          .keys_only();
  static constexpr auto by_note =
      model::index("lsi1").pk<&Order::shop>("pk").sk<&Order::note>("lsi1sk", Casing::kNone).local();
  static constexpr auto by_state =
      model::index("gsi3").pk<&Order::state>("state").sk<&Order::total>("total").by_attributes();
  static constexpr auto indexes = model::indexes(by_number, waiting, by_customer, by_note, by_state);
};

class OrderTest : public TableTest<Service<Orders>> {
 protected:
  OrderTest() {
    for (int i = 1; i <= 6; ++i) {
      EXPECT_TRUE(
          succeeded(orders
                        .create({.shop = "S1",
                                 .number = i,
                                 .customer = i % 2 == 0 ? "Eve" : "Ada",
                                 .priority = 10 * i,
                                 .state = i <= 4 ? State::OPEN : State::DONE,
                                 .total = 1.5 * i,
                                 .note = i == 3 ? std::optional<std::string>("Fragile") : std::nullopt})
                        .go()));
    }
  }

  template <class T>
  static std::vector<std::int64_t> numbers(const Result<Page<T>>& page) {
    EXPECT_TRUE(succeeded(page));
    std::vector<std::int64_t> found;
    if (!page.ok()) return found;
    for (const Order& order : *page) found.push_back(order.number);
    return found;
  }
  std::string stored(int number) {
    return connection
        .execute(
            "GetItem",
            R"({"TableName":"table","Key":{"pk":{"S":"$depot#shop_s1"},"sk":{"S":"$order_1#number_00000)" +
                std::to_string(number) + R"("}}})")
        ->body;
  }

  const Entity<Orders>& orders = service.of<Orders>();
};

TEST_F(OrderTest, PaddedNumbersStandInOrder) {
  ASSERT_TRUE(succeeded(orders.create({.shop = "S1", .number = 100, .customer = "x", .priority = 9}).go()));
  EXPECT_THAT(numbers(orders.query(Orders::by_number, field<& Order::shop> = "S1").go()),
              ElementsAre(1, 2, 3, 4, 5, 6, 100));
  EXPECT_THAT(
      numbers(
          orders.query(Orders::by_number, field<& Order::shop> = "S1").gt(field<& Order::number> = 5).go()),
      ElementsAre(6, 100));
}

TEST_F(OrderTest, SparseIndexesFollowTheItem) {
  const auto waiting = [&] {
    return numbers(orders.query(Orders::waiting, field<&Order::shop> = "S1").go());
  };
  EXPECT_THAT(waiting(), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(stored(5), testing::Not(HasSubstr("gsi1pk")));

  // All that the keys are made from must be known.
  const auto unknown = orders.patch(field<& Order::shop> = "S1", field<& Order::number> = 1)
                           .set(field<& Order::state> = State::DONE)
                           .go();
  ASSERT_EQ(error_number(unknown), 2012);
  EXPECT_THAT(unknown.error().message, HasSubstr("'priority'"));

  ASSERT_TRUE(succeeded(orders.patch(field<& Order::shop> = "S1", field<& Order::number> = 1)
                            .set(field<& Order::state> = State::DONE)
                            .composite(field<& Order::priority> = 10)
                            .go()));
  EXPECT_THAT(waiting(), ElementsAre(2, 3, 4));
  ASSERT_TRUE(succeeded(orders.patch(field<& Order::shop> = "S1", field<& Order::number> = 6)
                            .set(field<& Order::state> = State::OPEN, field<& Order::priority> = 1)
                            .go()));
  EXPECT_THAT(waiting(), ElementsAre(6, 2, 3, 4));
  EXPECT_EQ(error_number(orders.patch(field<& Order::shop> = "S1", field<& Order::number> = 2)
                             .set(field<& Order::state> = State::DONE)
                             .composite(field<& Order::priority> = 77)
                             .go()),
            5003)
      << "what composite() says must be so";
}

TEST_F(OrderTest, OperatorsMeanWhatTheySay) {
  const auto waiting = [&] { return orders.query(Orders::waiting, field<&Order::shop> = "S1"); };
  EXPECT_THAT(numbers(waiting().gt(field<& Order::priority> = 20).go()), ElementsAre(3, 4));
  EXPECT_THAT(numbers(waiting().gte(field<& Order::priority> = 20).go()), ElementsAre(2, 3, 4));
  EXPECT_THAT(numbers(waiting().lt(field<& Order::priority> = 20).go()), ElementsAre(1));
  EXPECT_THAT(numbers(waiting().lte(field<& Order::priority> = 20).go()), ElementsAre(1, 2));
  EXPECT_THAT(numbers(waiting().between(field<& Order::priority> = 20, field<& Order::priority> = 30).go()),
              ElementsAre(2, 3));
  EXPECT_THAT(numbers(waiting().gt(field<& Order::priority> = 20).compare(Compare::kKeys).go()),
              ElementsAre(2, 3, 4))
      << "by the keys' text, #pri_00020#state_open is behind #pri_00020";
  EXPECT_THAT(
      numbers(orders.query(Orders::waiting, field<& Order::shop> = "S1", field<& Order::priority> = 20)
                  .begins(field<& Order::state> = State::OPEN)
                  .go()),
      ElementsAre(2));
  EXPECT_THAT(numbers(waiting()
                          .between(parts(field<& Order::priority> = 10, field<& Order::state> = State::OPEN),
                                   parts(field<& Order::priority> = 20, field<& Order::state> = State::OPEN))
                          .go()),
              ElementsAre(1, 2));
}

TEST_F(OrderTest, IndexesWithKeysOnlyReadItemsFromTheTable) {
  EXPECT_THAT(stored(1), HasSubstr(R"("gsi2pk":{"S":"$DEPOT#CUSTOMER_ADA"})"));
  forget_calls();
  const auto found = orders.query(Orders::by_customer, field<& Order::customer> = "Ada").go();
  EXPECT_THAT(numbers(found), ElementsAre(1, 3, 5));
  EXPECT_EQ(found->items[2].total, 7.5);
  EXPECT_THAT(operations(), ElementsAre("Query", "BatchGetItem"));

  const auto some =
      orders.query(Orders::by_customer, field<& Order::customer> = "Ada").select<&Order::total>();
  ASSERT_TRUE(succeeded(some));
  EXPECT_EQ(some->items[1].get<&Order::total>(), 4.5);

  const auto two = orders.query(Orders::by_customer, field<& Order::customer> = "Ada").count(2).go();
  EXPECT_THAT(numbers(two), ElementsAre(1, 3));
  EXPECT_THAT(
      numbers(orders.query(Orders::by_customer, field<& Order::customer> = "Ada").from(two->cursor).go()),
      ElementsAre(5));
  EXPECT_EQ(orders.query(Orders::by_customer, field<& Order::customer> = "Ada").count_items().value(), 3);

  // What is not in the index can not be filtered by there; what its keys are made from can.
  const auto filtered = orders.query(Orders::by_customer, field<& Order::customer> = "Ada")
                            .where(field<&Order::total> > 2)
                            .go();
  ASSERT_EQ(error_number(filtered), 2006);
  EXPECT_THAT(filtered.error().message, HasSubstr("'total'"));
  EXPECT_THAT(numbers(orders.query(Orders::by_customer, field<& Order::customer> = "Ada")
                          .where(field<&Order::number> != 3)
                          .go()),
              ElementsAre(1, 5));
  EXPECT_THAT(numbers(orders.match(field<& Order::customer> = "Ada", field<& Order::total> = 4.5).go()),
              ElementsAre(3));
  EXPECT_THAT(numbers(orders.find(field<& Order::customer> = "Ada").go()), ElementsAre(1, 3, 5));
}

TEST_F(OrderTest, HydratesWhereAsked) {
  forget_calls();
  EXPECT_EQ(orders.query(Orders::waiting, field<& Order::shop> = "S1").hydrate().go()->size(), 4U);
  EXPECT_THAT(operations(), ElementsAre("Query", "BatchGetItem"));
}

TEST_F(OrderTest, LocalIndexesShareThePartitionKey) {
  EXPECT_THAT(stored(3), HasSubstr(R"("lsi1sk":{"S":"$order_1#note_Fragile"})")) << "casing as given";
  EXPECT_THAT(numbers(orders.query(Orders::by_note, field<& Order::shop> = "S1")
                          .begins(field<& Order::note> = "Fra")
                          .consistent()
                          .go()),
              ElementsAre(3));
}

TEST_F(OrderTest, AttributesAsKeys) {
  EXPECT_THAT(numbers(orders.query(Orders::by_state, field<& Order::state> = State::OPEN)
                          .gte(field<& Order::total> = 3)
                          .descending()
                          .go()),
              ElementsAre(4, 3, 2));
  const auto page = orders.query(Orders::by_state, field<& Order::state> = State::OPEN).count(1).go();
  EXPECT_THAT(
      numbers(orders.query(Orders::by_state, field<& Order::state> = State::OPEN).from(page->cursor).go()),
      ElementsAre(2, 3, 4));
}

TEST_F(OrderTest, TheTableHasWhatTheAccessPatternsNeed) {
  EXPECT_THAT(service.check_table().value(), IsEmpty());
  const std::string described = connection.execute("DescribeTable", R"({"TableName":"table"})")->body;
  EXPECT_THAT(described,
              HasSubstr(R"("NonKeyAttributes":["__edb_e__","__edb_v__","customer","number","shop"])"));
  EXPECT_THAT(described, HasSubstr("LocalSecondaryIndexes"));
  EXPECT_THAT(described, HasSubstr(R"({"AttributeName":"total","AttributeType":"N"})"));
}

// Numbers, templates, scopes.

struct Reading {
  std::int64_t device = 0;
  std::int64_t second = 0;
  std::string kind;
  std::string place;
};

struct Readings {
  using Item = Reading;
  static constexpr auto name = model::name("depot", "reading", "2");
  static constexpr auto attributes =
      model::attributes<&Reading::device, &Reading::second, &Reading::kind, &Reading::place>();
  static constexpr auto by_time =
      model::index().pk<&Reading::device>("pk").numeric_pk().sk<&Reading::second>("sk").numeric_sk();
  static constexpr auto by_kind = model::index("gsi1")
                                      .pk_template<&Reading::kind>("gsi1pk", "KIND#${kind}")
                                      .sk_template<&Reading::second>("gsi1sk", "${second}");
  static constexpr auto by_place =
      model::index("gsi2").pk<&Reading::place>("gsi2pk").sk<&Reading::second>("gsi2sk").scoped("north");
  static constexpr auto indexes = model::indexes(by_time, by_kind, by_place);
};

class ReadingTest : public TableTest<Service<Readings>> {};

TEST_F(ReadingTest, NumbersAreKeys) {
  const Entity<Readings>& readings = service.of<Readings>();
  for (const int second : {9, 10, 100}) {
    ASSERT_TRUE(
        succeeded(readings.create({.device = 7, .second = second, .kind = "heat", .place = "attic"}).go()));
  }
  const auto seconds = [](const auto& page) {
    EXPECT_TRUE(succeeded(page));
    std::vector<std::int64_t> found;
    for (const Reading& one : *page) found.push_back(one.second);
    return found;
  };
  EXPECT_THAT(seconds(readings.query(Readings::by_time, field<& Reading::device> = 7)
                          .gt(field<& Reading::second> = 9)
                          .go()),
              ElementsAre(10, 100));
  EXPECT_THAT(seconds(readings.query(Readings::by_kind, field<& Reading::kind> = "HEAT")
                          .between(field<& Reading::second> = 9, field<& Reading::second> = 10)
                          .go()),
              ElementsAre(9, 10));
  EXPECT_THAT(*readings.query(Readings::by_place, field<& Reading::place> = "attic").params(),
              HasSubstr("$depot_north#place_attic"));
  EXPECT_THAT(*readings.get(field<& Reading::device> = 7, field<& Reading::second> = 9).params(),
              HasSubstr(R"("Key":{"pk":{"N":"7"},"sk":{"N":"9"}})"));
}

// Collections.

struct Staff {
  std::string office;
  std::string person;
  std::string hired;
};
struct StaffMembers {
  using Item = Staff;
  static constexpr auto name = model::name("depot", "staff");
  static constexpr auto attributes = model::attributes<&Staff::office, &Staff::person, &Staff::hired>();
  static constexpr auto by_person = model::index().pk<&Staff::person>("pk").sk<>("sk");
  static constexpr auto by_office = model::index("gsi1")
                                        .pk<&Staff::office>("gsi1pk")
                                        .sk<&Staff::hired, &Staff::person>("gsi1sk")
                                        .collection<"premises">()
                                        .clustered();
  static constexpr auto inside = model::index("gsi2")
                                     .pk<&Staff::office>("gsi2pk")
                                     .sk<&Staff::person>("gsi2sk")
                                     .collection<"contents", "people">();
  static constexpr auto indexes = model::indexes(by_person, by_office, inside);
};

struct Desk {
  std::string office;
  std::string desk;
  std::string hired;
  std::optional<std::string> person = {};
};
struct Desks {
  using Item = Desk;
  static constexpr auto name = model::name("depot", "desk");
  static constexpr auto attributes =
      model::attributes<&Desk::office, &Desk::desk, &Desk::hired, &Desk::person>();
  static constexpr auto by_desk = model::index().pk<&Desk::desk>("pk").sk<>("sk");
  static constexpr auto by_office = model::index("gsi1")
                                        .pk<&Desk::office>("gsi1pk")
                                        .sk<&Desk::hired, &Desk::desk>("gsi1sk")
                                        .collection<"premises">()
                                        .clustered();
  static constexpr auto inside =
      model::index("gsi2").pk<&Desk::office>("gsi2pk").sk<&Desk::desk>("gsi2sk").collection<"contents">();
  static constexpr auto indexes = model::indexes(by_desk, by_office, inside);
};

class CollectionTest : public TableTest<Service<StaffMembers, Desks>> {
 protected:
  CollectionTest() {
    for (const char* const day : {"2024", "2025"}) {
      EXPECT_TRUE(
          succeeded(staff.create({.office = "o1", .person = std::string("p") + day, .hired = day}).go()));
      EXPECT_TRUE(
          succeeded(desks.create({.office = "o1", .desk = std::string("d") + day, .hired = day}).go()));
    }
    EXPECT_TRUE(succeeded(staff.create({.office = "o2", .person = "p9", .hired = "2024"}).go()));
  }
  const Entity<StaffMembers>& staff = service.of<StaffMembers>();
  const Entity<Desks>& desks = service.of<Desks>();
};

TEST_F(CollectionTest, ClusteredOnesStandAmongEachOther) {
  const auto all = service.collection<"premises">(field<& Staff::office> = "o1").go();
  ASSERT_TRUE(succeeded(all));
  EXPECT_EQ(all->get<StaffMembers>().size(), 2U);
  EXPECT_EQ(all->get<Desks>().size(), 2U);
  const auto late =
      service.collection<"premises">(field<& Staff::office> = "o1").gte(field<& Staff::hired> = "2025").go();
  ASSERT_TRUE(succeeded(late));
  ASSERT_EQ(late->get<StaffMembers>().size(), 1U);
  EXPECT_EQ(late->get<StaffMembers>()[0].person, "p2025");
  EXPECT_EQ(late->get<Desks>()[0].desk, "d2025");
  const auto one =
      service.collection<"premises">(field<& Staff::office> = "o1", field<& Staff::hired> = "2024").go();
  ASSERT_TRUE(succeeded(one));
  EXPECT_EQ(one->get<Desks>().size(), 1U);
  const auto between = service.collection<"premises">(field<& Staff::office> = "o1")
                           .between(field<& Staff::hired> = "2024", field<& Staff::hired> = "2025")
                           .descending()
                           .go();
  ASSERT_TRUE(succeeded(between));
  EXPECT_EQ(between->get<StaffMembers>().size() + between->get<Desks>().size(), 4U);
  EXPECT_EQ(staff.query(StaffMembers::by_office, field<& Staff::office> = "o1").go()->size(), 2U)
      << "a query of one entity leaves out the others";
}

TEST_F(CollectionTest, OperatorsMeanWhatTheySay) {
  ASSERT_TRUE(succeeded(staff.create({.office = "o1", .person = "p", .hired = "20245"}).go()));
  const auto premises = [&] { return service.collection<"premises">(field<&Staff::office> = "o1"); };
  const auto hired = [&](auto query) {
    const auto found = query.go();
    EXPECT_TRUE(succeeded(found));
    std::vector<std::string> years;
    for (const Staff& one : found->template get<StaffMembers>()) years.push_back(one.hired);
    for (const Desk& one : found->template get<Desks>()) years.push_back(one.hired);
    std::sort(years.begin(), years.end());
    return years;
  };
  constexpr auto kHired = field<&Staff::hired>;
  EXPECT_THAT(hired(premises().gt(kHired = "2024")), ElementsAre("20245", "2025", "2025"));
  EXPECT_THAT(hired(premises().gte(kHired = "2024")), ElementsAre("2024", "2024", "20245", "2025", "2025"));
  EXPECT_THAT(hired(premises().lt(kHired = "2025")), ElementsAre("2024", "2024", "20245"));
  EXPECT_THAT(hired(premises().lte(kHired = "2024")), ElementsAre("2024", "2024"));
  EXPECT_THAT(hired(premises().begins(kHired = "2024")), ElementsAre("2024", "2024", "20245"));
  EXPECT_THAT(hired(premises().between(kHired = "2024", kHired = "2024")), ElementsAre("2024", "2024"));
  EXPECT_THAT(hired(premises().gt(kHired = "2024").compare(Compare::kKeys)),
              ElementsAre("2024", "2024", "20245", "2025", "2025"));
  EXPECT_THAT(hired(service.collection<"premises">(field<& Staff::office> = "o1", kHired = "2024")),
              ElementsAre("2024", "2024"))
      << "not what only begins so";

  // What would narrow nothing is told.
  const auto gap = premises().gt(field<& Staff::person> = "p").go();
  ASSERT_EQ(error_number(gap), 2006) << "only staff have persons in their sort key";
  EXPECT_EQ(
      error_number(
          service.collection<"premises">(field<& Staff::office> = "o1", field<& Staff::person> = "p").go()),
      2006);
  EXPECT_EQ(
      error_number(
          service.collection<"contents">(field<& Staff::office> = "o1", field<& Staff::person> = "p").go()),
      2006)
      << "entity stands behind entity";
}

TEST_F(CollectionTest, SubCollectionsNarrow) {
  const auto contents = service.collection<"contents">(field<& Staff::office> = "o1").go();
  ASSERT_TRUE(succeeded(contents));
  EXPECT_EQ(contents->get<StaffMembers>().size(), 2U);
  EXPECT_EQ(contents->get<Desks>().size(), 2U);
  const auto people = service.collection<"people">(field<& Staff::office> = "o1").go();
  ASSERT_TRUE(succeeded(people));
  EXPECT_EQ(people->get<StaffMembers>().size(), 2U);
  EXPECT_TRUE(people->get<Desks>().empty());
}

TEST_F(CollectionTest, PagesCursorsFilters) {
  auto first = service.collection<"contents">(field<& Staff::office> = "o1").limit(3).go();
  ASSERT_TRUE(succeeded(first));
  EXPECT_EQ(first->get<StaffMembers>().size() + first->get<Desks>().size(), 3U);
  const auto rest = service.collection<"contents">(field<& Staff::office> = "o1").from(first->cursor).go();
  ASSERT_TRUE(succeeded(rest));
  EXPECT_EQ(rest->get<StaffMembers>().size() + rest->get<Desks>().size(), 1U);
  const auto all = service.collection<"contents">(field<& Staff::office> = "o1").limit(1).all().go();
  EXPECT_EQ(all->get<StaffMembers>().size() + all->get<Desks>().size(), 4U);
  const auto some = service.collection<"contents">(field<& Staff::office> = "o1")
                        .where(field<&Desk::desk> == "d2024" || field<&Desk::hired> == "2025")
                        .go();
  ASSERT_TRUE(succeeded(some));
  EXPECT_EQ(some->get<Desks>().size(), 2U);
  EXPECT_EQ(some->get<StaffMembers>().size(), 1U);
}

TEST_F(CollectionTest, WholeServicesAreScanned) {
  const auto all = service.scan().limit(2).all().go();
  ASSERT_TRUE(succeeded(all));
  EXPECT_EQ(all->get<StaffMembers>().size(), 3U);
  EXPECT_EQ(all->get<Desks>().size(), 2U);
  EXPECT_EQ(service.scan().where(field<&Staff::hired> == "2025").go()->get<Desks>().size(), 1U);
}

}  // namespace lodestone::model::depot
