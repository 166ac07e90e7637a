#include "compiler/syntax/build.h"

#include "NphysParser.h"

#include "compiler/base/unicode.h"

#include <algorithm>
#include <charconv>

namespace nphys::syntax {

namespace {

using Grammar = grammar::NphysParser;

// Chains of operators are as deep as they are long; every later stage walks through them by recursion.
constexpr std::size_t depth_limit = 1000;

UnaryOperator sign_of(const Grammar::SignContext& rule) {
    return rule.start->getType() == Grammar::MINUS ? UnaryOperator::minus : UnaryOperator::plus;
}

Comparator comparator_of(std::size_t type) {
    switch (type) {
    case Grammar::LESS:
        return Comparator::less;
    case Grammar::LESS_EQUAL:
        return Comparator::less_equal;
    case Grammar::GREATER:
        return Comparator::greater;
    case Grammar::GREATER_EQUAL:
        return Comparator::greater_equal;
    case Grammar::EQUAL:
        return Comparator::equal;
    default:
        return Comparator::not_equal;
    }
}

// ⁻¹² is -12.
std::string plain_digits(std::string_view superscript) {
    std::string result;
    for (const char32_t digit : code_points(superscript)) {
        if (digit == U'⁻')
            result += '-';
        else
            result += static_cast<char>('0' + (digit == U'¹'   ? 1
                                               : digit == U'²' ? 2
                                               : digit == U'³' ? 3
                                                               : static_cast<int>(digit - U'\u2070')));
    }
    return result;
}

class ExpressionBuilder {
public:
    explicit ExpressionBuilder(BuildContext context) : context_(context) {}

    Expression expression(Grammar::ExpressionContext& rule) {
        const auto parts = rule.disjunction();
        Expression value = disjunction(*parts[0]);
        if (parts.size() == 1)
            return value;
        Expression condition = disjunction(*parts[1]);
        Expression otherwise = expression(*rule.expression());
        return {span(rule), Conditional{std::move(value), std::move(condition), std::move(otherwise)}};
    }

    Expression disjunction(Grammar::DisjunctionContext& rule) {
        const auto parts = rule.conjunction();
        if (parts.size() == 1)
            return conjunction(*parts[0]);
        Logical logical{LogicalOperator::disjunction, {}};
        for (Grammar::ConjunctionContext* part : parts)
            logical.operands.push_back(conjunction(*part));
        return {span(rule), std::move(logical)};
    }

    Expression conjunction(Grammar::ConjunctionContext& rule) {
        const auto parts = rule.negation();
        if (parts.size() == 1)
            return negation(*parts[0]);
        Logical logical{LogicalOperator::conjunction, {}};
        for (Grammar::NegationContext* part : parts)
            logical.operands.push_back(negation(*part));
        return {span(rule), std::move(logical)};
    }

    Expression negation(Grammar::NegationContext& rule) {
        if (rule.comparison() != nullptr)
            return comparison(*rule.comparison());
        return {span(rule), Unary{UnaryOperator::logical_not, span(*rule.start), negation(*rule.negation())}};
    }

    Expression comparison(Grammar::ComparisonContext& rule) {
        const auto parts = rule.arithmetic();
        if (parts.size() == 1)
            return arithmetic(*parts[0]);
        Comparison chain;
        for (Grammar::ArithmeticContext* part : parts)
            chain.operands.push_back(arithmetic(*part));
        for (Grammar::ComparatorContext* part : rule.comparator()) {
            chain.operators.push_back(comparator_of(part->start->getType()));
            chain.operator_spans.push_back(span(*part));
        }
        return {span(rule), std::move(chain)};
    }

    Expression arithmetic(Grammar::ArithmeticContext& rule) {
        if (context_.depth == depth_limit)
            throw TooDeep{span(*rule.start)};
        ++context_.depth;
        Expression result = operation(rule);
        --context_.depth;
        return result;
    }

