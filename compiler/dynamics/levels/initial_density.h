#pragma once
// The density with which a level begins.
//
// Goes in: the initial values of a Model. Comes out: P at a cell, not normalized: as the run writes it, `init P = …`, or
// from the law of the variables: numbers, normal(…) and uniform(…), each axis given those before it.
//
// Example: `init q = normal(1, 0.5)` is exp(-2 (x - 1)²); `init q = 0.3` is spread over the two cells around 0.3 so that
// its mean is 0.3.

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/levels/cells.h"

namespace nphys::dynamics {

// An initial value of a field over the cells, at the cell.
[[nodiscard]] Expr initial_field(const Cells& cells, const model::Model& model, const model::Component& given);

// The law that the variables begin with, as a density with respect to √g dq; or what the run gives.
[[nodiscard]] std::optional<Expr> initial_density(const Cells& cells, const model::Model& model, Expr volume, Diagnostics& diagnostics);

} // namespace nphys::dynamics
