// Functions: `let V(x) = 1/4*x^4`, and functions of tensors: `let laplacian(f[i])[i] = …`.

#include <algorithm>
#include <set>

#include "compiler/model/arithmetic.h"
#include "compiler/model/builtins.h"
#include "compiler/model/elaborate.h"
#include "compiler/model/index_rule.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"
#include "compiler/syntax/walk.h"

namespace nphys::model {
namespace {

using syntax::Expression;
using Sets = std::vector<std::pair<std::string, IndexSet>>;

struct Caller {
    Context& context;
    Declaration& function;
    const Environment& outside;
    Environment inside;
    bool wrong = false;

    // The sets of f[i], z[n] come with the argument, unless the function's file declares the index over a set of its
    // own.
    void take_labels(const syntax::Target& parameter, const Whole& argument, Span span) {
        const auto& positions = parameter.indices->rows;
        if (positions.size() != argument.slots.size()) {
            wrong = true;
            context
                .tell(Code::argument_shape, span, parameter.name.written, counted(positions.size(), "index", "indices"),
                      describe(context, argument.slots))
                .label(parameter.span, "declared with {} here", counted(positions.size(), "index", "indices"));
            return;
        }
        for (std::size_t k = 0; k < positions.size(); ++k)
            take_label(positions[k], argument.slots[k], span);
    }

    void take_label(const syntax::Position& position, const Slot& slot, Span span) {
        const syntax::Name* name = syntax::as_name(position.coordinates.front());
        if (name == nullptr) {
            wrong = true;
            context.tell(Code::declared_with_no_index, position.span).help("name the index of the argument: `f[i]`");
            return;
        }
        const Found found = find(context, *function.scope, *name);
        if (found.declaration != nullptr && found.declaration->kind == NameKind::index &&
            settle(context, *found.declaration) && found.declaration->set) {
            if (fits(context, *found.declaration->set, slot))
                return;
            wrong = true;
            context.tell(Code::index_does_not_fit, span, name->written, describe(context, *found.declaration->set),
                         "the argument", describe(context, set_of_slot(slot)));
            return;
        }
        if (const IndexSet* known = inside.label(name->text)) {
            if (slot_of(*known) == slot)
                return;
            wrong = true;
            context.tell(Code::arguments_differ, span, name->written, describe(context, *known),
                         describe(context, set_of_slot(slot)));
            return;
        }
        inside.labels.emplace_back(name->text, set_of_slot(slot));
    }

    void take_lattice(const Whole& argument) {
        for (const Slot& slot : argument.slots)
            if (!inside.lattice && context.pool.space(slot.space).is_lattice())
                inside.lattice = slot.space;
    }

    void take(const syntax::Target& parameter, const syntax::Argument& argument) {
        const auto* expression = std::get_if<Expression>(&argument.value);
        if (expression == nullptr || argument.key) {
            wrong = true;
            context.tell(Code::argument_form, argument.span, function.name->written);
            return;
        }
        Value value = parameter.indices ? tensor_argument(context, *expression, outside)
                                        : elaborate(context, *expression, outside);
        const auto* whole = std::get_if<Whole>(&value);
        if (is_poison(value))
            wrong = true;
        else if (std::holds_alternative<Text>(value)) {
            wrong = true;
            context.tell(Code::text_in_formula, expression->span);
        } else if (parameter.indices && whole != nullptr) {
            take_labels(parameter, *whole, expression->span);
            take_lattice(*whole);
        } else if (whole != nullptr) {
            const auto matrix = as_matrix(*whole);
            if (!matrix || !is_square(*matrix)) {
                wrong = true;
                tell_whole(context, *whole, expression->span, syntax::print(*expression));
            }
        }
        inside.arguments.emplace_back(parameter.name.text, std::move(value));
    }