    Expression operation(Grammar::ArithmeticContext& rule) {
        if (auto* variable = dynamic_cast<Grammar::VariableContext*>(&rule))
            return {span(rule), build_name(*variable->name(), context_)};
        if (dynamic_cast<Grammar::NumberContext*>(&rule) != nullptr)
            return {span(rule), Number{value_of(text(rule), span(rule)), text(rule)}};
        if (auto* indexed = dynamic_cast<Grammar::IndexedContext*>(&rule))
            return {span(rule),
                    Indexed{arithmetic(*indexed->arithmetic()), build_indices(*indexed->indices(), context_)}};
        if (auto* product = dynamic_cast<Grammar::ProductContext*>(&rule))
            return binary(rule, product->arithmetic(),
                          product->DIVIDE() != nullptr ? BinaryOperator::divide : BinaryOperator::multiply);
        if (auto* sum = dynamic_cast<Grammar::SumContext*>(&rule))
            return binary(rule, sum->arithmetic(),
                          sum->PLUS() != nullptr ? BinaryOperator::add : BinaryOperator::subtract);
        if (auto* power = dynamic_cast<Grammar::PowerContext*>(&rule))
            return binary(rule, power->arithmetic(), BinaryOperator::power);
        if (auto* call = dynamic_cast<Grammar::CallContext*>(&rule))
            return this->call(*call);
        if (auto* grouping = dynamic_cast<Grammar::GroupingContext*>(&rule))
            return group(*grouping);
        if (auto* sign = dynamic_cast<Grammar::SignContext*>(&rule))
            return {span(rule), Unary{sign_of(*sign), span(*rule.start), arithmetic(*sign->arithmetic())}};
        if (auto* member = dynamic_cast<Grammar::MemberContext*>(&rule))
            return {span(rule), Member{arithmetic(*member->arithmetic()), build_name(*member->word(), context_)}};
        if (auto* superscript = dynamic_cast<Grammar::SuperscriptContext*>(&rule))
            return raised(*superscript);
        if (auto* root = dynamic_cast<Grammar::RootContext*>(&rule))
            return {span(rule), Unary{UnaryOperator::root, span(*rule.start), arithmetic(*root->arithmetic())}};
        if (auto* array = dynamic_cast<Grammar::ArrayContext*>(&rule))
            return {span(rule), List{all(array->expression())}};
        if (dynamic_cast<Grammar::ImaginaryContext*>(&rule) != nullptr) {
            const std::string written = text(rule);
            return {span(rule),
                    Imaginary{value_of(std::string_view(written).substr(0, written.size() - 1), span(rule)), written}};
        }
        return {span(rule), String{build_string(*rule.start, context_)}};
    }

    std::vector<Expression> all(const std::vector<Grammar::ExpressionContext*>& rules) {
        std::vector<Expression> result;
        for (Grammar::ExpressionContext* rule : rules)
            result.push_back(expression(*rule));
        return result;
    }

    std::vector<Position> group(Grammar::GroupContext& rule) {
        std::vector<Position> result;
        for (Grammar::ArithmeticContext* part : rule.arithmetic())
            result.push_back(position(*part));
        return result;
    }

    Position position(Grammar::ArithmeticContext& rule) {
        auto* grouping = dynamic_cast<Grammar::GroupingContext*>(&rule);
        if (grouping != nullptr && grouping->expression().size() > 1)
            return {span(rule), all(grouping->expression())};
        Position single{span(rule), {}};
        single.coordinates.push_back(arithmetic(rule));
        return single;
    }

    ExpressionOrRange values(Grammar::ValuesContext& rule) {
        Expression first = expression(*rule.expression());
        const auto rest = rule.arithmetic();
        if (rest.empty())
            return first;
        Range range{span(rule), std::move(first), arithmetic(*rest[0]), std::nullopt};
        if (rest.size() > 1)
            range.step = arithmetic(*rest[1]);
        return range;
    }

private:
    [[nodiscard]] Span span(const antlr4::ParserRuleContext& rule) const { return context_.places.of(rule); }
    [[nodiscard]] Span span(const antlr4::Token& token) const { return context_.places.of(token); }
    [[nodiscard]] std::string text(const antlr4::ParserRuleContext& rule) const {
        return std::string(context_.places.source().text(span(rule)));
    }

    double value_of(std::string_view written, Span place) {
        std::string digits(written);
        std::erase(digits, '\'');
        double value = 0;
        const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (result.ec == std::errc::result_out_of_range)
            context_.diagnostics.report(Code::number_out_of_range, place, written);
        return value;
    }

