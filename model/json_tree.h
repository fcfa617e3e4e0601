/// JSON from outside as a tree, and attribute values out of it. Only for the sources of this folder.
///
/// Trees are simdjson's: whole texts are validated, UTF-8 included, before anything is read.
#pragma once

#include <memory>
#include <string>

#include <simdjson.h>

#include "model/error.h"
#include "model/reply.h"
#include "model/value.h"

namespace lodestone::model {

using Json = simdjson::dom::element;

/// A parsed text, in memory that the thread keeps for the next one. Stays on one thread.
class JsonTree {
 public:
  JsonTree();
  ~JsonTree();
  JsonTree(const JsonTree&) = delete;
  JsonTree& operator=(const JsonTree&) = delete;

  /// False where `text` is no JSON. Its memory may be moved: the parser reads a few bytes behind the end.
  [[nodiscard]] bool parse(std::string& text);
  /// Only where parse() was true.
  [[nodiscard]] Json root() const { return root_; }

 private:
  struct Memory {
    simdjson::dom::parser parser;
    simdjson::dom::document document;
  };
  struct Keeper;

  std::unique_ptr<Memory> memory_;
  Json root_;
};

/// Reads attribute values; `ok` tells whether all that was read was what DynamoDB writes.
class ValueReader {
 public:
  bool ok = true;

  [[nodiscard]] Value value(Json json, int depth = 0);
  /// The same into a value whose memory is used again.
  void value_into(Json json, Value& value);
  [[nodiscard]] Record record(Json json, int depth = 0);
  [[nodiscard]] std::vector<Record> records(Json json);
  [[nodiscard]] std::string text(Json json);

 private:
  [[nodiscard]] Value fail();
  [[nodiscard]] std::string bytes(std::string_view base64);
  [[nodiscard]] Value set(ValueType type, simdjson::dom::array elements);
};

/// read_reply() of a parsed reply, or of all of it but the items that were read. False where it is damaged.
[[nodiscard]] bool read_reply(Json root, bool with_items, Reply& reply);
/// Error 5002 about a reply that is none of DynamoDB's.
[[nodiscard]] Error damaged_reply();

}  // namespace lodestone::model
