#include "compiler/model/levels.h"

#include <algorithm>

#include "compiler/base/suggest.h"
#include "compiler/model/complex.h"
#include "compiler/model/run_levels.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/variables.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

constexpr std::size_t most_dimensions = 3;
constexpr const char* absorbing = "absorbing";

// Names that no text can spell: the index over the cells of the grid, the wave that a hydrodynamic pair is moved through.
constexpr const char* cell_name = "the cells";
constexpr const char* hidden_wave = "the wave of the pair";
constexpr const char* hidden_rest = "the state at rest"; // where the model has another of its name

// The fields and numbers of each level, and its state at rest. A model's own definitions of names of the latter two come before.
struct Names {
    std::vector<std::string> fields, numbers, rest;
};
Names names_of(LevelKind kind) {
    switch (kind) {
    case LevelKind::ensemble:
        return {{"P"}, {"mass"}, {}};
    case LevelKind::density:
        return {{"P"}, {"mass", "entropy", "entropy_production", "free_energy", "relative_entropy"}, {"stationary"}};
    case LevelKind::wave:
        return {{"ψ", "P", "V"}, {"ħ", "norm", "energy"}, {"ground"}};
    case LevelKind::hydrodynamic:
        return {{"P", "S", "V"}, {"ħ", "mass", "energy"}, {}}; // and a wave that no text can spell
    }
    return {};
}

struct GridReader {
    Context& context;
    const Environment environment;
    Level level;
    std::vector<algebra::Axis> axes;

    // The component of a trainable that an axis is for.
    std::optional<Level::Axis> component(const Expression& expression) {
        const Value value = elaborate(context, expression, environment);
        const auto* number = std::get_if<Expr>(&value);
        const auto* element = number == nullptr ? nullptr : context.pool.get<algebra::Element>(*number);
        const auto owner = element == nullptr ? context.tensors.end() : context.tensors.find(element->tensor);
        const bool is_variable = owner != context.tensors.end() && owner->second->kind == NameKind::variable &&
                                 !is_neuron(*owner->second);
        const auto is_literal = [](const Place& place) { return place.is_literal(); };
        if (is_variable && std::ranges::all_of(element->positions, is_literal))
            return Level::Axis{element->tensor, element->positions, syntax::print(expression), expression.span};
        if (is_poison(value))
            return std::nullopt;
        auto& told = context.tell(Code::grid_of_no_variable, expression.span, syntax::print(expression));
        if (std::holds_alternative<Whole>(value))
            told.help("name its components: `{}[1]: -3..3 by 100, …`", syntax::print(expression));
        return std::nullopt;
    }

    void wrong_form(const std::string& text, Span span) {
        context.tell(Code::grid_axis_form, span, text)
            .help("write `-3..3 by 100`, or `periodic(0..2*pi by 100)`{}", level.kind == LevelKind::density ? ", or `absorbing(0..1 by 100)`" : "");
    }

    std::optional<algebra::Axis> axis_of(const syntax::Range& range, bool closes) {
        if (!range.step) {
            wrong_form(syntax::print(range), range.span);
            return std::nullopt;
        }
        const auto first = constant(context, *range.first, environment, "an end of a range");
        const auto last = constant(context, *range.last, environment, "an end of a range");
        const auto cells = whole_number(context, **range.step, environment, "a number of cells");
        if (!first || !last || !cells)
            return std::nullopt;
        if (*first >= *last) {
            context.tell(Code::empty_range, range.span, *first, *last);
            return std::nullopt;
        }
        constexpr std::int64_t fewest = 3, most = 100'000'000;
        if (*cells < fewest || *cells > most) {
            context.tell(Code::too_small, (*range.step)->span, "by", fewest, *cells);
            return std::nullopt;
        }
        const double width = (*last - *first) / static_cast<double>(*cells);
        return algebra::Axis{.coordinate = {},
                             .first = 1,
                             .extent = *cells,
                             .edge = closes ? algebra::Edge::periodic : algebra::Edge::open,
                             .origin = closes ? *first : *first + width / 2,
                             .spacing = width};
    }

