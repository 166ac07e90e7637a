#pragma once
// What a law of descent is told of the gradient's fluctuations: how their covariance is estimated along the run.
//
// The estimate is kept for each variable alone (the diagonal of κ), so functions of κ act on single numbers: the formula
// of the metric reads one number, `covariance`, that stands for the estimate at the element that moves.
//
// Example: `noise κ diagonal from H decay β` and `metric g = sqrt(ε^2 + κ)` move q by -γ d/g with
// m ← β m + (1 - β) d, κ ← β κ + (1 - β) (d - m)², and g of κ/(1 - β^n) after n steps.

#include <map>
#include <optional>

#include "compiler/algebra/pool.h"

namespace nphys::model {

struct Estimate {
    algebra::SymbolId covariance;
    algebra::Expr decay;
    std::optional<algebra::Expr> mean; // decay of the mean that fluctuations are about; none: about zero
    bool corrected = true;             // for having begun at zero
    std::map<algebra::SymbolId, algebra::SymbolId> kept; // for each variable what keeps its estimates
};

} // namespace nphys::model
