#pragma once
// Terms of a sum as number times rest, and how terms with structure factors are joined.
// Example: `Within(i, 2..8) x + Within(i, 1..1) x` is `Within(i, 1..8) x`.

#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

struct Term {
    Number coefficient;
    Expr rest; // 1 for a number
};

[[nodiscard]] Term split_coefficient(Pool& pool, Expr term);
[[nodiscard]] Expr with_coefficient(Pool& pool, const Term& term);

// Joins terms that differ in one Within only, of ranges that are neighbours. True if anything changed.
bool join_neighbouring(Pool& pool, std::vector<Term>& terms);

// Joins Within factors of one place, drops those that the other factors imply, and lets EdgeSign² be 1.
// False where the product vanishes.
bool settle_structure(Pool& pool, std::vector<Expr>& factors);

} // namespace nphys::algebra
