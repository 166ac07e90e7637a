#pragma once
// Writes an expression as a sum of products in which each δ of an index is a factor of its own, where that can be:
// products are distributed over those sums only that hold such a δ. Example: a (x + δ[i,p] y) (u + v) is {a x (u + v),
// δ[i,p] a y (u + v)}.

#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

[[nodiscard]] std::vector<Expr> exposed_terms(Pool& pool, IndexId index, Expr expression);
[[nodiscard]] std::vector<Expr> product_factors(const Pool& pool, Expr expression);

} // namespace nphys::algebra
