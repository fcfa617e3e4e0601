#include "server/expression/faults.h"

#include "server/expression/value_text.h"

namespace lodestone {
namespace {

std::string joined(std::string_view a, std::string_view b, std::string_view c = {}, std::string_view d = {}) {
  std::string text(a);
  text += b;
  text += c;
  text += d;
  return text;
}

std::string wrong_bounds(std::string_view requirement, const Value& lower, const Value& upper) {
  return joined("The BETWEEN operator requires ", requirement) +
         "; lower bound operand: " + attribute_value_text(lower) +
         ", upper bound operand: " + attribute_value_text(upper);
}

}  // namespace

std::string wrong_operand_type(std::string_view function, std::string_view type) {
  return joined("Incorrect operand type for operator or function; operator or function: ", function,
                ", operand type: ", type);
}

std::string wrong_operand_count(std::string_view function, std::size_t count) {
  return joined("Incorrect number of operands for operator or function; operator or function: ", function,
                ", number of operands: ", std::to_string(count));
}

std::string path_required(std::string_view function) {
  return joined("Operator or function requires a document path; operator or function: ", function);
}

std::string unknown_function(std::string_view name) {
  return joined("Invalid function name; function: ", name);
}

std::string misused_function(std::string_view name) {
  return joined("The function is not allowed to be used this way in an expression; function: ", name);
}

std::string too_many_operators(std::size_t count) {
  return joined("The expression contains too many operators; operator count: ", std::to_string(count));
}

std::string too_many_candidates(std::size_t count) {
  return joined("The IN operator is provided with too many operands; number of operands: ",
                std::to_string(count));
}

std::string unknown_type_name(std::string_view name) {
  return joined("Invalid attribute type name found; type: ", name,
                ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
}

std::string operands_not_distinct(std::string_view name, const Path& first) {
  return joined(
      "The first operand must be distinct from the remaining operands for this operator or function; "
      "operator: ",
      name, ", first operand: ", to_string(first));
}

std::string bounds_of_two_types(const Value& lower, const Value& upper) {
  return wrong_bounds("same data type for lower and upper bounds", lower, upper);
}

std::string bounds_out_of_order(const Value& lower, const Value& upper) {
  return wrong_bounds("upper bound to be greater than or equal to lower bound", lower, upper);
}

std::string path_too_deep(std::size_t steps) {
  return joined("The document path has too many nesting levels; nesting levels: ", std::to_string(steps));
}

std::string index_too_large(std::string_view digits) {
  return joined("List index is not within the allowable range; index: [", digits, "]");
}

std::string number_fault(NumberError error, std::string_view text) {
  switch (error) {
    case NumberError::kTooManyDigits:
      return "Attempting to store more than 38 significant digits in a Number";
    case NumberError::kOverflow:
      return "Number overflow. Attempting to store a number with magnitude larger than supported range";
    case NumberError::kUnderflow:
      return "Number underflow. Attempting to store a number with magnitude smaller than supported range";
    case NumberError::kNotANumber:
      break;
  }
  constexpr std::string_view kNotANumber = "The parameter cannot be converted to a numeric value";
  return text.empty() ? std::string(kNotANumber) : joined(kNotANumber, ": ", text);
}

std::string empty_set(Type type) {
  constexpr std::string_view kInvalid = "One or more parameter values were invalid: ";
  switch (type) {
    case Type::kSS:
      return joined(kInvalid, "An string set  may not be empty");
    case Type::kNS:
      return joined(kInvalid, "An number set  may not be empty");
    default:
      return joined(kInvalid, "Binary sets should not be empty");
  }
}

}  // namespace lodestone
