#pragma once
// Sums that many elements share are computed once, into temporaries, instead of again for each element.
//
// Goes in: a Program. Comes out: the same Program with an Update before each Update that needs such sums. A sum is
// taken out if the places of its own free indices are at most a quarter of the places at which it would be evaluated.
// Updates in place keep theirs, since their sums change from element to element.
//
// Example: y[k] ← Σ_q g[q]*(1 - tanh(Σ_p W[q,p]*y[p])^2)*W[q,k] becomes s[q] ← Σ_p W[q,p]*y[p] and a sum over q with
// s[q] in it.

#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

void share_sums(Program& program);

} // namespace nphys::dynamics
