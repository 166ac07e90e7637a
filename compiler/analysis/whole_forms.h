#pragma once
// Quadratic forms that are conserved where plane waves are no modes: edges, coefficients of place, graphs.
//
// Goes in: a Program, and rates of its laws as sparse rows. Comes out: sums over all sites of products of fields, then of
// fields and rates of fields, then of two rates or fields and rates of rates, whose value is the same before and after a motion of random states. Rates bring
// the coefficients of place in.
//
// Example: of a string with c(x) between fixed ends the sum of π[i]² - φ[i]*(dπ/dt)[i], twice its energy.

#include <functional>
#include <string>
#include <vector>

#include "compiler/analysis/conserved_form.h"
#include "compiler/analysis/site_fields.h"
#include "compiler/analysis/sparse_rows.h"

namespace nphys::analysis {

// Moves all numbers of the state.
using Motion = std::function<void(std::vector<double>&)>;

class WholeForms {
public:
    WholeForms(Pool& pool, const dynamics::Program& program, const Elements& elements, const SparseRows& law);

    [[nodiscard]] FormSearch of_flow() const;
    [[nodiscard]] FormSearch of_step(const Motion& step) const;

private:
    struct Factor {
        std::size_t field, order; // a field, its rate, the rate of that
    };
    struct Term {
        Factor first, second;
    };
    struct Pair {
        std::vector<double> before, after; // values of all terms
    };
    using States = std::function<std::pair<std::vector<double>, std::vector<double>>(std::size_t)>;

    [[nodiscard]] std::vector<Term> terms(std::size_t level) const;
    [[nodiscard]] std::vector<double> values(const std::vector<Term>& terms, const std::vector<double>& state) const;
    [[nodiscard]] std::vector<double> rates(const std::vector<double>& state) const;
    [[nodiscard]] FormSearch search(const States& states) const;
    [[nodiscard]] std::vector<ConservedForm> found(const std::vector<Term>& terms, const States& states) const;
    [[nodiscard]] ConservedForm printed(const std::vector<Term>& terms, const std::vector<double>& coefficients) const;
    [[nodiscard]] Expr formula(const Factor& factor) const;
    [[nodiscard]] Expr along_the_law(Expr rate) const;

    Pool& pool_;
    std::size_t size_;
    const SparseRows& law_;
    std::vector<SiteField> fields_;
};

} // namespace nphys::analysis
