#pragma once
// Real and imaginary part of an expression, both real, by the rules of complex arithmetic. Powers and inverse functions
// have their principal values: -π < arg ≤ π.
//
// Goes in: an expression. Comes out: two without the imaginary unit, or nothing where a function of complex numbers in it has no
// meaning (floor, erf, min) or a product runs over more places than are written out.
//
// Example: the parts of (x + 1i*y)² are x² - y² and 2 x y; those of exp(1i*k*x) are cos(k x) and sin(k x).

#include <optional>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

struct ComplexParts {
    Expr real, imaginary;
};

[[nodiscard]] std::optional<ComplexParts> complex_parts(Pool& pool, Expr expression);

// |z| and arg z of parts.
[[nodiscard]] Expr modulus(Pool& pool, const ComplexParts& parts);
[[nodiscard]] Expr argument(Pool& pool, const ComplexParts& parts);

// The parts of a function at an argument with given parts.
[[nodiscard]] std::optional<ComplexParts> parts_of_function(Pool& pool, Op op, Expr argument, const ComplexParts& parts);

// A power, complex where the base is a negative number and the exponent no whole one: (-4)^(1/2) is 2i.
[[nodiscard]] Expr principal_power(Pool& pool, Expr base, Expr exponent);

// Whether a function has a meaning at complex arguments.
[[nodiscard]] bool takes_complex(Op op);

} // namespace nphys::algebra
