/// The structs that DynamoDB-Toolbox exchanges with: `things` of tests/clients/interchange/typed_models.mjs.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "model/model.h"
#include "model/transform.h"

namespace lodestone::model::testing::typed {

enum class Status : std::uint8_t { open, Closed };

struct Inner {
  std::string text;
  std::optional<double> number = {};
  static constexpr auto attributes() {
    return model::attributes<&Inner::text>(model::attr<&Inner::number>().saved_as("nn"));
  }
};

struct Outer {
  Inner inner = {};
  std::optional<std::vector<std::string>> words = {};
  std::optional<std::string> secret = {};
  static constexpr auto attributes() {
    return model::attributes<&Outer::inner, &Outer::words>(model::attr<&Outer::secret>().hidden());
  }
};

struct Shape {
  std::string kind;
  double size = 0;
  static constexpr auto attributes() {
    return model::attributes<&Shape::size>(model::attr<&Shape::kind>().saved_as("k"));
  }
};

struct Thing {
  std::string owner;
  std::string id;
  double level = 0;
  std::optional<bool> flag = {};
  std::optional<Status> status = {};
  std::optional<Binary> bytes = {};
  std::optional<std::nullptr_t> nothing = {};
  std::set<std::string> tags = {};
  std::set<double> sizes = {};
  std::optional<std::vector<Inner>> parts = {};
  std::optional<Outer> outer = {};
  std::optional<std::map<std::string, double>> counts = {};
  std::optional<std::tuple<std::string, double>> pair = {};
  std::optional<std::variant<Shape, std::string>> either = {};
  std::optional<Value> anything = {};
  std::optional<std::vector<std::string>> as_json = {};
  std::string word = {};
  std::optional<std::string> group = {};
  std::optional<double> rank = {};
  std::optional<std::string> born = {};
};

struct Things {
  using Item = Thing;
  static constexpr auto name = model::toolbox("Thing").created_saved_as("__b");
  static constexpr auto attributes =
      model::attributes<&Thing::flag, &Thing::status, &Thing::bytes, &Thing::nothing, &Thing::tags,
                        &Thing::sizes, &Thing::parts, &Thing::outer, &Thing::counts, &Thing::pair,
                        &Thing::either, &Thing::anything>(
          model::attr<&Thing::owner>().saved_as("pk").transform([] { return model::prefix("O"); }),
          model::attr<&Thing::id>().saved_as("sk").transform([] {
            return model::pipe({model::prefix("I", "~"), model::suffix("end")});
          }),
          model::attr<&Thing::level>().saved_as("l"),
          model::attr<&Thing::as_json>().transform([] { return model::json_text(); }),
          model::attr<&Thing::word>().default_to("dflt"), model::attr<&Thing::group>().saved_as("gpk"),
          model::attr<&Thing::rank>().saved_as("gsk"), model::attr<&Thing::born>().shows_created());
  static constexpr auto primary = model::index().pk<&Thing::owner>("pk").sk<&Thing::id>("sk");
  static constexpr auto by_group = model::index("gsi").pk<&Thing::group>("gpk").sk<&Thing::rank>("gsk");
  static constexpr auto indexes = model::indexes(primary, by_group);
};

}  // namespace lodestone::model::testing::typed
