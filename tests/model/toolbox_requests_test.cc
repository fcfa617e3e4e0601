// What typed entities send is what the real DynamoDB-Toolbox sends for the same: every condition, every form
// of an update, every read. The cases are those of tests/model/vectors/toolbox_cases.mjs, by their names
// there.

#include <gmock/gmock.h>

#include "model/model.h"
#include "model/testing/table_test.h"
#include "model/transform.h"
#include "tests/model/expression_form.h"
#include "tests/model/replay.h"
#include "tests/model/vectors.h"

namespace lodestone::model {
namespace pokes {

struct Map {
  std::string a;
  std::optional<int> b = {};
  static constexpr auto attributes() {
    return model::attributes<&Map::b>(model::attr<&Map::a>().saved_as("_a"));
  }
};

struct Poke {
  std::string cls;
  std::string id;
  int lvl = 0;
  std::optional<std::string> opt = {};
  std::set<std::string> tags = {};
  std::optional<std::vector<std::string>> lst = {};
  std::optional<Map> m = {};
  std::optional<std::map<std::string, int>> r = {};
  std::string alw = {};
  std::optional<Value> x = {};
};

struct Pokes {
  using Item = Poke;
  static constexpr auto name = model::toolbox("Poke");
  static constexpr auto attributes =
      model::attributes<&Poke::opt, &Poke::tags, &Poke::lst, &Poke::m, &Poke::r, &Poke::x>(
          model::attr<&Poke::cls>().saved_as("pk").transform([] { return model::prefix("P"); }),
          model::attr<&Poke::id>().saved_as("sk"), model::attr<&Poke::lvl>().saved_as("l"),
          model::attr<&Poke::alw>()
              .default_to("pd")
              .update_default_to([] { return std::string("ud"); })
              .required_always());
  static constexpr auto by_id = model::index().pk<&Poke::cls>("pk").sk<&Poke::id>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

struct First {
  std::string t;
  int q = 0;
  static constexpr auto attributes() { return model::attributes<&First::t, &First::q>(); }
};
struct Second {
  std::string t;
  std::string q;
  std::string z;
  static constexpr auto attributes() {
    return model::attributes<&Second::z>(model::attr<&Second::t>().saved_as("_t"),
                                         model::attr<&Second::q>().saved_as("_q"));
  }
};
struct Third {
  std::string t;
  std::string q;
  std::string z;
  static constexpr auto attributes() {
    return model::attributes(
        model::attr<&Third::t>().saved_as("_u"), model::attr<&Third::q>().saved_as("__q"),
        model::attr<&Third::z>().saved_as("y").transform([] { return model::prefix("Z"); }));
  }
};

struct Alternatives {
  std::string pk;
  std::string sk;
  std::optional<std::variant<First, Second, Third, std::string>> v = {};
  std::optional<std::string> a = {};
};
struct AllAlternatives {
  using Item = Alternatives;
  static constexpr auto name = model::toolbox("Alt").without_timestamps();
  static constexpr auto attributes =
      model::attributes<&Alternatives::pk, &Alternatives::sk, &Alternatives::v, &Alternatives::a>();
  static constexpr auto by_id = model::index().pk<&Alternatives::pk>("pk").sk<&Alternatives::sk>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

}  // namespace pokes

namespace {

using namespace pokes;  // NOLINT(google-build-using-namespace)
using testing::request_form;

constexpr auto kLvl = field<&Poke::lvl>;
constexpr auto kOpt = field<&Poke::opt>;
constexpr auto kTags = field<&Poke::tags>;
constexpr auto kLst = field<&Poke::lst>;
constexpr auto kM = field<&Poke::m>;
constexpr auto kA = field<&Poke::m, &Map::a>;
constexpr auto kB = field<&Poke::m, &Map::b>;
constexpr auto kR = field<&Poke::r>;
constexpr auto kAlw = field<&Poke::alw>;
constexpr auto kX = field<&Poke::x>;
constexpr auto kCls = field<&Poke::cls>;
constexpr auto kId = field<&Poke::id>;

class ToolboxRequestsTest : public TableTest<Service<Pokes, AllAlternatives>> {
 protected:
  ToolboxRequestsTest()
      : document_(testing::read_json("toolbox.json")),
        differences_(testing::read_json("toolbox_differences.json")) {
    clock.advance(Millis(document_["now"].GetInt64()) - clock.now());
  }

