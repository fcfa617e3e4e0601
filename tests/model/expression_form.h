/// Requests in one form, whatever their placeholders are called and wherever their parentheses stand.
///
/// Two requests with equal forms ask for the same: names and values stand in the expressions themselves, what
/// AND, OR and the clauses of an update join is sorted, and parentheses are where they must be.
#pragma once

#include <string>

#include <rapidjson/document.h>

namespace lodestone::model::testing {

/// A request of the data plane. Text that is no expression comes back as "not an expression: …".
[[nodiscard]] std::string request_form(const rapidjson::Value& request);
[[nodiscard]] std::string request_form(const std::string& json);

}  // namespace lodestone::model::testing
