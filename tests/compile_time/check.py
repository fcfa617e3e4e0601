"""How long the compiler needs for models: 30 entities with 150 operations in one file.

    check.py <repository> <compiler> [most]

Prints the seconds of processor time; the aim is 4. What a second is worth differs from machine to machine and with what
else runs there: exits with 1 where they are more than `most` (4.5) times those of a small program that uses a regular
expression of the standard library, compiled before and after.
"""

import pathlib
import resource
import subprocess
import sys
import tempfile

ENTITIES = 30
FLAGS = ["-std=c++20", "-O0", "-c", "-Wall", "-Wno-ambiguous-reversed-operator"]

ENTITY = """
enum class State@ { OPEN, HELD, DONE };
struct Item@ {
  std::string id;
  std::string owner;
  std::string email;
  std::int64_t amount = 0;
  State@ state = State@::OPEN;
  bool checked = false;
  std::optional<std::string> note = {};
  std::vector<std::string> tags = {};
  std::string created = {};
  std::string changed = {};
};
struct Items@ {
  using Item = Item@;
  static constexpr auto name = model::name("shop", "item@");
  static constexpr auto attributes =
      model::attributes<&Item@::id, &Item@::owner, &Item@::email, &Item@::amount, &Item@::checked, &Item@::note>(
          model::attr<&Item@::state>().default_to(State@::OPEN),
          model::attr<&Item@::tags>().default_to([] { return std::vector<std::string>(); }),
          model::attr<&Item@::created>().default_to([](const model::Moment& now) { return now.iso(); }).read_only(),
          model::attr<&Item@::changed>().watch_all().set([](const model::Given<Item@>& item) { return item.now().iso(); }));
  static constexpr auto by_id = model::index().pk<&Item@::id>("pk").sk<>("sk");
  static constexpr auto by_email = model::index("gsi1").pk<&Item@::email>("gsi1pk").sk<>("gsi1sk");
  static constexpr auto by_owner =
      model::index("gsi2").pk<&Item@::owner>("gsi2pk").sk<&Item@::state, &Item@::created>("gsi2sk");
  static constexpr auto indexes = model::indexes(by_id, by_email, by_owner);
};
bool use@(const model::Table& table) {
  const model::Entity<Items@> items(table);
  const auto made = items.create({.id = "1", .owner = "o", .email = "e"}).go();
  const auto got = items.get(field<&Item@::id> = "1").go();
  const auto page = items.query(Items@::by_owner, field<&Item@::owner> = "o", field<&Item@::state> = State@::OPEN)
                        .begins(field<&Item@::created> = "2025")
                        .where(field<&Item@::note>.exists() && field<&Item@::amount> > 5)
                        .limit(10)
                        .go();
  const auto changed = items.update(field<&Item@::id> = "1")
                           .set(field<&Item@::email> = "f", field<&Item@::checked> = true)
                           .remove(field<&Item@::note>)
                           .where(field<&Item@::state> != State@::DONE)
                           .go();
  const auto gone = items.erase(field<&Item@::id> = "1").where(field<&Item@::checked> == true).go();
  return made.ok() && got.ok() && page.ok() && changed.ok() && gone.ok();
}
"""


def source():
    head = '#include "model/model.h"\nnamespace model = lodestone::model;\nusing model::field;\n'
    return head + "".join(ENTITY.replace("@", str(number)) for number in range(ENTITIES))


REFERENCE = """
#include <iostream>
#include <map>
#include <regex>
#include <string>
int main() {
  const std::regex word("a*(b|c)");
  std::map<std::string, int> counts;
  for (std::string text; std::cin >> text;) counts[text] += std::regex_match(text, word) ? 1 : 0;
  std::cout << counts.size();
}
"""


def seconds_for(text, root, compiler, folder):
    program = pathlib.Path(folder) / "program.cc"
    program.write_text(text)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([compiler, *FLAGS, f"-I{root}", program, "-o", program.with_suffix(".o")], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def main():
    root, compiler = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2]
    most = float(sys.argv[3]) if len(sys.argv) > 3 else 4.5
    with tempfile.TemporaryDirectory() as folder:
        first, models, last = (seconds_for(text, root, compiler, folder) for text in (REFERENCE, source(), REFERENCE))
    ratio = models / ((first + last) / 2)
    print(f"{ENTITIES} entities with {5 * ENTITIES} operations: {models:.1f} s of processor time, {ratio:.1f} times the reference")
    sys.exit(0 if ratio <= most else 1)


if __name__ == "__main__":
    main()
