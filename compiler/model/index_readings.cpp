#include "compiler/model/index_readings.h"

#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

// Σ[index](body)
Expression summed(const Expression& body, const syntax::Name& index) {
    const Expression* inner = &body;
    if (const auto* group = std::get_if<syntax::Group>(&body.node))
        inner = &*group->inner;
    const syntax::Name sigma{body.span, "Σ", "Σ"};
    const Expression name{index.span, syntax::Name(index)};
    const syntax::Position position{index.span, {name}};
    const Expression callee{body.span, syntax::Indexed{Expression{body.span, sigma},
                                                       syntax::Indices{index.span, {position}, std::nullopt}}};
    return {body.span, syntax::Call{callee, {syntax::Argument{body.span, std::nullopt, *inner}}}};
}

// Writes the sum before the smallest product inside that holds the index, as Occurrences::summed_inside finds it.
struct InsideWriter {
    Context& context;
    const Environment& environment;
    const syntax::Name& index;

    [[nodiscard]] Occurrences in() const { return {context, environment, index.text}; }

    [[nodiscard]] Expression write(const Expression& expression) const {
        if (!in().contains(expression))
            return expression;
        Expression result = expression;
        if (const auto* sum = as_sum(expression)) {
            auto& node = std::get<syntax::Binary>(result.node);
            node.left = write(*sum->left);
            node.right = write(*sum->right);
            return result;
        }
        std::size_t holding = 0;
        for (const Factor& factor : factors_of(expression))
            holding += in().contains(*factor.expression) ? 1 : 0;
        return holding >= 2 ? write_product(expression) : write_factor(expression);
    }

    // -φ[i]*π[i] becomes -Σ[i](φ[i]*π[i]).
    [[nodiscard]] Expression write_product(const Expression& expression) const {
        if (!std::holds_alternative<syntax::Unary>(expression.node))
            return summed(expression, index);
        Expression result = expression;
        auto& unary = std::get<syntax::Unary>(result.node);
        unary.operand = write_product(*unary.operand);
        return result;
    }

    [[nodiscard]] Expression write_factor(const Expression& expression) const {
        Expression result = expression;
        if (auto* product = std::get_if<syntax::Binary>(&result.node)) {
            if (product->op == syntax::BinaryOperator::power && in().contains(*product->left)) {
                if (in().summed_inside(*product->left) == Inside::none)
                    return summed(expression, index);
                product->left = write(*product->left);
                return result;
            }
            product->left = write(*product->left);
            product->right = write(*product->right);
        } else if (auto* group = std::get_if<syntax::Group>(&result.node)) {
            group->inner = write(*group->inner);
        } else if (auto* unary = std::get_if<syntax::Unary>(&result.node)) {
            unary->operand = write(*unary->operand);
        } else if (auto* call = std::get_if<syntax::Call>(&result.node)) {
            for (syntax::Argument& argument : call->arguments)
                if (auto* value = std::get_if<Expression>(&argument.value))
                    *value = write(*value);
        } else if (std::holds_alternative<syntax::Indexed>(result.node)) {
            return summed(expression, index);
        }
        return result;
    }
};

} // namespace

std::string summed_text(const Expression& term, const syntax::Name& index) {
    return syntax::print(summed(term, index));
}

std::pair<std::string, std::string> readings(Context& context, const Environment& environment, const Factor& factor,
                                             const syntax::Name& index) {
    const InsideWriter writer{context, environment, index};
    const std::string outside = summed_text(*factor.whole, index);
    if (!factor.inverse || !std::holds_alternative<syntax::Binary>(factor.whole->node))
        return {outside, syntax::print(writer.write(*factor.expression))};
    Expression quotient = *factor.whole;
    std::get<syntax::Binary>(quotient.node).right = writer.write(*factor.expression);
    return {outside, syntax::print(quotient)};
}

} // namespace nphys::model
