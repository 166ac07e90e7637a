#pragma once
// The index rule: which indices of a formula are summed, and where.
//
// In each additive term an index that is not bound (by the left-hand side or a sum around) must occur at least twice
// and is summed, once, before the smallest product that holds all its occurrences. A power and a quotient are products;
// a bracket and a function are one factor. A sum inside the base of a power, or a square summed inside a function or a
// denominator, has two readings and is told with both.
//
// Goes in: a term of the text and what is bound. Comes out: the names to sum before this term; what lies deeper is
// decided when the elaboration gets there.
//
// Example: in `φ[i]*(m*φ[i] + λ*φ[i]^3)` i is summed before the whole, in `tanh(W[n,k]*x[k] + b[n])` k inside.

#include <string>
#include <vector>

#include "compiler/model/environment.h"

namespace nphys::model {

// Each index of an expression that is not bound, at its first occurrence, in order of the text.
[[nodiscard]] std::vector<const syntax::Name*> open_indices(Context& context, const Environment& environment,
                                                            const syntax::Expression& expression);

struct Verdict {
    std::vector<const syntax::Name*> summed;
    bool wrong = false; // told
};
[[nodiscard]] Verdict apply_index_rule(Context& context, const Environment& environment,
                                       const syntax::Expression& term);

// Σ, Π, max, min, mean with indices: a reduction that binds its own.
[[nodiscard]] bool is_reduction(const Context& context, const Environment& environment,
                                const syntax::Expression& callee);

// Whether an argument is taken as a whole tensor, so that an index of its own in it is a slice and not a sum.
[[nodiscard]] bool takes_tensor(Context& context, const Environment& environment, const syntax::Expression& callee,
                                std::size_t argument);

[[nodiscard]] bool is_derivative(Context& context, const Environment& environment, const syntax::Expression& callee);

} // namespace nphys::model
