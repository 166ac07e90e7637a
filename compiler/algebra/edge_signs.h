#pragma once
// The signs of antiperiodic edges, which cancel wherever a law is odd in its fields.
// Example: s (s a + s b) is a + b, and sin(s a + s b) is s sin(a + b), where s is an EdgeSign.

#include <optional>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

// The product with a sign, which is taken into sums that hold it.
[[nodiscard]] Expr times_sign(Pool& pool, Expr expression, Expr sign);

// An EdgeSign that is a factor of an expression, or of each term of a sum.
[[nodiscard]] std::optional<Expr> common_sign(const Pool& pool, Expr expression);

} // namespace nphys::algebra
