// The arithmetic of the interpreter: IEEE operations, each rounded to the type of its result.
// Goes in: operation, type of the result, arguments. Comes out: the value. f32 numbers are held exactly in a double.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::loops {

struct Number {
    double real = 0;          // f64, f32 and truth (0, 1)
    std::int64_t integer = 0; // i64
};

[[nodiscard]] Number rounded(double value, Type type);
[[nodiscard]] double arithmetic_value(Arithmetic op, Type type, const std::vector<double>& arguments);
// Functions of f32 numbers are computed in f64 and rounded once: at least as good as any library for f32.
[[nodiscard]] double call_value(algebra::Op op, Type type, const std::vector<double>& arguments);
[[nodiscard]] double power_value(Type type, double base, std::int32_t exponent);
[[nodiscard]] double power_value(Type type, double base, double exponent);
[[nodiscard]] double draw_value(const Draw& draw, Type type, std::int64_t seed, std::int64_t row, std::int64_t column,
                                std::int64_t step);

} // namespace nphys::loops
