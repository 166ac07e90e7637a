#pragma once
// The derivative column of ops.def, made into expressions.
// Example: for sin at x with derivative dx of x it is cos(x)*dx.

#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

[[nodiscard]] Expr derivative_of_op(Pool& pool, Op op, const std::vector<Expr>& arguments,
                                    const std::vector<Expr>& derivatives);

} // namespace nphys::algebra
