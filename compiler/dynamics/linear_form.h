#pragma once
// A rate as a linear form in chosen components, or why it is none.
//
// Goes in: an expression and the tensors whose components count. Comes out: expression = rest + Σ coefficient *
// component, where rest and coefficients hold none of them.
//
// Example: m*(φ[i,2] + x) by φ is the rest m*x and m for φ[i,2]; φ[i]*φ[i] is not linear.

#include <map>
#include <string>
#include <vector>

#include <tl/expected.hpp>

#include "compiler/algebra/pool.h"

namespace nphys::dynamics {

struct LinearForm {
    algebra::Expr rest;
    std::map<std::uint32_t, algebra::Expr> coefficients; // by the id of the component's node
};

struct NotLinear {
    algebra::SymbolId on;
    std::string why;
};

[[nodiscard]] tl::expected<LinearForm, NotLinear> linear_form(algebra::Pool& pool, algebra::Expr expression,
                                                              const std::vector<algebra::SymbolId>& tensors);

} // namespace nphys::dynamics
