#include "compiler/algebra/number.h"

#include <cmath>
#include <limits>
#include <numeric>

namespace nphys::algebra {

namespace {

constexpr double largest_whole = 9007199254740992.0; // 2^53: above it doubles skip whole numbers

const Rational* exact(const Number& number) {
    return std::get_if<Rational>(&number);
}

std::optional<std::int64_t> product(std::int64_t left, std::int64_t right) {
    std::int64_t result = 0;
    if (__builtin_mul_overflow(left, right, &result) || result == std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return result;
}

std::optional<std::int64_t> sum(std::int64_t left, std::int64_t right) {
    std::int64_t result = 0;
    if (__builtin_add_overflow(left, right, &result) || result == std::numeric_limits<std::int64_t>::min())
        return std::nullopt;
    return result;
}

std::optional<std::int64_t> whole_root(std::int64_t value, std::int64_t degree) {
    if (value < 0 || degree > 62)
        return std::nullopt;
    const auto guess = static_cast<std::int64_t>(
        std::llround(std::pow(static_cast<double>(value), 1.0 / static_cast<double>(degree))));
    std::optional<std::int64_t> check = 1;
    for (std::int64_t k = 0; k < degree && check; ++k)
        check = product(*check, guess);
    return check == value ? std::optional(guess) : std::nullopt;
}

Number whole_power(Number base, std::int64_t exponent) {
    Number result = Rational{1, 1};
    for (; exponent > 0; exponent /= 2) {
        if (exponent % 2 == 1)
            result = result * base;
        if (exponent > 1)
            base = base * base;
    }
    return result;
}

std::optional<Number> finite(double value) {
    return std::isfinite(value) ? std::optional(real_number(value)) : std::nullopt;
}

std::optional<Number> rational_power(const Rational& base, const Rational& exponent) {
    const std::int64_t numerator = exponent.numerator, degree = exponent.denominator;
    if (base.numerator == 0)
        return numerator > 0 ? std::optional<Number>(base) : std::nullopt;
    Rational root = base;
    if (degree != 1) {
        const auto above = whole_root(base.numerator, degree), below = whole_root(base.denominator, degree);
        if (!above || !below)
            return std::nullopt;
        root = {*above, *below};
    }
    if (numerator < 0)
        root = root.numerator < 0 ? Rational{-root.denominator, -root.numerator}
                                  : Rational{root.denominator, root.numerator};
    const Number result = whole_power(root, std::abs(numerator));
    return std::isfinite(value_of(result)) ? std::optional(result) : std::nullopt;
}

} // namespace

Number rational_number(std::int64_t numerator, std::int64_t denominator) {
    if (numerator == std::numeric_limits<std::int64_t>::min() ||
        denominator == std::numeric_limits<std::int64_t>::min())
        return Real{static_cast<double>(numerator) / static_cast<double>(denominator)};
    const std::int64_t divisor = std::gcd(numerator, denominator) * (denominator < 0 ? -1 : 1);
    return Rational{numerator / divisor, denominator / divisor};
}

Number real_number(double value) {
    if (std::abs(value) <= largest_whole && std::nearbyint(value) == value)
        return Rational{static_cast<std::int64_t>(value), 1};
    return Real{value};
}

double value_of(const Number& number) {
    if (const Rational* rational = exact(number))
        return static_cast<double>(rational->numerator) / static_cast<double>(rational->denominator);
    return std::get<Real>(number).value;
}

bool is_zero(const Number& number) {
    return exact(number) != nullptr && exact(number)->numerator == 0;
}
bool is_one(const Number& number) {
    return number == Number(Rational{1, 1});
}

std::optional<std::int64_t> as_integer(const Number& number) {
    const Rational* rational = exact(number);
    return rational != nullptr && rational->denominator == 1 ? std::optional(rational->numerator) : std::nullopt;
}

Number operator+(const Number& left, const Number& right) {
    if (exact(left) != nullptr && exact(right) != nullptr) {
        const Rational a = *exact(left), b = *exact(right);
        const std::int64_t common = std::gcd(a.denominator, b.denominator);
        const auto first = product(a.numerator, b.denominator / common),
                   second = product(b.numerator, a.denominator / common);
        const auto denominator = product(a.denominator, b.denominator / common);
        const auto numerator = first && second ? sum(*first, *second) : std::nullopt;
        if (numerator && denominator)
            return rational_number(*numerator, *denominator);
    }
    return real_number(value_of(left) + value_of(right));
}

Number operator*(const Number& left, const Number& right) {
    if (exact(left) != nullptr && exact(right) != nullptr) {
        const Rational a = *exact(left), b = *exact(right);
        const std::int64_t across = std::gcd(a.numerator, b.denominator), back = std::gcd(b.numerator, a.denominator);
        const auto numerator = product(a.numerator / across, b.numerator / back);
        const auto denominator = product(a.denominator / back, b.denominator / across);
        if (numerator && denominator)
            return rational_number(*numerator, *denominator);
    }
    return real_number(value_of(left) * value_of(right));
}

Number operator-(const Number& number) {
    return Number(Rational{-1, 1}) * number;
}

std::optional<Number> power(const Number& base, const Number& exponent) {
    if (exact(base) != nullptr && exact(exponent) != nullptr)
        return rational_power(*exact(base), *exact(exponent));
    const double value = value_of(base), power = value_of(exponent);
    if (value < 0 && std::nearbyint(power) != power)
        return std::nullopt;
    return finite(std::pow(value, power));
}

} // namespace nphys::algebra
