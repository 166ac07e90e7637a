#pragma once
// Detailed balance of jump and selection, and the drift that follows from it.
//
// Goes in: a Model with laws `evolves`. Comes out: for each of them whether the jump is symmetric and
// A(H, H') = A(H', H) exp(β(H - H')), proved by algebra where both sides are made of exponentials; the canonical
// law exp(-βH) is then stationary (Geometric learning dynamics, Eqs. (4.3)-(4.6)); and the Lande equation
// d<q>/dt = -s C ∂H, s the mean slope of the acceptance at H' = H, C the covariance of the jump (4.8).
//
// Example: accept sigmoid(β*(H - H')) has β and s = β/4; accept min(1, exp(β*(H - H'))) has β and s = β/2.

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/jump.h"
#include "compiler/base/diagnostics.h"
#include "compiler/model/model.h"

namespace nphys::analysis {

struct Balance {
    const model::Evolution* evolution = nullptr;
    Finding symmetric = Finding::fails, balanced = Finding::fails;
    std::optional<algebra::Expr> inverse_temperature, selection; // β and s
    bool has_kink = false;                                         // of the acceptance at H' = H, as min(1, …) has
    std::vector<std::string> text;                                 // for people
};

[[nodiscard]] std::vector<Balance> detailed_balance(const model::Model& model);

// The same, and tells jumps that are not symmetric, acceptances that are no probabilities, balance that fails.
std::vector<Balance> check_balance(const model::Model& model, Diagnostics& diagnostics);

} // namespace nphys::analysis
