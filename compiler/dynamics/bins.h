#pragma once
// The bins of a histogram, as formulas of the place of a bin.
//
// Goes in: a Statistic that is a histogram, the place of a bin; bins that are the cells of a grid are counted row by row. Comes out:
// its ends, and whether a sample lies in it.
//
// Example: of 4 bins over -2..2 the ends of bin b are -2 + (b - 1) and -2 + b.

#include "compiler/model/model.h"

namespace nphys::dynamics {

using algebra::Expr;

class Bins {
public:
    Bins(algebra::Pool& pool, const model::Statistic& histogram, const algebra::Place& bin);

    [[nodiscard]] double width() const { return width_; }
    [[nodiscard]] Expr low();
    [[nodiscard]] Expr high();
    [[nodiscard]] Expr holds(Expr sample);
    // The part of `spread` to both sides of a value that is in the bin.
    [[nodiscard]] Expr share(Expr value, double spread);

private:
    [[nodiscard]] Expr end(std::int64_t shift);

    algebra::Pool& pool_;
    double first_, width_;
    Expr number_; // of the bin, from 1
};

} // namespace nphys::dynamics
