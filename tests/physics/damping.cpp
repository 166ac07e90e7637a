// Damping and other local linear parts under the splittings, against closed solutions.

#include <array>
#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

struct State {
    double x, v;
};

State after(const std::string& laws, const std::string& scheme, double time, int steps) {
    Running model = running(
        fmt::format("model damped {} run {{ scheme = {} dt = {} steps = {} }}", laws, scheme, time / steps, steps));
    EXPECT_TRUE(model.good()) << model.error;
    if (!model.good())
        return {};
    model.advance(steps);
    return {model->field("x")[0], model->field("v")[0]};
}

void expect_order(const std::string& laws, const std::string& scheme, double time, State exact, double order) {
    const auto error = [&](int steps) {
        const State reached = after(laws, scheme, time, steps);
        return std::hypot(reached.x - exact.x, reached.v - exact.v);
    };
    EXPECT_NEAR(std::log2(error(100) / error(200)), order, 0.1) << scheme;
    EXPECT_LT(error(200), order == 2 ? 2e-3 : 1e-6) << scheme;
}

const std::string oscillator = "param γ = 0.3 param ω = 1.2 neuron x trainable v init x = 1 init v = 0.5\n"
                               "activation d/dt x = v\nlearning d/dt v = -ω^2*x - γ*v\n";

// x = e^{-γt/2} (x0 cos Ωt + (v0 + γ x0/2)/Ω sin Ωt), Ω² = ω² - γ²/4
State damped_oscillator(double t) {
    const double gamma = 0.3, omega = std::sqrt(1.2 * 1.2 - gamma * gamma / 4), b = (0.5 + gamma / 2) / omega;
    const double size = std::exp(-gamma * t / 2), c = std::cos(omega * t), s = std::sin(omega * t);
    const double x = size * (c + b * s);
    return {x, -gamma / 2 * x + size * omega * (b * c - s)};
}

TEST(Damping, oscillator_follows_its_closed_solution_with_the_order_of_the_scheme) {
    expect_order(oscillator, "leapfrog", 5, damped_oscillator(5), 2);
    expect_order(oscillator, "drift_kick_drift", 5, damped_oscillator(5), 2);
    expect_order(oscillator, "yoshida4", 5, damped_oscillator(5), 4);
}

TEST(Damping, that_depends_on_time_is_read_at_the_middle) {
    const std::string laws = "neuron x trainable v init x = 1 init v = 1\n"
                             "activation d/dt x = v + 0.5*sin(t)*x\nlearning d/dt v = -x - cos(t)*v\n";
    const State exact = after(laws, "rk4", 4, 20000);
    expect_order(laws, "leapfrog", 4, exact, 2);
    expect_order(laws, "drift_kick_drift", 4, exact, 2);
    expect_order(laws, "yoshida4", 4, exact, 4);
}

// What a law moves by its local part alone, it moves exactly, whatever the step: rotations, growth, shears, all at
// once.
TEST(LocalParts, alone_are_exact_at_any_step) {
    for (const auto& [a, b, c, d] : {std::array{0.3, -0.8, 0.9, -0.1}, std::array{-0.2, 0.4, 0.5, 0.1},
                                     std::array{0.2, 0.7, 0.0, 0.2}, std::array{-0.5, 0.0, 0.0, 0.25}}) {
        const std::string laws =
            fmt::format("param a = {} param b = {} param c = {} param d = {} neuron x, v init x = 1 init v = -0.5\n"
                        "activation d/dt x = a*x + b*v\nactivation d/dt v = c*x + d*v\n",
                        a, b, c, d);
        const State exact = after(laws, "rk4", 3, 3000);
        for (const int steps : {1, 3, 10}) {
            const State reached = after(laws, "leapfrog", 3, steps);
            EXPECT_NEAR(reached.x, exact.x, 1e-10) << a << " " << b << " " << c << " " << d;
            EXPECT_NEAR(reached.v, exact.v, 1e-10) << a << " " << b << " " << c << " " << d;
        }
    }
}

} // namespace
} // namespace nphys::test
