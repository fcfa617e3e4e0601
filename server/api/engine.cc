#include "server/api/engine.h"

#include <array>
#include <cstdio>
#include <random>

namespace lodestone {

std::string scope_of(const Engine& engine, const Caller& caller) {
  std::string scope;
  if (engine.separation.region) scope += caller.region;
  if (engine.separation.access_key) {
    scope += '/';
    scope += caller.access_key;
  }
  return scope;
}

std::string_view table_name_of(std::string_view name_or_arn) {
  // arn:aws:dynamodb:<region>:<account>:table/<name>[/…]
  if (!name_or_arn.starts_with("arn:")) return name_or_arn;
  constexpr std::string_view kResource = ":table/";
  const std::size_t at = name_or_arn.find(kResource);
  if (at == std::string_view::npos) return name_or_arn;
  std::string_view name = name_or_arn.substr(at + kResource.size());
  return name.substr(0, name.find('/'));
}

std::string table_arn(const Caller& caller, std::string_view table_name) {
  std::string arn = caller.region.starts_with("cn-")       ? "arn:aws-cn:dynamodb:"
                    : caller.region.starts_with("us-gov-") ? "arn:aws-us-gov:dynamodb:"
                                                           : "arn:aws:dynamodb:";
  arn += caller.region;
  arn += ':';
  arn += caller.account;
  arn += ":table/";
  arn += table_name;
  return arn;
}

ApiResult<Table*> find_active_table(Request& request, std::string_view name_or_arn) {
  Engine& engine = request.engine;
  const std::string_view name = table_name_of(name_or_arn);
  Table* table = nullptr;
  if (engine.separation.region || engine.separation.access_key) {
    table = engine.catalog.find(scope_of(engine, request.caller), name);
  } else {
    table = engine.catalog.find({}, name);
  }
  if (table == nullptr) return resource_not_found();
  if (table->record.status != TableStatus::kActive) [[unlikely]] {
    const TableStatus status = status_at(table->record, request.now);
    if (status == TableStatus::kCreating || status == TableStatus::kDeleting) return resource_not_found();
  }
  return table;
}

std::string random_uuid() {
  thread_local std::mt19937_64 random(std::random_device{}());
  const std::uint64_t high = (random() & ~0xF000ULL) | 0x4000ULL;
  const std::uint64_t low = (random() & ~(3ULL << 62)) | (2ULL << 62);
  std::array<char, 37> text;
  std::snprintf(text.data(), text.size(), "%08llx-%04llx-%04llx-%04llx-%012llx",
                static_cast<unsigned long long>(high >> 32),
                static_cast<unsigned long long>(high >> 16 & 0xFFFF),
                static_cast<unsigned long long>(high & 0xFFFF), static_cast<unsigned long long>(low >> 48),
                static_cast<unsigned long long>(low & 0xFFFFFFFFFFFF));
  return text.data();
}

TableStatus status_at(const TableRecord& record, Millis now) {
  if (record.status == TableStatus::kActive || now < record.settles_at) return record.status;
  // A table whose deletion is due is as good as gone until the background work removes it.
  return record.status == TableStatus::kDeleting ? TableStatus::kDeleting : TableStatus::kActive;
}

}  // namespace lodestone
