#pragma once
// `as = density on grid(…)`: the grid of a run at another level than trajectories, and the names that it declares.
//
// Goes in: the run that was chosen. Comes out: Context::level with its grid, and declarations of its fields in the scope
// of the model. Nothing happens for a run of trajectories.
//
// Example: `grid(q: -3..3 by 100)` is a lattice of 100 cells of width 0.06, the first one at -2.97.

#include "compiler/model/environment.h"

namespace nphys::model {

void declare_level(Context& context, Scope& scope, const syntax::Run& run);

// `eigenvalues(5)`: the relaxation rates of the level; told where the run has none.
[[nodiscard]] Value relaxation_rates(Context& context, const syntax::Expression& number, Span span, const Environment& environment);

// Whether a run says `as = …`.
[[nodiscard]] const syntax::Setting* level_setting(const syntax::Run& run);

} // namespace nphys::model
