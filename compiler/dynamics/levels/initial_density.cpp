#include "compiler/dynamics/levels/initial_density.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "compiler/algebra/evaluate.h"
#include "compiler/dynamics/linear_form.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;
using model::Component;

// What outside of the grid is no more than round-off of a run.
constexpr double most_outside = 1e-6;

class DensityReader {
public:
    DensityReader(const Cells& cells, const model::Model& model, Diagnostics& diagnostics)
        : cells_(cells), model_(model), level_(*model.level), pool_(*model.pool), diagnostics_(diagnostics) {}

    std::optional<Expr> run() {
        std::vector<Expr> factors;
        for (std::size_t axis = 0; axis < cells_.axes(); ++axis) {
            const auto factor = along(axis);
            if (!factor)
                return std::nullopt;
            factors.push_back(*factor);
        }
        return pool_.multiply(std::move(factors));
    }

private:
    struct Found {
        Expr value;
        Span span;
    };

    // Of one element the last value holds.
    [[nodiscard]] Found initial_of(std::size_t axis) const {
        Found found{pool_.integer(0), level_.axes[axis].span};
        for (const model::Initial& initial : model_.initials)
            for (const Component& component : initial.components)
                if (component.tensor == level_.axes[axis].variable && component.target == level_.axes[axis].place)
                    found = {component.value, initial.span};
        return found;
    }

    std::optional<Expr> along(std::size_t axis) {
        const Found initial = initial_of(axis);
        std::vector<SymbolId> draws;
        for (const model::Draw& draw : model_.draws)
            if (pool_.has_symbol(initial.value, draw.symbol))
                draws.push_back(draw.symbol);
        const auto form = linear_form(pool_, initial.value, draws);
        if (!form || form->coefficients.size() > 1 || reads_later_axes(axis, initial.value)) {
            diagnostics_.report(Code::initial_law_unknown, initial.span, level_.axes[axis].name)
                .help("write the density in the run: `init P = exp(-({} - 1)^2)`; it is normalized", level_.axes[axis].name);
            return std::nullopt;
        }
        const Expr x = pool_.coordinate(level_.grid, cells_.cell(), static_cast<int>(axis));
        const Expr from = pool_.subtract(x, cells_.here(form->rest));
        if (form->coefficients.empty())
            return covers(axis, initial, form->rest, 0, false) ? std::optional(point(axis, from)) : std::nullopt;
        const Expr spread = form->coefficients.begin()->second;
        const bool is_normal = model_.draw(draws.front())->distribution == model::Distribution::normal;
        if (!covers(axis, initial, form->rest, spread_of(spread), is_normal))
            return std::nullopt;
        const Expr place = pool_.divide(from, cells_.here(spread));
        return is_normal ? gaussian(place, cells_.here(spread)) : box(axis, place, cells_.here(spread));
    }

    // An axis may follow those that stand before it.
    [[nodiscard]] bool reads_later_axes(std::size_t axis, Expr value) const {
        for (const SymbolId tensor : algebra::dependence(pool_, value).tensors) {
            const bool is_draw = model_.draw(tensor) != nullptr;
            const bool is_before = std::ranges::any_of(level_.axes.begin(), level_.axes.begin() + static_cast<std::ptrdiff_t>(axis),
                                                       [&](const auto& other) { return other.variable == tensor; });
            if (!is_draw && !is_before)
                return true;
        }
        return false;
    }

    // (2π s²)^(-1/2) exp(-z²/2)
    [[nodiscard]] Expr gaussian(Expr z, Expr deviation) const {
        const Expr half = pool_.multiply({pool_.rational(-1, 2), pool_.power(z, pool_.integer(2))});
        return pool_.divide(pool_.apply(Op::exp, {half}), pool_.apply(Op::abs, {deviation}));
    }

    // The share of the cell that lies in 0 < z < 1.
    [[nodiscard]] Expr box(std::size_t axis, Expr z, Expr length) const {
        const Expr half = pool_.divide(pool_.multiply({pool_.rational(1, 2), cells_.width(axis)}), pool_.apply(Op::abs, {length}));
        const Expr above = pool_.apply(Op::max, {pool_.integer(0), pool_.subtract(z, half)});
        const Expr below = pool_.apply(Op::min, {pool_.integer(1), pool_.add({z, half})});
        return pool_.divide(pool_.apply(Op::max, {pool_.integer(0), pool_.subtract(below, above)}), cells_.width(axis));
    }

    // Shared by the two cells around it: the mean is exact.
    [[nodiscard]] Expr point(std::size_t axis, Expr from) const {
        const Expr distance = pool_.divide(pool_.apply(Op::abs, {from}), cells_.width(axis));
        return pool_.apply(Op::max, {pool_.integer(0), pool_.subtract(pool_.integer(1), distance)});
    }

    [[nodiscard]] std::optional<double> number(Expr value) const {
        const auto known = algebra::constant_value(pool_, value, [&](SymbolId symbol) { return model_.parameter_value(symbol); });
        return known ? std::optional(known->real()) : std::nullopt;
    }
    [[nodiscard]] double spread_of(Expr spread) const { return number(spread).value_or(0); }

    // Whether a closed axis holds (nearly) all of it, as far as numbers tell.
    bool covers(std::size_t axis, const Found& initial, Expr centre, double spread, bool is_normal) {
        const algebra::Axis& along = cells_.axis(axis);
        const auto middle = number(centre);
        if (along.edge == algebra::Edge::periodic || !middle)
            return true;
        const double low = along.origin - along.spacing / 2, high = low + static_cast<double>(along.extent) * along.spacing;
        double outside = *middle < low || *middle > high ? 1 : 0;
        if (is_normal && spread != 0) {
            const double scale = std::abs(spread) * std::numbers::sqrt2;
            outside = (std::erfc((*middle - low) / scale) + std::erfc((high - *middle) / scale)) / 2;
        } else if (spread != 0) {
            const double first = std::min(*middle, *middle + spread), last = std::max(*middle, *middle + spread);
            outside = (std::max(low - first, 0.0) + std::max(last - high, 0.0)) / (last - first);
        }
        if (outside <= most_outside)
            return true;
        diagnostics_.report(Code::initial_law_outside, initial.span, std::min(outside, 1.0), level_.axes[axis].name)
            .label(level_.axes[axis].span, "the axis goes from {:g} to {:g}", low, high)
            .help("make the grid wider");
        return false;
    }

    const Cells& cells_;
    const model::Model& model_;
    const model::Level& level_;
    Pool& pool_;
    Diagnostics& diagnostics_;
};

} // namespace

Expr initial_field(const Cells& cells, const model::Model& model, const Component& given) {
    const Place& place = given.target.front();
    return algebra::substitute(*model.pool, cells.at(given.value, place), {{place.index, cells.cell()}});
}

std::optional<Expr> initial_density(const Cells& cells, const model::Model& model, Expr volume, Diagnostics& diagnostics) {
    const SymbolId density = model.level->names.at("P");
    for (const model::Initial& initial : model.initials)
        for (const Component& component : initial.components)
            if (component.tensor == density)
                return initial_field(cells, model, component);
    const auto law = DensityReader(cells, model, diagnostics).run();
    return law ? std::optional(model.pool->divide(*law, cells.here(volume))) : std::nullopt;
}

} // namespace nphys::dynamics
