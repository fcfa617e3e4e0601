/// The stored form of streams' definitions, in the catalog's space (storage/FORMAT.md).
#pragma once

#include <vector>

#include "server/api/streams.h"

namespace lodestone {

void put_definition(Batch& batch, const StreamDefinition& definition);
void erase_definition(Batch& batch, const StreamDefinition& definition);
/// Appends all definitions of the store. kCorruption where one does not decode.
[[nodiscard]] StorageResult<void> read_definitions(const Kv& kv, std::vector<StreamDefinition>& definitions);

}  // namespace lodestone
