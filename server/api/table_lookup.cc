#include "server/api/table_lookup.h"

#include <algorithm>
#include <array>

namespace lodestone {

ApiResult<Table*> find_table(Request& request, std::string_view name_or_arn) {
  const std::string_view name = table_name_of(name_or_arn);
  Table* table = request.engine.catalog.find(scope_of(request.engine, request.caller), name);
  if (table == nullptr) return table_not_found(name);
  return table;
}

ApiResult<void> check_settled(const Table& table, Millis now) {
  std::string_view doing;
  switch (status_at(table.record, now)) {
    case TableStatus::kActive:
      return {};
    case TableStatus::kCreating:
      doing = "created";
      break;
    case TableStatus::kUpdating:
      doing = "updated";
      break;
    case TableStatus::kDeleting:
      doing = "deleted";
      break;
  }
  return resource_in_use("Attempt to change a resource which is still in use: Table is being " +
                         std::string(doing) + ": " + table.record.name);
}

ApiResult<std::string_view> tagged_table_name(const Request& request) {
  const std::string_view arn = text_member(request.json, "ResourceArn").value_or("");
  // arn:partition:dynamodb:region:account:table/name
  std::string_view rest = arn;
  constexpr std::size_t kPartsBeforeResource = 5;
  std::array<std::string_view, kPartsBeforeResource> parts;
  for (std::string_view& part : parts) {
    part = rest.substr(0, rest.find(':'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
  }
  if (parts[2] != "dynamodb" || !rest.starts_with("table/") ||
      rest.size() < std::string_view("table/abc").size()) {
    return validation_error("Invalid TableArn: Invalid ResourceArn provided as input " + std::string(arn));
  }
  rest.remove_prefix(std::string_view("table/").size());
  if (rest.find("/index/") != std::string_view::npos) {
    return invalid_parameters(
        "Invalid resource arn provided, only table or stream is accepted. Provided resource arn: " +
        std::string(arn));
  }
  return rest.substr(0, rest.find('/'));
}

ApiResult<Table*> find_tagged_table(Request& request, std::string_view name, std::string_view operation) {
  Table* table = request.engine.catalog.find(scope_of(request.engine, request.caller), name);
  if (table != nullptr) return table;
  if (operation == "UntagResource") return resource_not_found();
  return resource_not_found("ResourcArn: " + std::string(*text_member(request.json, "ResourceArn")) +
                            " not found");
}

}  // namespace lodestone
