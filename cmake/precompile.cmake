# Most of the time that a file takes to compile goes into the headers of libraries. Those that many files include are
# compiled once for each target here. The sources still include all that they use: ./dev lint reads them without this.
option(LODESTONE_PRECOMPILE "Compile the headers of libraries once for each target" ON)

set(standard_headers <algorithm> <array> <chrono> <cstdint> <functional> <map> <memory> <mutex> <optional> <random> <span>
    <string> <string_view> <utility> <variant> <vector> <absl/functional/function_ref.h>)
set(json_headers <rapidjson/document.h>)
set(test_headers <gmock/gmock.h> <gtest/gtest.h>)

function(precompile target)
  if(LODESTONE_PRECOMPILE)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  endif()
endfunction()
