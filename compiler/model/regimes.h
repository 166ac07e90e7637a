#pragma once
// regimes(g): how many directions of the laws with this metric are fast, intermediate and slow, by the local power
// d ln g / d ln κ of the metric at the eigenvalues of κ: below 1/4, up to 3/4, above (Geometric learning dynamics, 6.6-6.9).
//
// Goes in: the call, in an observable. Comes out: a tensor of three numbers, sums over the directions. Where κ keeps but variances,
// the directions are the variables.
//
// Example: `observe kinds = regimes(g)` with `metric g = sqrt(ε^2 + κ + ζ^2*κ^2)`.

#include "compiler/model/environment.h"

namespace nphys::model {

[[nodiscard]] Value regimes(Context& context, const syntax::Call& call, Span span, const Environment& environment);

// A metric as a formula in one noise that is given: what names the noise, in which scope, and the formula in Pool::eigenvalue().
struct FunctionOfNoise {
    const syntax::Expression* noise = nullptr;
    const Scope* scope = nullptr;
    Expr metric;
};
[[nodiscard]] std::optional<FunctionOfNoise> function_of_noise(Context& context, const Declaration& metric);

// Notes in a law how its metric follows the noise that is given, where the metric is a formula in one noise.
void take_regimes(Context& context, const syntax::Expression& metric, const Environment& environment, Law& law);

} // namespace nphys::model
