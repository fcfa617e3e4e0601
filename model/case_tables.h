/// Unicode's upper and lower case beyond ASCII, as tables that model/generate_case_tables.mjs writes.
#pragma once

#include <cstdint>
#include <span>

namespace lodestone::model {

/// Every `step`th code point from `first` to `last` changes by `delta`.
struct CaseRun {
  char32_t first;
  char32_t last;
  std::uint8_t step;
  std::int32_t delta;
};

/// A code point that becomes several, ended by 0.
struct LongCase {
  char32_t from;
  char32_t to[3];
};

/// Both in the order of their code points; one that is in neither stays as it is.
struct CaseTable {
  std::span<const CaseRun> runs;
  std::span<const LongCase> longer;
};

struct CodePointRange {
  char32_t first;
  char32_t last;
};

extern const CaseTable kLowerCase;
extern const CaseTable kUpperCase;
/// What tells a final sigma (Unicode, section 3.13: Final_Sigma): letters with case, and what is looked past.
extern const std::span<const CodePointRange> kCased;
extern const std::span<const CodePointRange> kCaseIgnorable;

}  // namespace lodestone::model
