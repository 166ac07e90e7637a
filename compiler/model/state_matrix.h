#pragma once
// Metric and noise of a descent that join places of a long range and change as the run goes.
//
// Goes in: the options `metric g, noise κ` of a law. Comes out: the one matrix that both are functions of, and these functions
// of its eigenvalues. Holds: the law moves one variable of one range; everything else is left to metric.h and joined_metric.h.
//
// Example: `noise κ[n,k] = δ[n,k] + q[n]*q[k]`, `metric g = κ^0.5` for q[n] of six places.

#include "compiler/model/elaborate.h"

namespace nphys::model {

// Whether they are of this kind, and then whether all is well; what is not is told.
[[nodiscard]] std::optional<bool> take_state_matrix(Context& context, Law& law, const syntax::Expression* metric,
                                                    const syntax::Expression* noise, const Environment& environment);

// Whether a metric is a function of such a matrix: a law reads its formula, and it has no entries of its own.
[[nodiscard]] bool is_read_by_laws(Context& context, const Declaration& metric);

} // namespace nphys::model
