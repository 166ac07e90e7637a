#include "compiler/backend/cpp/print.h"

#include <array>
#include <fmt/format.h>
#include <sstream>
#include <utility>

namespace nphys::backend::cpp {

namespace {

constexpr std::size_t line_width = 120;

enum Precedence : int {
    lowest,
    conditional_level,
    or_level,
    and_level,
    equality,
    relation,
    sum,
    product,
    prefix,
    postfix
};

int precedence_of(const std::string& op) {
    constexpr std::array<std::pair<std::string_view, int>, 13> levels = {{{"||", or_level},
                                                                          {"&&", and_level},
                                                                          {"==", equality},
                                                                          {"!=", equality},
                                                                          {"<", relation},
                                                                          {"<=", relation},
                                                                          {">", relation},
                                                                          {">=", relation},
                                                                          {"+", sum},
                                                                          {"-", sum},
                                                                          {"*", product},
                                                                          {"/", product},
                                                                          {"%", product}}};
    for (const auto& [spelling, level] : levels) {
        if (op == spelling)
            return level;
    }
    return lowest;
}

std::string text_of(const tree::Expression& expression, int context);

std::string in_parentheses(std::string text, bool wanted) {
    return wanted ? "(" + std::move(text) + ")" : text;
}

std::string text_of(const tree::Atom& atom, int context) {
    return in_parentheses(atom.text, context >= prefix && atom.text.front() == '-');
}

std::string text_of(const tree::Unary& unary, int context) {
    const std::string operand = text_of(*unary.operand, prefix);
    // `--x` would be a decrement.
    return in_parentheses(unary.op + in_parentheses(operand, operand.front() == unary.op.front()), prefix < context);
}

// Sums and products associate to the left, and floating-point ones not otherwise: right operands are shut off. Of
// logic, compilers ask for parentheses around `&&` in `||` and around comparisons in comparisons.
std::string text_of(const tree::Binary& binary, int context) {
    const int level = precedence_of(binary.op);
    int left_level = level, right_level = level + 1;
    if (level == equality || level == relation)
        left_level = right_level = sum;
    if (level == or_level) {
        const auto* left = std::get_if<tree::Binary>(&binary.left->node);
        left_level = left != nullptr && left->op == "||" ? or_level : equality;
        right_level = equality;
    }
    std::string text =
        fmt::format("{} {} {}", text_of(*binary.left, left_level), binary.op, text_of(*binary.right, right_level));
    return in_parentheses(std::move(text), level < context);
}

std::string text_of(const tree::Call& call, int) {
    std::string arguments;
    for (const tree::ExpressionPtr& argument : call.arguments) {
        if (!arguments.empty())
            arguments += ", ";
        arguments += text_of(*argument, lowest);
    }
    return fmt::format("{}({})", call.callee, arguments);
}

std::string text_of(const tree::Subscript& subscript, int) {
    return fmt::format("{}[{}]", text_of(*subscript.array, postfix), text_of(*subscript.index, lowest));
}

std::string text_of(const tree::Conditional& choice, int context) {
    return in_parentheses(fmt::format("{} ? {} : {}", text_of(*choice.condition, or_level),
                                      text_of(*choice.yes, or_level), text_of(*choice.no, or_level)),
                          context > lowest);
}

std::string text_of(const tree::Expression& expression, int context) {
    return std::visit([context](const auto& node) { return text_of(node, context); }, expression.node);
}

// ---- Statements ----

std::string indentation(int depth) {
    return std::string(static_cast<std::size_t>(4 * depth), ' ');
}

// Breaks at blanks: after a blank C++ may always go on in the next line.
std::string wrapped(const std::string& line, int depth) {
    std::string result, rest = indentation(depth) + line;
    const std::string further = indentation(depth + 2);
    while (rest.size() > line_width) {
        const std::size_t cut = rest.rfind(' ', line_width);
        if (cut == std::string::npos || cut <= further.size())
            break;
        result += rest.substr(0, cut) + "\n";
        rest = further + rest.substr(cut + 1);
    }
    return result + rest + "\n";
}

class BodyPrinter {
public:
    std::string text;

    void print(const tree::Body& body, int depth) {
        for (const tree::Statement& statement : body) {
            std::visit([&](const auto& node) { print_node(node, depth); }, statement.node);
        }
    }

private:
    void line(const std::string& content, int depth) { text += wrapped(content, depth); }

