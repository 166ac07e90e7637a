#include "compiler/dynamics/levels/ensemble.h"

#include <algorithm>

#include "compiler/algebra/matrix.h"
#include "compiler/algebra/print.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;
using model::Component;

const model::Law* law_of(const model::Model& model, const model::Level::Axis& axis) {
    const auto moves = [&](const model::Law& law) {
        return std::ranges::any_of(law.components, [&](const Component& one) { return one.tensor == axis.variable && one.target == axis.place; });
    };
    const auto found = std::ranges::find_if(model.laws, moves);
    return found == model.laws.end() ? nullptr : &*found;
}

// Every variable of the law has an axis, and every axis is of the law.
bool is_covered(const model::Model& model, const model::Law& law, Diagnostics& diagnostics) {
    const model::Level& level = *model.level;
    for (const model::Level::Axis& axis : level.axes)
        if (law_of(model, axis) != &law) {
            diagnostics.report(Code::level_of_other_law, axis.span, axis.name, level.noun(), "the law of the other axes does not move it")
                .help("leave it out of the grid");
            return false;
        }
    for (const Component& one : law.components) {
        const auto is_axis = [&](const auto& axis) { return axis.variable == one.tensor && axis.place == one.target; };
        if (std::ranges::any_of(level.axes, is_axis))
            continue;
        const std::string name = algebra::print_element(*model.pool, one.tensor, one.target);
        diagnostics.report(Code::grid_without_variable, level.span, name)
            .label(law.span, "moved here")
            .help("add an axis: `{}: -3..3 by 100`, or observe `histogram(q, 100, -3..3)` of single variables without `as`", name);
        return false;
    }
    return true;
}

class Counting {
public:
    Counting(Cells& cells, model::Model& model, Expr volume)
        : cells_(cells), model_(model), level_(*model.level), pool_(*model.pool), volume_(volume) {}

    void run() {
        for (std::size_t axis = 0; axis < cells_.axes(); ++axis)
            add_axis(axis);
        inside_ = pool_.multiply(std::move(within_));
        share_ = add_share();
        if (cells_.depends(volume_))
            static_cast<void>(cells_.stored("√g", cells_.here(volume_)));
        put_statistics_in_observables();
        put_density_in_saves();
        drop_fields();
    }

private:
    // The number of the cell along an axis, from 0.
    void add_axis(std::size_t number) {
        const algebra::Axis& axis = cells_.axis(number);
        const model::Level::Axis& of = level_.axes[number];
        const double low = axis.origin - axis.spacing / 2;
        const Expr extent = pool_.integer(axis.extent);
        const Expr from = pool_.subtract(pool_.element(of.variable, of.place), pool_.real(low));
        Expr cell = pool_.apply(Op::floor, {pool_.divide(from, pool_.real(axis.spacing))});
        if (axis.edge == algebra::Edge::periodic)
            cell = pool_.subtract(cell, pool_.multiply({extent, pool_.apply(Op::floor, {pool_.divide(cell, extent)})}));
        within_.push_back(pool_.apply(Op::greater_equal, {cell, pool_.integer(0)}));
        within_.push_back(pool_.apply(Op::less, {cell, extent}));
        cell_ = cell_ ? pool_.add({pool_.multiply({*cell_, extent}), cell}) : cell;
    }

    [[nodiscard]] std::int64_t size() const { return pool_.space(level_.grid).size(); }

    // A histogram of the numbers of the cells; those outside have none.
    SymbolId add_share() {
        const Expr middle = pool_.add({*cell_, pool_.rational(1, 2)});
        model::Statistic share;
        share.symbol = pool_.add_symbol({.name = "share", .slots = {cells_.slot()}, .row_slots = 1});
        share.kind = model::StatisticKind::histogram;
        share.arguments = {pool_.select(inside_, middle, pool_.integer(-1))};
        share.numbers = {0, static_cast<double>(size())};
        share.bins = size();
        share.span = level_.span;
        model_.statistics.push_back(share);
        return share.symbol;
    }

