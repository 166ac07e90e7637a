#include "compiler/algebra/evaluate_op.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nphys::algebra {

namespace {

using Value = std::complex<double>;

bool is_real(Value value) {
    return value.imag() == 0;
}

Value of_complex(Op op, Value x) {
    switch (op) {
    case Op::abs:
        return std::abs(x);
    case Op::exp:
        return std::exp(x);
    case Op::log:
        return std::log(x);
    case Op::sqrt:
        return std::sqrt(x);
    case Op::sin:
        return std::sin(x);
    case Op::cos:
        return std::cos(x);
    case Op::tan:
        return std::tan(x);
    case Op::asin:
        return std::asin(x);
    case Op::acos:
        return std::acos(x);
    case Op::atan:
        return std::atan(x);
    case Op::sinh:
        return std::sinh(x);
    case Op::cosh:
        return std::cosh(x);
    case Op::tanh:
        return std::tanh(x);
    case Op::sigmoid:
        return 1.0 / (1.0 + std::exp(-x));
    case Op::re:
        return x.real();
    case Op::im:
        return x.imag();
    case Op::conj:
        return std::conj(x);
    case Op::arg:
        return std::arg(x);
    case Op::logical_not:
        return x == Value(0) ? 1 : 0;
    default:
        return op_value(op, std::array{x.real(), 0.0}.data()); // ordered functions see the real part
    }
}

Value of_complex(Op op, Value x, Value y) {
    if (op == Op::equal)
        return x == y ? 1 : 0;
    if (op == Op::not_equal)
        return x != y ? 1 : 0;
    return op_value(op, std::array{x.real(), y.real()}.data());
}

} // namespace

std::complex<double> multiply(std::complex<double> left, std::complex<double> right) {
    return is_real(left) && is_real(right) ? Value(left.real() * right.real()) : left * right;
}

std::complex<double> evaluate_op(Op op, const std::vector<std::complex<double>>& arguments) {
    if (std::ranges::all_of(arguments, is_real)) {
        std::array<double, 2> values{};
        std::ranges::transform(arguments, values.begin(), [](Value value) { return value.real(); });
        return op_value(op, values.data());
    }
    return arguments.size() == 1 ? of_complex(op, arguments[0]) : of_complex(op, arguments[0], arguments[1]);
}

std::complex<double> evaluate_power(std::complex<double> base, std::complex<double> exponent, bool is_complex) {
    const bool is_whole = is_real(exponent) && std::nearbyint(exponent.real()) == exponent.real();
    if (is_real(base) && is_real(exponent) && (base.real() >= 0 || is_whole || !is_complex))
        return std::pow(base.real(), exponent.real());
    if (!is_whole || std::abs(exponent.real()) > 64)
        return std::pow(base, exponent);
    Value result = 1;
    for (int count = 0; count < static_cast<int>(std::abs(exponent.real())); ++count)
        result *= base;
    return exponent.real() < 0 ? 1.0 / result : result;
}

} // namespace nphys::algebra
