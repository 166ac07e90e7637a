#pragma once
// Calls of statistics: mean, test.
//
// Goes in: the call. Comes out: what stands for its value, an element of a tensor of its own, which is noted in the model
// once for equal arguments. Holds after check_statistics: no law, boundary or initial value reads a statistic.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] bool is_statistic(std::string_view name);
[[nodiscard]] Value statistic(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
                              const Environment& environment);

void check_statistics(Context& context);

} // namespace nphys::model
