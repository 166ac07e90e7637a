#include "compiler/model/observables.h"

#include <algorithm>

#include "compiler/model/definitions.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

// More numbers than that are a field: they are saved, not written as columns.
constexpr std::int64_t most_columns = 1000;

bool is_field(const Context& context, const std::vector<Slot>& slots) {
    std::int64_t numbers = 1;
    for (const Slot& slot : slots) {
        const algebra::Space& space = context.pool.space(slot.space);
        if (space.is_lattice() || !space.axes.front().coordinate.empty()) // sites, bins
            return true;
        numbers *= count(context, slot);
        if (numbers > most_columns)
            return true;
    }
    return false;
}

bool is_field(const Context& context, SymbolId symbol) {
    return is_field(context, context.pool.symbol(symbol).slots);
}

std::optional<std::size_t> observable_named(const Context& context, const std::string& name) {
    const auto found = std::ranges::find_if(
        context.model.observables, [&](const Observable& known) { return !known.hidden && known.name == name; });
    if (found == context.model.observables.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - context.model.observables.begin());
}

std::size_t add(Context& context, Observable observable) {
    context.model.observables.push_back(std::move(observable));
    return context.model.observables.size() - 1;
}

std::size_t add(Context& context, Observable observable, MadeTensor made) {
    observable.symbol = made.symbol;
    observable.components = std::move(made.components);
    return add(context, std::move(observable));
}

std::optional<std::size_t> add_made(Context& context, const std::string& name, const Value& value, Span span) {
    Observable observable;
    observable.name = name;
    observable.always = false;
    observable.span = span;
    if (const auto* number = std::get_if<Expr>(&value)) {
        return add(context, std::move(observable), make_tensor(context, name, {}, 0, {{{}}, {*number}}));
    }
    const auto* whole = std::get_if<Whole>(&value);
    if (whole == nullptr) {
        if (!is_poison(value))
            context.tell(Code::text_in_formula, span);
        return std::nullopt;
    }
    if (is_field(context, whole->slots)) {
        context.tell(Code::field_observed, span, name, describe(context, whole->slots))
            .help("write `save {}` to record it, or observe a number made of it", name);
        return std::nullopt;
    }
    auto made = tensor_of(context, name, *whole);
    if (!made)
        return std::nullopt;
    return add(context, std::move(observable), std::move(*made));
}

void add_declared(Context& context, const Scope& scope, const syntax::Observe& node,
                  const syntax::Statement& statement) {
    Declaration* declaration = scope.find_own(node.target.name.text);
    if (declaration == nullptr || declaration->statement != &statement || !settle(context, *declaration))
        return;
    Observable observable{declaration->symbol,
                          declaration->text(),
                          declaration->components,
                          !is_field(context, declaration->symbol),
                          false,
                          statement.span};
    add(context, std::move(observable));
}

// `observe E` of something that has a name already.
void add_mentioned(Context& context, const Scope& scope, const syntax::Observe& node) {
    syntax::Expression expression{node.target.name.span, syntax::Name(node.target.name)};
    if (node.target.indices)
        expression = {node.target.span, syntax::Indexed{expression, *node.target.indices}};
    if (const auto index = observable_of(context, scope, expression))
        context.model.observables[*index].always = true;
}

} // namespace

std::optional<std::size_t> observable_of(Context& context, const Scope& scope, const syntax::Expression& expression) {
    const std::string name = syntax::print(expression);
    if (const auto known = observable_named(context, name)) {
        const SymbolId symbol = context.model.observables[*known].symbol;
        if (!is_field(context, symbol))
            return known;
        context.tell(Code::field_observed, expression.span, name, describe(context, context.pool.symbol(symbol).slots))
            .help("write `save {}`", name);
        return std::nullopt;
    }
    return add_made(context, name, elaborate(context, expression, of_scope(scope)), expression.span);
}

void add_observables(Context& context, const Scope& scope) {
    for (const syntax::Statement& statement : scope.tree->statements)
        if (const auto* node = std::get_if<syntax::Observe>(&statement.node); node != nullptr && node->value)
            add_declared(context, scope, *node, statement);
    for (const syntax::Statement& statement : scope.tree->statements)
        if (const auto* node = std::get_if<syntax::Observe>(&statement.node); node != nullptr && !node->value)
            add_mentioned(context, scope, *node);
}

} // namespace nphys::model
