#include "model/json_tree.h"

#include <utility>

#include "model/json.h"

namespace lodestone::model {
namespace {

/// DynamoDB nests 32 levels.
constexpr int kMostNesting = 40;
/// Of texts larger than this the memory, which is a multiple of theirs, is given back.
constexpr std::size_t kKeptBytes = std::size_t{128} * 1024;
constexpr std::size_t kFirstBytes = std::size_t{16} * 1024;

}  // namespace

/// What a thread keeps. Trees inside of trees, and those of destructors that run after the thread's own, have
/// memory of their own.
struct JsonTree::Keeper {
  ~Keeper() {
    is_over = true;
    delete std::exchange(kept, nullptr);
  }
  static Keeper& of_thread() {
    thread_local Keeper keeper;
    return keeper;
  }
  static std::unique_ptr<Memory> take() { return std::unique_ptr<Memory>(std::exchange(kept, nullptr)); }
  static void keep(std::unique_ptr<Memory> memory) {
    if (is_over || kept != nullptr || memory->parser.capacity() > kKeptBytes) return;
    of_thread();
    kept = memory.release();
  }

  // Without destructors: they may be used for as long as the thread runs.
  static thread_local Memory* kept;
  static thread_local bool is_over;
};
thread_local JsonTree::Memory* JsonTree::Keeper::kept = nullptr;
thread_local bool JsonTree::Keeper::is_over = false;

JsonTree::JsonTree() : memory_(Keeper::take()) {
  if (memory_ == nullptr) memory_ = std::make_unique<Memory>();
}

JsonTree::~JsonTree() { Keeper::keep(std::move(memory_)); }

bool JsonTree::parse(std::string& text) {
  simdjson::dom::parser& parser = memory_->parser;
  if (parser.capacity() == 0 && (parser.allocate(kFirstBytes) != simdjson::SUCCESS ||
                                 memory_->document.allocate(kFirstBytes) != simdjson::SUCCESS)) {
    return false;
  }
  text.reserve(text.size() + simdjson::SIMDJSON_PADDING);
  return parser.parse_into_document(memory_->document, text.data(), text.size(), false).get(root_) ==
         simdjson::SUCCESS;
}

Value ValueReader::value(Json json, int depth) {
  simdjson::dom::object object;
  if (json.get(object) != simdjson::SUCCESS || object.size() != 1 || depth > kMostNesting) return fail();
  const auto only = object.begin();
  const std::string_view type = only.key();
  const Json content = only.value();
  if (std::string_view text; content.get(text) == simdjson::SUCCESS) {
    if (type == "S") return Value::string(std::string(text));
    if (type == "N") return Value::number(std::string(text));
    return type == "B" ? Value::binary(bytes(text)) : fail();
  }
  if (bool truth = false; content.get(truth) == simdjson::SUCCESS) {
    if (type == "BOOL") return Value::boolean(truth);
    return type == "NULL" ? Value() : fail();
  }
  if (type == "M") return Value::map(record(content, depth + 1));
  simdjson::dom::array array;
  if (content.get(array) != simdjson::SUCCESS) return fail();
  if (type == "L") {
    Value::List list;
    list.reserve(array.size());
    for (const Json element : array) list.push_back(value(element, depth + 1));
    return Value::list(std::move(list));
  }
  if (type == "SS") return set(ValueType::kStringSet, array);
  if (type == "NS") return set(ValueType::kNumberSet, array);
  if (type == "BS") return set(ValueType::kBinarySet, array);
  return fail();
}

void ValueReader::value_into(Json json, Value& value) {
  simdjson::dom::object object;
  if (json.get(object) == simdjson::SUCCESS && object.size() == 1) {
    const auto only = object.begin();
    const std::string_view type = only.key();
    std::string_view text;
    if ((type == "S" || type == "N") && only.value().get(text) == simdjson::SUCCESS) {
      value.set_text(type == "S" ? ValueType::kString : ValueType::kNumber, text);
      return;
    }
  }
  value = this->value(json);
}

Record ValueReader::record(Json json, int depth) {
  Record result;
  simdjson::dom::object object;
  if (json.get(object) != simdjson::SUCCESS) {
    ok = false;
    return result;
  }
  result.reserve(object.size());
  for (const auto [name, content] : object) result.add(name, value(content, depth));
  return result;
}

std::vector<Record> ValueReader::records(Json json) {
  std::vector<Record> result;
  simdjson::dom::array array;
  if (json.get(array) != simdjson::SUCCESS) {
    ok = false;
    return result;
  }
  result.reserve(array.size());
  for (const Json one : array) result.push_back(record(one));
  return result;
}

std::string ValueReader::text(Json json) {
  std::string_view text;
  ok = json.get(text) == simdjson::SUCCESS && ok;
  return std::string(text);
}

Value ValueReader::fail() {
  ok = false;
  return {};
}

std::string ValueReader::bytes(std::string_view base64) {
  auto decoded = from_base64(base64);
  ok = ok && decoded.has_value();
  return std::move(decoded).value_or("");
}

Value ValueReader::set(ValueType type, simdjson::dom::array elements) {
  Value::Set set;
  set.reserve(elements.size());
  for (const Json element : elements) {
    std::string_view text;
    if (element.get(text) != simdjson::SUCCESS) return fail();
    set.push_back(type == ValueType::kBinarySet ? bytes(text) : std::string(text));
  }
  return Value::set(type, std::move(set));
}

}  // namespace lodestone::model
