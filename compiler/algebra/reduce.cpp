// Reductions: what needs no loop is done here, sums by contract.h.
#include "compiler/algebra/contract.h"
#include "compiler/algebra/move.h"
#include "compiler/algebra/pool.h"

namespace nphys::algebra {

namespace {

Expr combine(Pool& pool, Reduction operation, std::vector<Expr> values) {
    switch (operation) {
    case Reduction::sum:
        return pool.add(std::move(values));
    case Reduction::product:
        return pool.multiply(std::move(values));
    case Reduction::maximum:
    case Reduction::minimum:
        break;
    }
    Expr result = values.front();
    for (std::size_t number = 1; number < values.size(); ++number)
        result = pool.apply(operation == Reduction::maximum ? Op::max : Op::min, {result, values[number]});
    return result;
}

Expr repeated(Pool& pool, Reduction operation, Expr body, std::int64_t places) {
    if (operation == Reduction::sum)
        return pool.multiply({pool.integer(places), body});
    return operation == Reduction::product ? pool.power(body, pool.integer(places)) : body;
}

Expr written_out(Pool& pool, Reduction operation, IndexId index, Expr body) {
    const Pool::Extent extent = pool.extent(index, 0);
    std::vector<Expr> values;
    for (std::int64_t number = extent.first; number <= extent.last; ++number)
        values.push_back(move_places(pool, body, {Move{index, Place{IndexId{}, {number, 0, 0, 0}}, false, {}, {}}}));
    return combine(pool, operation, std::move(values));
}

} // namespace

Expr Pool::reduce(Reduction operation, IndexId index, Expr body) {
    if (!has_index(body, index))
        return repeated(*this, operation, body, places(index));
    if (space_of(index).kind == SpaceKind::range && places(index) <= expanded_extent)
        return written_out(*this, operation, index, body);
    return operation == Reduction::sum ? contracted_sum(*this, index, body) : bind(operation, index, body);
}

Expr Pool::bind(Reduction operation, IndexId index, Expr body) {
    for (std::size_t level = facts(body).reductions;; ++level) {
        const IndexId bound = bound_index(index, level);
        if (bound != index && has_index(body, bound))
            continue;
        const Expr renamed =
            bound == index ? body : move_places(*this, body, {Move{index, Place{bound}, false, {}, {}}});
        return intern(Reduce{operation, bound, renamed});
    }
}

} // namespace nphys::algebra
