// Integer powers: the one order of multiplications that every execution follows, so that all agree to the last bit.
// Goes in: x and n. Comes out: x^n.
//
// For n > 0, scan the bits of n from the lowest: keep square = x, x², x⁴, …; the result is the product, from the lowest
// set bit on, of the squares whose bit is set, `result = result * square`, the first of them taken as it is (no
// multiplication by 1). n == 0 gives 1. n < 0 gives 1 / x^|n|. Every product is rounded to the type of x.
//
// Examples: x³ = x * (x*x);  x⁴ = (x*x) * (x*x);  x⁵ = x * ((x*x) * (x*x));  x⁶ = (x*x) * ((x*x)*(x*x));  x⁻² =
// 1/(x*x). Emitted code gets the same sequence from `power_by_squaring` with its own notion of a product.
#pragma once

#include <cstdint>
#include <optional>

namespace nphys::loops {

// multiply(a, b) is called in the order above; used with numbers, with LLVM values, with C++ expressions. n > 0.
template <class Value, class Multiply>
[[nodiscard]] Value power_by_squaring(Value x, std::uint32_t n, Multiply&& multiply) {
    std::optional<Value> result;
    Value square = x;
    while (true) {
        if ((n & 1u) != 0)
            result = result ? multiply(*result, square) : square;
        n >>= 1u;
        if (n == 0)
            return *result;
        square = multiply(square, square);
    }
}

template <class Float>
[[nodiscard]] Float integer_power(Float x, std::int32_t n) {
    if (n == 0)
        return Float(1);
    const std::uint32_t magnitude = n < 0 ? 0u - static_cast<std::uint32_t>(n) : static_cast<std::uint32_t>(n);
    const Float result = power_by_squaring(x, magnitude, [](Float a, Float b) { return static_cast<Float>(a * b); });
    return n < 0 ? Float(1) / result : result;
}

} // namespace nphys::loops
