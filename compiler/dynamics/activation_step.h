#pragma once
// One step of the activation in the form that reverse mode goes back through: first the sums of many terms, then what
// the neurons make of them.
//
// Goes in: the maps and drives of a Showing. Comes out: a StepForm in which every element of the neurons that move is
// given once. Holds: `sums` and `next` read the neurons as they are before the step; `next` reads the sums in the
// symbols that they assign.
//
// Example: x[n] ← tanh(Σ_k W[n,k] x[k] + b[n]), x[1] driven by y: u[n] = Σ_k W[n,k] x[k] + b[n] and
// x[n] = tanh(u[n]) for n in 2..N, x[1] = y.

#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/model/presentation.h"

namespace nphys::dynamics {

using algebra::Expr;
using algebra::Pool;
using algebra::SymbolId;
using model::Component;

// What a formula evaluates to where the neurons of the next step have been stored: tanh(u[n]) is x[n].
struct Known {
    Expr formula;
    SymbolId tensor;
    std::vector<algebra::Place> target;
};

struct StepForm {
    std::vector<SymbolId> neurons; // those that move
    std::vector<Component> sums, next;
    std::vector<Known> known;
};

// The step from t + before to t + before + 1.
[[nodiscard]] StepForm step_form(Pool& pool, const model::Showing& showing, std::int64_t before);

// Where rows begin: 0, then initial values, then what the boundary drives, one after the other.
[[nodiscard]] std::vector<Component> start_values(Pool& pool, const model::Showing& showing, bool carry);

[[nodiscard]] bool depends_on_time(const Pool& pool, const model::Showing& showing);

} // namespace nphys::dynamics
