#include "compiler/dynamics/levels/cells.h"

#include <algorithm>

namespace nphys::dynamics {

Place Cells::cell() const {
    Place place;
    place.index = level_.cell;
    return place;
}

Place Cells::next(std::size_t axis, std::int64_t steps) const {
    Place place = cell();
    place.offset[axis] = steps;
    return place;
}

Expr Cells::volume_of_cell() const {
    std::vector<Expr> widths;
    for (std::size_t n = 0; n < axes(); ++n)
        widths.push_back(width(n));
    return pool_.multiply(std::move(widths));
}

Expr Cells::with_coordinates(Expr value, const Place& place, std::size_t axis, std::optional<Expr> shift) const {
    return algebra::rewrite_leaves(pool_, value, [&](Expr leaf) {
        const auto* element = pool_.get<algebra::Element>(leaf);
        if (element == nullptr)
            return leaf;
        const auto found = std::ranges::find_if(level_.axes, [&](const model::Level::Axis& one) {
            return one.variable == element->tensor && one.place == element->positions;
        });
        if (found == level_.axes.end())
            return leaf;
        const auto number = static_cast<std::size_t>(found - level_.axes.begin());
        const Expr coordinate = pool_.coordinate(level_.grid, place, static_cast<int>(number));
        return shift && number == axis ? pool_.add({coordinate, *shift}) : coordinate;
    });
}

Expr Cells::at(Expr value, const Place& place) const { return with_coordinates(value, place, 0, std::nullopt); }

Expr Cells::along(Expr value, std::size_t axis, Expr widths) const {
    return with_coordinates(value, cell(), axis, pool_.multiply({widths, width(axis)}));
}

Expr Cells::moved(Expr value, std::size_t axis, std::int64_t steps) const {
    return algebra::substitute(pool_, value, {{level_.cell, next(axis, steps)}});
}

Expr Cells::stored(const std::string& name, Expr value) {
    return stored_as(pool_.add_symbol({.name = name, .slots = {slot()}, .row_slots = 1}), value);
}

algebra::Slot Cells::slot() const { return {level_.grid, axis(0).first, axis(0).last()}; }

Expr Cells::between(Expr value, std::size_t first, std::size_t second) const {
    const auto half = [&](std::size_t axis) {
        const Expr coordinate = pool_.coordinate(level_.grid, cell(), static_cast<int>(axis));
        return pool_.add({coordinate, pool_.multiply({pool_.rational(1, 2), width(axis)})});
    };
    return algebra::rewrite_leaves(pool_, value, [&](Expr leaf) {
        const Expr here = with_coordinates(leaf, cell(), 0, std::nullopt);
        for (const std::size_t axis : {first, second})
            if (here == pool_.coordinate(level_.grid, cell(), static_cast<int>(axis)))
                return half(axis);
        return here;
    });
}

Expr Cells::inside(std::size_t axis, Expr value) const {
    const algebra::Axis& along = this->axis(axis);
    if (along.edge == algebra::Edge::periodic)
        return value;
    const Expr number = pool_.index_value(level_.grid, cell(), static_cast<int>(axis));
    const Expr is_inside = pool_.apply(algebra::Op::less, {number, pool_.integer(along.last())});
    return pool_.select(is_inside, value, pool_.integer(0));
}

bool Cells::depends(Expr value) const {
    return std::ranges::any_of(level_.axes, [&](const auto& axis) { return pool_.has_symbol(value, axis.variable); });
}

Expr Cells::stored_as(SymbolId symbol, Expr value) {
    model::Tensor tensor;
    tensor.symbol = symbol;
    tensor.name = pool_.symbol(symbol).name;
    tensor.definition = {{symbol, {cell()}, value}};
    tensor.stored = true;
    tensor.span = level_.span;
    model_.tensors.push_back(std::move(tensor));
    return pool_.element(symbol, {cell()});
}

Expr Cells::integral(Expr value) const { return pool_.sum(level_.cell, value); }

} // namespace nphys::dynamics
