#pragma once
// Where an index occurs in the text of a formula, and whether it would be summed within a part of it.
//
// Example: in `(φ[i]^2 - 1)^2` i occurs in the base, where it would be summed (as a square) if the base stood alone.

#include <functional>
#include <string>
#include <vector>

#include "compiler/model/environment.h"

namespace nphys::model {

// A factor of a product, with the quotients taken apart: a/b*(c + d) has the factors a, b (inverse), (c + d).
struct Factor {
    const syntax::Expression* expression = nullptr;
    bool inverse = false;
    const syntax::Expression* whole = nullptr; // the factor, or the quotient that it is the denominator of
};
[[nodiscard]] std::vector<Factor> factors_of(const syntax::Expression& term);

[[nodiscard]] const syntax::Binary* as_power(const syntax::Expression& expression);
[[nodiscard]] const syntax::Binary* as_sum(const syntax::Expression& expression);
[[nodiscard]] const syntax::Binary* as_product(const syntax::Expression& expression);

// Calls `visit` for each name that means an index which is not bound, neither around nor by a Σ within.
void each_open_index(Context& context, const Environment& environment, const syntax::Expression& expression,
                     const std::function<void(const syntax::Name&)>& visit);

enum class Inside : std::uint8_t { none, product, square };

struct Occurrences {
    Context& context;
    const Environment& environment;
    const std::string& index;

    [[nodiscard]] int count(const syntax::Expression& expression) const;
    [[nodiscard]] int count(const syntax::Indices& indices) const;
    [[nodiscard]] bool contains(const syntax::Expression& expression) const { return count(expression) > 0; }
    [[nodiscard]] bool in_last_argument(const syntax::Call& call) const;
    // Whether the index would be summed somewhere within the expression if that stood alone, and whether a square is
    // the reason.
    [[nodiscard]] Inside summed_inside(const syntax::Expression& expression) const;

private:
    [[nodiscard]] Inside inside_factor(const syntax::Expression& expression) const;
};

} // namespace nphys::model
