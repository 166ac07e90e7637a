#pragma once
// Metrics that may become singular while the model runs.
//
// Goes in: a complete Program. Holds afterwards: wherever observables are computed, so is the least leading minor of each given metric that
// depends on state or time, at each place and in each copy; of a function of a state_matrix.h, its eigenvalues.
//
// Example: `metric g = 1 - q[n]` has the only minor 1 - q[n], and the run is told where it is no longer positive.

#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

void watch_metrics(const model::Model& model, Program& program);

} // namespace nphys::dynamics
