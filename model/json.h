/// DynamoDB's JSON, written from values and read into them.
///
/// Writing trusts its values; reading trusts nothing: damaged texts are errors, and nesting is limited.
/// Pure functions; thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/error.h"
#include "model/value.h"

namespace lodestone::model {

/// UTF-8 as a JSON string, quotes included.
void append_json_string(std::string& out, std::string_view text);
/// `{"S":"text"}`
void append_json(std::string& out, const Value& value);
/// `{"name":{"S":"text"},…}`
void append_json(std::string& out, const Record& record);
[[nodiscard]] std::string to_json(const Value& value);
[[nodiscard]] std::string to_json(const Record& record);

/// One AttributeValue, or a map of them; an error of code kInvalidItem where the text is none.
[[nodiscard]] Result<Value> value_from_json(std::string_view json);
[[nodiscard]] Result<Record> record_from_json(std::string_view json);

/// Plain JSON for hooks and logs, as JavaScript writes it: `{"id":"1","tags":["a"]}`. Numbers keep their
/// digits.
void append_plain_json(std::string& out, const Value& value);

/// Bytes as the letters of base64url without padding, as cursors are written; and back (nullopt: it is none).
[[nodiscard]] std::string base64url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);
/// The usual letters, as binary values are written in JSON.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace lodestone::model
