#include "compiler/model/runs.h"

#include <algorithm>

#include "compiler/base/suggest.h"
#include "compiler/model/definitions.h"
#include "compiler/model/initial.h"
#include "compiler/model/levels.h"
#include "compiler/model/observables.h"
#include "compiler/model/run_levels.h"
#include "compiler/model/settings.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

std::vector<const syntax::Statement*> runs_of(const Scope& scope) {
    std::vector<const syntax::Statement*> runs;
    for (const syntax::Statement& statement : scope.tree->statements)
        if (std::holds_alternative<syntax::Run>(statement.node))
            runs.push_back(&statement);
    return runs;
}

const syntax::Run& run_of(const syntax::Statement& statement) {
    return std::get<syntax::Run>(statement.node);
}
std::string name_of(const syntax::Statement& statement) {
    const auto& name = run_of(statement).name;
    return name ? name->text : "";
}

struct RunReader {
    Context& context;
    const Scope& scope;
    const Environment environment;
    bool chosen;
    Run run;
    std::vector<std::string> keys;

    void operator()(const syntax::Setting& setting, Span span) {
        if (std::ranges::find(keys, setting.key.text) != keys.end()) {
            context.tell(Code::setting_twice, setting.key.span, setting.key.written);
            return;
        }
        keys.push_back(setting.key.text);
        if (setting.key.text == "ensemble" && chosen && is_beside_ensemble(context))
            return;
        if (setting.key.text != "scheme" || !chosen)
            return take_setting(context, setting, span, environment, run);
        if (const auto own = of_this_level(context, setting))
            take_setting(context, *own, span, environment, run);
    }

    std::optional<Cadence> cadence(const std::optional<syntax::Cadence>& node) {
        Cadence cadence;
        if (!node)
            return cadence;
        if (node->in_time) {
            const auto time = constant(context, node->period, environment, "a cadence");
            if (!time)
                return std::nullopt;
            if (*time > 0)
                cadence.time = *time;
            else
                context.tell(Code::must_be_positive, node->period.span, "every", *time);
            return *time > 0 ? std::optional(cadence) : std::nullopt;
        }
        const auto steps = whole_number(context, node->period, environment, "a number of steps");
        if (!steps)
            return std::nullopt;
        if (*steps < 1) {
            context.tell(Code::too_small, node->period.span, "every", std::int64_t{1}, *steps);
            return std::nullopt;
        }
        cadence.steps = *steps;
        return cadence;
    }

    void operator()(const syntax::Recorded& node, Span span) {
        const auto every = cadence(node.cadence);
        if (node.whole_fields) {
            for (const Expression& value : node.values)
                if (!is_of_another_level(context, value))
                    save(value, every.value_or(Cadence{}));
            return;
        }
        Record record{{}, every.value_or(Cadence{}), span};
        for (const Expression& value : node.values) {
            const auto observable = is_of_another_level(context, value) ? std::nullopt : observable_of(context, scope, value);
            if (observable)
                record.observables.push_back(*observable);
        }
        run.records.push_back(std::move(record));
    }

    void save(const Expression& expression, const Cadence& every) {
        const Value value = elaborate(context, expression, environment);
        const std::string name = syntax::print(expression);
        if (std::holds_alternative<Expr>(value)) {
            context.tell(Code::number_saved, expression.span, name).help("write `observe {}`", name);
            return;
        }
        const auto* whole = std::get_if<Whole>(&value);
        if (whole == nullptr)
            return;
        if (const Declaration* declaration = declaration_of(expression)) {
            if (is_of_copies(declaration->symbol))
                return;
            const bool in_memory =
                declaration->kind == NameKind::variable || declaration->stored || !declaration->value();
            run.saves.push_back({declaration->symbol, in_memory ? std::vector<Component>{} : declaration->components,
                                 every, expression.span});
            return;
        }
        if (auto made = tensor_of(context, name, *whole))
            run.saves.push_back({made->symbol, std::move(made->components), every, expression.span});
    }

