// expect: see observables.h.

#include <algorithm>

#include "compiler/algebra/children.h"
#include "compiler/algebra/transform.h"
#include "compiler/model/complex.h"
#include "compiler/model/matrices.h"
#include "compiler/model/observables.h"
#include "compiler/model/search.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

// Puts hidden observables for the parts of a condition that move.
struct Lifter {
    Context& context;
    Span span;
    bool wrong = false;

    [[nodiscard]] bool is_observable(SymbolId symbol) const {
        return std::ranges::any_of(context.model.observables,
                                   [&](const Observable& known) { return known.symbol == symbol; });
    }
    // Depends on state, data or time, other than through observables.
    [[nodiscard]] bool moves(Expr expression) const {
        const algebra::Dependence on = algebra::dependence(context.pool, expression);
        return on.time || std::ranges::any_of(on.tensors, [&](SymbolId symbol) { return !is_observable(symbol); });
    }
    // Holds an observable, or a value of the first or last record.
    [[nodiscard]] bool is_marked(Expr expression) const {
        return somewhere(context.pool, expression, [&](Expr part) {
            const algebra::Node& node = context.pool[part];
            if (std::holds_alternative<algebra::AtStart>(node) || std::holds_alternative<algebra::AtEnd>(node))
                return true;
            const auto* element = std::get_if<algebra::Element>(&node);
            return element != nullptr && is_observable(element->tensor);
        });
    }

    Expr quantity(Expr expression) {
        if (!algebra::dependence(context.pool, expression).free_indices.empty()) {
            if (!wrong)
                context.tell(Code::expectation_within_sum, span)
                    .help("give the sum a name with `observe` and compare that");
            wrong = true;
            return expression;
        }
        for (const Observable& known : context.model.observables)
            if (known.components.size() == 1 && known.components.front().target.empty() &&
                known.components.front().value == expression)
                return context.pool.element(known.symbol, {});
        const std::string name = "expected " + std::to_string(context.model.observables.size() + 1);
        const SymbolId symbol = context.pool.add_symbol({.name = name, .slots = {}});
        context.model.observables.push_back({symbol, name, {{symbol, {}, expression}}, false, true, span});
        return context.pool.element(symbol, {});
    }

    Expr lift(Expr expression) {
        if (!moves(expression))
            return expression;
        if (!is_marked(expression))
            return quantity(expression);
        const algebra::Node& node = context.pool[expression];
        if (const auto* sum = std::get_if<algebra::Add>(&node))
            return together(sum->terms, [&](std::vector<Expr> parts) { return context.pool.add(std::move(parts)); });
        if (const auto* product = std::get_if<algebra::Multiply>(&node))
            return together(product->factors,
                            [&](std::vector<Expr> parts) { return context.pool.multiply(std::move(parts)); });
        return algebra::rebuild(context.pool, expression, [&](Expr child) { return lift(child); });
    }

    // Both sides of a comparison are quantities, so that a message can tell their values.
    Expr condition(Expr expression) {
        const auto* apply = context.pool.get<algebra::Apply>(expression);
        if (apply == nullptr || apply->op < algebra::Op::less || apply->op > algebra::Op::logical_not)
            return lift(expression);
        const bool of_truths = apply->op >= algebra::Op::logical_and;
        return algebra::rebuild(context.pool, expression, [&](Expr child) { return of_truths ? condition(child) : lift(child); });
    }

    // Unmarked parts that move are one quantity.
    template <class Join>
    Expr together(std::vector<Expr> parts, Join join) {
        std::vector<Expr> plain, lifted;
        for (const Expr part : parts) {
            if (moves(part) && !is_marked(part))
                plain.push_back(part);
            else
                lifted.push_back(lift(part));
        }
        if (!plain.empty())
            lifted.push_back(quantity(join(std::move(plain))));
        return join(std::move(lifted));
    }
};

// Compared, or the least of comparisons: min[μ,ν](X[μ]*X[ν] == X[ν]*X[μ]).
bool is_truth(const syntax::Expression& condition) {
    const syntax::Expression& inner = syntax::ungrouped(condition);
    if (const auto* call = std::get_if<syntax::Call>(&inner.node)) {
        const auto* value = call->arguments.empty() ? nullptr
                                                    : std::get_if<syntax::Expression>(&call->arguments.front().value);
        return std::holds_alternative<syntax::Indexed>(call->callee->node) && value != nullptr && is_truth(*value);
    }
    const auto* unary = std::get_if<syntax::Unary>(&inner.node);
    return std::holds_alternative<syntax::Comparison>(inner.node) ||
           std::holds_alternative<syntax::Logical>(inner.node) ||
           (unary != nullptr && unary->op == syntax::UnaryOperator::logical_not);
}

bool speaks_of_end(const Pool& pool, Expr expression) {
    return somewhere(pool, expression, [&](Expr part) { return pool.get<algebra::AtEnd>(part) != nullptr; });
}

// What a condition says, if it is one.
std::optional<Expr> condition_of(Context& context, const syntax::Expect& node, const Environment& environment) {
    if (is_truth(node.condition))
        return elaborate_real(context, node.condition, environment, "an expectation");
    context.tell(Code::expectation_not_a_truth, node.condition.span, syntax::print(node.condition))
        .help("compare it: `expect {} < 1e-6`", syntax::print(node.condition));
    return std::nullopt;
}

// `left is 1, right is 2`, of a comparison of numbers.
void tell_sides(Context& context, const syntax::Expression& condition, const Environment& environment,
                Diagnostic& told) {
    const auto* comparison = std::get_if<syntax::Comparison>(&syntax::ungrouped(condition).node);
    if (comparison == nullptr)
        return;
    for (const syntax::Expression& operand : comparison->operands) {
        const Value value = elaborate(context, operand, environment);
        const auto* side = std::get_if<Expr>(&value);
        const auto number = side == nullptr ? std::nullopt : constant_entry(context, *side);
        const std::string text = syntax::print(operand);
        if (number && number->imag() != 0)
            told.note("`{}` is {:.6g} {} {:.6g}i", text, number->real(), number->imag() < 0 ? "-" : "+",
                      std::abs(number->imag()));
        else if (number && text != fmt::format("{}", number->real()))
            told.note("`{}` is {:.6g}", text, number->real());
    }
}

} // namespace

void check_expectation(Context& context, const Scope& scope, const syntax::Expect& node) {
    const Environment environment = of_scope(scope);
    const auto condition = condition_of(context, node, environment);
    if (!condition)
        return;
    const Span place = node.condition.span;
    const std::optional<std::complex<double>> holds = constant_entry(context, *condition);
    if (!holds)
        context.tell(Code::module_expects_no_constant, place, syntax::print(node.condition))
            .help("expect this in a model that uses the module");
    else if (*holds == 0.0)
        tell_sides(context, node.condition, environment,
                   context.tell(Code::module_expectation_fails, place, syntax::print(node.condition)));
}

void add_expectation(Context& context, const Scope& scope, const syntax::Expect& node, Span span) {
    Environment environment = of_scope(scope);
    environment.in_expectation = true;
    const auto condition = condition_of(context, node, environment);
    if (!condition)
        return;
    Lifter lifter{context, node.condition.span};
    Expectation expectation;
    expectation.condition = lifter.condition(*condition);
    expectation.at_end_only = speaks_of_end(context.pool, expectation.condition);
    expectation.text = syntax::print(node.condition);
    expectation.span = span;
    if (!lifter.wrong)
        context.model.expectations.push_back(std::move(expectation));
}

} // namespace nphys::model
