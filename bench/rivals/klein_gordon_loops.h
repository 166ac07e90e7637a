#pragma once
// The rivals' two algorithms in the loop IR, written by hand: what the code generator makes of the best loops.
//
// In: sites along an edge, the precision, whether edge sites are peeled off the rows (else whole rows are one vector
// loop whose neighbours go around the edge by a remainder). Out: a module with `advance` (one argument: steps) on
// buffers phi, pi and, when streamed, next; scalars dt, sides, centre as in klein_gordon_kernels.h.

#include <cstdint>

#include "compiler/loops/loops.h"

namespace nphys::bench {

struct KleinGordonLoops {
    loops::Module module;
    loops::BufferId phi, pi, next;
    loops::ScalarId dt, sides, centre;
};

[[nodiscard]] KleinGordonLoops klein_gordon_loops(std::int64_t n, loops::Type type, bool streamed, bool peeled);

} // namespace nphys::bench
