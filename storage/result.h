/// The outcome of something that can fail: a value, or an error of the layer that failed.
///
/// Errors cross the project's layers as return values, never as exceptions. A Result owns what it
/// holds and is as thread-safe as that is.
#pragma once

#include <cassert>
#include <utility>
#include <variant>

namespace lodestone {

/// Marks a value as the failure when a Result is returned: `return failure(SomeError{…});`
template <class E>
struct Failure {
  E error;
};

template <class E>
[[nodiscard]] Failure<std::decay_t<E>> failure(E&& error) {
  return {std::forward<E>(error)};
}

template <class T, class E>
class [[nodiscard]] Result {
 public:
  using value_type = T;
  using error_type = E;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class F>
  Result(Failure<F> failed) : state_(std::in_place_index<1>, std::move(failed.error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  /// Only where ok().
  [[nodiscard]] T& value() & { return *std::get_if<0>(&state_); }
  [[nodiscard]] const T& value() const& { return *std::get_if<0>(&state_); }
  [[nodiscard]] T&& value() && { return std::move(*std::get_if<0>(&state_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// Only where not ok().
  [[nodiscard]] E& error() & { return *std::get_if<1>(&state_); }
  [[nodiscard]] const E& error() const& { return *std::get_if<1>(&state_); }
  [[nodiscard]] E&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<T, E> state_;
};

template <class E>
class [[nodiscard]] Result<void, E> {
 public:
  using value_type = void;
  using error_type = E;

  Result() = default;
  template <class F>
  Result(Failure<F> failed) : state_(std::in_place_index<1>, std::move(failed.error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  [[nodiscard]] E& error() & { return *std::get_if<1>(&state_); }
  [[nodiscard]] const E& error() const& { return *std::get_if<1>(&state_); }
  [[nodiscard]] E&& error() && { return std::move(*std::get_if<1>(&state_)); }

 private:
  std::variant<std::monostate, E> state_;
};

/// Returns the enclosing function's failure where `expression` failed.
#define LODESTONE_TRY(expression)                                                    \
  do {                                                                               \
    if (auto lodestone_outcome = (expression); !lodestone_outcome.ok()) [[unlikely]] \
      return ::lodestone::failure(std::move(lodestone_outcome).error());             \
  } while (false)

#define LODESTONE_JOIN_IMPL(a, b) a##b
#define LODESTONE_JOIN(a, b) LODESTONE_JOIN_IMPL(a, b)

/// `LODESTONE_ASSIGN(auto item, read(key));` declares or assigns the value, or returns the failure.
#define LODESTONE_ASSIGN(target, expression) \
  LODESTONE_ASSIGN_IMPL(target, (expression), LODESTONE_JOIN(lodestone_result_, __LINE__))
#define LODESTONE_ASSIGN_IMPL(target, expression, result)   \
  auto result = expression;                                 \
  if (!result.ok()) [[unlikely]]                            \
    return ::lodestone::failure(std::move(result).error()); \
  target = std::move(result).value()

}  // namespace lodestone
