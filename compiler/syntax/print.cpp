#include "compiler/syntax/print.h"

#include <fmt/format.h>

namespace nphys::syntax {

namespace {

// How strongly an expression holds together; a part that holds less than its place asks for is put in brackets.
enum class Level {
    conditional,
    disjunction,
    conjunction,
    negation,
    comparison,
    sum,
    product,
    sign,
    power,
    root,
    primary
};

Level level_of(const Expression& expression) {
    struct Visitor {
        Level operator()(const Conditional&) const { return Level::conditional; }
        Level operator()(const Logical& node) const {
            return node.op == LogicalOperator::disjunction ? Level::disjunction : Level::conjunction;
        }
        Level operator()(const Comparison&) const { return Level::comparison; }
        Level operator()(const Binary& node) const {
            switch (node.op) {
            case BinaryOperator::add:
            case BinaryOperator::subtract:
                return Level::sum;
            case BinaryOperator::multiply:
            case BinaryOperator::divide:
                return Level::product;
            case BinaryOperator::power:
                return Level::power;
            }
            return Level::primary;
        }
        Level operator()(const Unary& node) const {
            switch (node.op) {
            case UnaryOperator::logical_not:
                return Level::negation;
            case UnaryOperator::root:
                return Level::root;
            case UnaryOperator::minus:
            case UnaryOperator::plus:
                return Level::sign;
            }
            return Level::primary;
        }
        Level operator()(const Number& node) const { return node.value < 0 ? Level::sign : Level::primary; }
        Level operator()(const Imaginary&) const { return Level::primary; }
        Level operator()(const String&) const { return Level::primary; }
        Level operator()(const Name&) const { return Level::primary; }
        Level operator()(const Group&) const { return Level::primary; }
        Level operator()(const List&) const { return Level::primary; }
        Level operator()(const Member&) const { return Level::primary; }
        Level operator()(const Indexed&) const { return Level::primary; }
        Level operator()(const Call&) const { return Level::primary; }
    };
    return std::visit(Visitor{}, expression.node);
}

std::string_view sign_of(Comparator comparator) {
    switch (comparator) {
    case Comparator::less:
        return "<";
    case Comparator::less_equal:
        return "<=";
    case Comparator::greater:
        return ">";
    case Comparator::greater_equal:
        return ">=";
    case Comparator::equal:
        return "==";
    case Comparator::not_equal:
        return "!=";
    }
    return "";
}

std::string quoted(std::string_view text) {
    std::string result = "\"";
    for (const char sign : text) {
        if (sign == '"' || sign == '\\')
            result += '\\';
        result += sign == '\n' ? std::string("\\n") : sign == '\t' ? std::string("\\t") : std::string(1, sign);
    }
    return result + "\"";
}

std::string print_at(const Expression& expression, Level least, bool tight);

std::string print_positions(const std::vector<Position>& positions) {
    bool simple = true;
    std::vector<std::string> texts;
    for (const Position& position : positions) {
        std::string text;
        for (const Expression& coordinate : position.coordinates)
            text += (text.empty() ? "" : ",") + print_at(coordinate, Level::sum, true);
        simple = simple && text.find_first_of("+-*/([ ") == std::string::npos;
        texts.push_back(position.coordinates.size() > 1 ? "(" + text + ")" : text);
    }
    std::string result;
    for (const std::string& text : texts)
        result += (result.empty() ? "" : simple ? "," : ", ") + text;
    return result;
}

// `tight`: between index brackets sums are written without spaces.
struct Printer {
    bool tight = false;

