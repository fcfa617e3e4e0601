/// What the programs here get wrong something about. Each begins with what the compiler's first error must
/// say.
#pragma once

#include "tests/model/school.h"

using namespace lodestone::model;          // NOLINT: small programs
using namespace lodestone::model::school;  // NOLINT