    void print_node(const tree::Declare& declare, int depth) {
        const std::string value = declare.value ? " = " + cpp::print(*declare.value) : "";
        line(fmt::format("{} {}{};", declare.type, declare.name, value), depth);
    }
    void print_node(const tree::Assign& assign, int depth) {
        line(fmt::format("{} = {};", cpp::print(*assign.target), cpp::print(*assign.value)), depth);
    }
    void print_node(const tree::Evaluate& evaluate, int depth) { line(cpp::print(*evaluate.expression) + ";", depth); }
    void print_node(const tree::Return& result, int depth) {
        line(fmt::format("return {};", cpp::print(*result.value)), depth);
    }
    void print_node(const tree::Comment& comment, int depth) { text += print_comment(comment.text, depth); }
    void print_node(const tree::For& loop, int depth) {
        if (loop.vector)
            line("VECTOR_LOOP", depth);
        const std::string also = loop.also ? " && " + text_of(*loop.also, equality) : "";
        line(fmt::format("for (std::int64_t {0} = {1}; {0} < {2}{3}; ++{0}) {{", loop.variable, cpp::print(*loop.begin),
                         text_of(*loop.end, sum), also),
             depth);
        print(*loop.body, depth + 1);
        line("}", depth);
    }
    void print_node(const tree::If& branch, int depth) {
        line(fmt::format("if ({}) {{", cpp::print(*branch.condition)), depth);
        print(*branch.body, depth + 1);
        line("}", depth);
    }
    void print_node(const tree::While& loop, int depth) {
        line(fmt::format("while ({}) {{", cpp::print(*loop.condition)), depth);
        print(*loop.body, depth + 1);
        line("}", depth);
    }
    void print_node(const tree::Scope& scope, int depth) {
        line("{", depth);
        print(*scope.body, depth + 1);
        line("}", depth);
    }
    void print_node(const tree::CallWithBody& call, int depth) {
        std::string arguments;
        for (const tree::ExpressionPtr& argument : call.arguments)
            arguments += cpp::print(*argument) + ", ";
        line(fmt::format("{}({}[{}]({}) {{", call.callee, arguments, call.captures, fmt::join(call.parameters, ", ")),
             depth);
        print(*call.body, depth + 1);
        line("});", depth);
    }
};

// ---- Classes ----

std::string heading(const tree::Function& function, const std::string& class_name) {
    const std::string result = function.result.empty() ? "" : function.result + " ";
    const std::string scope = class_name.empty() ? "" : class_name + "::";
    return fmt::format("{}{}{}({}){}", result, scope, function.name, fmt::join(function.parameters, ", "),
                       function.qualifiers);
}

std::string comment_before(const std::string& comment, int depth) {
    return comment.empty() ? "" : print_comment(comment, depth);
}

std::string print_data(const tree::DataMember& member, int depth) {
    const std::string value = member.value.empty() ? "" : " = " + member.value;
    const std::string comment = member.comment.empty() ? "" : " // " + member.comment;
    return indentation(depth) + fmt::format("{} {}{};{}\n", member.type, member.name, value, comment);
}

std::string print_member(const tree::DataMember& member) {
    return print_data(member, 1);
}
std::string print_member(const tree::Comment& comment) {
    return "\n" + print_comment(comment.text, 1);
}
std::string print_member(const tree::Struct& nested) {
    std::string text = comment_before(nested.comment, 1) + indentation(1) + fmt::format("struct {} {{\n", nested.name);
    for (const tree::DataMember& member : nested.members)
        text += print_data(member, 2);
    return text + indentation(1) + "};\n";
}
std::string print_member(const tree::Function& function) {
    if (function.body.empty() && function.initializers.empty()) {
        return comment_before(function.comment, 1) + wrapped(heading(function, "") + ";", 1);
    }
    return print_definition(function, "", 1);
}

std::string print_members(const std::vector<tree::Member>& members) {
    std::string text;
    for (const tree::Member& member : members) {
        text += std::visit([](const auto& node) { return print_member(node); }, member);
    }
    return text;
}

} // namespace

std::string print(const tree::Expression& expression) {
    return text_of(expression, lowest);
}

std::string print(const tree::Body& body, int depth) {
    BodyPrinter printer;
    printer.print(body, depth);
    return printer.text;
}

std::string print_comment(const std::string& text, int depth) {
    std::string result, line;
    const std::string begin = indentation(depth) + "//";
    std::istringstream lines(text);
    while (std::getline(lines, line)) {
        std::istringstream words(line);
        std::string word, current = begin;
        while (words >> word) {
            if (current.size() > begin.size() && current.size() + word.size() + 1 > line_width) {
                result += std::exchange(current, begin) + "\n";
            }
            current += " " + word;
        }
        // A backslash at the end would pull the next line into the comment.
        result += current + (current.back() == '\\' ? " .\n" : "\n");
    }
    return result;
}

std::string print_definition(const tree::Function& function, const std::string& class_name, int depth) {
    std::string initializers;
    for (const std::string& initializer : function.initializers) {
        initializers += (initializers.empty() ? " : " : ", ") + initializer;
    }
    const std::string begin =
        comment_before(function.comment, depth) + wrapped(heading(function, class_name) + initializers + " {", depth);
    if (function.body.empty())
        return begin.substr(0, begin.size() - 1) + "}\n";
    const std::string body = print(function.body, 0);
    const std::string one_line = begin.substr(0, begin.size() - 1) + " " + body.substr(0, body.size() - 1) + " }\n";
    const bool fits = class_name.empty() && function.body.size() == 1 && body.find('\n') == body.size() - 1;
    if (fits && one_line.size() <= line_width)
        return one_line;
    return begin + print(function.body, depth + 1) + indentation(depth) + "}\n";
}

std::string print_class(const tree::Class& declaration) {
    std::string text = comment_before(declaration.comment, 0) + fmt::format("class {} {{\npublic:\n", declaration.name);
    text += print_members(declaration.interface);
    text += "\nprivate:\n" + print_members(declaration.details);
    return text + "};\n";
}

} // namespace nphys::backend::cpp
