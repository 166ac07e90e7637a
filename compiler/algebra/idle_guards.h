#pragma once
// Guards that make no difference: a sum whose terms near an edge differ in form from those inside, but not in value, because
// the edge rule makes the fields agree there.
//
// Example: on a reflecting axis (2 <= i) (φ[i] - φ[i-1]) is φ[i] - φ[i-1], since φ[0] is φ[1].

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

[[nodiscard]] Expr without_idle_guards(Pool& pool, Expr expression);

} // namespace nphys::algebra
