/// The modelling layer: include this.
///
/// Items are plain structs, an entity says how they are kept in a single table, and the compiler checks every
/// operation on them. docs/modelling.md teaches it.
#pragma once

#include "model/entity.h"
#include "model/json.h"
#include "model/literal.h"
#include "model/service.h"
#include "model/transaction.h"