    std::optional<algebra::Axis> points(const syntax::ExpressionOrRange& text) {
        if (const auto* range = std::get_if<syntax::Range>(&text))
            return axis_of(*range, false);
        const auto& expression = std::get<Expression>(text);
        const auto* call = std::get_if<syntax::Call>(&expression.node);
        const syntax::Name* name = call == nullptr ? nullptr : syntax::as_name(*call->callee);
        const auto* range = call != nullptr && call->arguments.size() == 1 && !call->arguments.front().key
                                ? std::get_if<syntax::Range>(&call->arguments.front().value)
                                : nullptr;
        if (name != nullptr && name->text == "periodic" && range != nullptr)
            return axis_of(*range, true);
        if (name != nullptr && name->text == absorbing && range != nullptr && level.kind == LevelKind::density)
            return axis_of(*range, false);
        wrong_form(syntax::print(expression), expression.span);
        return std::nullopt;
    }

    static bool absorbs(const syntax::ExpressionOrRange& text) {
        const auto* expression = std::get_if<Expression>(&text);
        const auto* call = expression == nullptr ? nullptr : std::get_if<syntax::Call>(&expression->node);
        const syntax::Name* name = call == nullptr ? nullptr : syntax::as_name(*call->callee);
        return name != nullptr && name->text == absorbing;
    }

    bool read(const syntax::Setting& setting) {
        bool right = true;
        for (const syntax::Setting::GridAxis& node : setting.grid) {
            auto axis = component(node.variable);
            auto places = points(node.points);
            right = right && axis && places;
            if (!axis || !places)
                continue;
            const auto same = [&](const Level::Axis& other) {
                return other.variable == axis->variable && other.place == axis->place;
            };
            if (std::ranges::any_of(level.axes, same)) {
                context.tell(Code::grid_axis_twice, axis->span, axis->name);
                right = false;
                continue;
            }
            places->coordinate = axis->name;
            axis->absorbs = absorbs(node.points);
            axes.push_back(std::move(*places));
            level.axes.push_back(std::move(*axis));
        }
        if (right && axes.size() > most_dimensions) {
            context.tell(Code::grid_dimensions, setting.key.span, axes.size())
                .here("{}", memory_of_a_field())
                .help("an ensemble of trajectories takes any number: leave `as` out and write `ensemble = 10'000`");
            right = false;
        }
        return right;
    }

    [[nodiscard]] std::string memory_of_a_field() const {
        double cells = 1;
        for (const algebra::Axis& axis : axes)
            cells *= static_cast<double>(axis.extent);
        const double bytes = 8 * cells;
        const bool is_small = bytes < 1e9;
        return fmt::format("one field over its {:g} cells takes {:.3g} {}", cells, bytes / (is_small ? 1e6 : 1e9), is_small ? "MB" : "GB");
    }

    void make_space() {
        algebra::Space space;
        space.name = "grid";
        space.kind = algebra::SpaceKind::lattice;
        space.axes = std::move(axes);
        level.grid = context.pool.add_space(std::move(space));
    }
};

struct LevelDeclarer {
    Context& context;
    Scope& scope;
    Level& level;

    [[nodiscard]] IndexSet cells() const { return set_of_space(context, level.grid); }

    Declaration& declare(NameKind kind, const std::string& text, syntax::Statement::Node node) {
        syntax::Statement& statement = context.made_statements.emplace_back();
        statement.span = statement.keyword = level.span;
        statement.node = std::move(node);
        Declaration& made = scope.declarations.emplace_back();
        made.kind = kind;
        made.name = &context.made_names.emplace_back(syntax::Name{level.span, text, text});
        made.statement = &statement;
        made.scope = &scope;
        made.progress = Progress::done;
        scope.own[text] = &made;
        return made;
    }

    void declare_cells() {
        const syntax::Name name{level.span, cell_name, cell_name};
        Declaration& made = declare(NameKind::index, cell_name, syntax::Index{{name}, Expression{level.span, name}});
        made.set = cells();
        made.variable = level.cell = add_variable(context, "i", cells());
    }