    Expression binary(Grammar::ArithmeticContext& rule, const std::vector<Grammar::ArithmeticContext*>& operands,
                      BinaryOperator op) {
        auto* sign = dynamic_cast<antlr4::tree::TerminalNode*>(rule.children[1]);
        Expression left = arithmetic(*operands[0]);
        Expression right = arithmetic(*operands[1]);
        return {span(rule), Binary{op, span(*sign->getSymbol()), std::move(left), std::move(right)}};
    }

    Expression raised(Grammar::SuperscriptContext& rule) {
        const Span place = span(*rule.stop);
        std::string digits = plain_digits(context_.places.source().text(place));
        const bool negative = digits.front() == '-';
        if (negative)
            digits.erase(0, 1);
        Expression exponent{place, Number{value_of(digits, place), digits}};
        if (negative)
            exponent = Expression{place, Unary{UnaryOperator::minus, place, std::move(exponent)}};
        return {span(rule),
                Binary{BinaryOperator::power, place, arithmetic(*rule.arithmetic()), std::move(exponent), true}};
    }

    Expression group(Grammar::GroupingContext& rule) {
        std::vector<Expression> parts = all(rule.expression());
        if (parts.size() > 1)
            context_.diagnostics.report(Code::misplaced_tuple, span(rule))
                .help("write a list of values with square brackets: [a, b]");
        return {span(rule), Group{std::move(parts.front())}};
    }

    Expression call(Grammar::CallContext& rule) {
        Call call{arithmetic(*rule.arithmetic()), {}};
        for (Grammar::ArgumentContext* part : rule.argument()) {
            std::optional<Name> key;
            if (part->name() != nullptr)
                key = build_name(*part->name(), context_);
            call.arguments.push_back({span(*part), std::move(key), values(*part->values())});
        }
        return {span(rule), std::move(call)};
    }

    BuildContext context_;
};

} // namespace

Expression build_expression(antlr4::ParserRuleContext& rule, BuildContext context) {
    ExpressionBuilder builder(context);
    if (auto* expression = dynamic_cast<Grammar::ExpressionContext*>(&rule))
        return builder.expression(*expression);
    return builder.arithmetic(dynamic_cast<Grammar::ArithmeticContext&>(rule));
}

ExpressionOrRange build_values(antlr4::ParserRuleContext& values, BuildContext context) {
    return ExpressionBuilder(context).values(dynamic_cast<Grammar::ValuesContext&>(values));
}

Indices build_indices(antlr4::ParserRuleContext& rule, BuildContext context) {
    const auto groups = dynamic_cast<Grammar::IndicesContext&>(rule).group();
    ExpressionBuilder builder(context);
    Indices indices{context.places.of(rule), builder.group(*groups[0]), std::nullopt};
    if (groups.size() > 1)
        indices.columns = builder.group(*groups[1]);
    return indices;
}

Name build_name(antlr4::ParserRuleContext& rule, BuildContext context) {
    const Span span = context.places.of(rule);
    const std::string written(context.places.source().text(span));
    std::string text = normalize_name(written);
    // The signs for sum and product, which look like the letters Σ and Π, are these letters.
    if (text == "∑")
        text = "Σ";
    if (text == "∏")
        text = "Π";
    return {span, std::move(text), written};
}

std::string build_string(const antlr4::Token& token, BuildContext context) {
    const Span span = context.places.of(token);
    std::string_view text = context.places.source().text(span).substr(1);
    if (!text.empty() && text.back() == '"')
        text.remove_suffix(1);
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            result += text[i];
            continue;
        }
        const std::string_view escape = text.substr(i, 1 + first_code_point(text.substr(i + 1)).size);
        const std::uint32_t begin = span.begin + 1 + static_cast<std::uint32_t>(i);
        const char sign = text[++i];
        if (sign == 'n' || sign == 't')
            result += sign == 'n' ? '\n' : '\t';
        else if (sign == '"' || sign == '\\')
            result += sign;
        else
            context.diagnostics
                .report(Code::bad_escape, {span.source, begin, begin + static_cast<std::uint32_t>(escape.size())},
                        escape)
                .help("write `\\\\` for a backslash");
    }
    return result;
}

} // namespace nphys::syntax