    // Copies are saved by the ensemble of a run, and by none of its other levels.
    [[nodiscard]] bool is_of_copies(SymbolId symbol) const {
        return is_beside_ensemble(context) && context.model.level->axis(symbol) != nullptr;
    }

    [[nodiscard]] const Declaration* declaration_of(const Expression& expression) const {
        const syntax::Name* name = syntax::as_name(expression);
        const Declaration* found = name == nullptr ? nullptr : find(context, scope, *name).declaration;
        return found != nullptr && found->symbol.valid() && found->kind != NameKind::parameter ? found : nullptr;
    }

    void operator()(const syntax::Sweep& node, Span span) {
        const Found found = find(context, scope, node.parameter);
        if (found.declaration == nullptr || found.declaration->kind != NameKind::parameter) {
            if (found.poison)
                return;
            auto& told = context.tell(Code::sweep_of_no_parameter, node.parameter.span, node.parameter.written);
            std::vector<std::string> known;
            for (const Parameter& parameter : context.model.parameters)
                known.push_back(parameter.name);
            if (const auto nearest = suggest(node.parameter.text, known))
                told.help("did you mean `{}`?", *nearest);
            return;
        }
        if (std::ranges::find(run.sweeps, found.declaration->text(), &Sweep::parameter) != run.sweeps.end()) {
            context.tell(Code::setting_twice, node.parameter.span, "sweep " + node.parameter.written);
            return;
        }
        auto values = swept(node);
        if (values)
            check_swept(*values, found.declaration->text(), span);
        if (values)
            run.sweeps.push_back({found.declaration->text(), std::move(*values), span});
    }

    std::optional<std::vector<double>> swept(const syntax::Sweep& node) {
        std::vector<double> values;
        if (const auto* range = std::get_if<syntax::Range>(&node.values)) {
            const auto first = constant(context, *range->first, environment, "an end of a range");
            const auto last = constant(context, *range->last, environment, "an end of a range");
            if (!range->step) {
                context.tell(Code::sweep_without_count, range->span)
                    .help("say how many values: `{} by 5`", syntax::print(*range));
                return std::nullopt;
            }
            const auto count = whole_number(context, **range->step, environment, "a number of values");
            if (!first || !last || !count)
                return std::nullopt;
            if (*count < 2) {
                context.tell(Code::too_small, (*range->step)->span, "by", std::int64_t{2}, *count);
                return std::nullopt;
            }
            for (std::int64_t k = 0; k < *count; ++k)
                values.push_back(*first + (*last - *first) * static_cast<double>(k) / static_cast<double>(*count - 1));
            return values;
        }
        const auto& expression = std::get<Expression>(node.values);
        const auto* list = std::get_if<syntax::List>(&expression.node);
        if (list == nullptr || list->elements.empty()) {
            context.tell(Code::sweep_without_values, expression.span)
                .help("write the values: `[0.1, 0.2]`, or a range with their number: `0.1..0.5 by 5`");
            return std::nullopt;
        }
        for (const Expression& element : list->elements) {
            const auto value = constant(context, element, environment, "a value of a sweep");
            if (!value)
                return std::nullopt;
            values.push_back(*value);
        }
        return values;
    }

    void check_swept(const std::vector<double>& values, const std::string& name, Span span) {
        const auto parameter = std::ranges::find(context.model.parameters, name, &Parameter::name);
        if (parameter == context.model.parameters.end() || !parameter->range)
            return;
        for (const double value : values)
            if (value < parameter->range->first || value > parameter->range->last)
                context.tell(Code::parameter_out_of_range, span, name, value, parameter->range->first,
                             parameter->range->last);
    }

    void operator()(const syntax::Parameter& node, Span) {
        const Found found = find(context, scope, node.name);
        if (found.poison)
            return;
        if (found.declaration != nullptr && found.declaration->kind == NameKind::parameter) {
            static_cast<void>(constant(context, node.value, environment, "the value of a parameter"));
            return;
        }
        auto& told = context.tell(Code::unknown_parameter, node.name.span, node.name.written);
        std::vector<std::string> known;
        for (const Parameter& parameter : context.model.parameters)
            known.push_back(parameter.name);
        if (const auto nearest = suggest(node.name.text, known))
            told.help("did you mean `{}`?", *nearest);
    }

