#include "compiler/dynamics/bins.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;

Expr number_of(algebra::Pool& pool, const algebra::Place& bin) {
    const algebra::Space& space = pool.space(pool.index(bin.index).space);
    Expr number = pool.integer(0);
    for (std::size_t axis = 0; axis < space.axes.size(); ++axis) {
        const Expr along = pool.subtract(pool.index_value(bin, static_cast<int>(axis)), pool.integer(1));
        const Expr before = pool.multiply({pool.integer(space.axes[axis].extent), number});
        number = pool.add({before, along});
    }
    return pool.add({number, pool.integer(1)});
}

} // namespace

Bins::Bins(algebra::Pool& pool, const model::Statistic& histogram, const algebra::Place& bin)
    : pool_(pool), first_(histogram.numbers.front()),
      width_((histogram.numbers.back() - histogram.numbers.front()) / static_cast<double>(histogram.bins)), number_(number_of(pool, bin)) {}

Expr Bins::end(std::int64_t shift) {
    const Expr steps = pool_.add({number_, pool_.integer(shift)});
    const Expr from = pool_.multiply({pool_.real(width_), steps});
    return pool_.add({pool_.real(first_), from});
}

Expr Bins::low() { return end(-1); }
Expr Bins::high() { return end(0); }

Expr Bins::holds(Expr sample) {
    const Expr above = pool_.apply(Op::less_equal, {low(), sample});
    const Expr below = pool_.apply(Op::less, {sample, high()});
    return pool_.multiply({above, below});
}

Expr Bins::share(Expr value, double spread) {
    const Expr half = pool_.real(spread);
    const Expr from = pool_.apply(Op::max, {low(), pool_.subtract(value, half)});
    const Expr to = pool_.apply(Op::min, {high(), pool_.add({value, half})});
    const Expr inside = pool_.apply(Op::max, {pool_.integer(0), pool_.subtract(to, from)});
    return pool_.divide(inside, pool_.real(2 * spread));
}

} // namespace nphys::dynamics
