#pragma once
// spectrum(φ): the power of a field at each wave vector, |Σ φ(x) exp(-ik·x)|²/N, so that it sums to that of |φ|².
//
// Goes in: a whole tensor with one slot over a lattice of N sites. Comes out: a tensor with that slot replaced by one over
// wave vectors, the last, whose components are between -π/h and π/h, ascending. It is noted among the statistics, and computed
// by the runtime for each copy where the run records.
//
// Example: of φ = cos(2π 3 x/N) it is N/4 where k is ±6π/N, else 0; of a complex field it is the distribution of momenta.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] Value spectrum(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
                             const Environment& environment);

} // namespace nphys::model
