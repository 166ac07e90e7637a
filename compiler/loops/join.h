// Two stages of a pipeline at one site.
// Goes in: a stage and the next one, which is `ahead` planes behind it. Comes out: one sweep over the places of the next one, in
// which the first is written `ahead` planes further on and hands on its values there. Holds: every value is computed by the
// same operations as before. Nothing where they depend on each other across the plane that both are then at, or where it is much code.
//
// Example: drift of plane p + 1 and kick of plane p, which reads φ at -1..1 along each axis: φ of p + 1 is not read again.
#pragma once

#include <optional>

#include "compiler/loops/sweeps.h"

namespace nphys::loops {

struct Joined {
    Sweep sweep;
    std::int64_t ahead = 0; // planes
};
[[nodiscard]] std::optional<Joined> joined(Workshop& shop, const Pipeline& pipeline, std::size_t first);

// One sweep that does both at a site; what the later one reads where the earlier one writes, it takes from it.
[[nodiscard]] Sweep merged(Graph& graph, Sweep earlier, const Sweep& later);

} // namespace nphys::loops
