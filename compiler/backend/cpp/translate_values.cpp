#include "compiler/backend/cpp/translate_values.h"

#include "compiler/backend/cpp/literals.h"

namespace nphys::backend::cpp {

using namespace loops;
using tree::atom;
using tree::binary;
using tree::ExpressionPtr;

// ---- Integers ----

ExpressionPtr IntegerWriter::operator()(IntegerId id) const {
    const Integer& integer = function.integers[id.index()];
    if (edges != nullptr && edges->neighbours.contains(id.value))
        return neighbour(integer);
    switch (integer.op) {
    case IntegerOp::constant:
        return atom(std::to_string(integer.value));
    case IntegerOp::variable:
        return atom(variable(integer.variable));
    case IntegerOp::argument:
        return atom(argument);
    case IntegerOp::threads:
        return atom("pool_.threads()");
    case IntegerOp::step:
        return atom(step);
    case IntegerOp::add:
        return sum(integer);
    case IntegerOp::subtract:
        return binary("-", (*this)(integer.a), (*this)(integer.b));
    case IntegerOp::multiply:
        return binary("*", (*this)(integer.a), (*this)(integer.b));
    case IntegerOp::divide:
    case IntegerOp::remainder:
        return division(integer);
    case IntegerOp::minimum:
    case IntegerOp::maximum:
        return extremum(integer);
    case IntegerOp::less:
    case IntegerOp::equal:
        return tree::call("std::int64_t", {condition(id)});
    case IntegerOp::load:
        return tree::subscript(atom(buffer(integer.buffer)), (*this)(integer.a));
    }
    return atom("0");
}

ExpressionPtr IntegerWriter::sum(const Integer& integer) const {
    const Integer& right = function.integers[integer.b.index()];
    if (right.op == IntegerOp::constant && right.value < 0) {
        return binary("-", (*this)(integer.a), atom(std::to_string(-right.value)));
    }
    return binary("+", (*this)(integer.a), (*this)(integer.b));
}

ExpressionPtr IntegerWriter::division(const Integer& integer) const {
    const bool divides = integer.op == IntegerOp::divide;
    if (facts.range(integer.a).low >= 0)
        return binary(divides ? "/" : "%", (*this)(integer.a), (*this)(integer.b));
    return tree::call(divides ? "numeric::floor_divide" : "numeric::floor_remainder",
                      {(*this)(integer.a), (*this)(integer.b)});
}

ExpressionPtr IntegerWriter::extremum(const Integer& integer) const {
    const char* callee = integer.op == IntegerOp::minimum ? "std::min<std::int64_t>" : "std::max<std::int64_t>";
    return tree::call(callee, {(*this)(integer.a), (*this)(integer.b)});
}

ExpressionPtr IntegerWriter::neighbour(const Integer& integer) const {
    const char* callee = integer.op == IntegerOp::remainder ? "numeric::wrapped"
                         : integer.op == IntegerOp::maximum ? "numeric::at_least"
                                                            : "numeric::at_most";
    const bool is_first = function.integers[integer.b.index()].op == IntegerOp::constant;
    return tree::call(callee, {atom(edges->name), (*this)(is_first ? integer.a : integer.b),
                               (*this)(is_first ? integer.b : integer.a)});
}

ExpressionPtr IntegerWriter::condition(IntegerId id) const {
    const Integer& integer = function.integers[id.index()];
    if (integer.op == IntegerOp::less)
        return binary("<", (*this)(integer.a), (*this)(integer.b));
    if (integer.op == IntegerOp::equal)
        return binary("==", (*this)(integer.a), (*this)(integer.b));
    if (integer.op == IntegerOp::multiply)
        return binary("&&", condition(integer.a), condition(integer.b));
    return binary("!=", (*this)(id), atom("0"));
}

// ---- Numbers ----

namespace {

ExpressionPtr converted(Type to, Type from, ExpressionPtr value) {
    if (to == Type::truth)
        return binary("!=", std::move(value), atom("0"));
    if (from == Type::truth)
        return tree::conditional(std::move(value), atom(literal(1, to)), atom(literal(0, to)));
    return tree::call(std::string("static_cast<") + std::string(cpp_type(to)) + ">", {std::move(value)});
}

} // namespace

ExpressionPtr arithmetic(Arithmetic op, Type result, Type first_argument, Arguments arguments) {
    switch (op) {
    case Arithmetic::add:
        return binary("+", arguments[0], arguments[1]);
    case Arithmetic::subtract:
        return binary("-", arguments[0], arguments[1]);
    case Arithmetic::multiply:
        return binary("*", arguments[0], arguments[1]);
    case Arithmetic::divide:
        return binary("/", arguments[0], arguments[1]);
    case Arithmetic::negate:
        return tree::unary("-", arguments[0]);
    case Arithmetic::fma:
        return tree::call("std::fma", std::move(arguments));
    case Arithmetic::square_root:
        return tree::call("std::sqrt", std::move(arguments));
    case Arithmetic::select:
        return tree::conditional(arguments[0], arguments[1], arguments[2]);
    case Arithmetic::convert:
        return converted(result, first_argument, arguments[0]);
    }
    return atom("0");
}

ExpressionPtr function_call(algebra::Op op, Arguments arguments) {
    using algebra::Op;
    const auto named = [&](const char* callee) { return tree::call(callee, arguments); };
    const auto infix = [&](const char* spelling) { return binary(spelling, arguments[0], arguments[1]); };
    switch (op) {
    case Op::abs:
        return named("std::abs");
    case Op::sign:
        return named("numeric::sign");
    case Op::floor:
        return named("std::floor");
    case Op::exp:
        return named("std::exp");
    case Op::log:
        return named("std::log");
    case Op::sqrt:
        return named("std::sqrt");
    case Op::sin:
        return named("std::sin");
    case Op::cos:
        return named("std::cos");
    case Op::tan:
        return named("std::tan");
    case Op::asin:
        return named("std::asin");
    case Op::acos:
        return named("std::acos");
    case Op::atan:
        return named("std::atan");
    case Op::atan2:
        return named("std::atan2");
    case Op::sinh:
        return named("std::sinh");
    case Op::cosh:
        return named("std::cosh");
    case Op::tanh:
        return named("std::tanh");
    case Op::sigmoid:
        return named("numeric::sigmoid");
    case Op::poisson_quantile:
        return named("numeric::poisson_quantile");
    case Op::erf:
        return named("std::erf");
    case Op::min:
        return named("numeric::minimum");
    case Op::max:
        return named("numeric::maximum");
    case Op::re:
    case Op::conj:
        return arguments[0];
    case Op::im:
        return named("numeric::imaginary_part");
    case Op::arg:
        return named("numeric::angle");
    case Op::less:
        return infix("<");
    case Op::less_equal:
        return infix("<=");
    case Op::greater:
        return infix(">");
    case Op::greater_equal:
        return infix(">=");
    case Op::equal:
        return infix("==");
    case Op::not_equal:
        return infix("!=");
    case Op::logical_and:
        return infix("&&");
    case Op::logical_or:
        return infix("||");
    case Op::logical_not:
        return tree::unary("!", arguments[0]);
    }
    return atom("0");
}

} // namespace nphys::backend::cpp
