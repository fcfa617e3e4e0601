#include "storage/store_folder.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/closing_note.h"
#include "storage/log_check.h"

namespace lodestone {
namespace {

namespace fs = std::filesystem;
using Code = StorageError::Code;

constexpr const char* kFormatFile = "FORMAT";
constexpr std::string_view kFormatText = "lodestone store, format ";
constexpr unsigned kFormatVersion = 1;

Failure<StorageError> refusal(Code code, std::string message) {
  return failure(StorageError{code, std::move(message)});
}

Failure<StorageError> io_failure(std::string_view doing, const std::string& path, std::error_code why) {
  return refusal(Code::kIo, "Cannot " + std::string(doing) + " " + path + ": " + why.message() +
                                ". Check the path, its permissions and the free space.");
}

std::error_code last_error() { return {errno, std::generic_category()}; }

Failure<StorageError> not_a_store(const std::string& path, std::string_view what) {
  return refusal(Code::kNotAStore, path + " " + std::string(what) +
                                       ", not a Lodestone store. Choose a new or an empty folder.");
}

Failure<StorageError> damaged(const std::string& path, std::string_view what) {
  return refusal(Code::kCorruption, "The store in " + path + " is damaged: " + std::string(what) +
                                        ". Restore the folder from a copy, or choose another folder.");
}

class File {
 public:
  File(const std::string& path, int flags) : descriptor_(::open(path.c_str(), flags | O_CLOEXEC, 0644)) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  [[nodiscard]] bool ok() const { return descriptor_ >= 0; }
  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

 private:
  int descriptor_;
};

/// The file names in the folder.
StorageResult<std::vector<std::string>> list(const std::string& path) {
  std::error_code error;
  std::vector<std::string> names;
  for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    // The root of a file system of its own, a container's volume for instance, comes with this folder.
    if (std::string name = at->path().filename(); name != "lost+found") names.push_back(std::move(name));
  }
  if (error) return io_failure("read the folder", path, error);
  return names;
}

bool contains(const std::vector<std::string>& names, std::string_view name) {
  for (const std::string& candidate : names) {
    if (candidate == name) return true;
  }
  return false;
}

/// Whether RocksDB has kept data here: the making of a store writes CURRENT before any of these.
bool contains_data(const std::vector<std::string>& names) {
  for (const std::string& name : names) {
    if (name.ends_with(".sst") || name.ends_with(".log")) return true;
  }
  return false;
}

/// The folder's format version; 0 where the FORMAT file is empty, which an interrupted making leaves behind.
StorageResult<unsigned> read_version(const std::string& path, bool holds_data) {
  const std::string format_path = path + "/" + kFormatFile;
  const File file(format_path, O_RDONLY);
  if (!file.ok()) return io_failure("read", format_path, last_error());
  std::array<char, 64> bytes{};
  const ssize_t length = ::read(file.descriptor(), bytes.data(), bytes.size());
  if (length < 0) return io_failure("read", format_path, last_error());
  std::string_view text(bytes.data(), static_cast<std::size_t>(length));
  if (text.empty() && !holds_data) return 0;

  unsigned version = 0;
  if (text.starts_with(kFormatText)) {
    text.remove_prefix(kFormatText.size());
    std::from_chars(text.data(), text.data() + text.size(), version);
  }
  if (version != 0) return version;
  if (holds_data) return damaged(path, "its file FORMAT is not readable");
  return not_a_store(path, "holds something else");
}

/// Writes FORMAT into the folder that `file` was just made in.
StorageResult<void> write_version(const File& file, const std::string& format_path) {
  const std::string text = std::string(kFormatText) + std::to_string(kFormatVersion) + "\n";
  const ssize_t written = ::pwrite(file.descriptor(), text.data(), text.size(), 0);
  std::error_code why;
  if (written < 0) {
    why = last_error();
  } else if (static_cast<std::size_t>(written) < text.size()) {
    why = std::make_error_code(std::errc::no_space_on_device);
  } else if (::fdatasync(file.descriptor()) != 0) {
    why = last_error();
  }
  if (!why) return {};
  ::unlink(format_path.c_str());
  return io_failure("write", format_path, why);
}

StorageResult<void> check_log(const std::string& folder, const std::string& name) {
  const std::string path = folder + "/" + name;
  const File file(path, O_RDONLY);
  struct stat status {};
  if (!file.ok() || ::fstat(file.descriptor(), &status) != 0) return io_failure("read", path, last_error());
  const auto bytes = static_cast<std::size_t>(status.st_size);
  if (bytes == 0) return {};
  void* mapped = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, file.descriptor(), 0);
  if (mapped == MAP_FAILED) return io_failure("read", path, last_error());
  const std::optional<std::size_t> damage = find_log_damage({static_cast<const char*>(mapped), bytes});
  ::munmap(mapped, bytes);
  if (!damage) return {};
  return damaged(folder, "its file " + name + " was changed at byte " + std::to_string(*damage));
}

/// Looks for the damages that RocksDB would pass over.
StorageResult<void> check_data(const std::string& folder, const std::vector<std::string>& names) {
  if (const std::optional<std::string> difference = find_difference_from_note(folder)) {
    return damaged(folder, *difference);
  }
  for (const std::string& name : names) {
    if (name.ends_with(".log")) LODESTONE_TRY(check_log(folder, name));
  }
  return {};
}

}  // namespace

StorageResult<StoreFolder> StoreFolder::open(const std::string& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  if (status.type() == fs::file_type::none) return io_failure("open the folder", path, error);
  if (fs::exists(status) && !fs::is_directory(status)) return not_a_store(path, "is a file");
  if (!fs::exists(status)) {
    fs::create_directories(path, error);
    if (error) return io_failure("make the folder", path, error);
  }

  LODESTONE_ASSIGN(const std::vector<std::string> names, list(path));
  const bool is_new = !contains(names, kFormatFile);
  if (is_new && !names.empty()) return not_a_store(path, "holds something else");
  const bool holds_data = contains(names, "CURRENT");
  if (!holds_data && contains_data(names)) return damaged(path, "its file CURRENT is missing");

  unsigned version = 0;
  if (!is_new) {
    LODESTONE_ASSIGN(version, read_version(path, holds_data));
  }
  if (version > kFormatVersion) {
    return refusal(Code::kNewerFormat, "The store in " + path + " has format " + std::to_string(version) +
                                           ", this version of Lodestone reads up to " +
                                           std::to_string(kFormatVersion) +
                                           ". Use a newer Lodestone, or choose another folder.");
  }

  const std::string format_path = path + "/" + kFormatFile;
  File file(format_path, is_new ? O_RDWR | O_CREAT : O_RDWR);
  if (!file.ok()) return io_failure("write", format_path, last_error());
  if (::flock(file.descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return io_failure("lock", format_path, last_error());
    return refusal(
        Code::kInUse,
        "The store in " + path + " is in use by another process. End that one, or choose another folder.");
  }
  if (holds_data) LODESTONE_TRY(check_data(path, names));
  if (version == 0) LODESTONE_TRY(write_version(file, format_path));
  return StoreFolder(path, file.release(), holds_data);
}

void StoreFolder::note_closed() const { write_closing_note(path_); }

void StoreFolder::forget_closed() const { remove_closing_note(path_); }

StoreFolder::~StoreFolder() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace lodestone
