#pragma once
// What a run needs besides its steps: memories that go with them, copies of everything, observables.
//
// Goes in: a Model and the Program of its steps. Comes out: the Program with memories updated after each whole step, in copies
// where the run is an ensemble, with `observe`. Analysis looks at the program before, which speaks of the laws alone.

#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

[[nodiscard]] Program completed(const model::Model& model, Program program);

} // namespace nphys::dynamics
