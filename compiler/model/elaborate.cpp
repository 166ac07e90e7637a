#include "compiler/model/elaborate.h"

#include "compiler/model/arithmetic.h"
#include "compiler/model/complex.h"
#include "compiler/model/index_rule.h"
#include "compiler/model/occurrences.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using algebra::Op;
using syntax::Expression;

// The value where only a number will do.
std::optional<Expr> number_of(Context& context, const Value& value, const Expression& expression) {
    if (const auto* number = std::get_if<Expr>(&value))
        return *number;
    if (const auto* whole = std::get_if<Whole>(&value))
        tell_whole(context, *whole, expression.span, syntax::print(expression));
    if (std::holds_alternative<Text>(value))
        context.tell(Code::text_in_formula, expression.span);
    return std::nullopt;
}

// A factor of a term whose indices are bound by now, or are summed deeper.
struct FactorElaborator {
    Context& context;
    const Environment& environment;

    [[nodiscard]] Value factor(const Expression& expression) const {
        return std::visit([&](const auto& node) { return (*this)(node, expression.span); }, expression.node);
    }
    [[nodiscard]] Value part(const Expression& expression) const { return elaborate(context, expression, environment); }
    [[nodiscard]] std::optional<Expr> condition(const Expression& expression) const {
        return elaborate_real(context, expression, environment, "a condition");
    }
    Value operator()(const syntax::Number& node, Span) const { return context.pool.real(node.value); }
    Value operator()(const syntax::Imaginary& node, Span) const {
        return context.pool.multiply({context.pool.real(node.value), context.pool.imaginary_unit()});
    }
    Value operator()(const syntax::String& node, Span) const { return Text{node.value}; }
    Value operator()(const syntax::Name& node, Span) const { return reference(context, node, environment); }
    Value operator()(const syntax::Group& node, Span) const { return part(*node.inner); }
    Value operator()(const syntax::List& node, Span span) const { return list(context, node, span, environment); }
    Value operator()(const syntax::Member& node, Span span) const { return member(context, node, span, environment); }
    Value operator()(const syntax::Indexed& node, Span span) const { return indexed(context, node, span, environment); }
    Value operator()(const syntax::Call& node, Span span) const { return call(context, node, span, environment); }

    Value operator()(const syntax::Unary& node, Span span) const {
        switch (node.op) {
        case syntax::UnaryOperator::minus:
            return negate(context, factor(*node.operand));
        case syntax::UnaryOperator::plus:
            return factor(*node.operand);
        case syntax::UnaryOperator::root:
            return apply_function(context, Op::sqrt, {part(*node.operand)}, "√", span);
        case syntax::UnaryOperator::logical_not:
            break;
        }
        const auto operand = condition(*node.operand);
        return operand ? Value(context.pool.apply(Op::logical_not, {*operand})) : Value(Poison{});
    }

    // The right side first: which formula is made before which decides the order of terms.
    Value operator()(const syntax::Binary& node, Span span) const {
        using enum syntax::BinaryOperator;
        const Value right = node.op == multiply || node.op == divide ? factor(*node.right) : part(*node.right);
        switch (node.op) {
        case multiply:
            return model::multiply(context, factor(*node.left), right, span);
        case divide:
            return model::divide(context, factor(*node.left), right, span);
        case power:
            return model::power(context, factor(*node.left), right, span);
        case add:
            return model::add(context, part(*node.left), right, span);
        case subtract: {
            const Value negative = negate(context, right);
            return model::add(context, part(*node.left), negative, span);
        }
        }
        return Poison{};
    }

    static Op op_of(syntax::Comparator comparator) {
        switch (comparator) {
        case syntax::Comparator::less:
            return Op::less;
        case syntax::Comparator::less_equal:
            return Op::less_equal;
        case syntax::Comparator::greater:
            return Op::greater;
        case syntax::Comparator::greater_equal:
            return Op::greater_equal;
        case syntax::Comparator::equal:
            return Op::equal;
        case syntax::Comparator::not_equal:
            return Op::not_equal;
        }
        return Op::equal;
    }

