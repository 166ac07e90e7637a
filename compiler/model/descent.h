#pragma once
// `learning π descends H with rate γ, momentum 0.9`
//
// Goes in: the statement. Comes out: a Law with a component for each component of each variable, whose value is the
// loss that it descends: for a loss per type, H[a], the one of its own type.

#include "compiler/model/definitions.h"

namespace nphys::model {

[[nodiscard]] bool read_descent(Context& context, const syntax::Law& node, const Environment& environment, Law& law);

} // namespace nphys::model
