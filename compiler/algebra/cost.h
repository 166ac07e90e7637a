#pragma once
// What it takes to evaluate an expression at one place: the measure by which forms of one expression are compared.
// Example: 1/h^2*(φ[i+e] + φ[i-e]) costs 2: what is the same everywhere is computed once and for all, and costs nothing.

#include <cstddef>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

// Floating-point operations; what occurs twice counts once.
[[nodiscard]] std::size_t operations(const Pool& pool, Expr expression);
[[nodiscard]] bool depends_on_fields(const Pool& pool, Expr expression);

} // namespace nphys::algebra
