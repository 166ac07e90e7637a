#pragma once
// The cheaper of the equal forms of an expression that algebra offers: as it stands, or expanded, each with the terms
// of equal coefficients gathered. Products are not multiplied out where that costs more, so (φ - 1)^8 keeps its digits.
//
// Example: 1/2*(φ[i+e[1]] - φ[i]) - 1/2*(φ[i] - φ[i-e[1]]) becomes 1/2*(φ[i+e[1]] + φ[i-e[1]]) - φ[i].

#include "compiler/algebra/pool.h"

namespace nphys::dynamics {

[[nodiscard]] algebra::Expr simplified(algebra::Pool& pool, algebra::Expr expression);

// Operations that an evaluation takes, each shared node counted once.
[[nodiscard]] std::size_t operations(const algebra::Pool& pool, algebra::Expr expression);

} // namespace nphys::dynamics
