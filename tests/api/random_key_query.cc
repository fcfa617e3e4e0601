#include "tests/api/random_key_query.h"

#include <algorithm>

namespace lodestone::testing::reference {
namespace {

class Maker {
 public:
  Maker(Random& random, Placeholders& placeholders, const Item* example)
      : random_(random), placeholders_(placeholders), example_(example) {}

  void equal(const KeyAttribute& attribute) {
    const Value value = key_value(attribute);
    add(placeholders_.name(attribute.name) + " = " + placeholders_.value(value),
        [of = attribute.name, value](const Item& row) { return row.at(of) == value; });
  }

  void range(const KeyAttribute& attribute) {
    const std::string name = placeholders_.name(attribute.name);
    const std::string of = attribute.name;
    Value low = key_value(attribute);
    switch (random_.below(attribute.kind == Kind::kN ? 5 : 6)) {
      case 0:
        return add(name + " < " + placeholders_.value(low),
                   [=](const Item& row) { return less(row.at(of), low); });
      case 1:
        return add(name + " <= " + placeholders_.value(low),
                   [=](const Item& row) { return !less(low, row.at(of)); });
      case 2:
        return add(placeholders_.value(low) + " < " + name,
                   [=](const Item& row) { return less(low, row.at(of)); });
      case 3:
        return add(name + " >= " + placeholders_.value(low),
                   [=](const Item& row) { return !less(row.at(of), low); });
      case 4: {
        Value high = random_key_value(random_, attribute.kind);
        if (less(high, low)) std::swap(low, high);
        return add(name + " BETWEEN " + placeholders_.value(low) + " AND " + placeholders_.value(high),
                   [=](const Item& row) { return !less(row.at(of), low) && !less(high, row.at(of)); });
      }
      default:
        low.text.resize(1);
        return add("begins_with(" + name + ", " + placeholders_.value(low) + ")",
                   [=](const Item& row) { return row.at(of).text.starts_with(low.text); });
    }
  }

  KeyQuery finish() {
    if (random_.chance(30)) std::reverse(texts_.begin(), texts_.end());
    for (const std::string& text : texts_) query_.text += (query_.text.empty() ? "" : " AND ") + text;
    return std::move(query_);
  }

 private:
  Value key_value(const KeyAttribute& attribute) {
    if (example_ != nullptr && random_.chance(80)) return example_->at(attribute.name);
    return random_key_value(random_, attribute.kind);
  }
  void add(const std::string& text, std::function<bool(const Item&)> term) {
    texts_.push_back(text);
    query_.terms.push_back(std::move(term));
  }

  Random& random_;
  Placeholders& placeholders_;
  const Item* example_;
  std::vector<std::string> texts_;
  KeyQuery query_;
};

}  // namespace

bool KeyQuery::holds(const Item& row) const {
  return std::ranges::all_of(terms, [&row](const auto& term) { return term(row); });
}

KeyQuery random_key_query(Random& random, const Schema& schema, const std::vector<Item>& rows,
                          Placeholders& placeholders) {
  const Item* example = rows.empty() || random.chance(10) ? nullptr : &random.pick(rows);
  Maker maker(random, placeholders, example);
  for (const KeyAttribute& attribute : schema.partition) maker.equal(attribute);
  const std::size_t equalities = random.chance(60) ? 0 : random.below(schema.sort.size() + 1);
  for (std::size_t i = 0; i < equalities; ++i) maker.equal(schema.sort[i]);
  if (equalities < schema.sort.size() && random.chance(70)) maker.range(schema.sort[equalities]);
  return maker.finish();
}

}  // namespace lodestone::testing::reference