    // A field over the grid, or a number; spelled so in texts, known to the level by another name.
    void declare_variable(const std::string& text, bool is_field) { declare_variable(text, is_field, text); }
    void declare_variable(const std::string& text, bool is_field, const std::string& known) {
        const bool is_complex = known == "ψ";
        const syntax::Name name{level.span, text, text};
        std::optional<syntax::Indices> indices;
        if (is_field)
            indices = syntax::Indices{
                level.span, {syntax::Position{level.span, {Expression{level.span, syntax::Name{level.span, cell_name, cell_name}}}}}, {}};
        Declaration& made = declare(
            NameKind::variable, text,
            syntax::Variables{syntax::VariableKind::neuron, {syntax::Target{level.span, name, indices}}, std::nullopt});
        const std::vector<Slot> slots = is_field ? std::vector{slot_of(cells())} : std::vector<Slot>{};
        made.symbol = add_tensor(context, known, slots, slots.size(), is_complex);
        context.tensors[made.symbol] = &made;
        level.names[known] = made.symbol;
        if (!is_field) {
            made.scalar = element_at(context, made.symbol, {});
            return;
        }
        made.whole = Whole(slots, slots.size(), [&all = context, symbol = made.symbol](std::span<const Place> places) {
            return std::optional(element_at(all, symbol, places));
        });
        made.whole->name = text;
    }

    bool is_free(const std::string& text) {
        const auto taken = scope.own.find(text);
        if (taken == scope.own.end())
            return true;
        context.tell(Code::level_name_taken, taken->second->name->span, text, level.noun())
            .label(level.span, "here")
            .help("give it another name");
        return false;
    }

    // A wave may turn so many times along a ring, and round corners between the cells.
    void add_turns(Names& names) {
        if (!level.beta)
            return;
        const std::vector<algebra::Axis>& axes = context.pool.space(level.grid).axes;
        const bool goes_round = std::ranges::any_of(axes, [](const algebra::Axis& axis) { return axis.edge == algebra::Edge::periodic; });
        if (axes.size() > 1)
            names.numbers.emplace_back("vortices");
        if (goes_round && axes.size() == 1)
            names.numbers.emplace_back("winding");
        else if (goes_round && !scope.own.contains("winding"))
            declare_winding(axes.size());
    }

    // winding[a], a number for each axis.
    void declare_winding(std::size_t axes) {
        std::vector<SymbolId> numbers;
        for (std::size_t axis = 0; axis < axes; ++axis)
            numbers.push_back(level.names[Level::winding_along(axis)] = add_tensor(context, Level::winding_along(axis), {}, 0, false));
        const syntax::Name name{level.span, "winding", "winding"};
        Declaration& made = declare(NameKind::variable, "winding",
                                    syntax::Variables{syntax::VariableKind::neuron, {syntax::Target{level.span, name, std::nullopt}}, std::nullopt});
        const std::vector<Slot> slots{slot_of(range_set(context, 1, static_cast<std::int64_t>(axes)))};
        made.whole = Whole(slots, 1, [&all = context, numbers](std::span<const Place> places) {
            return std::optional(element_at(all, numbers[static_cast<std::size_t>(places.front().offset[0] - 1)], {}));
        });
        made.whole->name = "winding";
    }

    bool run() {
        Names names = names_of(level.kind);
        add_turns(names);
        if (!std::ranges::all_of(names.fields, [&](const std::string& field) { return is_free(field); }) ||
            (level.beta && !is_free("ħ")))
            return false;
        declare_cells();
        for (const std::string& field : names.fields)
            declare_variable(field, true);
        if (level.kind == LevelKind::hydrodynamic)
            declare_variable(hidden_wave, true, "ψ");
        for (const std::string& number : names.numbers)
            if (!scope.own.contains(number))
                declare_variable(number, false);
        for (const std::string& field : names.rest)
            declare_variable(scope.own.contains(field) ? hidden_rest : field, true, field);
        return true;
    }
};