  /// What the Toolbox sends, or what the model means to send instead.
  [[nodiscard]] std::string sent(const std::string& entity, const std::string& name) const {
    const auto difference = differences_.FindMember((entity + ": " + name).c_str());
    if (difference != differences_.MemberEnd()) return request_form(difference->value["params"]);
    for (const testing::Json& test : document_["cases"].GetArray()) {
      if (testing::text_of(test["entity"]) != entity || testing::text_of(test["name"]) != name) continue;
      if (test.HasMember("params")) return request_form(test["params"]);
      return "error " + std::to_string(test["error"]["number"].GetInt());
    }
    return "no such case: " + name;
  }
  /// What the typed operation would send.
  template <class Operation>
  static std::string form(const Operation& operation) {
    const Result<std::string> params = operation.params();
    return params.ok() ? request_form(*params) : "error " + std::to_string(params.error().number());
  }
  template <class Operation>
  void same(const std::string& name, const Operation& operation) const {
    EXPECT_EQ(form(operation), sent("poke", name)) << name;
  }
  void same_if(const std::string& name, Where<Poke> condition) const {
    same(name, pokes.erase(kCls = "A", kId = "1").where(std::move(condition)));
  }
  void same_alternative(const std::string& name, Where<Alternatives> condition) const {
    const auto erase = alternatives.erase(field<& Alternatives::pk> = "1", field<& Alternatives::sk> = "2")
                           .where(std::move(condition));
    EXPECT_EQ(form(erase), sent("alternatives", name)) << name;
  }
  [[nodiscard]] Update<Pokes> update() const { return pokes.update(kCls = "A", kId = "1"); }

 private:
  rapidjson::Document document_;
  rapidjson::Document differences_;

