#pragma once
// Which scheme is fit for which law, from the form of the law alone (stability is a matter of analysis/).
//
// Goes in: a motion and a scheme. Comes out: whether it fits; if not, an error that says why and what to write instead.
//
// Example: dφ/dt = φ³ + π moves φ by itself, so no drift of φ at fixed π exists: leapfrog is refused. What is linear at
// each site, dφ/dt = -γ φ + π, it moves exactly, apart from the rest (local_part.h).

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

// Whether the neurons' rates depend on trainables alone and the trainables' rates on neurons alone: no local
// parts.
[[nodiscard]] bool splits(const Pool& pool, const Motion& motion);

// Factors of a matrix are of one system.
[[nodiscard]] bool check_copies(const model::Model& model, model::Scheme scheme, Diagnostics& diagnostics);

[[nodiscard]] bool check_fitness(const model::Model& model, const Motion& motion, model::Scheme scheme,
                                 Diagnostics& diagnostics);

} // namespace nphys::dynamics
