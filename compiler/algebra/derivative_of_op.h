#pragma once
// The derivative column of ops.def, made into expressions.
// Example: for sin at x with derivative dx of x it is cos(x)*dx.

#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

[[nodiscard]] Expr derivative_of_op(Pool& pool, Op op, const std::vector<Expr>& arguments,
                                    const std::vector<Expr>& derivatives);

// Whether that column says 0 whatever the arguments do: steps, signs, truths.
[[nodiscard]] bool is_piecewise_constant(Op op);

} // namespace nphys::algebra