    // What a share is divided by: √g h at a place of the grid.
    [[nodiscard]] Expr cell_at(const Place& place) const {
        const Expr volume = cells_.at(volume_, place);
        return pool_.multiply({volume, cells_.volume_of_cell()});
    }
    [[nodiscard]] Expr density_at(const Place& place) const {
        const Expr share = pool_.element(share_, {place});
        return pool_.divide(share, cell_at(place));
    }

    [[nodiscard]] Expr error_here() const {
        const Expr share = pool_.element(share_, {cells_.cell()});
        const Expr square = pool_.divide(pool_.multiply({share, pool_.subtract(pool_.integer(1), share)}), pool_.integer(model_.run.copies - 1));
        return pool_.divide(pool_.apply(Op::sqrt, {square}), cell_at(cells_.cell()));
    }

    void put_statistics_in_observables() {
        const auto mass = level_.names.find("mass");
        for (model::Observable& observable : model_.observables)
            for (Component& component : observable.components)
                component.value = algebra::rewrite_leaves(pool_, component.value, [&](Expr leaf) {
                    const auto* element = pool_.get<algebra::Element>(leaf);
                    if (element != nullptr && element->tensor == level_.names.at("P"))
                        return density_at(element->positions.front());
                    return element != nullptr && mass != level_.names.end() && element->tensor == mass->second ? mean_inside() : leaf;
                });
    }

    Expr mean_inside() {
        if (!mass_) {
            model::Statistic mass;
            mass.symbol = pool_.add_symbol({.name = "share inside", .slots = {}});
            mass.arguments = {inside_};
            mass.span = level_.span;
            model_.statistics.push_back(mass);
            mass_ = mass.symbol;
        }
        return pool_.element(*mass_, {});
    }

    // With its standard error.
    void put_density_in_saves() {
        const SymbolId density = level_.names.at("P");
        const auto found = std::ranges::find(model_.run.saves, density, &model::Save::tensor);
        if (found == model_.run.saves.end())
            return;
        found->components = {{density, {cells_.cell()}, density_at(cells_.cell())}};
        model::Save error = *found;
        error.tensor = pool_.add_symbol({.name = "P_stderr", .slots = {cells_.slot()}, .row_slots = 1});
        error.components = {{error.tensor, {cells_.cell()}, error_here()}};
        model_.run.saves.push_back(std::move(error));
    }

    // The fields that the level declares are no state.
    void drop_fields() {
        std::erase_if(model_.tensors, [&](const model::Tensor& tensor) {
            return std::ranges::any_of(level_.names, [&](const auto& name) { return name.second == tensor.symbol; });
        });
    }

    Cells& cells_;
    model::Model& model_;
    const model::Level& level_;
    Pool& pool_;
    Expr volume_, inside_;
    SymbolId share_;
    std::vector<Expr> within_;
    std::optional<Expr> cell_;
    std::optional<SymbolId> mass_;
};

} // namespace

std::optional<Expr> volume_of_law(const model::Model& model, Diagnostics& diagnostics) {
    const model::Level& level = *model.level;
    Pool& pool = *model.pool;
    const model::Law* law = law_of(model, level.axes.front());
    if (law == nullptr) {
        diagnostics.report(Code::level_of_other_law, level.axes.front().span, level.axes.front().name, level.noun(), "no law moves it")
            .help("write `learning {} descends U`", level.axes.front().name);
        return std::nullopt;
    }
    if (!is_covered(model, *law, diagnostics))
        return std::nullopt;
    if (law->metric) {
        diagnostics.report(Code::level_of_other_law, law->span, level.axes.front().name, level.noun(), "its metric is estimated along the run")
            .label(level.span, "asked for here");
        return std::nullopt;
    }
    if (!law->given_metric)
        return pool.integer(1);
    const auto determinant = algebra::determinant(pool, {law->components.size(), law->given_metric->entries});
    if (!determinant)
        return pool.integer(1); // told where the law is derived
    return pool.power(simplified(pool, *determinant), pool.rational(1, 2));
}

void count_copies(Cells& cells, model::Model& model, Expr volume) {
    Counting(cells, model, volume).run();
}

} // namespace nphys::dynamics
