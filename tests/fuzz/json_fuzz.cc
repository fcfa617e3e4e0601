/// Any bytes as the body of a request to the operation that the first byte chooses.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "server/api/json.h"
#include "server/api/shape_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace lodestone;
  if (size == 0) return 0;
  const auto operations = operation_shapes();
  const OperationShape& operation = operations[data[0] % operations.size()];
  std::string body(reinterpret_cast<const char*>(data + 1), size - 1);
  JsonDocument document;
  if (!document.parse(body)) return 0;
  const auto first = check_input(operation, document.root());
  const auto second = check_input(operation, document.root());
  if (first.has_value() != second.has_value()) std::abort();
  if (first && (first->message.empty() || first->message != second->message)) std::abort();
  return 0;
}
