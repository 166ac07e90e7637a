#pragma once
// Updates that follow one another, multiplied out into fewer.
//
// Goes in: a Program whose steps are updates in a row, of a run that allows merging. Comes out: the same steps, with the
// updates from one count of the step to the next composed wherever the composition is linear and reads less than they do
// one after the other. The numbers are the same up to round-off; the last bits depend on how often a run is observed,
// since a step that ends there is not merged with the next one.
//
// Example: a half drift φ += h B π, a turn of φ and π, and another half drift are φ ← R φ + 2h cos(ω) B π, then π ← Rᵀ π,
// where B and R commute: one sweep over the neighbours of π for two.

#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

void merge_updates(Program& program);

} // namespace nphys::dynamics
