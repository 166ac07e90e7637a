// Integers of a FunctionBuilder: constants folded, sums kept as `rest + constant`, equal expressions given one id.
#include "compiler/loops/build.h"
#include "compiler/loops/integers.h"

namespace nphys::loops {

IntegerId FunctionBuilder::intern(const Integer& integer) {
    const IntegerKey key{integer.op,           integer.value,   integer.variable.value,
                         integer.buffer.value, integer.a.value, integer.b.value};
    const auto [entry, is_new] =
        interned_.try_emplace(key, IntegerId(static_cast<std::uint32_t>(function_.integers.size())));
    if (is_new)
        function_.integers.push_back(integer);
    return entry->second;
}

IntegerId FunctionBuilder::integer(std::int64_t value) {
    Integer result;
    result.value = value;
    return intern(result);
}

IntegerId FunctionBuilder::variable(VariableId variable) {
    Integer result;
    result.op = IntegerOp::variable;
    result.variable = variable;
    return intern(result);
}

IntegerId FunctionBuilder::argument() {
    Integer result;
    result.op = IntegerOp::argument;
    return intern(result);
}

IntegerId FunctionBuilder::threads() {
    Integer result;
    result.op = IntegerOp::threads;
    return intern(result);
}

IntegerId FunctionBuilder::step() {
    Integer result;
    result.op = IntegerOp::step;
    return intern(result);
}

IntegerId FunctionBuilder::load_integer(BufferId buffer, IntegerId index) {
    Integer result;
    result.op = IntegerOp::load;
    result.buffer = buffer;
    result.a = index;
    return intern(result);
}

IntegerId FunctionBuilder::fold_or_intern(IntegerOp op, IntegerId a, IntegerId b) {
    if (is_constant(a) && is_constant(b))
        return integer(integer_value(op, constant_of(a), constant_of(b)));
    Integer result;
    result.op = op;
    result.a = a;
    result.b = b;
    return intern(result);
}

IntegerId FunctionBuilder::add(IntegerId a, IntegerId b) {
    if (is_constant(a))
        std::swap(a, b);
    if (!is_constant(b)) {
        // (x + 1) + y and x + (y + 1) become (x + y) + 1, so that constants meet.
        for (const IntegerId side : {a, b}) {
            const Integer inner = function_.integers[side.index()];
            const IntegerId other = side == a ? b : a;
            if (inner.op == IntegerOp::add && is_constant(inner.b))
                return add(add(inner.a, other), inner.b);
        }
        if (b < a)
            std::swap(a, b);
        return fold_or_intern(IntegerOp::add, a, b);
    }
    if (constant_of(b) == 0)
        return a;
    const Integer inner = function_.integers[a.index()];
    if (inner.op == IntegerOp::add && is_constant(inner.b)) {
        return add(inner.a, integer(constant_of(inner.b) + constant_of(b)));
    }
    return fold_or_intern(IntegerOp::add, a, b);
}

IntegerId FunctionBuilder::subtract(IntegerId a, IntegerId b) {
    if (is_constant(b))
        return add(a, integer(-constant_of(b)));
    if (a == b)
        return integer(0);
    return fold_or_intern(IntegerOp::subtract, a, b);
}

IntegerId FunctionBuilder::multiply(IntegerId a, IntegerId b) {
    if (is_constant(a))
        std::swap(a, b);
    if (is_constant(b)) {
        const std::int64_t factor = constant_of(b);
        if (factor == 0)
            return b;
        if (factor == 1)
            return a;
        const Integer inner = function_.integers[a.index()];
        const bool has_constant = inner.b.valid() && is_constant(inner.b);
        if (inner.op == IntegerOp::add && has_constant) {
            return add(multiply(inner.a, b), integer(constant_of(inner.b) * factor));
        }
        if (inner.op == IntegerOp::multiply && has_constant)
            return multiply(inner.a, integer(constant_of(inner.b) * factor));
    } else if (b < a) {
        std::swap(a, b);
    }
    return fold_or_intern(IntegerOp::multiply, a, b);
}

IntegerId FunctionBuilder::divide(IntegerId a, IntegerId b) {
    if (is_constant(b) && constant_of(b) == 1)
        return a;
    return fold_or_intern(IntegerOp::divide, a, b);
}

IntegerId FunctionBuilder::remainder(IntegerId a, IntegerId b) {
    if (is_constant(b) && constant_of(b) == 1)
        return integer(0);
    return fold_or_intern(IntegerOp::remainder, a, b);
}

IntegerId FunctionBuilder::minimum(IntegerId a, IntegerId b) {
    return a == b ? a : fold_or_intern(IntegerOp::minimum, a, b);
}
IntegerId FunctionBuilder::maximum(IntegerId a, IntegerId b) {
    return a == b ? a : fold_or_intern(IntegerOp::maximum, a, b);
}
IntegerId FunctionBuilder::less(IntegerId a, IntegerId b) {
    return a == b ? integer(0) : fold_or_intern(IntegerOp::less, a, b);
}
IntegerId FunctionBuilder::equal(IntegerId a, IntegerId b) {
    return a == b ? integer(1) : fold_or_intern(IntegerOp::equal, a, b);
}

VariableId FunctionBuilder::fresh_variable(std::string name) {
    function_.variables.push_back(std::move(name));
    return VariableId(static_cast<std::uint32_t>(function_.variables.size() - 1));
}

IntegerId FunctionBuilder::let(std::string name, IntegerId value) {
    const IntegerOp op = function_.integers[value.index()].op;
    if (op == IntegerOp::constant || op == IntegerOp::variable)
        return value;
    const VariableId result = fresh_variable(std::move(name));
    write(Let{result, value});
    return variable(result);
}

} // namespace nphys::loops
