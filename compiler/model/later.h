#pragma once
// Constructs whose meaning comes with a later release: each is told once by name, and nothing else wrong follows from
// it.

#include <string>

#include "compiler/model/elaborate.h"

namespace nphys::model {

// Tells it and returns poison.
Poison tell_later(Context& context, Code code, Span span, const std::string& construct);

} // namespace nphys::model
