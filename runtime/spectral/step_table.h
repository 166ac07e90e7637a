#pragma once
// One step of a linear law that is the same at every site, read from a table of whole numbers.
//
//   table         axes, fields of the state, fields in all, sources, whether the step is the exponential of what
//   follows,
//                 stages; for each axis extent, antiperiodic; for each stage its rows; for each row target, source
//                 (or -1), terms; for each term a field and its displacement along each axis
//   coefficients  one for each term and each source of a row, in order
//
// Example: φ ← φ + dt π, then π ← π - dt ω² φ on one axis: two stages of one row of two terms each.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "runtime/spectral/lattice_modes.h"

namespace nphys::runtime::spectral {

struct Term {
    std::size_t field = 0;
    std::vector<std::int64_t> shift;
    double coefficient = 0;
};
struct Row {
    std::size_t target = 0;
    std::int64_t source = -1;
    double source_coefficient = 0;
    std::vector<Term> terms;
};
struct Step {
    std::vector<LatticeAxis> axes;
    std::size_t state = 0, fields = 0, sources = 0;
    bool exponential = false;
    std::vector<std::vector<Row>> stages;

    Step(const double* table, const double* coefficients) {
        const auto next = [&] { return static_cast<std::int64_t>(*table++); };
        const auto count = [&] { return static_cast<std::size_t>(next()); };
        axes.resize(count());
        state = count(), fields = count(), sources = count();
        exponential = next() != 0;
        stages.resize(count());
        for (LatticeAxis& axis : axes) {
            axis.extent = next();
            axis.antiperiodic = next() != 0;
        }
        for (std::vector<Row>& rows : stages) {
            rows.resize(count());
            for (Row& row : rows) {
                row.target = count();
                row.source = next();
                row.terms.resize(count());
                if (row.source >= 0)
                    row.source_coefficient = *coefficients++;
                for (Term& term : row.terms) {
                    term.field = count();
                    for (std::size_t axis = 0; axis < axes.size(); ++axis)
                        term.shift.push_back(next());
                    term.coefficient = *coefficients++;
                }
            }
        }
    }
};

} // namespace nphys::runtime::spectral
