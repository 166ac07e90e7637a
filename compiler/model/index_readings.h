#pragma once
// The ways to write out a sum that was not clear, in the user's own words.
//
// Example: for i in `(φ[i]^2 - 1)^2` these are `Σ[i]((φ[i]^2 - 1)^2)` and `(Σ[i](φ[i]^2) - 1)^2`.

#include <string>
#include <utility>

#include "compiler/model/occurrences.h"

namespace nphys::model {

[[nodiscard]] std::string summed_text(const syntax::Expression& term, const syntax::Name& index);

// Summed outside the factor, and summed inside it.
[[nodiscard]] std::pair<std::string, std::string> readings(Context& context, const Environment& environment,
                                                           const Factor& factor, const syntax::Name& index);

} // namespace nphys::model
