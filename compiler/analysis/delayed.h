#pragma once
// Stability of laws that read their past: what they remember is more state, moved from place to place at each step.
//
// Goes in: a Model and its Program. Comes out: growth in a step of its dt, of all modes with their past; the largest step of which
// the shortest delay is a whole number with no growth beyond that of the law; growth of the law from two fine steps, extrapolated.
//
// Example: d/dt v = -delay(v, 1): z - 1 + dt z^(-K) = 0 with K = 1/dt has all roots inside the circle from K = 2 on.

#include "compiler/analysis/stability.h"

namespace nphys::analysis {

[[nodiscard]] bool remembers(const model::Model& model); // a law does
void forget_what_no_law_reads(model::Model& model);

[[nodiscard]] StabilityReport delayed_stability(const model::Model& model, const dynamics::Program& program, Depth depth);

} // namespace nphys::analysis
