#pragma once
// How much a linear law moves anything: the sum of the sizes of what a rate takes from each element of the state.
//
// Goes in: a rate, and the tensors of the state. Comes out: a bound of Σ |coefficient| at each place, as a formula, so that
// the largest of them bounds the law as an operator (its ∞-norm); or why the rate is not linear.
//
// Example: x*(φ[i+e] - φ[i]) + 3 gives 2*|x|; Σ[k](W[n,k]*q[k]) gives Σ[k](|W[n,k]|).

#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "compiler/algebra/pool.h"

namespace nphys::dynamics {

[[nodiscard]] tl::expected<algebra::Expr, std::string> row_sum(algebra::Pool& pool, algebra::Expr rate,
                                                               const std::vector<algebra::SymbolId>& state);

} // namespace nphys::dynamics
