#pragma once
// The copies of an ensemble.
//
// Goes in: a Model and its Program, which speak of one system. Holds afterwards: the Program is that of all copies of it. Every
// tensor that differs between copies - state, draws, and what is computed from them - has one more slot, behind its own; constants
// are shared. A copy never reads another one; only statistics gather them, see observation.h.
//
// Example: q ← q - dt*q^3 becomes q[copy] ← q[copy] - dt*q[copy]^3.

#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

void put_in_copies(const model::Model& model, Program& program);

// Where the slot of copies stands among the slots of a tensor of the model: last, but for real and imaginary parts.
[[nodiscard]] std::size_t copies_slot(const algebra::Symbol& symbol);

// An expression of the model, in the copy that Copies::index stands for.
[[nodiscard]] Expr in_copy(const Program& program, Expr expression);

} // namespace nphys::dynamics
