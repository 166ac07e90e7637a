#pragma once
// Time scales: `timescale activation 1, learning L` divides the rate of learning by L. A map with the time scale L is
// applied in every L-th step and keeps its variable in between, so L steps of activation see one state of learning.
//
// Example: d/dt π = -φ with learning 10 becomes d/dt π = -φ/10; π ← π - φ happens in the steps 10, 20, ….

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

void apply_timescales(Motion& motion, const model::Model& model);

} // namespace nphys::dynamics
