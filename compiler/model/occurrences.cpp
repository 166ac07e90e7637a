#include "compiler/model/occurrences.h"

#include <algorithm>

#include "compiler/model/index_rule.h"

namespace nphys::model {
namespace {

using syntax::Expression;

struct Walker {
    Context& context;
    const Environment& environment;
    const std::function<void(const syntax::Name&)>& visit;
    std::vector<std::string> bound;

    void walk(const Expression& expression) {
        std::visit([this](const auto& node) { (*this)(node); }, expression.node);
    }

    void operator()(const syntax::Number&) {}
    void operator()(const syntax::Imaginary&) {}
    void operator()(const syntax::String&) {}
    void operator()(const syntax::Name& name) {
        if (std::ranges::find(bound, name.text) == bound.end() && is_open_index(context, environment, name))
            visit(name);
    }
    void operator()(const syntax::Group& group) { walk(*group.inner); }
    void operator()(const syntax::List& list) {
        for (const Expression& element : list.elements)
            walk(element);
    }
    void operator()(const syntax::Member& member) {
        if (!std::holds_alternative<syntax::Name>(member.base->node))
            walk(*member.base);
    }
    void operator()(const syntax::Indexed& indexed) {
        if (!std::holds_alternative<syntax::Name>(indexed.base->node))
            walk(*indexed.base);
        walk(indexed.indices);
    }
    void operator()(const syntax::Call& call) {
        const std::size_t before = bound.size();
        if (is_reduction(context, environment, *call.callee)) {
            for (const syntax::Position& position : std::get<syntax::Indexed>(call.callee->node).indices.rows)
                for (const Expression& coordinate : position.coordinates)
                    if (const auto* name = std::get_if<syntax::Name>(&coordinate.node))
                        bound.push_back(name->text);
        } else if (!std::holds_alternative<syntax::Name>(call.callee->node)) {
            walk(*call.callee);
        }
        for (std::size_t k = 0; k < call.arguments.size(); ++k)
            if (!takes_tensor(context, environment, *call.callee, k))
                walk(call.arguments[k].value);
        bound.resize(before);
    }
    void operator()(const syntax::Unary& unary) { walk(*unary.operand); }
    void operator()(const syntax::Binary& binary) {
        walk(*binary.left);
        walk(*binary.right);
    }
    void operator()(const syntax::Comparison& comparison) {
        for (const Expression& operand : comparison.operands)
            walk(operand);
    }
    void operator()(const syntax::Logical& logical) {
        for (const Expression& operand : logical.operands)
            walk(operand);
    }
    void operator()(const syntax::Conditional& conditional) {
        walk(*conditional.value);
        walk(*conditional.condition);
        walk(*conditional.otherwise);
    }
    void walk(const syntax::Indices& indices) {
        const auto group = [this](const std::vector<syntax::Position>& positions) {
            for (const syntax::Position& position : positions)
                for (const Expression& coordinate : position.coordinates)
                    walk(coordinate);
        };
        group(indices.rows);
        if (indices.columns)
            group(*indices.columns);
    }
    void walk(const syntax::ExpressionOrRange& value) {
        if (const auto* expression = std::get_if<Expression>(&value))
            return walk(*expression);
        const auto& range = std::get<syntax::Range>(value);
        walk(*range.first);
        walk(*range.last);
    }
};

void add_factors(const Expression& expression, bool inverse, const Expression& whole, std::vector<Factor>& factors) {
    if (const auto* product = as_product(expression)) {
        add_factors(*product->left, inverse, *product->left, factors);
        const bool divides = product->op == syntax::BinaryOperator::divide;
        return add_factors(*product->right, inverse != divides, divides ? expression : *product->right, factors);
    }
    if (const auto* unary = std::get_if<syntax::Unary>(&expression.node))
        if (unary->op == syntax::UnaryOperator::minus || unary->op == syntax::UnaryOperator::plus)
            return add_factors(*unary->operand, inverse, inverse ? whole : *unary->operand, factors);
    factors.push_back({&expression, inverse, &whole});
}

const syntax::Binary* as_binary(const Expression& expression, std::initializer_list<syntax::BinaryOperator> operators) {
    const auto* binary = std::get_if<syntax::Binary>(&expression.node);
    return binary != nullptr && std::ranges::find(operators, binary->op) != operators.end() ? binary : nullptr;
}

Inside more(Inside left, Inside right) {
    return std::max(left, right);
}

} // namespace

const syntax::Binary* as_power(const Expression& expression) {
    return as_binary(expression, {syntax::BinaryOperator::power});
}
const syntax::Binary* as_sum(const Expression& expression) {
    return as_binary(expression, {syntax::BinaryOperator::add, syntax::BinaryOperator::subtract});
}
const syntax::Binary* as_product(const Expression& expression) {
    return as_binary(expression, {syntax::BinaryOperator::multiply, syntax::BinaryOperator::divide});
}

std::vector<Factor> factors_of(const Expression& term) {
    std::vector<Factor> factors;
    add_factors(term, false, term, factors);
    return factors;
}

void each_open_index(Context& context, const Environment& environment, const Expression& expression,
                     const std::function<void(const syntax::Name&)>& visit) {
    Walker{context, environment, visit, {}}.walk(expression);
}

std::vector<const syntax::Name*> open_indices(Context& context, const Environment& environment,
                                              const Expression& expression) {
    std::vector<const syntax::Name*> open;
    each_open_index(context, environment, expression, [&](const syntax::Name& name) {
        if (std::ranges::none_of(open, [&](const syntax::Name* known) { return known->text == name.text; }))
            open.push_back(&name);
    });
    return open;
}

int Occurrences::count(const Expression& expression) const {
    int found = 0;
    each_open_index(context, environment, expression, [&](const syntax::Name& name) { found += name.text == index; });
    return found;
}

int Occurrences::count(const syntax::Indices& indices) const {
    int found = 0;
    const std::function<void(const syntax::Name&)> visit = [&](const syntax::Name& name) {
        found += name.text == index;
    };
    Walker{context, environment, visit, {}}.walk(indices);
    return found;
}

bool Occurrences::in_last_argument(const syntax::Call& call) const {
    if (call.arguments.empty())
        return false;
    const auto* last = std::get_if<Expression>(&call.arguments.back().value);
    return last != nullptr && contains(*last);
}

Inside Occurrences::summed_inside(const Expression& expression) const {
    if (const auto* sum = as_sum(expression))
        return more(summed_inside(*sum->left), summed_inside(*sum->right));
    const Expression* only = nullptr;
    std::size_t holding = 0;
    for (const Factor& factor : factors_of(expression))
        if (contains(*factor.expression)) {
            ++holding;
            only = factor.expression;
        }
    if (holding >= 2)
        return Inside::product;
    return only == nullptr ? Inside::none : inside_factor(*only);
}

Inside Occurrences::inside_factor(const Expression& expression) const {
    if (const auto* power = as_power(expression))
        return contains(*power->left) ? Inside::square : summed_inside(*power->right);
    if (const auto* indexed = std::get_if<syntax::Indexed>(&expression.node)) {
        const int direct = count(indexed->indices);
        const bool in_base = contains(*indexed->base);
        if (direct + (in_base ? 1 : 0) >= 2)
            return Inside::product;
        return direct == 0 && in_base ? summed_inside(*indexed->base) : Inside::none;
    }
    Inside found = Inside::none;
    const auto look = [&](const Expression& part) { found = more(found, summed_inside(part)); };
    if (const auto* group = std::get_if<syntax::Group>(&expression.node))
        look(*group->inner);
    if (const auto* unary = std::get_if<syntax::Unary>(&expression.node))
        look(*unary->operand);
    if (const auto* call = std::get_if<syntax::Call>(&expression.node))
        for (std::size_t k = 0; k < call->arguments.size(); ++k)
            if (const auto* argument = std::get_if<Expression>(&call->arguments[k].value))
                if (!takes_tensor(context, environment, *call->callee, k))
                    look(*argument);
    if (const auto* comparison = std::get_if<syntax::Comparison>(&expression.node))
        for (const Expression& operand : comparison->operands)
            look(operand);
    if (const auto* logical = std::get_if<syntax::Logical>(&expression.node))
        for (const Expression& operand : logical->operands)
            look(operand);
    if (const auto* conditional = std::get_if<syntax::Conditional>(&expression.node))
        for (const Expression* part : {&*conditional->value, &*conditional->condition, &*conditional->otherwise})
            look(*part);
    return found;
}

} // namespace nphys::model
