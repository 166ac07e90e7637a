#pragma once
// noise κ diagonal from H decay β, and the metrics made of it.
//
// Goes in: the option `metric g` of a descent. Comes out: the estimate and the formula of the metric in the Law. The
// sources are `H` (about the running mean of the same decay), `centred(H, β₁)` (of another one), `uncentred(H)` (about
// zero), each within `biased(…)` if it is not corrected for having begun at zero; `any` is the loss of the law that uses it.

#include "compiler/model/environment.h"

namespace nphys::model {

// Whether a noise is estimated, or a metric is made of one that is.
[[nodiscard]] bool is_estimated(Context& context, const Declaration& declaration);
[[nodiscard]] bool check_estimated(Context& context, const Declaration& declaration);

// The declaration that an option names: `g`, `adam.g`.
[[nodiscard]] const Declaration* declaration_named(Context& context, const syntax::Expression& value,
                                                   const Environment& environment);
// Whether a constant is the decay of a running mean; told where it is none.
[[nodiscard]] bool is_decay(Context& context, Expr value, Span span);
// The metric of a law; false where something was told.
[[nodiscard]] bool take_estimated_metric(Context& context, const Declaration& metric, Span span, Law& law);

} // namespace nphys::model
