#pragma once
// The law of a jump, as far as its formula tells.
//
// Goes in: an Evolution. Comes out: whether J is as likely as -J - random numbers mirrored (ξ to -ξ, u to 1 - u) or exchanged turn
// all its components round - and its covariance, where it is linear in normal, uniform, exponential, Poisson numbers and in truths.
//
// Example: σ ξ is symmetric with variance σ²; 0.1 + σ ξ is not, its mirror image adds up with it to 0.2.

#include <optional>
#include <string>

#include "compiler/model/model.h"

namespace nphys::analysis {

enum class Finding : std::uint8_t { proved, sampled, fails }; // sampled: it holds wherever it was tried

class Jump {
public:
    Jump(const model::Model& model, const model::Evolution& evolution);

    [[nodiscard]] Finding symmetry() const;
    [[nodiscard]] std::string remainder() const; // J and its mirror image together, for messages
    [[nodiscard]] std::optional<algebra::SymbolId> state_in_it() const;
    // Of two components at the places of their targets.
    [[nodiscard]] std::optional<algebra::Expr> covariance(const model::Component& left, const model::Component& right) const;

private:
    // What leaves the law of the random numbers as it is: some are mirrored, or two are exchanged.
    struct Image {
        std::vector<algebra::SymbolId> mirrored, exchanged;
    };
    [[nodiscard]] std::vector<Image> images() const;
    [[nodiscard]] algebra::Expr with_image(algebra::Expr jump, const Image& image) const; // their sum
    [[nodiscard]] bool vanishes_where_tried(algebra::Expr expression) const;
    [[nodiscard]] bool is_draw(algebra::SymbolId symbol) const;
    [[nodiscard]] bool is_normal(algebra::SymbolId draw) const;

    // A jump is linear in units, functions of one random number each, whose variance is known.
    struct Unit {
        algebra::Expr function;
        algebra::SymbolId unit; // stands for it
        algebra::Expr variance;
    };
    [[nodiscard]] std::optional<algebra::Expr> variance_of(algebra::Expr node) const;
    [[nodiscard]] algebra::Expr in_units(algebra::Expr jump, bool functions, std::vector<Unit>& units, bool add) const;
    [[nodiscard]] bool sums_numbers(algebra::Expr jump) const;

    const model::Model& model_;
    const model::Evolution& evolution_;
    algebra::Pool& pool_;
    std::vector<algebra::SymbolId> draws_; // all that the jumps read
};

} // namespace nphys::analysis
