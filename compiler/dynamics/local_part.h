#pragma once
// The local linear part of a law: what moves a component linearly in components of its own kind (neurons, trainables)
// at the same site. Mass terms of a Dirac field, a potential A₀, damping. It is propagated exactly, apart from the
// rest.
//
// Goes in: a Motion. Comes out: the motion without these parts, and the parts as small matrices, one for each set of
// components that they connect; or what is in the way. Then: no rate of the rest depends on what moves with it.
//
// Example: dφ[i,1]/dt = m φ[i,2] + …, dφ[i,2]/dt = -m φ[i,1] + … leave the dots and the block {φ[i,1], φ[i,2]} with the
// generator m {{0, 1}, {-1, 0}}.

#include <optional>
#include <string>
#include <vector>

#include "compiler/algebra/matrix.h"
#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

struct LocalBlock {
    std::vector<const Moved*> members; // of the motion that went in
    std::vector<Component> components; // their targets in the index variables of the first, with the value as it is
    algebra::SymbolicMatrix generator; // d/dt of the components by the components
};

struct LocalObstacle {
    const Moved* moved; // of the motion that went in
    SymbolId on;        // the tensor on which its rate depends
    std::string why;    // "this part is not linear"
};

struct LocalParts {
    Motion rest;
    std::vector<LocalBlock> blocks;
    std::vector<LocalObstacle> obstacles; // not empty: no splitting
};

[[nodiscard]] LocalParts local_parts(Pool& pool, const Motion& motion);

// exp(duration * generator), where it has a closed form.
[[nodiscard]] std::optional<algebra::SymbolicMatrix> propagator(Pool& pool, const algebra::SymbolicMatrix& generator,
                                                                Expr duration);

} // namespace nphys::dynamics
