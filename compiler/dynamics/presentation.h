#pragma once
// A step of a model whose boundary shows rows: the next rows are shown, the neurons start, the activation steps with the
// boundary held, gradients go back through these steps, and what learns moves once.
//
// Goes in: a Model with a Presentation, and its Motion, in which the laws of descent read their gradients from tensors
// (Motion::gradients). Comes out: the procedures of the Program, with everything that they keep in between among its
// temporaries: the neurons after each step that gradients go back through.
//
// Example: 3 steps, H = 1/2*(x - y)^2, x ← tanh(w*x): x_0 = init; x_1, x_2, x = tanh(w*x_s); back from a = x - y.

#include "compiler/dynamics/derive.h"
#include "compiler/dynamics/drives.h"
#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

void apply_presentation(Program& program, const model::Model& model, const Motion& motion, const Drives& drives,
                        const DeriveOptions& options, Diagnostics& diagnostics);

} // namespace nphys::dynamics
