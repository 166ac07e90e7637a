#pragma once
// The value of an expression at actual places together with its derivative by every number that moves.
//
// Goes in: an expression, the places of its free indices, numbers for all names. Comes out: value and slopes, as in
// tangent_rules.h; their sources are the numbers of `Elements`. Edges, graphs, sums over all sites and several lattices
// are what they are: nothing is assumed to be alike at different places.
//
// Example: at the last site of an open line φ[i+e] - 2*φ[i] + φ[i-e] has the slopes -2 and 1.

#include "compiler/algebra/edges.h"
#include "compiler/analysis/elements.h"
#include "compiler/analysis/tangent_rules.h"

namespace nphys::analysis {

class WholeTangent final : TangentRules {
public:
    // At most so many nodes are looked at, all formulas together.
    WholeTangent(const Pool& pool, const Elements& elements, const Values& values, double dt, Nature& nature,
                 std::size_t budget)
        : TangentRules(pool, values, dt, nature), elements_(elements), budget_(budget) {}

    // Which numbers are read does not depend on dt: slopes that are 0 stay in.
    using Places = std::unordered_map<std::uint32_t, Place>; // literal, by index
    [[nodiscard]] std::vector<std::pair<int, double>> slopes(Expr expression, const Places& places);

private:
    Tangent of(const algebra::Element& node) override;
    Tangent of(const algebra::Coordinate& node) override;
    Tangent of(const algebra::IndexValue& node) override;
    Tangent of(const algebra::Delta& node) override;
    Tangent of(const algebra::Within& node) override;
    Tangent of(const algebra::EdgeSign& node) override;
    Tangent of(const algebra::Reduce& node) override;
    [[nodiscard]] bool guards() const override { return true; }

    void sum_over(const algebra::Reduce& node, int axis, Tangent& sum);
    [[nodiscard]] std::int64_t number_at(const Place& place, std::size_t axis) const;
    [[nodiscard]] algebra::ActualPlace actual(const Place& place, std::size_t axis) const;

    const Elements& elements_;
    std::size_t budget_;
    Places places_;
};

} // namespace nphys::analysis
