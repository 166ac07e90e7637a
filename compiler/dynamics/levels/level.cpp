#include "compiler/dynamics/levels/level.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>

#include "compiler/algebra/evaluate.h"
#include "compiler/dynamics/levels/density.h"
#include "compiler/dynamics/levels/ensemble.h"
#include "compiler/dynamics/levels/hydrodynamic.h"
#include "compiler/dynamics/levels/initial_density.h"
#include "compiler/dynamics/levels/watches.h"
#include "compiler/dynamics/levels/wave.h"

namespace nphys::dynamics {

namespace {

using model::Component;
using model::Level;

class LevelMaker {
public:
    LevelMaker(model::Model& model, Diagnostics& diagnostics)
        : model_(model), level_(*model.level), pool_(*model.pool), diagnostics_(diagnostics), cells_(model) {}

    void run() {
        if (level_.kind == model::LevelKind::ensemble)
            return run_ensemble();
        if (!check_run() || !check_formulas())
            return;
        const auto found = landscape(model_, diagnostics_);
        if (!found || !check_others(*found) || !check_on_grid(*found))
            return;
        goes_through_wave_ = goes_through_wave(*found);
        drop_variables();
        find_rest();
        auto fields = fields_of(*found);
        if (!fields || !check_numbers(*found, *fields))
            return;
        name_rest(*fields);
        level_.law = fields->lines;
        level_.weight = fields->weight;
        name_numbers(*fields);
        put_law(*found, *fields);
        put_initial(*fields);
        put_formulas(*fields);
        add_watches(cells_, model_, *found, *fields);
        save_measure();
    }

private:
    // Trajectories, whose copies are counted.
    void run_ensemble() {
        if (!check_ensemble())
            return;
        const auto volume = volume_of_law(model_, diagnostics_);
        if (!volume || !check_positive({{cells_.here(*volume), "volume √det g"}}, level_.span))
            return;
        count_copies(cells_, model_, *volume);
        save_measure();
    }

    bool check_ensemble() {
        if (model_.run.copies < 2)
            diagnostics_.report(Code::ensemble_of_one, level_.span).help("write `ensemble = 10'000` in the run");
        for (const model::Initial& initial : model_.initials)
            if (initial.components.front().tensor == level_.names.at("P"))
                diagnostics_.report(Code::ensemble_initial, initial.span, "init P")
                    .help("give the variables their law: `init {} = normal(0, 1)`", level_.axes.front().name);
        return !diagnostics_.has_errors();
    }

    // P is a density with respect to √g dq: where √g is not the same everywhere, it is saved with P.
    void save_measure() {
        const auto measure = std::ranges::find(model_.tensors, "√g", &model::Tensor::name);
        const auto is_field = [&](const model::Save& save) {
            return std::ranges::any_of(level_.names, [&](const auto& name) { return name.second == save.tensor; });
        };
        const auto field = std::ranges::find_if(model_.run.saves, is_field);
        if (measure == model_.tensors.end() || field == model_.run.saves.end())
            return;
        model::Save save = *field;
        save.tensor = measure->symbol;
        save.components.clear();
        model_.run.saves.push_back(std::move(save));
    }

    [[nodiscard]] bool reads_variables(Expr value) const {
        return std::ranges::any_of(level_.axes, [&](const auto& axis) { return pool_.has_symbol(value, axis.variable); });
    }
    [[nodiscard]] std::optional<LevelFields> fields_of(const Landscape& found) {
        switch (level_.kind) {
        case model::LevelKind::ensemble: // has copies instead
            break;
        case model::LevelKind::density:
            return density_fields(cells_, model_, found, diagnostics_);
        case model::LevelKind::wave:
            return wave_fields(cells_, model_, found, diagnostics_);
        case model::LevelKind::hydrodynamic:
            return goes_through_wave_ ? wave_fields(cells_, model_, found, diagnostics_) : hydrodynamic_fields(cells_, model_, found, diagnostics_);
        }
        return std::nullopt;
    }
    // A hydrodynamic pair is moved as the wave that it is made of, if there is one, unless the run asks for a scheme of its own.
    [[nodiscard]] bool goes_through_wave(const Landscape& found) const {
        using model::Scheme;
        if (level_.kind != model::LevelKind::hydrodynamic)
            return level_.kind == model::LevelKind::wave;
        if (model_.run.scheme)
            return *model_.run.scheme == Scheme::split_step || *model_.run.scheme == Scheme::crank_nicolson;
        return inverse_temperature(pool_, found).has_value();
    }
    // Fields that a run may give a value to begin with.
    [[nodiscard]] bool begins(const std::string& name) const {
        return level_.kind == model::LevelKind::wave ? name == "ψ" : name == "P" || name == "S";
    }

