#pragma once
// Evaluates an expression at other places: the common ground of substitution and of contraction.
//
// A plain move displaces: where the index stood, there is now `base`, and displacements add. A move to the actual place
// asks for the value of the expression at the site which `base` reaches after the edge rule, where an expression in
// other variables (which field beyond the edge is to be read, with which sign) follows from which cell `base` lies in
// (edges.h).
//
// Example: i -> j + e[1] turns φ[i + e[2]] into φ[j + e[1] + e[2]]; to the actual place on an antiperiodic axis, into
// EdgeSign(j + e[1]) φ[j + e[1] + e[2]].

#include <array>
#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

struct Move {
    IndexId index;
    Place base;
    bool to_actual_place = false;
    std::array<bool, max_axes> is_mirrored{};  // by axis: base lies in an odd cell of a reflecting axis
    std::array<std::int64_t, max_axes> cell{}; // by axis: the cell in which base lies
};

[[nodiscard]] Expr move_places(Pool& pool, Expr expression, std::vector<Move> moves);

} // namespace nphys::algebra
