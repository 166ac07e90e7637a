#include "compiler/loops/interpret_numbers.h"

#include <cmath>

#include "compiler/loops/power.h"
#include "runtime/abi.h"

namespace nphys::loops {

namespace {

template <class Float>
double compute(Arithmetic op, const std::vector<double>& arguments) {
    const auto argument = [&](std::size_t i) { return static_cast<Float>(arguments[i]); };
    switch (op) {
    case Arithmetic::add:
        return argument(0) + argument(1);
    case Arithmetic::subtract:
        return argument(0) - argument(1);
    case Arithmetic::multiply:
        return argument(0) * argument(1);
    case Arithmetic::divide:
        return argument(0) / argument(1);
    case Arithmetic::negate:
        return -argument(0);
    case Arithmetic::fma:
        return std::fma(argument(0), argument(1), argument(2));
    case Arithmetic::square_root:
        return std::sqrt(argument(0));
    case Arithmetic::select:
        return arguments[0] != 0 ? argument(1) : argument(2);
    case Arithmetic::convert:
        return argument(0);
    }
    return 0;
}

} // namespace

Number rounded(double value, Type type) {
    return {type == Type::f32 ? static_cast<double>(static_cast<float>(value)) : value, 0};
}

double arithmetic_value(Arithmetic op, Type type, const std::vector<double>& arguments) {
    if (op == Arithmetic::convert && type == Type::truth)
        return arguments[0] != 0 ? 1 : 0;
    return type == Type::f32 ? compute<float>(op, arguments) : compute<double>(op, arguments);
}

double call_value(algebra::Op op, Type type, const std::vector<double>& arguments) {
    return rounded(algebra::op_value(op, arguments.data()), type).real;
}

double power_value(Type type, double base, std::int32_t exponent) {
    return type == Type::f32 ? integer_power(static_cast<float>(base), exponent) : integer_power(base, exponent);
}

double draw_value(const Draw& draw, Type type, std::int64_t seed, std::int64_t row, std::int64_t column, std::int64_t step) {
    const bool normal = draw.distribution == Distribution::normal;
    if (type == Type::f32)
        return normal ? runtime::abi::nphys_normal_f32(seed, draw.stream, row, column, step)
                      : runtime::abi::nphys_uniform_f32(seed, draw.stream, row, column, step);
    return normal ? runtime::abi::nphys_normal(seed, draw.stream, row, column, step)
                  : runtime::abi::nphys_uniform(seed, draw.stream, row, column, step);
}

double power_value(Type type, double base, double exponent) {
    return rounded(std::pow(base, exponent), type).real;
}

} // namespace nphys::loops