    std::string operator()(const Number& node) const {
        return node.written.empty() ? fmt::format("{}", node.value) : node.written;
    }
    std::string operator()(const Imaginary& node) const {
        return node.written.empty() ? fmt::format("{}i", node.value) : node.written;
    }
    std::string operator()(const String& node) const { return quoted(node.value); }
    std::string operator()(const Name& node) const { return node.written.empty() ? node.text : node.written; }
    std::string operator()(const Group& node) const {
        return "(" + print_at(*node.inner, Level::conditional, tight) + ")";
    }
    std::string operator()(const List& node) const {
        std::string result;
        for (const Expression& element : node.elements)
            result += (result.empty() ? "" : ", ") + print_at(element, Level::conditional, false);
        return "[" + result + "]";
    }
    std::string operator()(const Member& node) const {
        return print_at(*node.base, Level::primary, tight) + "." + (*this)(node.member);
    }
    std::string operator()(const Indexed& node) const {
        return print_at(*node.base, Level::primary, tight) + print(node.indices);
    }
    std::string operator()(const Call& node) const {
        std::string result;
        for (const Argument& argument : node.arguments) {
            result += result.empty() ? "" : ", ";
            if (argument.key)
                result += (*this)(*argument.key) + " = ";
            result += print(argument.value);
        }
        return print_at(*node.callee, Level::primary, tight) + "(" + result + ")";
    }
    std::string operator()(const Unary& node) const {
        switch (node.op) {
        case UnaryOperator::logical_not:
            return "not " + print_at(*node.operand, Level::negation, tight);
        case UnaryOperator::root:
            return "√" + print_at(*node.operand, Level::root, tight);
        case UnaryOperator::minus:
            return "-" + print_at(*node.operand, Level::sign, tight);
        case UnaryOperator::plus:
            return "+" + print_at(*node.operand, Level::sign, tight);
        }
        return {};
    }
    std::string operator()(const Binary& node) const {
        const std::string_view space = tight ? "" : " ";
        switch (node.op) {
        case BinaryOperator::add:
            return fmt::format("{}{}+{}{}", left(node, Level::sum), space, space, right(node, Level::product));
        case BinaryOperator::subtract:
            return fmt::format("{}{}-{}{}", left(node, Level::sum), space, space, right(node, Level::product));
        case BinaryOperator::multiply:
            return fmt::format("{}*{}", left(node, Level::product), right(node, Level::sign));
        case BinaryOperator::divide:
            return fmt::format("{}/{}", left(node, Level::product), right(node, Level::sign));
        case BinaryOperator::power:
            return fmt::format("{}^{}", left(node, Level::root), right(node, Level::sign));
        }
        return {};
    }
    std::string operator()(const Comparison& node) const {
        std::string result = print_at(node.operands.front(), Level::sum, tight);
        for (std::size_t i = 0; i < node.operators.size(); ++i)
            result +=
                fmt::format(" {} {}", sign_of(node.operators[i]), print_at(node.operands[i + 1], Level::sum, tight));
        return result;
    }
    std::string operator()(const Logical& node) const {
        const bool disjunction = node.op == LogicalOperator::disjunction;
        std::string result;
        for (const Expression& operand : node.operands)
            result += (result.empty() ? ""
                       : disjunction  ? " or "
                                      : " and ") +
                      print_at(operand, disjunction ? Level::conjunction : Level::negation, tight);
        return result;
    }
    std::string operator()(const Conditional& node) const {
        return fmt::format("{} if {} else {}", print_at(*node.value, Level::disjunction, tight),
                           print_at(*node.condition, Level::disjunction, tight),
                           print_at(*node.otherwise, Level::conditional, tight));
    }

private:
    [[nodiscard]] std::string left(const Binary& node, Level least) const { return print_at(*node.left, least, tight); }
    [[nodiscard]] std::string right(const Binary& node, Level least) const {
        return print_at(*node.right, least, tight);
    }
};

std::string print_at(const Expression& expression, Level least, bool tight) {
    std::string text = std::visit(Printer{tight}, expression.node);
    return level_of(expression) < least ? "(" + text + ")" : text;
}

} // namespace

std::string print(const Expression& expression) {
    return print_at(expression, Level::conditional, false);
}

std::string print(const Range& range) {
    std::string result = print_at(*range.first, Level::sum, false) + ".." + print_at(*range.last, Level::sum, false);
    if (range.step)
        result += " by " + print_at(**range.step, Level::sum, false);
    return result;
}

std::string print(const ExpressionOrRange& values) {
    return std::visit([](const auto& value) { return print(value); }, values);
}

std::string print(const Indices& indices) {
    std::string result = "[" + print_positions(indices.rows);
    if (indices.columns)
        result += "; " + print_positions(*indices.columns);
    return result + "]";
}

std::string print(const Target& target) {
    return target.name.written + (target.indices ? print(*target.indices) : std::string());
}

} // namespace nphys::syntax
