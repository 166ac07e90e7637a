#include "compiler/model/present.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "compiler/algebra/transform.h"
#include "compiler/model/rows.h"
#include "compiler/model/settle.h"

namespace nphys::model {
namespace {

constexpr double most_steps = 9e15;

Span span_of_timescale(const Context& context, syntax::Scale scale) {
    for (const syntax::Statement& statement : context.scopes.front().tree->statements)
        if (const auto* node = std::get_if<syntax::Timescale>(&statement.node))
            for (const syntax::Timescale::Period& period : node->periods)
                if (period.scale == scale)
                    return period.value.span;
    return {};
}

class Presenter {
public:
    explicit Presenter(Context& context) : context_(context), model_(context.model), pool_(context.pool) {}

    void run() {
        const bool shows = !context_.shown.empty();
        if (!shows && !context_.boundary_time) {
            refuse_what_needs_rows();
            for (const Statistic& statistic : model_.statistics) // those over copies are left for the program
                if (statistic.kind == StatisticKind::test)
                    tell_no_test_rows(statistic);
            return;
        }
        Presentation presentation;
        presentation.carry = context_.carry.has_value();
        presentation.span = shows ? (*context_.shown_dataset)->name->span : span_of(syntax::Scale::boundary);
        if (!read_times(presentation) || !divide_rows(presentation) || !check_descents(presentation))
            return;
        make(std::move(presentation));
    }

private:
    [[nodiscard]] Span span_of(syntax::Scale scale) const { return span_of_timescale(context_, scale); }

    void refuse_what_needs_rows() {
        if (context_.carry)
            context_.tell(Code::carry_without_boundary, *context_.carry)
                .help("show the rows of a data set, or write `timescale boundary …`");
        if (model_.run.epochs)
            context_.tell(Code::epochs_without_rows, model_.run.epochs_span)
                .help("write `steps = …`, or let the boundary show a column: `boundary x[n] ← data.x[n]`");
        if (model_.run.test)
            context_.tell(Code::test_without_rows, model_.run.test_span);
        for (const Law& law : model_.laws)
            if (law.backprop > 1) {
                context_.tell(Code::backprop_without_boundary, law.backprop_span, law.backprop)
                    .help("write `timescale boundary {0}, learning {0}`", law.backprop);
                return;
            }
    }

    [[nodiscard]] std::optional<double> time(const std::optional<Expr>& given, syntax::Scale scale, double otherwise) {
        if (!given)
            return otherwise;
        const auto value = constant_value(context_, *given);
        if (!value)
            context_.tell(Code::not_constant, span_of(scale), "this", "a timescale where the boundary is held");
        return value;
    }

    bool read_times(Presentation& presentation) {
        const auto activation = time(model_.activation_time, syntax::Scale::activation, 1);
        const auto boundary = time(context_.boundary_time, syntax::Scale::boundary, 1);
        const auto learning = time(model_.learning_time, syntax::Scale::learning, boundary.value_or(1));
        if (!activation || !boundary || !learning)
            return false;
        if (*activation != 1) {
            context_.tell(Code::activation_time_with_rows, span_of(syntax::Scale::activation), *activation)
                .help("count in its steps: `timescale activation 1, …`");
            return false;
        }
        if (*boundary != std::floor(*boundary) || *boundary < 1 || *boundary > most_steps) {
            context_.tell(Code::row_time_not_whole, span_of(syntax::Scale::boundary), *boundary);
            return false;
        }
        const double rows = *learning / *boundary;
        if (rows != std::floor(rows) || rows < 1 || rows > most_steps) {
            context_.tell(Code::batch_not_whole, span_of(syntax::Scale::learning), rows)
                .help("write a multiple of {}", *boundary);
            return false;
        }
        presentation.steps = static_cast<std::int64_t>(*boundary);
        presentation.learned.rows = static_cast<std::int64_t>(rows);
        model_.activation_time.reset(); // what they say is now in the order of the steps
        model_.learning_time.reset();
        return true;
    }

    // Which rows are learned from and which are kept, and how many steps the epochs take.
    bool divide_rows(Presentation& presentation) {
        Run& run = model_.run;
        const std::int64_t batch = presentation.learned.rows;
        if (context_.shown.empty()) {
            if (batch > 1)
                context_.tell(Code::batch_without_rows, span_of(syntax::Scale::learning), batch)
                    .help("write `learning {}`", presentation.steps);
            if (run.epochs)
                context_.tell(Code::epochs_without_rows, run.epochs_span);
            if (run.test)
                context_.tell(Code::test_without_rows, run.test_span);
            return batch == 1 && !run.epochs && !run.test;
        }
        presentation.rows = pool_.space((*context_.shown_dataset)->space).size();
        const auto kept = static_cast<std::int64_t>(std::llround(run.test.value_or(0) *
                                                                 static_cast<double>(presentation.rows)));
        presentation.training = presentation.rows - kept;
        if (presentation.training < 1 || (run.test && kept < 1)) {
            context_.tell(Code::split_leaves_nothing, run.test_span, presentation.rows, kept);
            return false;
        }
        if (batch > presentation.training) {
            context_.tell(Code::batch_beyond_data, span_of(syntax::Scale::learning), batch, presentation.training)
                .label(presentation.span, "the data set")
                .help("let learning take {} at most", presentation.training * presentation.steps);
            return false;
        }
        return count_steps(presentation);
    }

