#pragma once
// From a model whose law moves variables to one whose law moves a field over their values.
//
// Goes in: a Model, finished and without errors, at a level. Comes out: a Model of the same kind in which the variables are
// coordinates of the grid: the law, the initial values and every formula are of place, and stay what they are for all
// stages that follow. A Model of trajectories comes back as it went in, one of an ensemble on a grid with a histogram of its copies.
//
// Example: `learning q descends 1/2*q^2 with noise 1` as a density is d/dt P[i] = (F[i-1] - F[i])/h, and `mean(q)` is
// Σ h P[i] x[i].

#include "compiler/base/diagnostics.h"
#include "compiler/model/model.h"

namespace nphys::dynamics {

[[nodiscard]] model::Model at_level(model::Model model, Diagnostics& diagnostics);

} // namespace nphys::dynamics
