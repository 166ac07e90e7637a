#pragma once
// Exact propagation: a linear law that is the same at every site, moved by any number of steps at once in Fourier
// space. Where it is not the same, the continuous law goes step by step (exponential_series.cpp).
//
// Goes in: the motion and, where a scheme is named, one step of it; or else the continuous law, of whose generator the
// exponential is taken. Comes out: the fields that are transformed, and the step as a table of stages for the runtime
// (runtime/spectral/propagation.h) with its coefficients as formulas, so that parameters stay parameters.
//
// Example: exact(leapfrog) of φ' = π, π' = ∇²φ: three stages with the coefficients dt/2 (of φ at i ± e, i), dt, dt/2.

#include "compiler/dynamics/drives.h"
#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

// Why the law cannot be propagated so, told once for each law.
[[nodiscard]] bool check_propagation(const model::Model& model, const Motion& motion,
                                     std::optional<model::Scheme> underlying, Diagnostics& diagnostics);

// Whether plane waves are modes of the step, or of the continuous law: then it goes in Fourier space.
[[nodiscard]] bool has_modes(const model::Model& model, const Motion& motion, std::optional<model::Scheme> underlying);

// Fills Program::leap. `procedures` of the Program hold the step of the named scheme, if there is one.
void add_propagation(Program& program, const Motion& motion);

} // namespace nphys::dynamics
