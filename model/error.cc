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

}  // namespace lodestone::model
