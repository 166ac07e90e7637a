#pragma once
// Calls of statistics and memories: mean, test, variance, covariance, quantile, histogram; first, delay, average.
//
// Goes in: the call. Comes out: what stands for its value, an element of a tensor of its own (of a histogram the tensor over
// its bins), which is noted in the model once for equal arguments. Holds after check_statistics: laws read of all these delays
// only, and in a run of one copy there are no statistics but means, which are then the value itself.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] bool is_statistic(std::string_view name);
[[nodiscard]] bool is_memory(std::string_view name);
[[nodiscard]] Value statistic(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
                              const Environment& environment);
[[nodiscard]] Value memory(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
                           const Environment& environment);

// The indices that are free in arguments, as places.
[[nodiscard]] std::vector<Place> free_places(const Pool& pool, const std::vector<Expr>& arguments);
// The tensor of a statistic, noted once for equal arguments; over `results` besides, where it is given, instead of the last place
// of the target.
[[nodiscard]] SymbolId noted(Context& context, Statistic wanted, const std::string& name,
                             std::optional<Slot> results = std::nullopt);

void check_statistics(Context& context);

} // namespace nphys::model
