#include "tests/api/random_expressions.h"

#include <algorithm>
#include <array>

namespace lodestone::testing::reference {
namespace {

const std::vector<std::string> kTexts = {"a", "b", "ab", "ba", "abc", "b~"};
const std::vector<std::int64_t> kNumbers = {-12'000, -2'000, -500,  0,      500,    1'000,
                                            1'250,   2'000,  3'000, 10'000, 123'456};

std::string random_bytes(Random& random) {
  std::string bytes;
  for (std::size_t i = random.below(3); i < 3; ++i)
    bytes += std::array<char, 4>{'\0', '\1', 'x', '\xFF'}[random.below(4)];
  return bytes;
}

Path random_path(Random& random, const std::set<std::string>& excluded) {
  std::vector<std::string> names = kPlainAttributes;
  for (const auto& [name, kind] : kIndexAttributes) names.push_back(name);
  names.insert(names.end(), {"pk", "sk", "nothing"});
  std::erase_if(names, [&](const std::string& name) { return excluded.contains(name); });
  Path path;
  path.attribute = random.pick(names);
  if (path.attribute == "mm" && random.chance(60)) path.member = random.pick<std::string>({"x", "y"});
  if (path.attribute == "ll" && random.chance(60)) path.element = random.below(3);
  return path;
}

bool same(const Path& a, const Path& b) {
  return a.attribute == b.attribute && a.member == b.member && a.element == b.element;
}

bool compare(const std::string& op, const Value* a, const Value* b) {
  if (op == "=") return a != nullptr && b != nullptr && *a == *b;
  if (op == "<>") return a == nullptr || b == nullptr || !(*a == *b);
  if (a == nullptr || b == nullptr || a->kind != b->kind || !is_scalar(a->kind)) return false;
  if (op == "<") return less(*a, *b);
  if (op == "<=") return !less(*b, *a);
  if (op == ">") return less(*b, *a);
  return !less(*a, *b);
}

bool contains(const Value* whole, const Value& part) {
  if (whole == nullptr) return false;
  switch (whole->kind) {
    case Kind::kS:
    case Kind::kB:
      return part.kind == whole->kind && whole->text.find(part.text) != std::string::npos;
    case Kind::kSS:
      return part.kind == Kind::kS && whole->texts.contains(part.text);
    case Kind::kBS:
      return part.kind == Kind::kB && whole->texts.contains(part.text);
    case Kind::kNS:
      return part.kind == Kind::kN && whole->numbers.contains(part.number);
    case Kind::kL:
      return std::ranges::find(whole->list, part) != whole->list.end();
    default:
      return false;
  }
}

std::optional<std::int64_t> length(const Value* value) {
  if (value == nullptr) return std::nullopt;
  switch (value->kind) {
    case Kind::kS:
    case Kind::kB:
      return static_cast<std::int64_t>(value->text.size());
    case Kind::kSS:
    case Kind::kBS:
      return static_cast<std::int64_t>(value->texts.size());
    case Kind::kNS:
      return static_cast<std::int64_t>(value->numbers.size());
    case Kind::kL:
      return static_cast<std::int64_t>(value->list.size());
    case Kind::kM:
      return static_cast<std::int64_t>(value->map.size());
    default:
      return std::nullopt;
  }
}

Condition random_term(Random& random, Placeholders& placeholders, const std::set<std::string>& excluded) {
  const Path path = random_path(random, excluded);
  const std::string text = path.text(placeholders);
  const std::string op = random.pick<std::string>({"=", "<>", "<", "<=", ">", ">="});
  const auto constant = [&](const Value& value) { return placeholders.value(value); };
  switch (random.below(10)) {
    case 0:
      return {"attribute_exists(" + text + ")",
              [path](const Item& item) { return path.in(item) != nullptr; }};
    case 1:
      return {"attribute_not_exists(" + text + ")",
              [path](const Item& item) { return path.in(item) == nullptr; }};
    case 2: {
      const Kind kind = random_value(random).kind;
      return {"attribute_type(" + text + ", " + constant(Value::of_text(std::string(kind_name(kind)))) + ")",
              [=](const Item& item) { return path.in(item) != nullptr && path.in(item)->kind == kind; }};
    }
    case 3: {
      const Value start = random_scalar(random, random.chance(70) ? Kind::kS : Kind::kB);
      return {"begins_with(" + text + ", " + constant(start) + ")", [=](const Item& item) {
                const Value* value = path.in(item);
                return value != nullptr && value->kind == start.kind && value->text.starts_with(start.text);
              }};
    }
    case 4: {
      const Value part = random_scalar(random, random.pick<Kind>({Kind::kS, Kind::kS, Kind::kN, Kind::kB}));
      return {"contains(" + text + ", " + constant(part) + ")",
              [=](const Item& item) { return contains(path.in(item), part); }};
    }
    case 5: {
      const Value size = Value::of_number(static_cast<std::int64_t>(random.below(4)) * 1000);
      return {"size(" + text + ") " + op + " " + constant(size), [=](const Item& item) {
                const auto actual = length(path.in(item));
                if (!actual) return false;
                const Value value = Value::of_number(*actual * 1000);
                return compare(op, &value, &size);
              }};
    }
    case 6: {
      const Kind kind = random.pick<Kind>({Kind::kS, Kind::kN, Kind::kB});
      Value low = random_scalar(random, kind);
      Value high = random_scalar(random, kind);
      if (less(high, low)) std::swap(low, high);
      return {text + " BETWEEN " + constant(low) + " AND " + constant(high), [=](const Item& item) {
                const Value* value = path.in(item);
                return compare(">=", value, &low) && compare("<=", value, &high);
              }};
    }
    case 7: {
      std::vector<Value> choices;
      std::string list;
      for (std::size_t i = 0; i < 1 + random.below(3); ++i) {
        choices.push_back(random_value(random));
        list += (i == 0 ? "" : ", ") + constant(choices.back());
      }
      return {text + " IN (" + list + ")", [=](const Item& item) {
                const Value* value = path.in(item);
                return value != nullptr && std::ranges::find(choices, *value) != choices.end();
              }};
    }
    case 8: {
      Path other = random_path(random, excluded);
      while (same(path, other)) other = random_path(random, excluded);
      return {text + " " + op + " " + other.text(placeholders),
              [=](const Item& item) { return compare(op, path.in(item), other.in(item)); }};
    }
    default: {
      const bool any = op == "=" || op == "<>";
      const Value value = any ? random_value_for(random, path.attribute)
                              : random_scalar(random, random.pick<Kind>({Kind::kS, Kind::kN, Kind::kB}));
      return {text + " " + op + " " + constant(value),
              [=](const Item& item) { return compare(op, path.in(item), &value); }};
    }
  }
}

/// One action of an update on one attribute.
struct Action {
  std::string clause;
  std::string text;
  Path target;
  std::function<bool(const Item* old, Item& now)> apply;
  std::optional<Value> constant;
};

/// Puts a value where the path leads; false where its parent is not there.
bool assign(Item& item, const Path& path, const Value& value) {
  if (path.is_whole()) {
    item[path.attribute] = value;
    return true;
  }
  const auto parent = item.find(path.attribute);
  if (parent == item.end()) return false;
  if (!path.member.empty()) {
    if (parent->second.kind != Kind::kM) return false;
    parent->second.map[path.member] = value;
    return true;
  }
  if (parent->second.kind != Kind::kL) return false;
  auto& list = parent->second.list;
  if (*path.element < list.size()) {
    list[*path.element] = value;
  } else {
    list.push_back(value);
  }
  return true;
}

bool remove(const Item* old, Item& now, const Path& path) {
  if (old == nullptr) return true;
  if (path.is_whole()) {
    now.erase(path.attribute);
    return true;
  }
  const auto parent = now.find(path.attribute);
  if (parent == now.end()) return false;
  if (!path.member.empty()) {
    if (parent->second.kind != Kind::kM) return false;
    parent->second.map.erase(path.member);
    return true;
  }
  if (parent->second.kind != Kind::kL) return false;
  auto& list = parent->second.list;
  if (*path.element < list.size()) list.erase(list.begin() + static_cast<std::ptrdiff_t>(*path.element));
  return true;
}

const Value* read(const Item* old, const Path& path) { return old == nullptr ? nullptr : path.in(*old); }

bool add(const Item* old, Item& now, const Path& path, const Value& value) {
  const Value* before = read(old, path);
  if (before == nullptr) return assign(now, path, value);
  if (before->kind != value.kind) return false;
  Value sum = *before;
  sum.number += value.number;
  sum.texts.insert(value.texts.begin(), value.texts.end());
  sum.numbers.insert(value.numbers.begin(), value.numbers.end());
  return assign(now, path, sum);
}

bool subtract(const Item* old, Item& now, const Path& path, const Value& value) {
  const Value* before = read(old, path);
  if (before == nullptr) return true;
  if (before->kind != value.kind) return false;
  Value rest = *before;
  for (const std::string& text : value.texts) rest.texts.erase(text);
  for (const std::int64_t number : value.numbers) rest.numbers.erase(number);
  return rest.texts.empty() && rest.numbers.empty() ? remove(old, now, path) : assign(now, path, rest);
}

Value random_set(Random& random) {
  Value set;
  set.kind = random.pick<Kind>({Kind::kSS, Kind::kSS, Kind::kNS, Kind::kBS});
  for (std::size_t i = 0; i < 1 + random.below(3); ++i) {
    if (set.kind == Kind::kNS) {
      set.numbers.insert(random.pick(kNumbers));
    } else {
      set.texts.insert(set.kind == Kind::kSS ? random.pick(kTexts) : random_bytes(random));
    }
  }
  return set;
}

Action random_set_action(Random& random, Placeholders& placeholders, const Path& target) {
  const std::string assigned = target.text(placeholders) + " = ";
  Path source;
  source.attribute = random.chance(50) ? target.attribute : random.pick(kPlainAttributes);
  switch (random.below(5)) {
    case 0: {
      const Value value = random_value_for(random, target.attribute);
      return {
          "SET",
          assigned + "if_not_exists(" + source.text(placeholders) + ", " + placeholders.value(value) + ")",
          target,
          [=](const Item* old, Item& now) {
            const Value* before = read(old, source);
            return assign(now, target, before != nullptr ? *before : value);
          },
          std::nullopt};
    }
    case 1: {
      const Value value = random_scalar(random, Kind::kN);
      const bool plus = random.chance(50);
      return {"SET",
              assigned + source.text(placeholders) + (plus ? " + " : " - ") + placeholders.value(value),
              target,
              [=](const Item* old, Item& now) {
                const Value* before = read(old, source);
                if (before == nullptr || before->kind != Kind::kN) return false;
                return assign(
                    now, target,
                    Value::of_number(plus ? before->number + value.number : before->number - value.number));
              },
              std::nullopt};
    }
    case 2: {
      source.attribute = "ll";
      Value more;
      more.kind = Kind::kL;
      more.list = {random_value(random, 1)};
      return {"SET",
              assigned + "list_append(" + source.text(placeholders) + ", " + placeholders.value(more) + ")",
              target,
              [=](const Item* old, Item& now) {
                const Value* before = read(old, source);
                if (before == nullptr || before->kind != Kind::kL) return false;
                Value all = *before;
                all.list.push_back(more.list[0]);
                return assign(now, target, all);
              },
              std::nullopt};
    }
    case 3:
      if (random.chance(40)) {
        return {"SET", assigned + source.text(placeholders), target,
                [=](const Item* old, Item& now) {
                  return read(old, source) != nullptr && assign(now, target, Value(*read(old, source)));
                },
                std::nullopt};
      }
      [[fallthrough]];
    default: {
      const Value value =
          target.is_whole() ? random_value_for(random, target.attribute) : random_value(random, 1);
      return {"SET", assigned + placeholders.value(value), target,
              [=](const Item*, Item& now) { return assign(now, target, value); }, value};
    }
  }
}

Action random_action(Random& random, Placeholders& placeholders, const std::string& attribute) {
  Path target;
  target.attribute = attribute;
  if (attribute == "mm" && random.chance(60)) target.member = random.pick<std::string>({"x", "y"});
  if (attribute == "ll" && random.chance(60)) target.element = random.below(4);
  const std::size_t kind = random.below(10);
  if (kind < 2) {
    return {"REMOVE", target.text(placeholders), target,
            [=](const Item* old, Item& now) { return remove(old, now, target); }, std::nullopt};
  }
  if (target.is_whole() && kind == 2) {
    const Value value = random_set(random);
    return {"DELETE", target.text(placeholders) + " " + placeholders.value(value), target,
            [=](const Item* old, Item& now) { return subtract(old, now, target, value); }, std::nullopt};
  }
  if (target.is_whole() && kind <= 4) {
    const Value value = random.chance(50) ? random_scalar(random, Kind::kN) : random_set(random);
    return {"ADD", target.text(placeholders) + " " + placeholders.value(value), target,
            [=](const Item* old, Item& now) { return add(old, now, target, value); }, std::nullopt};
  }
  return random_set_action(random, placeholders, target);
}

}  // namespace

std::string Placeholders::name(const std::string& name) {
  if (random_.chance(60)) return name;
  names_["#" + name] = name;
  return "#" + name;
}

std::string Placeholders::value(const Value& value) {
  values_.push_back(value);
  return ":v" + std::to_string(values_.size());
}

std::string Placeholders::json() const {
  std::string out;
  if (!names_.empty()) {
    std::string names;
    for (const auto& [placeholder, name] : names_)
      names += (names.empty() ? "\"" : ",\"") + placeholder + "\":\"" + name + "\"";
    out += ",\"ExpressionAttributeNames\":{" + names + "}";
  }
  if (!values_.empty()) {
    std::string values;
    for (std::size_t i = 0; i < values_.size(); ++i)
      values += (i == 0 ? "\":v" : ",\":v") + std::to_string(i + 1) + "\":" + to_json(values_[i]);
    out += ",\"ExpressionAttributeValues\":{" + values + "}";
  }
  return out;
}

std::string Path::text(Placeholders& placeholders) const {
  std::string out = placeholders.name(attribute);
  if (!member.empty()) out += "." + member;
  if (element) out += "[" + std::to_string(*element) + "]";
  return out;
}

const Value* Path::in(const Item& item) const {
  const auto at = item.find(attribute);
  if (at == item.end()) return nullptr;
  const Value& value = at->second;
  if (is_whole()) return &value;
  if (!member.empty()) {
    const auto inner = value.map.find(member);
    return inner == value.map.end() ? nullptr : &inner->second;
  }
  return value.kind == Kind::kL && *element < value.list.size() ? &value.list[*element] : nullptr;
}

Value random_scalar(Random& random, Kind kind) {
  switch (kind) {
    case Kind::kN:
      return Value::of_number(random.pick(kNumbers));
    case Kind::kB:
      return Value::of_bytes(random.chance(10) ? "" : random_bytes(random));
    default:
      return Value::of_text(random.chance(10) ? "" : random.pick(kTexts));
  }
}

Value random_key_value(Random& random, Kind kind) {
  Value value = random_scalar(random, kind);
  while (kind != Kind::kN && value.text.empty()) value = random_scalar(random, kind);
  return value;
}

Value random_value(Random& random, int depth) {
  Value value;
  switch (random.below(depth < 2 ? 10 : 6)) {
    case 0:
    case 1:
      return random_scalar(random, Kind::kS);
    case 2:
      return random_scalar(random, Kind::kN);
    case 3:
      return random_scalar(random, Kind::kB);
    case 4:
      value.kind = Kind::kBool;
      value.flag = random.chance(50);
      return value;
    case 5:
      return value;
    case 6:
      return random_set(random);
    case 7:
    case 8:
      value.kind = Kind::kL;
      for (std::size_t i = random.below(4); i > 0; --i) value.list.push_back(random_value(random, depth + 1));
      return value;
    default:
      value.kind = Kind::kM;
      for (const char* name : {"x", "y", "z"}) {
        if (random.chance(50)) value.map[name] = random_value(random, depth + 1);
      }
      return value;
  }
}

Value random_value_for(Random& random, const std::string& attribute) {
  if (const auto key = kIndexAttributes.find(attribute); key != kIndexAttributes.end()) {
    return random.chance(97) ? random_key_value(random, key->second) : random_value(random);
  }
  if (random.chance(20)) return random_value(random);
  if (attribute == "nn") return random_scalar(random, Kind::kN);
  if (attribute == "ss") return random_set(random);
  Value value;
  if (attribute == "mm") {
    value.kind = Kind::kM;
    for (const char* name : {"x", "y"}) {
      if (random.chance(60)) value.map[name] = random_value(random, 1);
    }
    return value;
  }
  if (attribute == "ll") {
    value.kind = Kind::kL;
    for (std::size_t i = random.below(4); i > 0; --i) value.list.push_back(random_value(random, 1));
    return value;
  }
  return random_value(random);
}

Condition random_condition(Random& random, Placeholders& placeholders, const std::set<std::string>& excluded,
                           int depth) {
  if (depth >= 3 || random.chance(50)) return random_term(random, placeholders, excluded);
  const Condition first = random_condition(random, placeholders, excluded, depth + 1);
  const std::size_t kind = random.below(5);
  if (kind == 0) return {"NOT (" + first.text + ")", [=](const Item& item) { return !first.holds(item); }};
  const Condition second = random_condition(random, placeholders, excluded, depth + 1);
  if (kind <= 2) {
    return {"(" + first.text + ") AND (" + second.text + ")",
            [=](const Item& item) { return first.holds(item) && second.holds(item); }};
  }
  return {"(" + first.text + ") OR (" + second.text + ")",
          [=](const Item& item) { return first.holds(item) || second.holds(item); }};
}

Update random_update(Random& random, Placeholders& placeholders) {
  std::vector<std::string> attributes = kPlainAttributes;
  for (const auto& [name, kind] : kIndexAttributes) attributes.push_back(name);
  std::vector<Action> actions;
  for (std::size_t i = 0; i < 1 + random.below(3); ++i) {
    const std::string attribute = random.pick(attributes);
    std::erase(attributes, attribute);
    actions.push_back(random_action(random, placeholders, attribute));
  }
  Update update;
  for (const char* clause : {"DELETE", "SET", "REMOVE", "ADD"}) {
    std::string texts;
    for (const Action& action : actions) {
      if (action.clause == clause) texts += (texts.empty() ? "" : ", ") + action.text;
    }
    if (!texts.empty()) update.text += (update.text.empty() ? "" : " ") + std::string(clause) + " " + texts;
  }
  for (const Action& action : actions) {
    update.targets.push_back(action.target);
    update.creates |= action.clause == "SET" || action.clause == "ADD";
    if (action.constant && action.target.is_whole())
      update.assigned[action.target.attribute] = *action.constant;
  }
  update.apply = [actions](const Item* old, Item& now) {
    return std::ranges::all_of(actions, [&](const Action& action) { return action.apply(old, now); });
  };
  return update;
}

Item fragments(const Item& item, const std::vector<Path>& paths) {
  Item parts;
  for (const Path& path : paths) {
    const Value* value = path.in(item);
    if (value == nullptr) continue;
    Value& part = parts[path.attribute];
    if (path.is_whole()) {
      part = *value;
    } else if (!path.member.empty()) {
      part.kind = Kind::kM;
      part.map[path.member] = *value;
    } else {
      part.kind = Kind::kL;
      part.list.push_back(*value);
    }
  }
  return parts;
}

}  // namespace lodestone::testing::reference
