// Primitive functions: constants folded, inverse functions undone, signs taken out of odd and even ones.
#include <algorithm>
#include <array>
#include <cmath>

#include "compiler/algebra/edge_signs.h"
#include "compiler/algebra/like_terms.h"
#include "compiler/algebra/pool.h"
#include "compiler/algebra/simplify_complex.h"

namespace nphys::algebra {

namespace {

bool is_odd(Op op) {
    constexpr auto odd = std::to_array({Op::sin, Op::tan, Op::asin, Op::atan, Op::sinh, Op::tanh, Op::erf, Op::sign});
    return std::find(odd.begin(), odd.end(), op) != odd.end();
}
bool is_even(Op op) {
    return op == Op::cos || op == Op::cosh || op == Op::abs;
}
bool gives_truth(Op op) {
    return op >= Op::less && op <= Op::logical_not;
}

std::optional<Expr> fold_numbers(Pool& pool, Op op, const std::vector<Expr>& arguments) {
    std::array<double, 2> values{};
    for (std::size_t number = 0; number < arguments.size(); ++number) {
        const auto value = pool.number(arguments[number]);
        if (!value)
            return std::nullopt;
        values[number] = *value;
    }
    if ((op == Op::abs || op == Op::min || op == Op::max)) {
        const bool first = op == Op::abs ? values[0] >= 0 : op_value(op, values.data()) == values[0];
        if (op == Op::abs)
            return first ? arguments[0] : pool.negate(arguments[0]);
        return first ? arguments[0] : arguments[1];
    }
    const double result = op_value(op, values.data());
    return std::isfinite(result) ? std::optional(pool.real(result)) : std::nullopt;
}

// sin and cos of whole multiples of π/6, π/4 where the value is rational.
std::optional<Expr> fold_multiple_of_pi(Pool& pool, Op op, Expr argument) {
    if (op != Op::sin && op != Op::cos)
        return std::nullopt;
    const Term term = split_coefficient(pool, argument);
    const auto* turns = std::get_if<Rational>(&term.coefficient);
    if (turns == nullptr || pool.get<Pi>(term.rest) == nullptr || 6 % turns->denominator != 0)
        return std::nullopt;
    constexpr auto twice_sine = std::to_array<int>({0, 1, -9, 2, -9, 1, 0, -1, -9, -2, -9, -1}); // -9: irrational
    const std::int64_t twelfth =
        turns->numerator % (2 * turns->denominator) * (6 / turns->denominator) + (op == Op::cos ? 3 : 0);
    const int value = twice_sine[static_cast<std::size_t>((twelfth % 12 + 12) % 12)];
    return value == -9 ? std::nullopt : std::optional(pool.rational(value, 2));
}

std::optional<Expr> take_out_sign(Pool& pool, Op op, Expr argument) {
    const Term term = split_coefficient(pool, argument);
    const double coefficient = value_of(term.coefficient);
    if (op == Op::abs && !is_one(term.coefficient))
        return pool.multiply(
            {pool.constant(coefficient < 0 ? -term.coefficient : term.coefficient), pool.apply(op, {term.rest})});
    if (op == Op::sign && !is_one(term.coefficient))
        return pool.multiply({pool.integer(coefficient < 0 ? -1 : 1), pool.apply(op, {term.rest})});
    if (coefficient >= 0)
        return std::nullopt;
    const Expr mirrored = pool.apply(op, {pool.negate(argument)});
    return is_odd(op) ? pool.negate(mirrored) : mirrored;
}

std::optional<Expr> take_out_edge_sign(Pool& pool, Op op, Expr argument) {
    const auto sign = common_sign(pool, argument);
    if (!sign)
        return std::nullopt;
    const Expr without = pool.apply(op, {times_sign(pool, argument, *sign)});
    return is_odd(op) ? pool.multiply({*sign, without}) : without;
}

std::optional<Expr> undo_inverse(Pool& pool, Op op, Expr argument) {
    const auto* inner = pool.get<Apply>(argument);
    if (inner == nullptr)
        return std::nullopt;
    if (op == Op::exp && inner->op == Op::log)
        return inner->arguments[0];
    if (op == Op::log && inner->op == Op::exp && !pool.facts(argument).is_complex)
        return inner->arguments[0];
    if ((op == Op::abs || op == Op::floor || op == Op::sign) && inner->op == op)
        return argument;
    if (op == Op::abs && gives_truth(inner->op))
        return argument;
    return std::nullopt;
}

std::optional<Expr> decide_equal_arguments(Pool& pool, Op op, Expr argument) {
    switch (op) {
    case Op::min:
    case Op::max:
        return argument;
    case Op::less:
    case Op::greater:
    case Op::not_equal:
        return pool.integer(0);
    case Op::less_equal:
    case Op::greater_equal:
    case Op::equal:
        return pool.integer(1);
    default:
        return std::nullopt;
    }
}

bool is_truth(const Pool& pool, Expr expression) {
    const auto* apply = pool.get<Apply>(expression);
    return pool.is_one(expression) || pool.is_zero(expression) || (apply != nullptr && gives_truth(apply->op));
}

std::optional<Expr> decide_logic(Pool& pool, Op op, Expr left, Expr right) {
    if (op != Op::logical_and && op != Op::logical_or)
        return std::nullopt;
    if (left == right && is_truth(pool, left))
        return left;
    for (const auto& [known, other] : {std::pair{left, right}, std::pair{right, left}}) {
        const auto value = pool.number(known);
        if (!value)
            continue;
        if ((op == Op::logical_and) == (*value == 0))
            return pool.integer(op == Op::logical_and ? 0 : 1);
        if (is_truth(pool, other))
            return other;
    }
    return std::nullopt;
}

std::optional<Expr> simplify(Pool& pool, Op op, const std::vector<Expr>& arguments) {
    if (op == Op::sqrt)
        return pool.power(arguments[0], pool.rational(1, 2));
    if (auto value = fold_numbers(pool, op, arguments))
        return value;
    if (arguments.size() == 2) {
        if (arguments[0] == arguments[1]) {
            if (auto value = decide_equal_arguments(pool, op, arguments[0]))
                return value;
        }
        return decide_logic(pool, op, arguments[0], arguments[1]);
    }
    if (auto value = simplify_complex(pool, op, arguments[0]))
        return value;
    if (auto value = fold_multiple_of_pi(pool, op, arguments[0]))
        return value;
    if (is_odd(op) || is_even(op)) {
        if (auto value = take_out_edge_sign(pool, op, arguments[0]))
            return value;
        if (auto value = take_out_sign(pool, op, arguments[0]))
            return value;
    }
    return undo_inverse(pool, op, arguments[0]);
}

} // namespace

Expr Pool::apply(Op op, std::vector<Expr> arguments) {
    if (const auto value = simplify(*this, op, arguments))
        return *value;
    return intern(Apply{op, std::move(arguments)});
}

Expr Pool::select(Expr condition, Expr chosen, Expr otherwise) {
    if (const auto value = number(condition))
        return *value != 0 ? chosen : otherwise;
    if (chosen == otherwise)
        return chosen;
    return intern(Select{condition, chosen, otherwise});
}

} // namespace nphys::algebra
