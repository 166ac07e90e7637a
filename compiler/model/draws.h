#pragma once
// Random numbers of `init`.
//
// Goes in: `normal(mean, deviation)` or `uniform(a, b)` in an initial value. Comes out: the formula, with an element of
// a tensor of standard draws that the host fills; each place of the text has its own stream, each element its own
// number.
//
// Example: init φ[i] = normal(0, 2) is 2*draw1[i].

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] Value draw(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
                         const Environment& environment);

} // namespace nphys::model
