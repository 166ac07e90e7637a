#pragma once
// Reads `learning … evolves … with jump …, accept …`.
//
// Goes in: the law. Comes out: the Evolution, noted in the model, and the components of a map: where a uniform number lies
// below the acceptance the jump is made. Jumps are expressions in random numbers; normal(0, S) with a whole matrix S draws
// one number for each element and mixes them, so that S Sᵀ is their covariance.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] std::optional<std::vector<Component>> read_evolution(Context& context, const syntax::Law& node,
                                                                   const Environment& environment);

// acceptance(q): 1 where the last jump of q was kept.
[[nodiscard]] Value acceptance(Context& context, const syntax::Call& call, Span span, const Environment& environment);
// Tells those of variables that do not evolve, when all laws are read.
void check_acceptances(Context& context);

} // namespace nphys::model
