/// Requests that begin with every fault there is, and are mended step by step: each step tells which fault
/// answers, so that a test of them pins the order in which an operation is validated.
///
/// The orders are those of captures of the service; the stages in which they come are those of
/// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/api/database_fixture.h"

namespace lodestone::testing {

inline const std::string kValidation = "ValidationException: ";
inline const std::string kMissing = "ResourceNotFoundException: Requested resource not found";

/// A request, member by member.
class Request {
 public:
  explicit Request(std::vector<std::pair<std::string, std::string>> members) : members_(std::move(members)) {}

  /// Sets a member, or removes it where `value` is empty.
  void set(const std::string& name, const std::string& value) {
    std::erase_if(members_, [&name](const auto& member) { return member.first == name; });
    if (!value.empty()) members_.emplace_back(name, value);
  }
  [[nodiscard]] std::string text() const {
    std::string all = "{";
    for (const auto& [name, value] : members_) all += (all.size() > 1 ? ",'" : "'") + name + "':" + value;
    return all + "}";
  }

 private:
  std::vector<std::pair<std::string, std::string>> members_;
};

/// What the request answers as it is, and how it is mended then.
struct Step {
  std::string expected;
  std::vector<std::pair<std::string, std::string>> mended;
};

inline void expect_in_order(TestDatabase& database, const std::string& operation, Request request,
                            const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    expect_answers(database, {{operation, request.text(), step.expected}});
    for (const auto& [name, value] : step.mended) request.set(name, value);
  }
}

}  // namespace lodestone::testing
