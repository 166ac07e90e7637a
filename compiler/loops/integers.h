// Arithmetic of integer expressions, the one definition for folding and interpreting.
// Goes in: an operation with two operands and their values. Comes out: the value. divide and remainder round down
// (b > 0):  divide(-1, 4) == -1,  remainder(-1, 4) == 3.
#pragma once

#include <algorithm>
#include <cstdint>

#include "compiler/loops/loops.h"

namespace nphys::loops {

[[nodiscard]] constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    const std::int64_t quotient = a / b;
    return a % b < 0 ? quotient - 1 : quotient;
}

[[nodiscard]] constexpr std::int64_t floor_remainder(std::int64_t a, std::int64_t b) {
    const std::int64_t rest = a % b;
    return rest < 0 ? rest + b : rest;
}

[[nodiscard]] constexpr std::int64_t integer_value(IntegerOp op, std::int64_t a, std::int64_t b) {
    switch (op) {
    case IntegerOp::add:
        return a + b;
    case IntegerOp::subtract:
        return a - b;
    case IntegerOp::multiply:
        return a * b;
    case IntegerOp::divide:
        return floor_divide(a, b);
    case IntegerOp::remainder:
        return floor_remainder(a, b);
    case IntegerOp::minimum:
        return std::min(a, b);
    case IntegerOp::maximum:
        return std::max(a, b);
    case IntegerOp::less:
        return a < b ? 1 : 0;
    case IntegerOp::equal:
        return a == b ? 1 : 0;
    case IntegerOp::constant:
    case IntegerOp::variable:
    case IntegerOp::argument:
    case IntegerOp::threads:
    case IntegerOp::step:
    case IntegerOp::load:
        return 0; // leaves have no operands
    }
    return 0;
}

} // namespace nphys::loops
