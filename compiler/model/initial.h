#pragma once
// init: the state at the start.
//
// Goes in: the `init` statements of the model, and of the run. Comes out: Model::initials, ordered so that a tensor
// whose initial value another one refers to stands before it; of one tensor the run's come last and win.
//
// Example: `init φ = exp(-x^2)  init β[i] = -φ[i]` sets φ first, then β.

#include "compiler/model/elaborate.h"

namespace nphys::model {

void add_initials(Context& context, const Scope& scope, const syntax::Run* run);

// For runs that were not asked for: only their errors.
void check_initial(Context& context, const Scope& scope, const syntax::Init& node, Span span);

} // namespace nphys::model
