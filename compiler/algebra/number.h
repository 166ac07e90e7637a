#pragma once
// Constants: rationals, exact until numerator or denominator would overflow, then double precision.
// Example: 1/3 + 1/6 is 1/2; (2/3)^-2 is 9/4; 4^(1/2) is 2; 2^(1/2) has no exact value.

#include <cstdint>
#include <optional>
#include <variant>

namespace nphys::algebra {

// Lowest terms, denominator positive.
struct Rational {
    std::int64_t numerator, denominator;
    bool operator==(const Rational&) const = default;
};
struct Real {
    double value;
    bool operator==(const Real&) const = default;
};

using Number = std::variant<Rational, Real>;

[[nodiscard]] Number rational_number(std::int64_t numerator, std::int64_t denominator);   // denominator not 0
[[nodiscard]] Number real_number(double value);        // whole numbers become rationals
[[nodiscard]] double value_of(const Number& number);
[[nodiscard]] bool is_zero(const Number& number);
[[nodiscard]] bool is_one(const Number& number);
[[nodiscard]] std::optional<std::int64_t> as_integer(const Number& number);

[[nodiscard]] Number operator+(const Number& left, const Number& right);
[[nodiscard]] Number operator*(const Number& left, const Number& right);
[[nodiscard]] Number operator-(const Number& number);

// nullopt where the power is not a real number, not finite, or is irrational while both are exact.
[[nodiscard]] std::optional<Number> power(const Number& base, const Number& exponent);

} // namespace nphys::algebra
