#pragma once
// The order in which people write terms and factors, and products taken apart for it.
//
// Factors: numbers, what is the same everywhere, what depends on the place only, fields, functions of fields, sums.
// Terms: by degree in the fields, then by field and place; a positive one first if there is any.
//
// Example: φ[i]^2*m^2*(1/2)*h^-1 is read as (1/2) m^2 φ[i]^2 over h.

#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

// base^exponent; the exponent is positive. Powers that are not by a number are a base of their own.
struct ReadFactor {
    Expr base;
    Number exponent = Rational{1, 1};
};

struct ReadTerm {
    bool is_negative = false;
    Number coefficient = Rational{1, 1};  // positive
    std::vector<ReadFactor> above, below; // numerator and denominator
};

[[nodiscard]] ReadTerm read_term(const Pool& pool, Expr expression);
[[nodiscard]] std::vector<ReadTerm> read_sum(const Pool& pool, const Add& sum);

} // namespace nphys::algebra
