#pragma once
// What should stay small in a run at a level, and is told where it does not.
//
// Goes in: the fields of a level, once derived. Comes out: hidden observables and what to say of them: how much stands in the
// last cells of an axis with closed ends, how much of a density is negative.
//
// Example: of `grid(q: -1..1 by 100)` around a wide well the run tells at which step 0.1 % of P have come to the ends.

#include "compiler/dynamics/levels/fields.h"
#include "compiler/dynamics/levels/landscape.h"

namespace nphys::dynamics {

void add_watches(const Cells& cells, model::Model& model, const Landscape& landscape, const LevelFields& fields);

} // namespace nphys::dynamics