    // ---- What this level cannot have ---------------------------------------------------------------------------------------

    bool check_run() {
        if (model_.run.copies > 1)
            diagnostics_.report(Code::level_of_trajectories, level_.span, fmt::format("ensemble = {}", model_.run.copies), level_.noun())
                .help("leave `ensemble` out: a {} is that of infinitely many copies", level_.noun());
        if (model_.run.single_precision)
            diagnostics_.report(Code::level_precision, level_.span, level_.noun()).help("leave `precision = f32` out");
        for (const model::Save& save : model_.run.saves)
            if (level_.axis(save.tensor) != nullptr)
                diagnostics_.report(Code::level_saved, save.span, pool_.symbol(save.tensor).name).help("write `save {}`", level_.kind == model::LevelKind::wave ? "ψ" : "P");
        return !diagnostics_.has_errors();
    }

    bool check_formulas() {
        for (const model::Memory& memory : model_.memories)
            if (reads_variables(memory.argument))
                diagnostics_.report(Code::level_of_trajectories, memory.span, pool_.symbol(memory.symbol).name, level_.noun())
                    .label(level_.span, "asked for here");
        for (const model::Statistic& statistic : model_.statistics)
            if (statistic.kind == model::StatisticKind::quantile)
                diagnostics_.report(Code::level_statistic, statistic.span, "quantile", level_.noun())
                    .help("a probability is `mean(q < 1)`");
        for (const model::Initial& initial : model_.initials)
            for (const auto& [name, symbol] : level_.names) {
                const Component& first = initial.components.front();
                if (first.tensor != symbol || (begins(name) && !first.target.front().is_literal()))
                    continue;
                diagnostics_.report(Code::level_initial, initial.span, begins(name) ? name + "[…]" : name)
                    .help("write `init {} = …`, for all cells", level_.kind == model::LevelKind::wave ? "ψ" : "P");
            }
        return !diagnostics_.has_errors();
    }

    // No other law may move or read what is a coordinate now.
    bool check_others(const Landscape& found) {
        const auto refuse = [&](Span span, const std::string& other) {
            diagnostics_.report(Code::level_of_other_law, span, level_.axes.front().name, level_.noun(), other)
                .label(level_.span, "asked for here");
        };
        for (std::size_t n = 0; n < model_.laws.size(); ++n)
            for (const Component& component : model_.laws[n].components)
                if (n != found.law && (reads_variables(component.value) || level_.axis(component.tensor) != nullptr))
                    refuse(model_.laws[n].span, "another law is made of it");
        for (const model::Drive& drive : model_.drives)
            for (const Component& component : drive.components)
                if (reads_variables(component.value) || level_.axis(component.tensor) != nullptr)
                    refuse(drive.span, "a boundary is made of it");
        for (const model::Hamiltonian& hamiltonian : model_.hamiltonians)
            if (reads_variables(hamiltonian.energy))
                refuse(hamiltonian.span, "a Hamiltonian is made of it");
        return !diagnostics_.has_errors();
    }

    // √g and the diagonal of D.
    bool check_on_grid(const Landscape& found) {
        std::vector<std::pair<Expr, const char*>> positive{{cells_.here(found.volume), "volume √det g"}};
        for (std::size_t axis = 0; axis < found.axes(); ++axis)
            positive.emplace_back(cells_.here(found.diffusion.at(axis, axis)), "diffusion γ²g⁻¹κg⁻¹");
        return check_positive(positive, model_.laws[found.law].span);
    }

    // At some cells of each axis.
    bool check_positive(const std::vector<std::pair<Expr, const char*>>& positive, Span law) const {
        for (const auto& [value, what] : positive) {
            if (!algebra::dependence(pool_, value).tensors.empty())
                continue; // data: seen when the run begins
            if (const auto bad = first_not_positive(value)) {
                diagnostics_.report(Code::metric_on_grid, law, what)
                    .here("it {} at {}", std::isfinite(bad->first) ? fmt::format("is {:.4g}", bad->first) : "has no value", bad->second)
                    .label(level_.span, "on this grid");
                return false;
            }
        }
        return true;
    }