// Every word that a level gives a meaning.
std::vector<std::string> words_of(LevelKind kind) {
    Names names = names_of(kind);
    for (const auto* more : {&names.numbers, &names.rest})
        names.fields.insert(names.fields.end(), more->begin(), more->end());
    if (kind == LevelKind::hydrodynamic)
        names.fields.insert(names.fields.end(), {"winding", "vortices"});
    if (kind == LevelKind::density || kind == LevelKind::wave)
        names.fields.emplace_back("eigenvalues");
    return names.fields;
}

void note_foreign_names(Context& context, const Scope& scope, const std::vector<LevelKind>& kinds) {
    const std::vector<std::string> own = words_of(kinds[context.level_number]);
    for (const LevelKind other : kinds)
        for (const std::string& word : words_of(other))
            if (std::ranges::find(own, word) == own.end() && !scope.own.contains(word))
                context.foreign.insert(word);
}

// β, a number or a formula of parameters.
bool read_beta(Context& context, const Scope& scope, const Expression& asked, Level& level) {
    const auto* call = std::get_if<syntax::Call>(&syntax::ungrouped(asked).node);
    if (call == nullptr)
        return true;
    const Expression& written = *argument_of(*call);
    const auto value = elaborate_real(context, written, of_scope(scope), "β");
    const auto number = constant(context, written, of_scope(scope), "β");
    if (!value || !number)
        return false;
    if (*number <= 0) {
        context.tell(Code::must_be_positive, written.span, "β", *number);
        return false;
    }
    level.beta = *value;
    return true;
}

} // namespace

const syntax::Setting* level_setting(const syntax::Run& run) {
    for (const syntax::RunItem& item : run.items)
        if (const auto* setting = std::get_if<syntax::Setting>(&item.node);
            setting != nullptr && setting->key.text == "as")
            return setting;
    return nullptr;
}

void declare_level(Context& context, Scope& scope, const syntax::Run& run) {
    const syntax::Setting* setting = level_setting(run);
    if (setting == nullptr) {
        if (context.request.level)
            context.tell(Code::level_not_in_run, Span{}, *context.request.level).help("it is one of trajectories");
        return;
    }
    const auto written = joined_by_and(setting->value);
    const auto kinds = kinds_of(context, written);
    const auto chosen = kinds ? chosen_level(context) : std::nullopt;
    if (!chosen)
        return;
    context.level_number = *chosen;
    if (setting->grid.empty()) {
        context.tell(Code::level_without_grid, setting->value.span, syntax::print(setting->value))
            .help("write `as = {} on grid(q: -3..3 by 200)`", syntax::print(setting->value));
        return;
    }
    GridReader reader{context, of_scope(scope), {}, {}};
    reader.level.kind = (*kinds)[*chosen];
    reader.level.span = join(setting->key.span, setting->value.span);
    if (!read_beta(context, scope, *written[*chosen], reader.level) || !reader.read(*setting))
        return;
    reader.make_space();
    note_foreign_names(context, scope, *kinds);
    if (LevelDeclarer{context, scope, reader.level}.run())
        context.model.level = std::move(reader.level);
}

Value relaxation_rates(Context& context, const Expression& written, Span span, const Environment& environment) {
    const auto number = whole_number(context, written, environment, "how many");
    if (!number)
        return Poison{};
    const std::string text = "eigenvalues(" + std::to_string(*number) + ")";
    if (!context.model.level || context.model.level->kind == LevelKind::ensemble) {
        context.tell(Code::eigenvalues_of_no_level, span, text);
        return Poison{};
    }
    if (*number < 1) {
        context.tell(Code::too_small, written.span, "eigenvalues", std::int64_t{1}, *number);
        return Poison{};
    }
    const Slot slot = slot_of(range_set(context, 1, *number));
    auto& known = context.model.level->eigenvalues;
    const auto same = std::ranges::find_if(known, [&](const auto& one) { return one.second == *number; });
    const SymbolId symbol = same != known.end() ? same->first : add_tensor(context, text, {slot}, 1, false);
    if (same == known.end())
        known.emplace_back(symbol, *number);
    Whole rates({slot}, 1, [&context, symbol](std::span<const Place> places) {
        return std::optional(element_at(context, symbol, places));
    });
    rates.name = text;
    return rates;
}

} // namespace nphys::model
