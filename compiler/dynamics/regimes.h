#pragma once
// The regimes of a metric g(κ): its local power α(λ) = d ln g / d ln λ says how variables whose gradients fluctuate with λ
// learn: fast ones with α near 0, slow ones with α near 1 (Geometric learning dynamics, 6.6-6.9).
//
// Goes in: a Model. Comes out: for each law with a metric that is a formula in its noise the power as a formula, where it passes
// 1/4, 1/2 and 3/4, and, where the noise is given in numbers, the power of each direction and how many are of each regime.
//
// Example: g = sqrt(ε^2 + κ + ζ^2*κ^2) with ε = ζ = 0.05: α = 1/2 at κ = 1.

#include <string>
#include <vector>

#include "compiler/model/model.h"

namespace nphys::dynamics {

struct Regimes {
    std::string variables;         // "W and b"
    algebra::Expr power;           // in the covariance
    std::vector<std::string> text; // "α = 1/4 at κ = 0.0013"
    bool is_estimated = false;
};
[[nodiscard]] std::vector<Regimes> regimes(const model::Model& model);

} // namespace nphys::dynamics
