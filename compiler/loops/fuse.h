// Fewer passes over memory.
// Goes in: a schedule of sweeps. Comes out: one that means the same. Sweeps that depend on each other only at the same site are one
// sweep, in which values are handed on instead of stored and read again; neighbours over the same domain that depend on each
// other at a distance become stages of a Pipeline. Holds afterwards: every value is computed by the same operations as before.
//
// Example: π ← π + c F(φ) twice becomes π ← (π + c F) + c F with one F.
#pragma once

#include "compiler/loops/sweeps.h"

namespace nphys::loops {

[[nodiscard]] Schedule fuse(Workshop& shop, Schedule schedule);

// Leaves out what is stored to temporaries that none of the schedules reads.
void drop_unread(const Workshop& shop, const std::vector<Schedule*>& schedules);

} // namespace nphys::loops
