#pragma once
// re, im, abs, arg and conj, of what is known to be real and of what has known parts.
// Example: re(a + 1i*b) is a where a and b are real; |exp(1i*a) ψ| is |ψ|; conj(ψ*φ) is conj(ψ)*conj(φ).

#include <optional>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

[[nodiscard]] std::optional<Expr> simplify_complex(Pool& pool, Op op, Expr argument);

} // namespace nphys::algebra
