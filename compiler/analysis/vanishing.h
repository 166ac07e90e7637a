#pragma once
// Whether two formulas are the same function of all fields that stand in them.
//
// Goes in: formulas, row by row. Comes out: whether they agree exactly (the difference expands to 0), to round-off (at
// random values of the fields, at the edges and in the middle; parameters as they are), or not, and then by how much.
//
// Example: (a + b)^2 and a^2 + 2*a*b + b^2 agree exactly; with numbers from data agreement is to round-off.

#include <functional>
#include <set>
#include <vector>

#include "compiler/analysis/values.h"

namespace nphys::analysis {

enum class Agreement : std::uint8_t { exact, to_round_off, none };

struct Comparison {
    Agreement agreement = Agreement::exact;
    std::size_t row = 0; // where they differ most
    double size = 0;     // the largest difference beside the largest value
    algebra::Expr difference;

    [[nodiscard]] bool holds() const { return agreement != Agreement::none; }
};

// A number in -1..1 for each seed: the same for the same one.
[[nodiscard]] double scatter(std::uint64_t seed);

class Judge {
public:
    Judge(const model::Model& model, const dynamics::Program& constants);

    [[nodiscard]] Comparison compare(const std::vector<algebra::Expr>& left, const std::vector<algebra::Expr>& right);
    [[nodiscard]] Comparison compare(algebra::Expr left, algebra::Expr right);
    // At the random values; the free indices at their first places.
    [[nodiscard]] double sample(algebra::Expr expression, std::size_t round = 0) const;
    // √ of the mean square in the middle of the lattice over so many samples of the fields, which are given there by their
    // tensor, their places (on a lattice: from the middle) and the number of the sample.
    using FieldValues = std::function<double(algebra::SymbolId, std::span<const std::int64_t>, std::size_t)>;
    [[nodiscard]] double root_mean_square(algebra::Expr expression, std::size_t samples, const FieldValues& values) const;

private:
    [[nodiscard]] algebra::Environment environment(algebra::Expr left, algebra::Expr right, std::size_t round) const;

    algebra::Pool& pool_;
    Values values_;
    std::set<std::uint32_t> fixed_; // tensors whose numbers are known
};

} // namespace nphys::analysis