    // Those of the chosen run are taken with the model's own; of the others only errors matter.
    void operator()(const syntax::Init& node, Span span) {
        if (!chosen)
            check_initial(context, scope, node, span);
    }
    void operator()(const syntax::Expect& node, Span span) {
        if (is_of_another_level(context, node.condition))
            return;
        const std::size_t before = context.model.expectations.size();
        add_expectation(context, scope, node, span);
        if (!chosen)
            context.model.expectations.resize(before);
    }
};

// A run at another level speaks of names that only that level declares; they have a meaning once it is chosen.
bool speaks_of_other_names(const Context& context, const syntax::Run& node, bool chosen) {
    return level_setting(node) != nullptr && !(chosen && context.model.level);
}

Run read_run(Context& context, const Scope& scope, const syntax::Statement& statement, bool chosen) {
    RunReader reader{context, scope, of_scope(scope), chosen, {}, {}};
    reader.run.name = name_of(statement);
    reader.run.span = statement.span;
    const syntax::Run& node = run_of(statement);
    if (speaks_of_other_names(context, node, chosen))
        return reader.run;
    const std::size_t observables = context.model.observables.size(), statistics = context.model.statistics.size(),
                      memories = context.model.memories.size();
    for (const syntax::RunItem& item : node.items)
        std::visit([&](const auto& one) { reader(one, item.span); }, item.node);
    if (!chosen) {
        context.model.observables.resize(observables);
        context.model.statistics.resize(statistics);
        context.model.memories.resize(memories);
    }
    return std::move(reader.run);
}

} // namespace

const syntax::Statement* choose_run(Context& context, const Scope& scope) {
    const auto runs = runs_of(scope);
    for (std::size_t k = 0; k < runs.size(); ++k)
        for (std::size_t earlier = 0; earlier < k; ++earlier)
            if (name_of(*runs[earlier]) == name_of(*runs[k])) {
                const Span span = run_of(*runs[k]).name ? run_of(*runs[k]).name->span : runs[k]->keyword;
                context
                    .tell(Code::run_twice, span,
                          name_of(*runs[k]).empty() ? "without a name" : "`" + name_of(*runs[k]) + "`")
                    .label(runs[earlier]->keyword, "the first");
            }
    for (const auto* run : runs)
        context.model.run_names.push_back(name_of(*run));
    if (context.request.run) {
        const auto found = std::ranges::find(runs, *context.request.run, [](const auto* run) { return name_of(*run); });
        if (found != runs.end())
            return *found;
        auto& told = context.tell(Code::unknown_run, Span{}, *context.request.run);
        std::vector<std::string> known;
        for (const std::string& name : context.model.run_names)
            if (!name.empty())
                known.push_back(name);
        if (const auto nearest = suggest(*context.request.run, known))
            told.help("did you mean `{}`?", *nearest);
        else if (known.empty())
            told.note("no run of this model has a name");
    }
    const auto unnamed = std::ranges::find(runs, std::string(), [](const auto* run) { return name_of(*run); });
    if (unnamed != runs.end())
        return *unnamed;
    return runs.empty() ? nullptr : runs.front();
}

void take_run_parameters(Context& context, const Scope& scope, const syntax::Run& run) {
    for (const syntax::RunItem& item : run.items) {
        const auto* node = std::get_if<syntax::Parameter>(&item.node);
        Declaration* declaration = node == nullptr ? nullptr : find(context, scope, node->name).declaration;
        if (declaration != nullptr && declaration->kind == NameKind::parameter)
            context.changed[declaration] = &node->value;
    }
}

void add_runs(Context& context, const Scope& scope, const syntax::Statement* chosen) {
    if (chosen != nullptr) {
        context.model.run = read_run(context, scope, *chosen, true);
        context.model.has_run = true;
    }
    for (const syntax::Statement* other : runs_of(scope))
        if (other != chosen)
            static_cast<void>(read_run(context, scope, *other, false));
    if (context.request.seed)
        context.model.run.seed = *context.request.seed;
}

} // namespace nphys::model
