#pragma once
// The value of an expression at one site together with its derivative by the fields around it: a right-hand side as a
// stencil.
//
// Goes in: an expression, the site, numbers for all names. Comes out: value and slopes (field, displacement,
// coefficient), and what had to be assumed on the way: whether it is linear in the fields, the same at every site, the
// same at every time.
//
// Example: φ[i+e] - 2*φ[i] + φ[i-e] has the slopes 1, -2, 1 at +1, 0, -1, exactly and at every site.

#include <array>

#include "compiler/analysis/tangent_rules.h"

namespace nphys::analysis {

using Shift = std::array<std::int64_t, algebra::max_axes>;

struct Slope {
    int field;
    Shift shift;
    double value;
};

class TangentEvaluator final : TangentRules {
public:
    // `here` is the index variable of the lattice that stands for the site; invalid without a lattice.
    TangentEvaluator(const Pool& pool, const Fields& fields, const Values& values, const Shift& site, double dt,
                     Nature& nature);

    void bind(algebra::IndexId here, const std::unordered_map<std::uint32_t, std::int64_t>& numbers);
    [[nodiscard]] std::vector<Slope> slopes(Expr expression);

private:
    Tangent of(const algebra::Element& node) override;
    Tangent of(const algebra::Coordinate& node) override;
    Tangent of(const algebra::IndexValue& node) override;
    Tangent of(const algebra::Delta& node) override;
    Tangent of(const algebra::Within& node) override;
    // Inside; modes of antiperiodic axes know of the rest.
    Tangent of(const algebra::EdgeSign&) override { return number(1); }
    Tangent of(const algebra::Reduce& node) override;

    struct Reached {
        bool at_site = false, known = true;
        Shift numbers{};
    }; // of a place: displacement, or numbers
    Reached reach(const Place& place) const;
    Reached located(const Place& place);
    int source(int field, const Shift& shift);

    const Fields& fields_;
    Shift site_;
    algebra::IndexId here_;
    std::unordered_map<std::uint32_t, std::int64_t> numbers_;
    std::map<std::pair<int, Shift>, int> source_numbers_;
    std::vector<std::pair<int, Shift>> sources_;
};

} // namespace nphys::analysis