    std::optional<std::pair<double, std::string>> first_not_positive(Expr value) const {
        constexpr std::array<std::int64_t, 3> samples{200, 40, 12};
        const std::int64_t most = samples[cells_.axes() - 1];
        algebra::Environment environment;
        environment.parameter = [&](SymbolId symbol) { return model_.parameter_value(symbol); };
        std::vector<std::int64_t> step(cells_.axes(), 0);
        while (true) {
            Place place;
            std::string text;
            for (std::size_t axis = 0; axis < step.size(); ++axis) {
                const algebra::Axis& along = cells_.axis(axis);
                const std::int64_t number = 1 + step[axis] * (along.extent - 1) / most;
                place.offset[axis] = number;
                text += fmt::format("{}{} = {:.4g}", axis == 0 ? "" : ", ", level_.axes[axis].name, along.coordinate_at(number));
            }
            environment.places[level_.cell.value] = place;
            const double number = algebra::evaluate(pool_, value, environment).real();
            if (!(number > 0) || !std::isfinite(number))
                return std::pair{number, text};
            std::size_t axis = 0;
            while (axis < step.size() && ++step[axis] > most)
                step[axis++] = 0;
            if (axis == step.size())
                return std::nullopt;
        }
    }

    // ---- The model at this level -------------------------------------------------------------------------------------------

    // The variables are places now, and what is made of fields is no state.
    void drop_variables() {
        std::erase_if(model_.tensors, [&](const model::Tensor& tensor) {
            const auto named = std::ranges::find_if(level_.names, [&](const auto& name) { return name.second == tensor.symbol; });
            return level_.axis(tensor.symbol) != nullptr || (named != level_.names.end() && !is_state(named->first));
        });
    }
    [[nodiscard]] bool is_state(const std::string& name) const {
        switch (level_.kind) {
        case model::LevelKind::ensemble:
            break;
        case model::LevelKind::density:
            return name == "P";
        case model::LevelKind::wave:
            return name == "ψ";
        case model::LevelKind::hydrodynamic:
            return name == (goes_through_wave_ ? "ψ" : "S");
        }
        return false;
    }

    void put_law(const Landscape& found, const LevelFields& fields) {
        model::Law law;
        law.dynamics = model::Dynamics::learning;
        law.kind = model::LawKind::flow;
        law.components = fields.rates;
        law.span = model_.laws[found.law].span;
        model_.laws[found.law] = std::move(law);
    }

    // ---- The state at rest -------------------------------------------------------------------------------------------------

    [[nodiscard]] std::optional<SymbolId> name_of_rest() const {
        const auto known = level_.names.find(level_.kind == model::LevelKind::wave ? "ground" : "stationary");
        return known == level_.names.end() ? std::nullopt : std::optional(known->second);
    }

    // Wherever a formula or the run names it, or the distance from it.
    void find_rest() {
        const auto name = name_of_rest();
        if (!name)
            return;
        const auto relative = level_.names.find("relative_entropy");
        const auto reads = [&](Expr value) {
            return pool_.has_symbol(value, *name) || (relative != level_.names.end() && pool_.has_symbol(value, relative->second));
        };
        const auto in = [&](const std::vector<Component>& components) {
            return std::ranges::any_of(components, [&](const Component& one) { return reads(one.value); });
        };
        const bool is_read =
            std::ranges::any_of(model_.observables, [&](const auto& one) { return in(one.components); }) ||
            std::ranges::any_of(model_.initials, [&](const auto& one) { return in(one.components); }) ||
            std::ranges::any_of(model_.run.saves, [&](const auto& one) { return one.tensor == *name || in(one.components); }) ||
            std::ranges::any_of(model_.statistics, [&](const auto& one) {
                return std::ranges::any_of(one.arguments, reads);
            });
        if (is_read)
            level_.rest = Level::Rest{pool_.add_symbol({.name = "at_rest", .slots = {cells_.slot()}, .row_slots = 1}), {},
                                      level_.kind == model::LevelKind::wave ? "nphys_ground" : "nphys_stationary", {}};
    }

