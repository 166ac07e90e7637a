#include "compiler/dynamics/levels/watches.h"

#include <cmath>
#include <fmt/format.h>

#include "compiler/algebra/evaluate.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;

class Watcher {
public:
    Watcher(const Cells& cells, model::Model& model, const Landscape& landscape, const LevelFields& fields)
        : cells_(cells), model_(model), level_(*model.level), pool_(*model.pool), landscape_(landscape), fields_(fields) {}

    void run() {
        for (std::size_t axis = 0; axis < cells_.axes(); ++axis)
            if (cells_.axis(axis).edge != algebra::Edge::periodic && !level_.axes[axis].absorbs)
                for (const bool upper : {false, true})
                    add_end(axis, upper);
        if (level_.kind == model::LevelKind::density)
            add_negative();
    }

private:
    void add(Expr value, double most, std::string text, std::string help) {
        const SymbolId number = pool_.add_symbol({.name = "watched" + std::to_string(level_.watches.size() + 1), .slots = {}});
        model::Observable observable;
        observable.symbol = number;
        observable.name = pool_.symbol(number).name;
        observable.components = {{number, {}, value}};
        observable.always = false;
        observable.hidden = true;
        observable.span = level_.span;
        model_.observables.push_back(std::move(observable));
        level_.watches.push_back({number, most, std::move(text), std::move(help)});
    }

    // A thousandth in the last cells, unless space itself ends there.
    void add_end(std::size_t axis, bool upper) {
        constexpr double most = 1e-3;
        const algebra::Axis& along = cells_.axis(axis);
        const std::int64_t last = upper ? along.last() : along.first;
        if (closes(axis, last, upper))
            return;
        const Expr number = pool_.index_value(level_.grid, cells_.cell(), static_cast<int>(axis));
        const Expr is_there = pool_.apply(Op::equal, {number, pool_.integer(last)});
        const double end = along.coordinate_at(last) + (upper ? 0.5 : -0.5) * along.spacing;
        add(cells_.integral(pool_.select(is_there, fields_.weight, pool_.integer(0))), most,
            fmt::format("of {} is in the last cells of `{}`, at {:g}, and nothing goes through that end",
                        level_.kind == model::LevelKind::wave ? "|ψ|²" : "P", level_.axes[axis].name, end),
            level_.kind == model::LevelKind::density ? "make the grid wider, or let it out there: `absorbing(…)`"
                                                     : "make the grid wider: it comes back from there");
    }

    // √g on the end of the axis is nothing beside that in the middle: the pole of a sphere.
    [[nodiscard]] bool closes(std::size_t axis, std::int64_t last, bool upper) const {
        constexpr double nothing = 1e-6;
        const Expr on_end = cells_.along(landscape_.volume, axis, pool_.rational(upper ? 1 : -1, 2));
        if (!algebra::dependence(pool_, on_end).tensors.empty())
            return false;
        return std::abs(value_at(on_end, axis, last)) < nothing * std::abs(value_at(cells_.here(landscape_.volume), axis, (cells_.axis(axis).first + cells_.axis(axis).last()) / 2));
    }

    // At a cell in the middle of all other axes.
    [[nodiscard]] double value_at(Expr value, std::size_t axis, std::int64_t number) const {
        algebra::Environment environment;
        environment.parameter = [&](SymbolId symbol) { return model_.parameter_value(symbol); };
        Place place;
        for (std::size_t other = 0; other < cells_.axes(); ++other)
            place.offset[other] = other == axis ? number : (cells_.axis(other).first + cells_.axis(other).last()) / 2;
        environment.places[level_.cell.value] = place;
        return algebra::evaluate(pool_, value, environment).real();
    }

    void add_negative() {
        constexpr double most = 1e-6;
        const Expr below = pool_.apply(Op::max, {pool_.integer(0), pool_.negate(fields_.weight)});
        add(cells_.integral(below), most, "of P stands below 0, in cells where it is negative",
            joins_axes() ? "fluxes across two axes may do that: make the cells smaller along both, or begin with a smoother density"
                         : "`scheme = implicit_euler` keeps it positive at any step; so does `euler` at small ones");
    }

    [[nodiscard]] bool joins_axes() const {
        for (std::size_t row = 0; row < cells_.axes(); ++row)
            for (std::size_t column = 0; column < row; ++column)
                if (!pool_.is_zero(landscape_.diffusion.at(row, column)))
                    return true;
        return false;
    }

    const Cells& cells_;
    model::Model& model_;
    model::Level& level_;
    Pool& pool_;
    const Landscape& landscape_;
    const LevelFields& fields_;
};

} // namespace

void add_watches(const Cells& cells, model::Model& model, const Landscape& landscape, const LevelFields& fields) {
    Watcher(cells, model, landscape, fields).run();
}

} // namespace nphys::dynamics
