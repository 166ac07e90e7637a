#include "compiler/loops/print.h"

#include <fmt/format.h>

#include "compiler/loops/names.h"

namespace nphys::loops {

namespace {

enum Precedence : int { comparison = 1, sum = 2, product = 3, atom = 4 };

std::string_view role_name(BufferRole role) {
    switch (role) {
    case BufferRole::state:
        return "state";
    case BufferRole::constant:
        return "constant";
    case BufferRole::temporary:
        return "temporary";
    case BufferRole::output:
        return "output";
    }
    return "";
}

std::string_view combine_name(Combine combine) {
    switch (combine) {
    case Combine::sum:
        return "sum";
    case Combine::product:
        return "product";
    case Combine::maximum:
        return "maximum";
    case Combine::minimum:
        return "minimum";
    }
    return "";
}

std::string_view kind_name(LoopKind kind) {
    switch (kind) {
    case LoopKind::serial:
        return "for";
    case LoopKind::parallel:
        return "parallel";
    case LoopKind::vector:
        return "vector";
    }
    return "";
}

class FunctionPrinter {
public:
    FunctionPrinter(const Module& module, const Function& function)
        : module_(module), function_(function), variables_(unique_names(function.variables)) {}

    std::string text() {
        print_block(function_.body, 1);
        return fmt::format("function {} {{\n{}}}\n", function_.name, text_);
    }

    std::string integer(IntegerId id, int context = 0) const {
        const Integer& expression = function_.integers[id.index()];
        switch (expression.op) {
        case IntegerOp::constant:
            return std::to_string(expression.value);
        case IntegerOp::variable:
            return variables_[expression.variable.index()];
        case IntegerOp::argument:
            return "argument";
        case IntegerOp::threads:
            return "threads";
        case IntegerOp::step:
            return "step";
        case IntegerOp::add:
            return sum_text(expression, context);
        case IntegerOp::subtract:
            return infix(expression, " - ", sum, context);
        case IntegerOp::multiply:
            return infix(expression, "*", product, context);
        case IntegerOp::divide:
            return infix(expression, "/", product, context);
        case IntegerOp::remainder:
            return infix(expression, "%", product, context);
        case IntegerOp::less:
            return infix(expression, " < ", comparison, context);
        case IntegerOp::equal:
            return infix(expression, " == ", comparison, context);
        case IntegerOp::minimum:
            return fmt::format("min({}, {})", integer(expression.a), integer(expression.b));
        case IntegerOp::maximum:
            return fmt::format("max({}, {})", integer(expression.a), integer(expression.b));
        case IntegerOp::load:
            return fmt::format("{}[{}]", name(expression.buffer), integer(expression.a));
        }
        return "";
    }

private:
    std::string infix(const Integer& expression, std::string_view op, int precedence, int context) const {
        // Floor division does not reassociate: the right operand is always shut off.
        std::string text = integer(expression.a, precedence) + std::string(op) + integer(expression.b, precedence + 1);
        return precedence < context ? "(" + text + ")" : text;
    }

    std::string sum_text(const Integer& expression, int context) const {
        const Integer& right = function_.integers[expression.b.index()];
        if (right.op != IntegerOp::constant || right.value >= 0)
            return infix(expression, " + ", sum, context);
        std::string text = fmt::format("{} - {}", integer(expression.a, sum), -right.value);
        return sum < context ? "(" + text + ")" : text;
    }

    // ---- Statements ----

    void print_block(const Block& block, int depth) {
        for (const Statement& statement : block) {
            if (!statement.comment.empty())
                line(depth, "# " + statement.comment);
            std::visit([&](const auto& node) { print_node(node, depth); }, statement.node);
        }
    }

    void line(int depth, std::string_view text) {
        fmt::format_to(std::back_inserter(text_), "{:{}}{}\n", "", 2 * depth, text);
    }

    void print_node(const For& loop, int depth) {
        line(depth, fmt::format("{} {} in {}..{} {{", kind_name(loop.kind), variables_[loop.variable.index()],
                                integer(loop.begin), integer(loop.end)));
        print_block(*loop.body, depth + 1);
        line(depth, "}");
    }
    void print_node(const If& branch, int depth) {
        line(depth, fmt::format("if {} {{", integer(branch.condition)));
        print_block(*branch.body, depth + 1);
        line(depth, "}");
    }
    void print_node(const Repeat& repeat, int depth) {
        line(depth, fmt::format("repeat until {}, at most {} times {{", scalar(repeat.until), integer(repeat.most)));
        print_block(*repeat.body, depth + 1);
        line(depth, "}");
    }
    void print_node(const Let& let, int depth) {
        line(depth, fmt::format("let {} = {}", variables_[let.variable.index()], integer(let.value)));
    }
    void print_node(const Define& define, int depth) {
        const std::string value =
            std::visit([&](const auto& operation) { return operation_text(operation); }, define.operation);
        const std::string type = define.type == Type::f64 ? "" : fmt::format(": {}", type_name(define.type));
        line(depth, fmt::format("v{}{} = {}", define.value.value, type, value));
    }
    void print_node(const Store& store, int depth) {
        line(depth, fmt::format("{}[{}] = v{}{}", name(store.buffer), integer(store.index), store.value.value,
                                store.streaming ? " streaming" : ""));
    }
    void print_node(const SetScalar& set, int depth) {
        line(depth, fmt::format("{} = v{}", scalar(set.scalar), set.value.value));
    }
    void print_node(const Open& open, int depth) {
        line(depth, fmt::format("open a{}: {}", open.accumulator.value, combine_name(open.combine)));
    }
    void print_node(const Accumulate& accumulate, int depth) {
        line(depth, fmt::format("accumulate a{}: v{}", accumulate.accumulator.value, accumulate.value.value));
    }
    void print_node(const Swap& swap, int depth) {
        line(depth, fmt::format("swap {}, {}", name(swap.a), name(swap.b)));
    }
    void print_node(const AdvanceStep&, int depth) { line(depth, "advance step"); }
    void print_node(const CallService& call, int depth) {
        std::string arguments;
        for (const Argument& argument : call.arguments) {
            arguments +=
                (arguments.empty() ? "" : ", ") + std::visit([this](const auto& id) { return argument_text(id); }, argument);
        }
        line(depth, fmt::format("call {}({})", call.service, arguments));
    }

