#include "compiler/dynamics/step_algebra.h"

#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "compiler/algebra/transform.h"

namespace nphys::dynamics {

namespace {

struct Fraction {
    std::int64_t numerator, denominator;
};

// By continued fractions; only if the quotient is the very same double.
std::optional<Fraction> small_fraction(double value) {
    std::int64_t before = 0, denominator_before = 1, numerator = 1, denominator = 0;
    double rest = value;
    for (int term = 0; term < 16 && std::abs(rest) < 1e9; ++term) {
        const auto whole = static_cast<std::int64_t>(std::floor(rest));
        const std::int64_t next = whole * numerator + before,
                           next_denominator = whole * denominator + denominator_before;
        before = numerator, denominator_before = denominator, numerator = next, denominator = next_denominator;
        if (std::abs(denominator) > 1'000'000)
            return std::nullopt;
        if (static_cast<double>(numerator) / static_cast<double>(denominator) == value)
            return Fraction{numerator, denominator};
        rest = 1 / (rest - static_cast<double>(whole));
    }
    return std::nullopt;
}

} // namespace

algebra::Expr coefficient(algebra::Pool& pool, double value) {
    const std::optional<Fraction> fraction = small_fraction(value);
    return fraction ? pool.rational(fraction->numerator, fraction->denominator) : pool.real(value);
}

algebra::Expr later(algebra::Pool& pool, double offset) {
    return pool.add({pool.time(), pool.multiply({coefficient(pool, offset), pool.step()})});
}

algebra::Expr at_time(algebra::Pool& pool, algebra::Expr expression, algebra::Expr time) {
    return time == pool.time() ? expression : algebra::replace(pool, expression, {{pool.time().id, time}});
}

algebra::Expr with_tensors(algebra::Pool& pool, algebra::Expr expression, const Renaming& renamed) {
    return algebra::rewrite(pool, expression, [&](algebra::Expr node) {
        const auto* element = pool.get<algebra::Element>(node);
        if (element == nullptr)
            return node;
        const auto found = renamed.find(element->tensor.value);
        return found == renamed.end() ? node
                                      : pool.element(found->second, std::vector<algebra::Place>(element->positions));
    });
}

std::string multiple_of_step(double factor) {
    const std::optional<Fraction> fraction = small_fraction(factor);
    if (!fraction)
        return fmt::format("{:.6g}*dt", factor);
    const std::string numerator = fraction->numerator == 1 ? "dt" : fmt::format("{}*dt", fraction->numerator);
    return fraction->denominator == 1 ? numerator : fmt::format("{}/{}", numerator, fraction->denominator);
}

} // namespace nphys::dynamics