    // 0 < x < 1 is (0 < x) and (x < 1); whole tensors are equal where they are equal at every place.
    Value operator()(const syntax::Comparison& node, Span) const {
        std::vector<Value> operands;
        for (const Expression& operand : node.operands)
            operands.push_back(part(operand));
        std::optional<Expr> all;
        for (std::size_t k = 0; k < node.operators.size(); ++k) {
            const std::optional<Expr> one = compared(node, k, operands[k], operands[k + 1]);
            if (!one)
                return Poison{};
            all = all ? context.pool.apply(Op::logical_and, {*all, *one}) : *one;
        }
        return value_of(all);
    }

    std::optional<Expr> compared(const syntax::Comparison& node, std::size_t k, const Value& left,
                                 const Value& right) const {
        const bool whole = std::holds_alternative<Whole>(left) || std::holds_alternative<Whole>(right);
        if (whole && node.operators[k] == syntax::Comparator::equal)
            return equality(context, left, right, node.operator_spans[k]);
        const auto a = number_of(context, left, node.operands[k]), b = number_of(context, right, node.operands[k + 1]);
        if (!a || !b)
            return std::nullopt;
        const Op op = op_of(node.operators[k]);
        const Expr first = settled(context, *a), second = settled(context, *b);
        if (!is_complex(context, first) && !is_complex(context, second))
            return context.pool.apply(op, {first, second});
        return complex_compared(op, first, second, node, k);
    }

    std::optional<Expr> complex_compared(Op op, Expr first, Expr second, const syntax::Comparison& node,
                                         std::size_t k) const {
        const Expr differ = differs_from_zero(context, context.pool.subtract(first, second));
        if (op == Op::not_equal)
            return differ;
        if (op == Op::equal)
            return context.pool.apply(Op::logical_not, {differ});
        const Expression& wrong = node.operands[is_complex(context, first) ? k : k + 1];
        const std::string text = syntax::print(wrong);
        context.tell(Code::complex_compared, wrong.span)
            .help("compare a real number made of it: `abs({})`, `re({})`", text, text);
        return std::nullopt;
    }

    Value operator()(const syntax::Logical& node, Span) const {
        const Op op = node.op == syntax::LogicalOperator::conjunction ? Op::logical_and : Op::logical_or;
        std::optional<Expr> all;
        bool wrong = false;
        for (const Expression& operand : node.operands) {
            const auto one = condition(operand);
            wrong = wrong || !one;
            if (!wrong)
                all = all ? context.pool.apply(op, {*all, *one}) : *one;
        }
        return wrong ? Value(Poison{}) : value_of(all);
    }

    Value operator()(const syntax::Conditional& node, Span span) const {
        const auto decided = condition(*node.condition);
        const Value chosen = part(*node.value), otherwise = part(*node.otherwise);
        if (!decided || is_poison(chosen) || is_poison(otherwise))
            return Poison{};
        const auto *left = std::get_if<Expr>(&chosen), *right = std::get_if<Expr>(&otherwise);
        if (left != nullptr && right != nullptr)
            return context.pool.select(*decided, *left, *right);
        // A choice between whole tensors is condition·a + (1 − condition)·b.
        const Expr other = context.pool.subtract(context.pool.integer(1), *decided);
        return add(context, multiply(context, *decided, chosen, span), multiply(context, other, otherwise, span),
                   span);
    }
};

Value sum_indices(Context& context, const Expression& term, const Environment& environment,
                  std::span<const syntax::Name* const> names) {
    if (names.empty())
        return FactorElaborator{context, environment}.factor(term);
    const syntax::Name& name = *names.front();
    const auto set = set_of_index(context, environment, name, term);
    if (!set)
        return Poison{};
    return gather(context, Gathering::sum, name.text, *set, environment, term.span,
                  [&](const Environment& inner) { return sum_indices(context, term, inner, names.subspan(1)); });
}

