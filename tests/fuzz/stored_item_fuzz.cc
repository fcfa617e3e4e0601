// Stored items that nobody vouches for: nothing crashes, and what is read straight into a struct is what is
// read the usual way.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace {

using namespace lodestone;
using model::field;

enum class Colour { RED, BLUE };
struct Part {
  std::string name;
  std::optional<int> weight = {};
  static constexpr auto attributes() { return model::attributes<&Part::name, &Part::weight>(); }
  bool operator==(const Part&) const = default;
};
struct Thing {
  std::string id;
  std::int64_t number = 0;
  std::optional<double> ratio = {};
  Colour colour = Colour::RED;
  std::vector<Part> parts = {};
  std::set<std::string> words = {};
  std::map<std::string, bool> flags = {};
  std::optional<model::Binary> bytes = {};
  std::string label = {};
  bool operator==(const Thing&) const = default;
};
struct Things {
  using Item = Thing;
  static constexpr auto name = model::name("fuzz", "thing");
  static constexpr auto attributes =
      model::attributes<&Thing::id, &Thing::number, &Thing::ratio, &Thing::colour, &Thing::parts,
                        &Thing::words, &Thing::flags, &Thing::bytes>(
          model::attr<&Thing::label>().saved_as("l").default_to("none"));
  static constexpr auto by_id = model::index().pk<&Thing::id>("pk").sk<>("sk");
  static constexpr auto indexes = model::indexes(by_id);
};

/// Answers everything with one text.
class Echo final : public model::Connection {
 public:
  std::string body;

 private:
  Result<void, model::ConnectionError> run(std::string_view, std::string_view, const model::CallOptions*,
                                           model::ServiceReply& reply) override {
    reply.body = body;
    return {};
  }
};

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string item(reinterpret_cast<const char*>(data), size);
  Echo echo;
  const model::Table table(echo, "things");
  const model::Entity<Things> things(table);
  echo.body = R"({"Item":)" + item + "}";
  const auto got = things.get(field<& Thing::id> = "1").go();
  // Text that ends the item early makes another reply.
  if (!model::record_from_json(item).ok()) return 0;
  const auto parsed = things.parse(item);
  require(got.ok() == parsed.ok());
  if (got.ok()) {
    require(*got == *parsed);
  } else {
    require(to_string(got.error()) == to_string(parsed.error()));
  }

  echo.body = R"({"Items":[)" + item + "," + item + R"(],"Count":2,"ScannedCount":2})";
  const auto page = things.scan().go();
  require(page.ok() == parsed.ok());
  if (page.ok()) {
    require(page->size() == (parsed->has_value() ? 2U : 0U));
    for (const Thing& thing : *page) require(thing == **parsed);
  } else {
    require(to_string(page.error()) == to_string(parsed.error()));
  }
  return 0;
}
