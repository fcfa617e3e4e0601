/// Settings of a table that are kept and described: tags, stream specification, encryption.
///
/// Sources: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html and
/// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StreamSpecification.html
#pragma once

#include "server/api/api_error.h"
#include "server/api/call.h"
#include "server/api/json_access.h"
#include "server/api/table_record.h"

namespace lodestone {

/// StreamSpecification of CreateTable or UpdateTable, applied to the record.
/// The stream itself is made by Streams::create().
[[nodiscard]] ApiResult<void> read_stream(const JsonValue& request, TableRecord& record);

/// SSESpecification, applied to the record.
void read_encryption(const JsonValue& request, const Caller& caller, TableRecord& record);

/// Tags of CreateTable or TagResource, added to the record's.
[[nodiscard]] ApiResult<void> read_tags(const JsonValue& request, TableRecord& record);

}  // namespace lodestone
