#include "model/error.h"

namespace lodestone::model {

std::string to_string(const Error& error) {
  std::string text = std::to_string(error.number());
  if (!error.entity.empty()) text += " " + error.entity;
  text += ": " + error.message;
  if (error.cause && !error.cause->name.empty()) text += " (" + error.cause->name + ")";
  return text;
}

void throw_failed(const Error& error) { throw Failed(error); }

namespace detail {

ResultBase::ResultBase(ResultBase&& from) noexcept : error_(nullptr) {
  // Without memory for an error nobody can be told anything.
  if (!from.ok()) set_error(*from.error_);
}
void ResultBase::set_error(Error& error) { error_ = new Error(std::move(error)); }
void ResultBase::destroy_error() { delete error_; }

}  // namespace detail

}  // namespace lodestone::model
