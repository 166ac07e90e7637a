#pragma once
// regimes(g): how many variables of the laws with this metric are fast, intermediate and slow, by the local power
// d ln g / d ln κ of the metric at their own estimate κ: below 1/4, up to 3/4, above (Geometric learning dynamics, 6.6-6.9).
//
// Goes in: the call, in an observable. Comes out: a tensor of three numbers, sums over the variables.
//
// Example: `observe kinds = regimes(g)` with `metric g = sqrt(ε^2 + κ + ζ^2*κ^2)`.

#include "compiler/model/environment.h"

namespace nphys::model {

[[nodiscard]] Value regimes(Context& context, const syntax::Call& call, Span span, const Environment& environment);

} // namespace nphys::model
