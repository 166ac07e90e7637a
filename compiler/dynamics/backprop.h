#pragma once
// Back-propagation: reverse mode through the steps of an activation, each derivative at the state it acted on.
//
// Goes in: the forms of the steps, their tape, a loss of the last state, the gradients that are asked for. Comes out: the
// updates that compute them, to be done after the last step. Holds: an adjoint a[n] is dH/dx[n] after a step, that of a
// sum u is du; going back, du = a ∂next/∂u, the gradient gains a ∂next/∂π + du ∂u/∂π, and a becomes a ∂next/∂x + du ∂u/∂x.
//
// Example: for x[n] ← tanh(Σ_k W[n,k] x[k]) the gradient by W[n,k] gains du[n] x[k] with du[n] = a[n]*(1 - x[n]^2).

#include <functional>
#include <span>

#include "compiler/dynamics/activation_step.h"
#include "compiler/dynamics/motion.h"
#include "compiler/dynamics/tape.h"

namespace nphys::dynamics {

// The states of the segments that are not on the tape any more are computed again.
using Recompute = std::function<Procedure(Segment)>;

// `forms[s]` is the step from s to s + 1. All gradients are of one loss. `fresh`: the last segment is on the tape.
[[nodiscard]] Procedure backpropagation(Program& program, Tape& tape, std::span<const StepForm> forms, Expr loss,
                                        const std::vector<const Gradient*>& gradients, bool fresh, const Recompute& recompute,
                                        Diagnostics& diagnostics);

} // namespace nphys::dynamics