 protected:
  // Nothing is sent to it.
  const Table t{connection, "T", {.clock = [this] { return clock.now(); }}};
  const Entity<Pokes> pokes{t};
  const Entity<AllAlternatives> alternatives{t};
};

TEST_F(ToolboxRequestsTest, Conditions) {
  same_if("if eq", kLvl == 3);
  same_if("if ne", kOpt != "x");
  same_if("if lt", kLvl < 3);
  same_if("if gte", kLvl >= 3);
  same_if("if between", kLvl.between(1, 2));
  same_if("if begins", kOpt.begins_with("a"));
  same_if("if contains", kTags.contains("a"));
  same_if("if text contains", kCls.contains("A"));
  same_if("if key begins", kCls.begins_with("A"));
  same_if("if key between", kCls.between("A", "B"));
  same_if("if in", kCls.in("A", "B"));
  same_if("if type", kOpt.has_type(ValueType::kString));
  same_if("if not exists", kB.not_exists());
  same_if("if in list", kLst[1] == "x");
  same_if("if in record", kR["k"] > 1);
  same_if("if in any", kX["y"][0] == Value::number(1));
  same_if("if not", !(kLvl == 1 || kLvl == 2));
  same_if("delete if", kLvl > 3 && (kCls == "A" || !kOpt.exists()) && kTags.size() <= 3 && kA.in("x", "y"));
}

TEST_F(ToolboxRequestsTest, ConditionsOnSizes) {
  same_if("if size", kLst.size().between(1, 2));
  same_if("if size in", kLst.size().in(1, 2));
  same_if("if size ne", kOpt.size() != 1);
  same_if("if size of other", kOpt.size() > kLvl);
  same_if("if size between other", kOpt.size().between(1, kLvl));
}

TEST_F(ToolboxRequestsTest, ConditionsOnOtherAttributes) {
  same_if("if other attribute", kOpt == kA);
  same_if("if begins with other", kOpt.begins_with(kAlw));
  same_if("if contains other", kTags.contains(kOpt));
  same_if("if in others", kOpt.in(kAlw, "x"));
  same_if("if between others", kLvl.between(kB, 5));
  same_if("if less than other", kR["k"] < kLvl);
}

TEST_F(ToolboxRequestsTest, ConditionsOnValues) {
  same_if("if value", literal(3) < kLvl);
  same_if("if value in", literal("x").in(kOpt, "y"));
  same_if("if value contains", literal("xyz").contains(kOpt));
  same_if("if value begins", literal("xyz").begins_with(kOpt));
  same_if("if value between", literal(3).between(kLvl, 5));
}

TEST_F(ToolboxRequestsTest, ConditionsReachEveryAlternative) {
  constexpr auto kFirstQ = field<&Alternatives::v, &First::q>;
  constexpr auto kSecondQ = field<&Alternatives::v, &Second::q>;
  constexpr auto kZ = field<&Alternatives::v, &Third::z>;
  constexpr auto kT = field<&Alternatives::v, &Second::t>;
  constexpr auto kOther = field<&Alternatives::a>;
  same_alternative("if text", kSecondQ == "x");
  same_alternative("if number", kFirstQ == 1);
  same_alternative("if ne", kSecondQ != "x");
  same_alternative("if exists", kSecondQ.exists());
  same_alternative("if not exists", kFirstQ.not_exists());
  same_alternative("if not", !(kSecondQ == "x"));
  same_alternative("if and", kSecondQ == "x" && kOther == "y");
  same_alternative("if begins", kZ.begins_with("x"));
  same_alternative("if eq", kZ == "x");
  same_alternative("if in", kZ.in("x", "y"));
  same_alternative("if between", kZ.between("x", "y"));
  same_alternative("if size", kSecondQ.size() > 1);
  same_alternative("if type", kSecondQ.has_type(ValueType::kString));
  same_alternative("if contains", kSecondQ.contains("x"));
  same_alternative("if other", kOther == kSecondQ);
  same_alternative("if to other", kSecondQ == kOther);
  EXPECT_THAT(form(alternatives.erase(field<& Alternatives::pk> = "1", field<& Alternatives::sk> = "2")
                       .where(kT == "b")),
              ::testing::HasSubstr(R"("v"."_t")"));
}

TEST_F(ToolboxRequestsTest, Updates) {
  same("update", update()
                     .add(kLvl = 2)
                     .remove(kOpt)
                     .add(kTags = {"z"})
                     .append(kLst = {"x"})
                     .set(kA = "9", kR["k"] = kLvl + 1));
  same("update more", update()
                          .set(kLvl = kLvl.otherwise(0) - 1)
                          .delete_elements(kTags = {"z"})
                          .prepend(kLst = {"x"})
                          .set(kM = Map{.a = "9"}));
  same("update elements", update().set(kLst[2] = "z").remove(kLst[4]));
  same("update list", update().set(kLst[0] = "z", kLst[1] = "y"));
  same("update set", update().set(kTags = {"z", "y"}));
  same("update map", update().set(kA = "9", kB = 1));
  same("update in map", update().remove(kB));
  same("update record", update().set(kR["k"] = 1, kR["j"] = 2));
  same("update record whole", update().set(kR = {{"k", 1}}));
  same("update any", update().set(kX["foo"]["bar"] = Value::number(1)));
  same("update from another", update().set(kOpt = kA.otherwise("zz")));
  same("update always", update().set(kAlw = "mine"));
  same("update sum", update().set(kLvl = 3 + kB.otherwise(1)));
  same("update attributes", update().set(kM = Map{.a = "9"}, kLst = {"z"},
                                         kX = Value::map(*record_from_json(R"({"foo":{"N":"1"}})"))));
  same("update attributes more", update().set(kLvl = 5, kTags = {"z"}, kR = {{"k", 1}}).remove(kOpt));
}

TEST_F(ToolboxRequestsTest, UpdatesFromOtherAttributes) {
  same("update falls back twice", update().set(kLvl = kB.otherwise(kR["k"]).otherwise(1) + kLvl));
  same("update from two", update().set(kOpt = kAlw.otherwise(kA)));
  same("update appends another", update().append(kLst = kLst.otherwise({"x"})));
  const auto& itself = kLst;
  same("update prepends another", update().prepend(kLst = itself));
  same("update subtracts from value", update().set(kLvl = 10 - kB));
  same("update in map from another", update().set(kB = kLvl, kA = kOpt.otherwise("x")));
}

TEST_F(ToolboxRequestsTest, Reads) {
  EXPECT_EQ(form(pokes.get(kCls = "A", kId = "1")), sent("poke", "get all"));
  same("query all", pokes.query(Pokes::by_id, kCls = "A").consistent());
  same("query eq", pokes.query(Pokes::by_id, kCls = "A", kId = "1"));
  same("query gt", pokes.query(Pokes::by_id, kCls = "A").gt(kId = "1"));
  same("query between", pokes.query(Pokes::by_id, kCls = "A").between(kId = "1", kId = "2"));
  same("scan", pokes.scan().segment(1, 3));
  same("scan filtered", pokes.scan().where(kLvl == 1).limit(5));
}

}  // namespace
}  // namespace lodestone::model
