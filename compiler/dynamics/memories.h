#pragma once
// Memories: first passage times, delays, averages over the last time.
//
// Goes in: a Model and the Program of its steps. Holds afterwards: each memory is a tensor of the state (an average: one that is
// computed when it is observed), brought up to date after every whole step. Past values stand in a ring: row s mod K holds
// the value of step s, so the row that is about to be overwritten holds that of K steps ago.
//
// Example: delay(v, 3*dt):  ring[1..3] = v(0);  after step s:  delay ← ring[s mod 3], ring[s mod 3] ← v.

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

// Tells memories that the scheme cannot keep.
[[nodiscard]] bool check_memories(const model::Model& model, const Program& program, Diagnostics& diagnostics);

void remember(const model::Model& model, Program& program);

} // namespace nphys::dynamics
