#include "storage/closing_note.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string_view>
#include <system_error>

#include <boost/crc.hpp>

namespace lodestone {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNoteFile = "CLOSED";
constexpr std::string_view kSumWord = "sum ";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::uint32_t checksum(std::string_view bytes) {
  boost::crc_32_type crc;
  crc.process_bytes(bytes.data(), bytes.size());
  return crc.checksum();
}

/// The files that say what the others mean are small enough to compare as a whole. RocksDB checks the content
/// of the others by itself.
bool is_compared_whole(std::string_view name) { return name == "CURRENT" || name.starts_with("MANIFEST-"); }

bool is_noted(std::string_view name) {
  return is_compared_whole(name) || name.ends_with(".sst") || name.ends_with(".log");
}

}  // namespace

void write_closing_note(const std::string& folder) {
  std::ostringstream lines;
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename();
    if (!is_noted(name)) continue;
    const std::uintmax_t bytes = at->file_size(error);
    if (error) return;
    lines << name << ' ' << bytes << ' ' << (is_compared_whole(name) ? checksum(read_file(at->path())) : 0)
          << '\n';
  }
  if (error) return;

  const fs::path path = fs::path(folder) / kNoteFile;
  const std::string text = lines.str();
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << kSumWord << checksum(text) << '\n';
}

std::optional<std::string> find_difference_from_note(const std::string& folder) {
  const std::string text = read_file(fs::path(folder) / kNoteFile);
  // A note without its last line was not written to its end, and proves nothing.
  const std::size_t sum_at = text.rfind(kSumWord);
  if (sum_at == std::string::npos) return std::nullopt;
  const std::string_view lines = std::string_view(text).substr(0, sum_at);
  if (std::string_view(text).substr(sum_at) !=
      std::string(kSumWord) + std::to_string(checksum(lines)) + "\n") {
    return std::nullopt;
  }

  std::istringstream in{std::string(lines)};
  std::string name;
  std::uintmax_t bytes = 0;
  std::uint32_t sum = 0;
  while (in >> name >> bytes >> sum) {
    const fs::path path = fs::path(folder) / name;
    std::error_code error;
    const std::uintmax_t bytes_now = fs::file_size(path, error);
    if (error) return "its file " + name + " is missing";
    if (bytes_now != bytes) {
      return "its file " + name + " has " + std::to_string(bytes_now) + " bytes instead of " +
             std::to_string(bytes);
    }
    if (is_compared_whole(name) && checksum(read_file(path)) != sum)
      return "its file " + name + " was changed";
  }
  return std::nullopt;
}

void remove_closing_note(const std::string& folder) {
  std::error_code
      ignored;  // Nothing to remove, usually; a folder that can not be written shows at the next step.
  fs::remove(fs::path(folder) / kNoteFile, ignored);
}

}  // namespace lodestone
