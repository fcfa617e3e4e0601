/// What the modelling layer's operations give back: a value, or one kind of error.
///
/// Nothing throws unless asked: value() of a failure throws Failed, `*result` and error() are for after a
/// look at ok(). Results and errors own what they hold.
#pragma once

#include <cassert>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/connection.h"
#include "storage/result.h"

namespace lodestone::model {

/// The numbers are ElectroDB's, but for those of attributes and of operations (4001 and up).
enum class ErrorCode : std::uint16_t {
  // The definition of an entity or a service.
  kInvalidIdentifier = 1002,
  kInvalidKeyComposite = 1003,
  kDuplicateIndex = 1004,
  kCollectionWithoutSortKey = 1005,
  kDuplicateCollection = 1006,
  kMissingPrimaryIndex = 1007,
  kInvalidAttribute = 1008,
  kInvalidModel = 1009,
  kInvalidJoin = 1013,
  kDuplicateField = 1014,
  kDuplicateComposite = 1015,
  kInvalidWatch = 1016,
  kIncompatibleTemplate = 1017,
  kReservedAttributeName = 1018,
  kInconsistentIndex = 1024,
  // A call that can not be carried out as it stands.
  kIncompleteKey = 2002,
  kMissingTable = 2003,
  kInvalidOption = 2006,
  kInvalidKeys = 2007,
  kIncompleteSparseIndex = 2012,
  kInvalidUpdate = 2013,
  // Attributes.
  kInvalidAttributeMissing = 4001,
  kInvalidAttributeValue = 4002,
  // Operations.
  kOperationFailed = 5001,
  kInvalidItem = 5002,
  kConditionFailed = 5003,
  kTransactionCancelled = 5004,
  kInvalidCursor = 5005,
};

/// One attribute that was refused: its path ("metadata.notes", "tags[*]") and why.
struct AttributeError {
  ErrorCode code = ErrorCode::kInvalidAttributeValue;
  std::string attribute;
  std::string message;
};

struct Error {
  ErrorCode code = ErrorCode::kOperationFailed;
  std::string message = {};
  /// The entity that was asked; empty where there is none.
  std::string entity = {};
  /// Every attribute that was refused, where attributes were.
  std::vector<AttributeError> attributes = {};
  /// The service's own error, where it or the way to it failed.
  std::optional<ConnectionError> cause = {};

  [[nodiscard]] int number() const { return static_cast<int>(code); }
  [[nodiscard]] bool is_condition_failure() const { return code == ErrorCode::kConditionFailed; }
};

/// What an error says in one line: "4001 user: Attribute 'email' is required".
[[nodiscard]] std::string to_string(const Error& error);

/// Thrown by Result::value() only.
class Failed : public std::exception {
 public:
  explicit Failed(Error error) : error_(std::move(error)), text_(to_string(error_)) {}
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }
  [[nodiscard]] const Error& error() const { return error_; }

 private:
  Error error_;
  std::string text_;
};

[[noreturn]] void throw_failed(const Error& error);

namespace detail {

/// What results of all types share, compiled once.
class ResultBase {
 public:
  ResultBase(const ResultBase&) = delete;
  ResultBase& operator=(const ResultBase&) = delete;

  [[nodiscard]] bool ok() const { return error_ == nullptr; }
  explicit operator bool() const { return ok(); }
  /// Only where not ok().
  [[nodiscard]] const Error& error() const& { return assert(!ok()), *error_; }
  [[nodiscard]] Error&& error() && { return assert(!ok()), std::move(*error_); }

 protected:
  ResultBase() : error_(nullptr) {}
  explicit ResultBase(Error&& error) { set_error(error); }
  ResultBase(ResultBase&& from) noexcept;
  ~ResultBase() {
    if (error_ != nullptr) destroy_error();
  }

  /// Takes what the error holds.
  void set_error(Error& error);
  void destroy_error();
  void check() const {
    if (!ok()) throw_failed(*error_);
  }

 private:
  /// Of failures, which are rare: so results are hardly larger than what they hold.
  Error* error_;
};

}  // namespace detail

/// Moves, but is not copied. No std::variant: each of those costs
/// the compiler more than the rest of an operation.
template <class T>
class [[nodiscard]] Result : public detail::ResultBase {
 public:
  using value_type = T;

  Result(T value) : value_(std::move(value)) {}
  /// The value, made in its place.
  explicit Result(std::in_place_t) : value_() {}
  Result(std::in_place_t, std::in_place_t) : value_(std::in_place) {}
  Result(Error error) : ResultBase(std::move(error)) {}
  Result(Failure<Error> failed) : ResultBase(std::move(failed.error)) {}
  Result(Result&& from) noexcept : ResultBase(std::move(from)) {
    // The error was moved, the value was not.
    if (ok()) new (&value_) T(std::move(from.value_));  // NOLINT(bugprone-use-after-move)
  }
  Result& operator=(Result&& from) noexcept {
    if (this != &from) {
      this->~Result();
      new (this) Result(std::move(from));
    }
    return *this;
  }
  ~Result() {
    if (ok()) value_.~T();
  }

  /// Makes a success a failure.
  void fail(Error& error) {
    value_.~T();
    set_error(error);
  }
  void fail(Error&& error) { fail(error); }

  /// The value; throws Failed where there is none.
  T& value() & { return check(), value_; }
  const T& value() const& { return check(), value_; }
  /// Of a temporary result the value itself, so that `for (… : query.go().value())` is sound.
  T value() && { return check(), std::move(value_); }

  /// Only where ok().
  T& operator*() & { return assert(ok()), value_; }
  const T& operator*() const& { return assert(ok()), value_; }
  T operator*() && { return assert(ok()), std::move(value_); }
  T* operator->() { return assert(ok()), &value_; }
  const T* operator->() const { return assert(ok()), &value_; }

 private:
  union {
    T value_;
  };
};

/// Success without a value.
struct Done {};

}  // namespace lodestone::model
