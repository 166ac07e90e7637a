#pragma once
// The density of an ensemble: its copies counted in the cells of a grid.
//
// Goes in: a Model at the level `ensemble`, whose law may be any. Comes out: the Model of its trajectories, with a histogram over
// the cells and what is made of it. P is the density with respect to √g dq, as at the level of densities, and P_stderr its
// standard error, √(p(1 - p)/(N - 1)) for the share p of N copies in a cell; `mass` is the share of the copies inside.
//
// Example: of 1000 copies 40 are in a cell of width 0.1: P = 0.4 ± 0.062 there.

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/levels/cells.h"

namespace nphys::dynamics {

// √det g of the law that moves the axes, 1 where it has no metric; nothing where this law has no density over the grid (told).
[[nodiscard]] std::optional<Expr> volume_of_law(const model::Model& model, Diagnostics& diagnostics);

void count_copies(Cells& cells, model::Model& model, Expr volume);

} // namespace nphys::dynamics
