#pragma once
// The reference evaluation of an expression: slow, plain, in double (or complex) precision, straight from the definition.
// Goes in: an expression and an environment that gives numbers for its names. It is the judge of what the compiled loops do.

#include <complex>
#include <functional>
#include <optional>
#include <span>
#include <unordered_map>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

struct Environment {
    std::function<double(SymbolId)> parameter;
    // The stored value of a tensor at actual places (numbers of each axis of each slot, after the edge rule).
    std::function<std::complex<double>(SymbolId, std::span<const std::int64_t>)> element;
    double time = 0, step = 0;
    std::unordered_map<std::uint32_t, Place> places;       // values of free indices (literal positions), by index id
    std::function<std::complex<double>(Expr)> at_start, at_end;
};

[[nodiscard]] std::complex<double> evaluate(const Pool& pool, Expr expression, const Environment& environment);

// The value if it is a constant once parameters are known: nullopt where it depends on state, time, data or free indices.
[[nodiscard]] std::optional<std::complex<double>> constant_value(const Pool& pool, Expr expression,
                                                                 const std::function<double(SymbolId)>& parameter);

} // namespace nphys::algebra
