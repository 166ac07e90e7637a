#pragma once
// What follows from the laws of a model: the derived motion and the updates that the scheme of its run makes of it.
//
// Goes in: a complete Model. Comes out: its Program, complete if no error was reported, but for a dt that was left out
// (analysis chooses it from the limit of stability).
//
// Example: H = 1/2*m^2*φ^2, φ ← φ + π, π descends H, leapfrog: π ← π - dt/2*m^2*φ; φ ← φ + dt*π; π ← π - dt/2*m^2*φ.

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

struct DeriveOptions {
    double most_kept_bytes = 1 << 30; // of states that gradients go back through; beyond, some are computed again
};
[[nodiscard]] Program derive(const model::Model& model, Diagnostics& diagnostics, const DeriveOptions& options = {});

} // namespace nphys::dynamics
