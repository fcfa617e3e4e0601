#include "model/erase.h"

#include <algorithm>
#include <string>
#include <utility>

#include "model/keys.h"
#include "model/reply.h"

namespace lodestone::model {
namespace {

/// Only what tells whose an item is and where it stands is sent.
void project_keys(const std::vector<const EntitySchema*>& entities, Request& request) {
  std::vector<std::string> names;
  const auto add = [&](const std::string& field) {
    std::string name = request.placeholders.name_of_field(field);
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
  };
  for (const EntitySchema* const schema : entities) {
    add(schema->primary().pk.field);
    if (schema->primary().sk) add(schema->primary().sk->field);
    for (const Identifier& identifier : schema->identifiers) add(identifier.field);
  }
  request.projection_expression.clear();
  for (const std::string& name : names) {
    request.projection_expression.append(request.projection_expression.empty() ? "" : ", ").append(name);
  }
}

}  // namespace

Result<std::size_t> run_erase(const Table& table, const std::vector<const EntitySchema*>& entities,
                              Request request, const BatchOptions& options, bool ignore_ownership) {
  const EntitySchema& schema = *entities.front();
  project_keys(entities, request);
  std::size_t erased = 0;
  for (;;) {
    LODESTONE_ASSIGN(Reply reply, run(table, schema, request));
    std::vector<BatchWrite> deletes;
    for (const Record& item : reply.items) {
      const bool is_owned = std::any_of(entities.begin(), entities.end(),
                                        [&item](const EntitySchema* one) { return owns(*one, item); });
      if (ignore_ownership || is_owned) deletes.push_back({false, table_key_of(schema, item)});
    }
    BatchOptions of_page = options;
    if (options.progress) {
      // How many there are is not known before the last page.
      of_page.progress = [&](const BatchProgress& progress) {
        options.progress({erased + progress.done, erased + progress.total});
      };
    }
    LODESTONE_ASSIGN(const std::vector<std::size_t> left, run_batch_write(table, schema, deletes, of_page));
    erased += deletes.size() - left.size();
    if (!left.empty()) {
      return entity_error(schema, ErrorCode::kOperationFailed,
                          "The service did not delete " + std::to_string(left.size()) +
                              " items, however often it was asked; " + std::to_string(erased) +
                              " are deleted");
    }
    if (!reply.last_key) return erased;
    request.start_key = std::move(reply.last_key);
  }
}

}  // namespace lodestone::model