    void name_rest(LevelFields& fields) {
        if (!level_.rest)
            return;
        level_.rest->measure = fields.measure;
        fields.derived.emplace_back(*name_of_rest(), pool_.element(level_.rest->field, {cells_.cell()}));
    }

    // As given, and then normalized. What is made of the state at rest waits until that is known.
    void put_initial(const LevelFields& fields) {
        std::vector<model::Initial> kept;
        for (model::Initial& initial : model_.initials) {
            const SymbolId tensor = initial.components.front().tensor;
            if (level_.axis(tensor) != nullptr)
                continue;
            const auto named = std::ranges::find_if(level_.names, [&](const auto& name) { return name.second == tensor; });
            if (named == level_.names.end())
                kept.push_back(std::move(initial));
            else if (named->first == "S" && is_state("S"))
                kept.push_back({{{tensor, {cells_.cell()}, of_place(initial_field(cells_, model_, initial.components.front()))}}, initial.span});
        }
        model_.initials = std::move(kept);
        std::vector<Component> begin = fields.begin;
        put_in(begin);
        const bool waits = level_.rest && std::ranges::any_of(begin, [&](const Component& one) {
            return pool_.has_symbol(one.value, level_.rest->field);
        });
        const auto put = [&](const std::vector<Component>& components) {
            if (waits)
                level_.rest->begin.push_back(components);
            else
                model_.initials.push_back({components, level_.span});
        };
        put(begin);
        put({{fields.mass, {}, cells_.integral(fields.weight)}});
        put(fields.normalized);
        model::Tensor mass;
        mass.name = pool_.symbol(fields.mass).name;
        mass.symbol = fields.mass;
        mass.role = model::Role::neuron;
        mass.span = level_.span;
        model_.tensors.push_back(std::move(mass));
    }

    bool check_numbers(const Landscape& found, const LevelFields& fields) {
        const auto known = level_.names.find("free_energy");
        if (known == level_.names.end() || fields.numbers.contains("free_energy"))
            return true;
        for (const model::Observable& observable : model_.observables)
            for (const Component& component : observable.components)
                if (pool_.has_symbol(component.value, known->second)) {
                    diagnostics_.report(Code::level_without_free_energy, observable.span)
                        .label(model_.laws[found.law].span, "here gκ⁻¹ is no multiple of 1");
                    return false;
                }
        return true;
    }

    // ---- Formulas ------------------------------------------------------------------------------------------------------------

    void name_numbers(const LevelFields& fields) {
        for (const auto& [name, value] : fields.numbers)
            if (const auto known = level_.names.find(name); known != level_.names.end())
                numbers_.emplace(pool_.element(known->second, {}).id, value);
        for (const auto& [symbol, value] : fields.derived)
            numbers_.emplace(pool_.element(symbol, {cells_.cell()}).id, value);
    }

    void put_formulas(const LevelFields& fields) {
        for (model::Statistic& statistic : model_.statistics)
            for (Expr& argument : statistic.arguments)
                argument = of_place(argument);
        for (model::Observable& observable : model_.observables)
            put_in(observable.components);
        for (model::Save& save : model_.run.saves) {
            put_in(save.components);
            for (const auto& [symbol, value] : fields.derived)
                if (save.tensor == symbol)
                    save.components = {{symbol, {cells_.cell()}, value}};
        }
        for (model::Memory& memory : model_.memories)
            memory.argument = of_place(memory.argument);
    }

    [[nodiscard]] Expr of_place(Expr value) const { return algebra::replace(pool_, cells_.here(value), numbers_); }

    void put_in(std::vector<Component>& components) const {
        for (Component& component : components)
            component.value = of_place(component.value);
    }

    model::Model& model_;
    Level& level_;
    Pool& pool_;
    Diagnostics& diagnostics_;
    Cells cells_;
    bool goes_through_wave_ = false;
    std::unordered_map<std::uint32_t, Expr> numbers_; // entropy and its kin, and fields made of others, by the node that names them
};

} // namespace

model::Model at_level(model::Model model, Diagnostics& diagnostics) {
    if (!model.level)
        return model;
    LevelMaker(model, diagnostics).run();
    if (model.level->kind == model::LevelKind::ensemble)
        model.level.reset(); // a model of trajectories, with one more thing to observe
    return model;
}

} // namespace nphys::dynamics
