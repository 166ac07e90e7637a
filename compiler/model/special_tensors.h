#pragma once
// δ and levi_civita.
//
// Example: δ[i + e[1], j] is 1 where the site right of i is j; levi_civita[1,2] is 1.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] Value kronecker_delta(Context& context, const syntax::Indexed& indexed, Span span,
                                    const Environment& environment);
[[nodiscard]] Value levi_civita(Context& context, const syntax::Indexed& indexed, Span span,
                                const Environment& environment);

} // namespace nphys::model
