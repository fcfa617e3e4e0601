/// JSON strings, written: the one escape routine of the store and the API.
#pragma once

#include <string>
#include <string_view>

namespace lodestone {

/// Appends `text` (UTF-8) as a JSON string, quotes included. Escapes `"`, `\` and control characters, nothing else.
void append_json_string(std::string& out, std::string_view text);

/// Appends bytes as a JSON string of their base64 text.
void append_base64_string(std::string& out, std::string_view bytes);

}  // namespace lodestone
