#pragma once
// activation, learning, boundary, timescale, hamiltonian: how the state moves.
//
// Goes in: their statements. Comes out: Law, Drive, Hamiltonian of the Model: targets spread over written-out places,
// right-hand sides worked out with the indices of the left-hand side bound.
//
// Example: `learning π descends H` with `loss H[a]` and `trainable π[i,a]`, a in 1..2, has the components {π[i,1],
// H[1]} and {π[i,2], H[2]}.

#include "compiler/model/definitions.h"

namespace nphys::model {

void add_laws(Context& context, const Scope& scope);

// A law of descent, worked out once by whoever needs it first. Observables, which come before laws, may ask it to keep more.
[[nodiscard]] std::optional<Law>& descent_law(Context& context, const syntax::Law& node, const syntax::Statement& statement,
                                              const Environment& environment);

// The components of all activation laws, for total derivatives; nothing (told) while these are being worked out.
[[nodiscard]] std::optional<std::vector<Component>> activation_maps(Context& context, Span span);

} // namespace nphys::model
