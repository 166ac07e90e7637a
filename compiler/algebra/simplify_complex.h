#pragma once
// re, im, conj and arg of what is known to be real, or of sums and products with known parts.
// Example: re(a + 1i*b) is a where a and b are real; conj(ψ*φ) is conj(ψ)*conj(φ).

#include <optional>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

[[nodiscard]] std::optional<Expr> simplify_complex(Pool& pool, Op op, Expr argument);

} // namespace nphys::algebra
