#pragma once
// What a law of descent is told of the gradient's fluctuations: how their covariance is estimated along the run.
//
// The formula of the metric reads one number, `covariance`: of a diagonal estimate it stands for the estimate at the element that
// moves, of any other for an eigenvalue of it.
//
// Example: `noise κ diagonal from H decay β` and `metric g = sqrt(ε^2 + κ)` move q by -γ d/g with
// m ← β m + (1 - β) d, κ ← β κ + (1 - β) (d - m)², and g of κ/(1 - β^n) after n steps.

#include <map>
#include <optional>

#include "compiler/algebra/pool.h"

namespace nphys::model {

// How much of the covariance is kept: each variance alone; what joins the small ranges at equal places of long ones; everything; a
// product of one matrix for each index.
enum class Kept : std::uint8_t { diagonal, block, full, kronecker };

struct Estimate {
    algebra::SymbolId covariance;
    algebra::Expr decay;
    std::optional<algebra::Expr> mean; // decay of the mean that fluctuations are about; none: about zero
    bool corrected = true;             // for having begun at zero
    Kept structure = Kept::diagonal;
    std::map<algebra::SymbolId, algebra::SymbolId> kept; // for each variable what keeps its estimates; if not diagonal, where observables ask: eigenvalues
};

} // namespace nphys::model
