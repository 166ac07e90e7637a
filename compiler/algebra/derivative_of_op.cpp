#include "compiler/algebra/derivative_of_op.h"

#include <string_view>

namespace nphys::algebra {

namespace {

// An expression with its pool, so that ops.def can be written with operators.
struct Formula {
    Pool* pool;
    Expr value;
};

Formula operator+(Formula left, Formula right) {
    return {left.pool, left.pool->add({left.value, right.value})};
}
Formula operator-(Formula left, Formula right) {
    return {left.pool, left.pool->subtract(left.value, right.value)};
}
Formula operator*(Formula left, Formula right) {
    return {left.pool, left.pool->multiply({left.value, right.value})};
}
Formula operator/(Formula left, Formula right) {
    return {left.pool, left.pool->divide(left.value, right.value)};
}

} // namespace

Expr derivative_of_op(Pool& pool, Op op, const std::vector<Expr>& arguments, const std::vector<Expr>& derivatives) {
    using enum Op;
    const auto N = [&](std::int64_t number) { return Formula{&pool, pool.integer(number)}; };
    const auto F = [&](Op function, auto... formulas) {
        return Formula{&pool, pool.apply(function, {formulas.value...})};
    };
    const auto If = [&](Formula condition, Formula yes, Formula no) {
        return Formula{&pool, pool.select(condition.value, yes.value, no.value)};
    };
    const auto Pi_ = [&] { return Formula{&pool, pool.pi()}; };
    const Formula x{&pool, arguments.front()}, y{&pool, arguments.back()};
    const Formula dx{&pool, derivatives.front()}, dy{&pool, derivatives.back()};
    switch (op) {
#define NPHYS_OP(name, arity, spellings, latex, flops, derivative)                                                     \
    case Op::name:                                                                                                     \
        return (derivative).value;
#include "compiler/algebra/ops.def"
#undef NPHYS_OP
    }
    return pool.integer(0);
}

bool is_piecewise_constant(Op op) {
    switch (op) {
#define NPHYS_OP(name, arity, spellings, latex, flops, derivative)                                                     \
    case Op::name:                                                                                                     \
        return std::string_view(#derivative) == "N(0)";
#include "compiler/algebra/ops.def"
#undef NPHYS_OP
    }
    return false;
}

} // namespace nphys::algebra
