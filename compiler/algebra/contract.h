#pragma once
// Sums done exactly: Σ_i δ[i + d, p] g(i) is g at the place that meets p, with the true transpose of every edge rule.
//
// Holds afterwards: no sum is left over an index that stands in a δ of its body as a factor of a term, over a body
// without the index, or of a factor without it.
//
// Example: Σ_i φ[i] (δ[i + e, p] - δ[i, p]) is φ[p - e] - φ[p] on a periodic axis; on an open one φ[p - e] is 0 at the
// first p; on a reflecting one the mirrored term is kept: φ[p] at the last p once more.

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

[[nodiscard]] Expr contracted_sum(Pool& pool, IndexId index, Expr body);

} // namespace nphys::algebra