Value join_values(Context& context, Gathering how, const Value& left, const Value& right, Span span) {
    switch (how) {
    case Gathering::sum:
    case Gathering::mean:
        return add(context, left, right, span);
    case Gathering::product:
        return multiply(context, left, right, span);
    case Gathering::maximum:
        return apply_function(context, Op::max, {left, right}, "max", span);
    case Gathering::minimum:
        return apply_function(context, Op::min, {left, right}, "min", span);
    }
    return Poison{};
}

algebra::Reduction reduction_of(Gathering how) {
    switch (how) {
    case Gathering::product:
        return algebra::Reduction::product;
    case Gathering::maximum:
        return algebra::Reduction::maximum;
    case Gathering::minimum:
        return algebra::Reduction::minimum;
    case Gathering::sum:
    case Gathering::mean:
        break;
    }
    return algebra::Reduction::sum;
}

void tell_complex_gathering(Context& context, Gathering how, IndexId variable, Span span) {
    if (how == Gathering::product)
        context.tell(Code::product_of_complex, span, context.pool.places(variable))
            .help("write it as the exponential of a sum of logarithms: `exp(Σ[…](log(…)))`");
    else
        context.tell(Code::function_of_complex, span, how == Gathering::maximum ? "max" : "min")
            .help("take it of a real number: `abs(…)`, `re(…)`");
}

Value reduce(Context& context, Gathering how, IndexId variable, const Value& body, Span span) {
    if (const auto* number = std::get_if<Expr>(&body)) {
        if (how != Gathering::sum && how != Gathering::mean && is_complex(context, settled(context, *number))) {
            tell_complex_gathering(context, how, variable, span);
            return Poison{};
        }
        return context.pool.reduce(reduction_of(how), variable, *number);
    }
    const auto* whole = std::get_if<Whole>(&body);
    if (whole == nullptr)
        return Poison{};
    if (how != Gathering::sum) {
        tell_whole(context, *whole, span, whole->name);
        return Poison{};
    }
    return Whole(whole->slots, whole->row_slots,
                 [&context, variable, inner = *whole](std::span<const Place> places) -> std::optional<Expr> {
                     const auto entry = inner.at(places);
                     return entry ? std::optional(context.pool.sum(variable, *entry)) : std::nullopt;
                 });
}

} // namespace

Value gather(Context& context, Gathering how, const std::string& name, const IndexSet& set,
             const Environment& environment, Span span, const Body& body) {
    const auto at = [&](Place place) {
        Environment inner = environment;
        inner.indices.push_back({name, place, set});
        return body(inner);
    };
    Value total = Poison{};
    if (written_out(context, set)) {
        bool wrong = false;
        for (std::int64_t number = set.first; number <= set.last; ++number) {
            const Value one = at(literal_place(number));
            wrong = wrong || is_poison(one);
            if (!wrong)
                total = number == set.first ? one : join_values(context, how, total, one, span);
        }
        if (wrong)
            return Poison{};
    } else {
        const IndexId variable = add_variable(context, name, set);
        Place place;
        place.index = variable;
        const Value inner = at(place);
        if (is_poison(inner))
            return Poison{};
        total = reduce(context, how, variable, inner, span);
    }
    if (how != Gathering::mean)
        return total;
    return divide(context, total, context.pool.integer(count(context, set)), span);
}

Value elaborate(Context& context, const Expression& expression, const Environment& environment) {
    const FactorElaborator elaborator{context, environment};
    if (as_sum(expression) != nullptr)
        return elaborator.factor(expression);
    const Verdict verdict = apply_index_rule(context, environment, expression);
    if (verdict.wrong)
        return Poison{};
    return sum_indices(context, expression, environment, verdict.summed);
}

std::optional<Expr> elaborate_number(Context& context, const Expression& expression, const Environment& environment) {
    return number_of(context, elaborate(context, expression, environment), expression);
}

} // namespace nphys::model
