#pragma once
// The components of what moves, each at all of its places: sites of a lattice, nodes of a graph, numbers of a long range.
//
// Goes in: a Program and the numbering of its elements. Comes out: for each component its element at "every place", the numbers
// of its elements in the order of places, and its rate there, if one law holds for all of them.
//
// Example: φ[i,a] with a in 1..2 on 64 sites makes two fields φ[i,1] and φ[i,2] of 64 elements.

#include <optional>
#include <vector>

#include "compiler/analysis/elements.h"

namespace nphys::analysis {

struct SiteField {
    SymbolId tensor;
    std::vector<Place> target;
    std::vector<algebra::IndexId> sites; // its index variables: of fields over the same places the same
    std::vector<std::size_t> elements;
    std::optional<Expr> rate; // none: no one formula holds at all places
};
[[nodiscard]] std::vector<SiteField> site_fields(Pool& pool, const dynamics::Program& program, const Elements& elements);

} // namespace nphys::analysis