    bool count_steps(const Presentation& presentation) {
        Run& run = model_.run;
        if (!run.epochs)
            return true;
        if (run.steps || run.until) {
            context_.tell(Code::steps_and_epochs, run.epochs_span, run.steps ? "steps" : "until").help("keep one of them");
            return false;
        }
        const std::int64_t rows = *run.epochs * presentation.training;
        run.steps = (rows + presentation.learned.rows - 1) / presentation.learned.rows;
        return true;
    }

    bool check_descents(const Presentation& presentation) {
        for (const Law& law : model_.laws)
            if (law.backprop > presentation.steps) {
                context_.tell(Code::backprop_beyond_row, law.backprop_span, law.backprop, presentation.steps)
                    .help("write `backprop {}`, or hold the boundary longer", presentation.steps);
                return false;
            }
        return true;
    }

    // ---- The model for all rows of a batch at once

    [[nodiscard]] std::vector<SymbolId> neurons() const {
        std::vector<SymbolId> symbols;
        for (const Tensor& tensor : model_.tensors)
            if (tensor.role == Role::neuron)
                symbols.push_back(tensor.symbol);
        return symbols;
    }

    [[nodiscard]] Rows rows(std::int64_t count, const char* name, bool always) const {
        std::vector<SymbolId> tensors = neurons();
        for (const ShownColumn& column : context_.shown)
            tensors.push_back(column.row);
        return {pool_, tensors, count, name, always};
    }

    [[nodiscard]] Showing showing(const Rows& rows) const {
        Showing result{.rows = rows.count(), .neurons = {}, .columns = {}, .initial = {}, .activation = {}, .driven = {}};
        for (const SymbolId neuron : neurons())
            result.neurons.push_back(rows.of(neuron));
        for (const ShownColumn& column : context_.shown)
            result.columns.push_back({column.table, rows.of(column.row)});
        const auto append = [&](std::vector<Component>& all, const std::vector<Component>& components) {
            for (Component& component : rows.components(components))
                all.push_back(std::move(component));
        };
        for (const Initial& initial : model_.initials)
            if (is_neuron(initial.components.front().tensor))
                append(result.initial, initial.components);
        for (const Law& law : model_.laws)
            if (law.dynamics == Dynamics::activation)
                append(result.activation, law.components);
        for (const Drive& drive : model_.drives)
            for (const Drive& one : driven(rows, drive))
                for (const Component& component : one.components)
                    result.driven.push_back({component, one.condition});
        return result;
    }

    [[nodiscard]] bool is_neuron(SymbolId symbol) const {
        const Tensor* tensor = model_.tensor(symbol);
        return tensor != nullptr && tensor->role == Role::neuron;
    }

    // A condition may depend on the row, too.
    [[nodiscard]] std::vector<Drive> driven(const Rows& rows, const Drive& drive) const {
        if (!drive.condition || rows.places().empty())
            return {{rows.components(drive.components), drive.condition, drive.span}};
        std::vector<Drive> result;
        for (const Component& component : drive.components) {
            const std::vector<Component> all = rows.components({component});
            for (std::size_t k = 0; k < all.size(); ++k)
                result.push_back({{all[k]}, rows.at(*drive.condition, rows.places()[k]), drive.span});
        }
        return result;
    }

    void make(Presentation presentation) {
        const Rows learned = rows(presentation.learned.rows, "rows shown", false);
        presentation.learned = showing(learned);
        std::optional<Rows> kept;
        if (presentation.training < presentation.rows) {
            kept = rows(presentation.rows - presentation.training, "rows kept", true);
            presentation.tested = showing(*kept);
        }
        for (const Memory& memory : model_.memories)
            context_.tell(Code::memory_of_rows, memory.span, pool_.symbol(memory.symbol).name).help("take the mean: `mean(…)`");
        std::vector<Statistic> over_copies;
        for (Statistic& statistic : model_.statistics) {
            if (statistic.kind == StatisticKind::mean || statistic.kind == StatisticKind::test) {
                add_statistic(statistic, learned, kept, presentation);
                continue;
            }
            for (Expr& argument : statistic.arguments)
                argument = learned.mean(with_statistics(argument));
            over_copies.push_back(statistic);
        }
        put_statistics();
        model_.statistics = std::move(over_copies);
        for (Initial& initial : model_.initials)
            if (is_neuron(initial.components.front().tensor))
                initial.components = learned.components(initial.components);
        std::vector<Drive> drives;
        for (const Drive& drive : model_.drives)
            for (Drive& one : driven(learned, drive))
                drives.push_back(std::move(one));
        model_.drives = std::move(drives);
        for (Evolution& evolution : model_.evolutions)
            add_trial(evolution, learned);
        for (Law& law : model_.laws)
            if (!law.jumps)
                law.components = law.dynamics == Dynamics::activation ? learned.components(law.components)
                                                                      : learned.means(law.components);
        for (Observable& observable : model_.observables)
            observable.components = learned.means(observable.components);
        for (Save& save : model_.run.saves) {
            save.components = learned.means(save.components);
            save.tensor = learned.of(save.tensor);
        }
        for (Tensor& tensor : model_.tensors)
            tensor.symbol = learned.of(tensor.symbol);
        model_.presentation = std::move(presentation);
    }

