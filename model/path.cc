#include <algorithm>
#include <charconv>
#include <utility>

#include "model/attributes.h"
#include "model/condition.h"

namespace lodestone::model {

Path::Path() = default;
Path::Path(std::vector<Step> steps) : steps_(std::move(steps)) {}
Path::Path(const Path&) = default;
Path::Path(Path&&) noexcept = default;
Path& Path::operator=(const Path&) = default;
Path& Path::operator=(Path&&) noexcept = default;
Path::~Path() = default;

Path PathRef::path() const {
  if (path_ != nullptr) return *path_;
  std::vector<Path::Step> steps;
  steps.reserve(names_.size());
  for (const std::string_view name : names_) steps.emplace_back(std::string(name));
  return Path(std::move(steps));
}

Path& Path::then(std::string name) {
  steps_.emplace_back(std::move(name));
  return *this;
}

Path& Path::then(std::size_t place) {
  steps_.emplace_back(place);
  return *this;
}

Path& Path::then(const Path& inner) {
  steps_.insert(steps_.end(), inner.steps_.begin(), inner.steps_.end());
  return *this;
}

Path Path::parse(std::string_view text) {
  Path path;
  while (!text.empty()) {
    if (text.front() == '[') {
      std::size_t place = 0;
      const std::size_t close = std::min(text.find(']'), text.size() - 1);
      std::from_chars(text.data() + 1, text.data() + close, place);
      path.steps_.emplace_back(place);
      text.remove_prefix(close + 1);
      continue;
    }
    if (text.front() == '.') text.remove_prefix(1);
    const std::size_t end = std::min(text.find_first_of(".["), text.size());
    path.steps_.emplace_back(std::string(text.substr(0, end)));
    text.remove_prefix(end);
  }
  return path;
}

Path Path::stored(std::string field) {
  Path path;
  path.steps_.emplace_back(std::move(field));
  path.is_stored_ = true;
  return path;
}

std::string Path::text() const {
  std::string text;
  for (const Step& step : steps_) {
    if (const auto* const name = std::get_if<std::string>(&step)) {
      text += (text.empty() ? "" : ".") + *name;
    } else {
      text += "[" + std::to_string(*std::get_if<std::size_t>(&step)) + "]";
    }
  }
  return text;
}

namespace {

/// Where a path leads, without placeholders: among alternatives it may lead to several places.
struct Way {
  struct Step {
    /// What its placeholder is called after, and the stored name; of a place in a list, neither.
    std::string wanted;
    std::string field;
    std::size_t place = 0;
    /// Values are called after it.
    bool names_values = false;
  };
  std::vector<Step> steps;
  const AttributeSchema* attribute = nullptr;
};

/// What stands under `name` in a map, a record, or in alternatives.
std::vector<const AttributeSchema*> below(const AttributeSchema& at, const std::string& name) {
  std::vector<const AttributeSchema*> found;
  if (at.type == AttributeType::kMap) {
    if (const AttributeSchema* const property = at.property(name)) found.push_back(property);
  } else if (at.type == AttributeType::kRecord) {
    std::vector<AttributeError> errors;
    check_name(at, name, {}, errors, Rigor::kForm);
    if (errors.empty()) found.push_back(&at.element.front());
  } else if (at.type == AttributeType::kVariant) {
    for (const AttributeSchema& alternative : at.properties) {
      const auto inside = below(alternative, name);
      found.insert(found.end(), inside.begin(), inside.end());
    }
  }
  return found;
}
std::vector<const AttributeSchema*> below(const AttributeSchema& at, std::size_t place) {
  if (at.type == AttributeType::kList || at.type == AttributeType::kTuple) {
    const AttributeSchema* const element = at.element_at(place);
    return element == nullptr ? std::vector<const AttributeSchema*>() : std::vector{element};
  }
  std::vector<const AttributeSchema*> found;
  if (at.type == AttributeType::kVariant) {
    for (const AttributeSchema& alternative : at.properties) {
      const auto inside = below(alternative, place);
      found.insert(found.end(), inside.begin(), inside.end());
    }
  }
  return found;
}

/// The record that a name belongs to, where its names have another form.
std::string stored_name(const AttributeSchema& at, const std::string& name) {
  return at.type == AttributeType::kRecord ? at.stored_name(name) : name;
}

void extend(Way&& way, const Path::Step& step, std::vector<Way>& to) {
  const AttributeSchema* const at = way.attribute;
  const auto* const place = std::get_if<std::size_t>(&step);
  const bool has_schema = at != nullptr && at->type != AttributeType::kAny;
  if (!has_schema) {
    way.attribute = nullptr;
    if (place != nullptr) {
      way.steps.push_back({{}, {}, *place, false});
    } else {
      const auto& name = *std::get_if<std::string>(&step);
      way.steps.push_back({name, name, 0, false});
    }
    to.push_back(std::move(way));
    return;
  }
  const auto found = place != nullptr ? below(*at, *place) : below(*at, *std::get_if<std::string>(&step));
  for (const AttributeSchema* const one : found) {
    Way longer = way;
    longer.attribute = one;
    if (place != nullptr) {
      longer.steps.push_back({{}, {}, *place, true});
    } else {
      const auto& name = *std::get_if<std::string>(&step);
      longer.steps.push_back({name, one->name == "*" ? stored_name(*at, name) : one->field, 0, true});
    }
    to.push_back(std::move(longer));
  }
}

/// At least one; error 4001 where the entity has no such attribute.
Result<std::vector<Way>> ways_of(const EntitySchema& schema, const Path& path) {
  std::vector<Way> ways;
  const AttributeSchema* const root = schema.attribute(path.root());
  if (root != nullptr) ways.push_back({{{root->name, root->field, 0, true}}, root});
  for (std::size_t i = 1; i < path.steps().size(); ++i) {
    std::vector<Way> longer;
    for (Way& way : ways) extend(std::move(way), path.steps()[i], longer);
    ways = std::move(longer);
  }
  if (!ways.empty()) return ways;
  return entity_error(schema, ErrorCode::kInvalidAttributeMissing,
                      "There is no attribute '" + path.text() + "'");
}

bool fits(const Way& way, const Value& value) {
  if (way.attribute == nullptr) return true;
  std::vector<AttributeError> errors;
  check_value(*way.attribute, value, {}, errors, Rigor::kForm);
  return errors.empty();
}

ResolvedPath spelled(const Way& way, Placeholders& names) {
  ResolvedPath resolved{{}, {}, way.attribute};
  for (const Way::Step& step : way.steps) {
    if (step.field.empty()) {
      resolved.expression += "[" + std::to_string(step.place) + "]";
      // A list's elements have no name of their own.
      if (step.names_values) resolved.name = "#p";
      continue;
    }
    const std::string placeholder = names.name(step.wanted, step.field);
    resolved.expression += (resolved.expression.empty() ? "" : ".") + placeholder;
    // Values inside of what has no schema are named after the attribute.
    if (step.names_values) resolved.name = placeholder;
  }
  return resolved;
}

ResolvedPath resolve_stored(const Path& path, Placeholders& names) {
  const std::string name = names.name(path.root(), path.root());
  return {name, name, nullptr};
}

}  // namespace

Result<ResolvedPath> resolve(const EntitySchema& schema, const Path& path, Placeholders& names,
                             const Value* value) {
  if (path.is_stored()) return resolve_stored(path, names);
  LODESTONE_ASSIGN(const std::vector<Way> ways, ways_of(schema, path));
  const auto meant =
      value == nullptr || ways.size() == 1
          ? ways.begin()
          : std::find_if(ways.begin(), ways.end(), [&](const Way& way) { return fits(way, *value); });
  return spelled(meant == ways.end() ? ways.back() : *meant, names);
}

Result<std::vector<ResolvedPath>> resolve_all(const EntitySchema& schema, const Path& path,
                                              Placeholders& names,
                                              const std::function<bool(const AttributeSchema&)>& admits) {
  if (path.is_stored()) return std::vector{resolve_stored(path, names)};
  LODESTONE_ASSIGN(std::vector<Way> ways, ways_of(schema, path));
  if (ways.size() > 1 && admits) {
    std::erase_if(ways, [&](const Way& way) { return way.attribute != nullptr && !admits(*way.attribute); });
  }
  if (ways.empty()) {
    return entity_error(schema, ErrorCode::kInvalidAttributeMissing,
                        "None of the alternatives of '" + path.text() + "' has such a value");
  }
  std::vector<ResolvedPath> resolved;
  for (const Way& way : ways) resolved.push_back(spelled(way, names));
  return resolved;
}

}  // namespace lodestone::model
