// Exact propagation against closed forms and against steps: any number of steps at once is what the steps give one by one.

#include <cmath>
#include <numbers>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

double largest(const std::vector<double>& values) {
    double result = 0;
    for (const double value : values) result = std::max(result, std::abs(value));
    return result;
}

// A standing wave on a ring, or on one that changes its sign: ω² = m² + 4 sin²(k/2), k = 2πj/N or 2π(j + ½)/N.
TEST(ExactPropagation, follows_the_continuous_law_for_a_million_periods) {
    for (const bool antiperiodic : {false, true}) {
        const int sites = 30;
        const double k = 2 * std::numbers::pi * (antiperiodic ? 3.5 : 3.0) / sites, m = 0.4;
        Running wave = running(fmt::format("model wave use lattice lattice line(x) = {}({}) index i in line neuron φ[i] trainable π[i]\n"
                                           "loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/2*{}^2*φ[i]^2 activation φ[i] ← φ[i] + π[i] learning π descends H\n"
                                           "init φ = cos({:.17g}*x + 0.2) run {{ scheme = exact dt = 12.5 steps = 400'000 }}",
                                           antiperiodic ? "antiperiodic" : "periodic", sites, m, k));
        ASSERT_TRUE(wave.good()) << wave.error;
        const std::vector<double> start = wave->field("φ");
        const double omega = std::sqrt(m * m + 4 * std::pow(std::sin(k / 2), 2));
        for (const std::int64_t steps : {1, 79, 399'920}) wave.advance(steps);
        EXPECT_EQ(wave->step(), 400'000);
        const double phase = std::fmod(omega * 12.5 * 400'000, 2 * std::numbers::pi);
        for (std::size_t n = 0; n < start.size(); ++n) EXPECT_NEAR(wave->field("φ")[n], std::cos(phase) * start[n], 1e-8);      // 5e6 radians, each rounded
    }
}

// Sources that differ from site to site and do not change: the forced wave settles nowhere, but is known.
TEST(ExactPropagation, adds_what_is_the_same_at_all_times) {
    const auto forced = [](const std::string& scheme, int steps) {
        Running field = running(fmt::format("model forced use lattice lattice plane(x, y) = periodic(6) × antiperiodic(5) index i in plane index a in 1..2\n"
                                            "neuron φ[i,a] trainable π[i,a]\n"
                                            "activation d/dt φ[i,a] = π[i,a] - 0.1*φ[i + e[1],a] + sin(x)*a\n"
                                            "learning d/dt π[i,a] = φ[i + e[2],1] - 2*φ[i,a] + φ[i - e[2],2] - 0.3*π[i,a] + 0.2*y\n"
                                            "init φ[i,a] = cos(x)*a run {{ scheme = {} dt = 0.05 steps = {} }}", scheme, steps));
        EXPECT_TRUE(field.good()) << field.error;
        field.advance(steps);
        std::vector<double> values = field->field("φ");
        for (const double value : field->field("π")) values.push_back(value);
        return values;
    };
    for (const std::string scheme : {"euler", "rk4"})
        EXPECT_LT(distance(forced(fmt::format("exact({})", scheme), 137), forced(scheme, 137)), 1e-12) << scheme;
    EXPECT_LT(distance(forced("exact", 137), forced("rk4", 137)), 1e-6);
}

// d/dt q = -k q + f: q(t) = f/k + (q₀ - f/k) e^(-kt), for numbers without a lattice; the neuron c has no law.
TEST(ExactPropagation, takes_numbers_without_a_lattice) {
    Running decay = running("model decay neuron q, c activation d/dt q = -3*q + c init q = 1 init c = 2 run { scheme = exact dt = 0.1 steps = 10 }");
    ASSERT_TRUE(decay.good()) << decay.error;
    decay.advance(10);
    EXPECT_NEAR(decay->field("q").front(), 2.0 / 3 + std::exp(-3.0) / 3, 1e-14);
    EXPECT_EQ(decay->field("c").front(), 2);
}

TEST(ExactPropagation, is_the_same_however_the_steps_are_counted_out) {
    const std::string text = "model wave use lattice lattice space(x, y, z) = periodic(4, 5, 6) index i in space neuron φ[i] trainable π[i]\n"
                             "loss H = -1/2*φ[i]*laplacian(φ)[i] activation φ[i] ← φ[i] + π[i] learning π descends H\n"
                             "init φ = exp(-(x-2)^2 - (y-2)^2 - (z-3)^2) run { scheme = exact(leapfrog) dt = 0.2 steps = 1000 }";
    Running whole = running(text), parts = running(text);
    ASSERT_TRUE(whole.good()) << whole.error;
    whole.advance(1000);
    for (int part = 0; part < 10; ++part) parts.advance(100);
    EXPECT_LT(distance(parts->field("φ"), whole->field("φ")), 1e-12);
    EXPECT_GT(largest(whole->field("φ")), 0.01);
}

} // namespace
} // namespace nphys::test