    [[nodiscard]] std::optional<Sets> result_sets() {
        Sets sets;
        std::vector<syntax::Position> positions = function.indices()->rows;
        if (const auto& columns = function.indices()->columns)
            positions.insert(positions.end(), columns->begin(), columns->end());
        for (const syntax::Position& position : positions) {
            const syntax::Name* name = syntax::as_name(position.coordinates.front());
            if (name == nullptr) {
                context.tell(Code::declared_with_no_index, position.span).help("name the indices of the result");
                return std::nullopt;
            }
            if (inside.label(name->text) == nullptr && !is_index(context, inside, *name)) {
                tell_unknown(context, *function.scope, *name);
                return std::nullopt;
            }
            const auto set = set_of_index(context, inside, *name, *function.value());
            if (!set)
                return std::nullopt;
            sets.emplace_back(name->text, *set);
        }
        return sets;
    }
};

Value result_of(Context& context, Caller& caller) {
    Declaration& function = caller.function;
    if (function.indices() == nullptr)
        return elaborate(context, *function.value(), caller.inside);
    const auto sets = caller.result_sets();
    if (!sets)
        return Poison{};
    std::vector<Slot> slots;
    for (const auto& [name, set] : *sets)
        slots.push_back(slot_of(set));
    Whole result(
        slots, function.indices()->rows.size(),
        [&context, inside = caller.inside, sets = *sets, value = function.value()](std::span<const Place> places) {
            Environment bound = inside;
            for (std::size_t k = 0; k < sets.size(); ++k)
                bound.indices.push_back({sets[k].first, places[k], sets[k].second});
            return elaborate_number(context, *value, bound);
        });
    result.name = function.name->written + "(…)";
    return result;
}

// Ranges are counted from 1 in the function that takes the slice.
Slot counted_slot(Context& context, const IndexSet& set) {
    if (context.pool.space(set.space).kind != algebra::SpaceKind::range || set.first == 1)
        return slot_of(set);
    return slot_of(range_set(context, 1, set.last - set.first + 1));
}

// The names that parameters bring: their own, and the labels of their indices.
std::set<std::string> names_of_parameters(const Declaration& function) {
    std::set<std::string> names;
    for (const syntax::Target& parameter : *function.parameters()) {
        names.insert(parameter.name.text);
        if (!parameter.indices)
            continue;
        for (const syntax::Position& position : parameter.indices->rows)
            if (const syntax::Name* label = syntax::as_name(position.coordinates.front()))
                names.insert(label->text);
    }
    return names;
}

} // namespace

bool check_function(Context& context, const Declaration& function) {
    const std::set<std::string> own = names_of_parameters(function);
    std::set<const syntax::Name*> modules;
    bool right = true;
    syntax::for_each_expression(*function.value(), [&](const Expression& expression) {
        if (const auto* member = std::get_if<syntax::Member>(&expression.node))
            if (const auto* base = std::get_if<syntax::Name>(&member->base->node))
                modules.insert(base);
        const auto* name = std::get_if<syntax::Name>(&expression.node);
        if (name == nullptr || own.contains(name->text) || is_builtin(name->text) || modules.contains(name))
            return;
        const Found found = find(context, *function.scope, *name);
        if (found.declaration != nullptr || found.poison)
            return;
        tell_unknown(context, *function.scope, *name, builtin_names());
        right = false;
    });
    return right;
}

Value tensor_argument(Context& context, const Expression& expression, const Environment& environment) {
    const auto open = open_indices(context, environment, expression);
    if (open.empty()) {
        Value value = elaborate(context, expression, environment);
        if (!std::holds_alternative<Expr>(value))
            return value;
        auto& told = context.tell(Code::number_where_whole, expression.span, syntax::print(expression));
        const syntax::Name* name = syntax::as_name(expression);
        const Declaration* known = name == nullptr ? nullptr : environment.scope->find_own(name->text);
        if (known != nullptr && known->kind == NameKind::coordinate)
            told.help("a coordinate as a field has an index of its own: `{}[j]`", name->written);
        else
            told.help("pass the tensor without indices, or with an index of its own that is not bound here");
        return Poison{};
    }
    std::vector<IndexSet> sets;
    std::vector<std::string> names;
    std::vector<Slot> slots;
    for (const syntax::Name* name : open) {
        const auto set = set_of_index(context, environment, *name, expression);
        if (!set)
            return Poison{};
        sets.push_back(*set);
        names.push_back(name->text);
        slots.push_back(counted_slot(context, *set));
    }
    Whole slice(slots, slots.size(),
                [&context, &expression, environment, sets, names, slots](std::span<const Place> places) {
                    Environment bound = environment;
                    for (std::size_t k = 0; k < sets.size(); ++k) {
                        Place place = places[k];
                        if (!context.pool.space(sets[k].space).is_lattice())
                            place.offset[0] += sets[k].first - slots[k].first;
                        bound.indices.push_back({names[k], place, sets[k]});
                    }
                    return elaborate_number(context, expression, bound);
                });
    slice.name = syntax::print(expression);
    return slice;
}

Value call_function(Context& context, Declaration& function, const syntax::Call& call, Span span,
                    const Environment& environment) {
    if (!settle(context, function))
        return Poison{};
    const std::vector<syntax::Target>& parameters = *function.parameters();
    if (call.arguments.size() != parameters.size()) {
        context
            .tell(Code::argument_count, span, function.name->written,
                  counted(parameters.size(), "argument", "arguments"), call.arguments.size())
            .label(function.name->span, "declared here");
        return Poison{};
    }
    if (std::ranges::find(environment.functions, &function) != environment.functions.end()) {
        context.tell(Code::circular_definition, function.name->span, function.name->written)
            .label(span, "used by itself here");
        return Poison{};
    }
    Caller caller{context, function, environment, of_scope(*function.scope)};
    caller.inside.functions = environment.functions;
    caller.inside.functions.push_back(&function);
    caller.inside.in_expectation = environment.in_expectation;
    caller.inside.drawing = environment.drawing;
    caller.inside.drawn_over = environment.drawn_over;
    caller.inside.drawn_over.insert(caller.inside.drawn_over.end(), environment.indices.begin(), environment.indices.end());
    caller.inside.calls = environment.calls;
    caller.inside.calls.push_back(span);
    for (std::size_t k = 0; k < parameters.size(); ++k)
        caller.take(parameters[k], call.arguments[k]);
    return caller.wrong ? Value(Poison{}) : result_of(context, caller);
}

} // namespace nphys::model