    // ---- Evolution

    // The losses before and after the jump are means over the rows shown, and the law reads what came of them.
    void add_trial(Evolution& evolution, const Rows& rows) {
        evolution.before = rows.mean(evolution.before);
        evolution.acceptance = rows.mean(evolution.acceptance);
        Trial trial{.jumped = {}, .kept = pool_.add_symbol({.name = "kept", .slots = {}})};
        std::map<SymbolId, SymbolId> jumped;
        for (const Component& jump : evolution.jumps) {
            const auto [place, is_new] = jumped.try_emplace(jump.tensor);
            if (!is_new)
                continue;
            algebra::Symbol symbol = pool_.symbol(jump.tensor);
            symbol.name += "'";
            place->second = pool_.add_symbol(std::move(symbol));
            trial.jumped.emplace_back(*place);
        }
        const Expr kept = pool_.element(trial.kept, {});
        for (Component& component : law_of(evolution).components) {
            const auto found = jumped.find(component.tensor);
            component.value = found == jumped.end() ? kept // the number that observables ask for
                                                    : pool_.select(kept, pool_.element(found->second, component.target),
                                                                   pool_.element(component.tensor, component.target));
        }
        evolution.trial = std::move(trial);
    }

    [[nodiscard]] Law& law_of(const Evolution& evolution) {
        const Component& first = evolution.jumps.front();
        return *std::ranges::find_if(model_.laws, [&](const Law& law) {
            return law.jumps && law.components.front().tensor == first.tensor && law.components.front().target == first.target;
        });
    }

    // ---- Statistics

    // What stands for a statistic: a formula in the places of its target.
    struct Resolved {
        std::vector<Place> target;
        Expr value;
    };

    void tell_no_test_rows(const Statistic& statistic) {
        context_.tell(Code::no_test_rows, statistic.span, pool_.symbol(statistic.symbol).name)
            .help("write `test = 0.2` in the run, to keep a fifth of the rows");
    }

    void add_statistic(const Statistic& statistic, const Rows& learned, const std::optional<Rows>& kept,
                       Presentation& presentation) {
        const Expr argument = with_statistics(statistic.arguments.front());
        if (statistic.kind == StatisticKind::test) {
            if (!kept)
                tell_no_test_rows(statistic);
            resolved_[statistic.symbol] = {statistic.target, kept ? kept->mean(argument) : argument};
            return;
        }
        algebra::Symbol symbol = pool_.symbol(statistic.symbol);
        const std::string number = std::to_string(presentation.windows.size() + 1);
        symbol.name = "window_sum_" + number;
        Window window{{pool_.add_symbol(std::move(symbol)), statistic.target, learned.mean(argument)},
                      pool_.add_symbol({.name = "window_steps_" + number, .slots = {}}),
                      cadence_of(statistic.symbol)};
        resolved_[statistic.symbol] = {statistic.target,
                                       pool_.divide(pool_.element(window.sum.tensor, window.sum.target),
                                                    pool_.element(window.count, {}))};
        presentation.windows.push_back(std::move(window));
    }

    // How often what reads the statistic is recorded.
    [[nodiscard]] Cadence cadence_of(SymbolId statistic) const {
        for (const Record& record : model_.run.records)
            for (const std::size_t number : record.observables)
                for (const Component& component : model_.observables[number].components)
                    if (pool_.has_symbol(component.value, statistic))
                        return record.cadence;
        return {};
    }

    [[nodiscard]] Expr with_statistics(Expr expression) const {
        return algebra::rewrite(pool_, expression, [&](Expr node) {
            const auto* element = pool_.get<algebra::Element>(node);
            const auto found = element == nullptr ? resolved_.end() : resolved_.find(element->tensor);
            if (found == resolved_.end())
                return node;
            algebra::Substitution places;
            for (std::size_t k = 0; k < element->positions.size(); ++k)
                places.emplace_back(found->second.target[k].index, element->positions[k]);
            return algebra::substitute(pool_, found->second.value, places);
        });
    }

    void put_statistics() {
        for (Observable& observable : model_.observables)
            for (Component& component : observable.components)
                component.value = with_statistics(component.value);
        for (Save& save : model_.run.saves)
            for (Component& component : save.components)
                component.value = with_statistics(component.value);
    }

    Context& context_;
    Model& model_;
    Pool& pool_;
    std::map<SymbolId, Resolved> resolved_;
};

} // namespace

void present(Context& context) {
    if (!context.diagnostics.has_errors())
        Presenter(context).run();
}

} // namespace nphys::model