    std::string argument_text(const Address& address) const {
        return name(address.buffer) + (address.index.valid() ? " + " + integer(address.index) : "");
    }
    std::string argument_text(IntegerId id) const { return integer(id); }
    std::string argument_text(ValueId id) const { return fmt::format("v{}", id.value); }

    // ---- Numbers ----

    std::string operation_text(const Constant& constant) const { return print_number(constant.value); }
    std::string operation_text(const ReadScalar& read) const { return scalar(read.scalar); }
    std::string operation_text(const Load& load) const {
        return fmt::format("{}[{}]", name(load.buffer), integer(load.index));
    }
    std::string operation_text(const FromInteger& from) const {
        return fmt::format("number({})", integer(from.integer));
    }
    std::string operation_text(const ReadAccumulator& read) const {
        return fmt::format("read a{}", read.accumulator.value);
    }
    std::string operation_text(const Draw& draw) const {
        return fmt::format("{} of stream {} at ({}, {}) of step {}",
                           draw.distribution == Distribution::normal ? "normal" : "uniform", draw.stream,
                           integer(draw.row), integer(draw.column), integer(draw.step));
    }
    std::string operation_text(const IntegerPower& power) const {
        return fmt::format("v{}^{}", power.base.value, power.exponent);
    }
    std::string operation_text(const RealPower& power) const {
        return fmt::format("v{}^v{}", power.base.value, power.exponent.value);
    }
    std::string operation_text(const Call& call) const { return called(algebra::op_name(call.op), call.arguments); }
    std::string operation_text(const Compute& compute) const {
        const auto binary = [&](std::string_view op) {
            return fmt::format("v{} {} v{}", compute.arguments[0].value, op, compute.arguments[1].value);
        };
        switch (compute.op) {
        case Arithmetic::add:
            return binary("+");
        case Arithmetic::subtract:
            return binary("-");
        case Arithmetic::multiply:
            return binary("*");
        case Arithmetic::divide:
            return binary("/");
        case Arithmetic::negate:
            return fmt::format("-v{}", compute.arguments[0].value);
        case Arithmetic::fma:
            return called("fma", compute.arguments);
        case Arithmetic::square_root:
            return called("square_root", compute.arguments);
        case Arithmetic::select:
            return called("select", compute.arguments);
        case Arithmetic::convert:
            return called("convert", compute.arguments);
        }
        return "";
    }

    static std::string called(std::string_view function, const std::vector<ValueId>& arguments) {
        std::string list;
        for (const ValueId argument : arguments)
            list += fmt::format("{}v{}", list.empty() ? "" : ", ", argument.value);
        return fmt::format("{}({})", function, list);
    }

    const std::string& name(BufferId buffer) const { return module_.buffers[buffer.index()].name; }
    const std::string& scalar(ScalarId scalar) const { return module_.scalars[scalar.index()].name; }

    const Module& module_;
    const Function& function_;
    std::vector<std::string> variables_;
    std::string text_;
};

std::string described(const std::string& line, const std::string& origin) {
    return origin.empty() ? fmt::format("  {}\n", line) : fmt::format("  {:<40}# {}\n", line, origin);
}

} // namespace

std::string_view type_name(Type type) {
    switch (type) {
    case Type::f64:
        return "f64";
    case Type::f32:
        return "f32";
    case Type::i64:
        return "i64";
    case Type::truth:
        return "truth";
    }
    return "";
}

std::string print_number(double value) {
    return fmt::format("{}", value);
}

std::string print(const Module& module) {
    std::string text = fmt::format("module {} {{\n", module.name);
    for (const Buffer& buffer : module.buffers) {
        const std::string line =
            fmt::format("{} {}: {}[{}]", role_name(buffer.role), buffer.name, type_name(buffer.type), buffer.size);
        text += described(line, buffer.origin);
    }
    for (const ScalarSlot& scalar : module.scalars) {
        text += described(fmt::format("scalar {} = {}", scalar.name, print_number(scalar.initial)), scalar.origin);
    }
    text += "}\n";
    for (const Function& function : module.functions)
        text += "\n" + print(module, function);
    return text;
}

std::string print(const Module& module, const Function& function) {
    return FunctionPrinter(module, function).text();
}

std::string print(const Module& module, const Function& function, IntegerId integer) {
    return FunctionPrinter(module, function).integer(integer);
}

} // namespace nphys::loops
