#pragma once
// Laws that an equation of Emergent field theories gives when it is typed as printed, where the print cannot be right.
//
// Goes in: a Model and its Program. Comes out: warnings that name the equation and what it should say. They are found in
// the algebra and the spectrum of the derived law, not in the text, so that any spelling of the same law is met.
//
// Example: `learning π[i] ← π[i] - laplacian(φ)[i] + m^2*φ[i]`, the sign of (3.8), lets every mode grow like exp(ωt).

#include "compiler/analysis/stability.h"

namespace nphys::analysis {

void check_misprints(const model::Model& model, const dynamics::Program& program, Diagnostics& diagnostics);

// (3.8) and (4.10): d²φ/dt² = Aφ of a uniform field, with the sign of all of A or of the mass reversed.
void check_signs(const model::Model& model, const dynamics::Program& program, Diagnostics& diagnostics);
// (4.14), first term: losses of their own types that do not reach the trainables through the bias.
void check_answer(const model::Model& model, const dynamics::Program& program, Diagnostics& diagnostics);
// (4.14), second term, (5.6) and (5.9): what turns neurons and trainables at a site, and in which sense.
void check_turns(const model::Model& model, Diagnostics& diagnostics);

} // namespace nphys::analysis
