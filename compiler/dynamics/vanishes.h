#pragma once
// Whether a formula is 0, as far as numbers tell: at all places of its free indices that are tried, for some values of all names.
//
// Example: sin(x)^2 + cos(x)^2 - 1 vanishes.

#include "compiler/algebra/pool.h"

namespace nphys::dynamics {

[[nodiscard]] bool vanishes(algebra::Pool& pool, algebra::Expr expression);

} // namespace nphys::dynamics
