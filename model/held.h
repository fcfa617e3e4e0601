/// What reads give back: an item that may be missing, items in a row.
///
/// They are what is needed of std::optional and std::vector, and turn into these. Every entity has its own,
/// and those of the standard library cost the compiler a fifth of all that it does for an entity. As
/// thread-safe as what they hold.
#pragma once

#include <algorithm>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <iterator>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace lodestone::model {

/// An item, or none.
template <class T>
class Maybe {
 public:
  using value_type = T;

  Maybe() : has_value_(false) {}
  Maybe(std::nullopt_t) : has_value_(false) {}
  /// A value as T{} makes it.
  explicit Maybe(std::in_place_t) : value_(), has_value_(true) {}
  Maybe(T value) : value_(std::move(value)), has_value_(true) {}
  Maybe(Maybe&& from) noexcept : has_value_(from.has_value_) {
    if (has_value_) new (&value_) T(std::move(from.value_));
  }
  Maybe(const Maybe& from) : has_value_(from.has_value_) {
    if (has_value_) new (&value_) T(from.value_);
  }
  Maybe& operator=(Maybe from) noexcept {
    reset();
    if (from.has_value_) emplace(std::move(from.value_));
    return *this;
  }
  ~Maybe() {
    if (has_value_) value_.~T();
  }

  /// A new value in place of what is there: T{}, or what is given.
  T& emplace() {
    reset();
    new (&value_) T();
    has_value_ = true;
    return value_;
  }
  T& emplace(T value) {
    reset();
    new (&value_) T(std::move(value));
    has_value_ = true;
    return value_;
  }
  void reset() {
    if (has_value_) value_.~T();
    has_value_ = false;
  }

  [[nodiscard]] bool has_value() const { return has_value_; }
  explicit operator bool() const { return has_value_; }
  /// Only where there is a value.
  T& operator*() & { return assert(has_value_), value_; }
  const T& operator*() const& { return assert(has_value_), value_; }
  T operator*() && { return assert(has_value_), std::move(value_); }
  T* operator->() { return assert(has_value_), &value_; }
  const T* operator->() const { return assert(has_value_), &value_; }
  /// Throws std::bad_optional_access where there is none.
  T& value() & { return check(), value_; }
  const T& value() const& { return check(), value_; }
  T value() && { return check(), std::move(value_); }
  template <class U>
  [[nodiscard]] T value_or(U&& otherwise) const& {
    return has_value_ ? value_ : static_cast<T>(std::forward<U>(otherwise));
  }

  operator std::optional<T>() const& { return has_value_ ? std::optional<T>(value_) : std::nullopt; }
  operator std::optional<T>() && { return has_value_ ? std::optional<T>(std::move(value_)) : std::nullopt; }

  friend bool operator==(const Maybe& a, std::nullopt_t) { return !a.has_value_; }
  friend bool operator==(const Maybe& a, const Maybe& b) requires std::equality_comparable<T> {
    return a.has_value_ == b.has_value_ && (!a.has_value_ || a.value_ == b.value_);
  }
  friend bool operator==(const Maybe& a, const T& b) requires std::equality_comparable<T> {
    return a.has_value_ && a.value_ == b;
  }

 private:
  void check() const {
    if (!has_value_) throw std::bad_optional_access();
  }

  union {
    T value_;
  };
  bool has_value_;
};

/// Items one after the other.
template <class T>
class ItemList {
 public:
  using value_type = T;
  using size_type = std::size_t;
  // What containers call them. NOLINTBEGIN(readability-identifier-naming)
  using reference = T&;
  using const_reference = const T&;
  using iterator = T*;
  using const_iterator = const T*;
  // NOLINTEND(readability-identifier-naming)

  ItemList() = default;
  ItemList(ItemList&& from) noexcept { swap(from); }
  ItemList(const ItemList& from) : ItemList() {
    for (const T& item : from) push_back(item);
  }
  ItemList& operator=(ItemList from) noexcept {
    swap(from);
    return *this;
  }
  ~ItemList() {
    for (std::size_t i = 0; i < size_; ++i) items_[i].~T();
    ::operator delete(items_, std::align_val_t(alignof(T)));
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] T* data() { return items_; }
  [[nodiscard]] const T* data() const { return items_; }
  [[nodiscard]] T* begin() { return items_; }
  [[nodiscard]] T* end() { return items_ + size_; }
  [[nodiscard]] const T* begin() const { return items_; }
  [[nodiscard]] const T* end() const { return items_ + size_; }
  [[nodiscard]] T& operator[](std::size_t place) { return assert(place < size_), items_[place]; }
  [[nodiscard]] const T& operator[](std::size_t place) const { return assert(place < size_), items_[place]; }
  [[nodiscard]] T& front() { return (*this)[0]; }
  [[nodiscard]] const T& front() const { return (*this)[0]; }
  [[nodiscard]] T& back() { return (*this)[size_ - 1]; }
  [[nodiscard]] const T& back() const { return (*this)[size_ - 1]; }

  operator std::vector<T>() const& { return std::vector<T>(begin(), end()); }
  operator std::vector<T>() && {
    return std::vector<T>(std::make_move_iterator(begin()), std::make_move_iterator(end()));
  }

  friend bool operator==(const ItemList& a, const ItemList& b) requires std::equality_comparable<T> {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
  }

  void push_back(T&& item) {
    T kept = std::move(item);  // It may be one of these.
    reserve(size_ + 1);
    new (items_ + size_) T(std::move(kept));
    ++size_;
  }
  void push_back(const T& item) { push_back(T(item)); }
  /// For what does not know T: appends so many items to a list, as T{} makes them; the first of them.
  static void* append(void* list, std::size_t count) {
    auto& all = *static_cast<ItemList*>(list);
    all.reserve(all.size_ + count);
    T* const first = all.items_ + all.size_;
    for (; count > 0; --count) new (all.items_ + all.size_++) T();
    return first;
  }
  void reserve(std::size_t count) {
    if (count <= capacity_) return;
    const std::size_t capacity = count < 2 * capacity_ ? 2 * capacity_ : count;
    T* const moved = static_cast<T*>(::operator new(capacity * sizeof(T), std::align_val_t(alignof(T))));
    for (std::size_t i = 0; i < size_; ++i) {
      new (moved + i) T(std::move(items_[i]));
      items_[i].~T();
    }
    ::operator delete(items_, std::align_val_t(alignof(T)));
    items_ = moved;
    capacity_ = capacity;
  }

 private:
  void swap(ItemList& other) {
    std::swap(items_, other.items_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
  }

  T* items_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace lodestone::model
