/// A request's body, parsed in place into a RapidJSON tree.
///
/// A JsonDocument is meant to be kept and reused: it holds the memory of its tree between requests, so that a
/// request of ordinary size allocates nothing. The tree's texts are views into the body that was parsed,
/// which must stay as it is while the tree is read. Not thread-safe: one request at a time.
///
/// The tree differs from RapidJSON's usual one in its numbers: an integer that fits is an Int64 and
/// everything else a Double, rounded correctly. A number too large for a double is a syntax error.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include <rapidjson/document.h>

namespace lodestone {

using JsonValue = rapidjson::Value;

class JsonDocument {
 public:
  JsonDocument();
  ~JsonDocument();
  JsonDocument(const JsonDocument&) = delete;
  JsonDocument& operator=(const JsonDocument&) = delete;

  /// Replaces the tree by that of `body`, any single JSON value. False where the body is not JSON in valid
  /// UTF-8: then root() is null. Nesting deeper than kMostNesting is taken for a syntax error too. The body's
  /// bytes are overwritten.
  [[nodiscard]] bool parse(std::string& body);

  [[nodiscard]] JsonValue& root() { return tree_; }

  /// Forgets the tree and frees what an unusually large request needed.
  void clear();

  /// An attribute value of 32 levels takes 64 levels of JSON; the rest leaves room for values that are too
  /// deep to be valid but not to be answered.
  static constexpr unsigned kMostNesting = 200;

 private:
  /// RapidJSON's allocator for the one block that is its parsing stack: keeps the block when RapidJSON frees
  /// it.
  class KeptBlock {
   public:
    static constexpr bool kNeedFree = false;
    KeptBlock() = default;
    ~KeptBlock();
    KeptBlock(const KeptBlock&) = delete;
    KeptBlock& operator=(const KeptBlock&) = delete;
    void* Malloc(std::size_t bytes) { return Realloc(nullptr, 0, bytes); }
    void* Realloc(void* block, std::size_t old_bytes, std::size_t bytes);
    static void Free(void*) {}
    void shrink();

   private:
    void* block_ = nullptr;
    std::size_t bytes_ = 0;
  };
  using Pool = rapidjson::MemoryPoolAllocator<>;
  using Tree = rapidjson::GenericDocument<rapidjson::UTF8<>, Pool, KeptBlock>;

  std::unique_ptr<char[]> first_chunk_;
  Pool pool_;
  KeptBlock stack_;
  Tree tree_;
};

/// The text of a JSON string. Only for strings.
[[nodiscard]] inline std::string_view json_text(const JsonValue& value) {
  return {value.GetString(), value.GetStringLength()};
}

/// The members of a JSON object, in order. Only for objects. RapidJSON's own iterators are ambiguous to
/// compare in C++20.
[[nodiscard]] inline std::span<JsonValue::Member> json_members(JsonValue& object) {
  return {object.MemberBegin().operator->(), object.MemberCount()};
}
[[nodiscard]] inline std::span<const JsonValue::Member> json_members(const JsonValue& object) {
  return {object.MemberBegin().operator->(), object.MemberCount()};
}

}  // namespace lodestone
