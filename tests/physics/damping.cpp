// Damping and other local linear parts under the splittings, against closed solutions.

#include <array>
#include <cmath>
#include <functional>
#include <tuple>

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

// d/dt x = v + a(t) x, d/dt v = -k x + b(t) v, split by hand: the damping at the middle of its own half step, each factor in closed
// form. What a splitting makes of the law, and so the size of its error, follows from this alone.
struct Split {
    double k;
    std::function<double(double)> a, b;
    double velocity = 1; // at the start; x is 1

    [[nodiscard]] State after(const std::string& scheme, double time, int steps) const {
        State state{1, velocity};
        for (int n = 0; n < steps; ++n)
            step(scheme, state, time * n / steps, time / steps);
        return state;
    }

private:
    void local(State& s, double t, double h) const { s = {s.x * std::exp(h * a(t)), s.v * std::exp(h * b(t))}; }
    void step(const std::string& scheme, State& s, double t, double h) const {
        if (scheme == "yoshida4") {
            const double outer = 1 / (2 - std::cbrt(2.0)), inner = 1 - 2 * outer;
            step("leapfrog", s, t, outer * h);
            step("leapfrog", s, t + outer * h, inner * h);
            step("leapfrog", s, t + (outer + inner) * h, outer * h);
            return;
        }
        local(s, t + h / 4, h / 2);
        if (scheme == "leapfrog") {
            s.v -= k * h / 2 * s.x;
            s.x += h * s.v;
            s.v -= k * h / 2 * s.x;
        } else {
            s.x += h / 2 * s.v;
            s.v -= k * h * s.x;
            s.x += h / 2 * s.v;
        }
        local(s, t + 3 * h / 4, h / 2);
    }
};

double apart(State one, State other) { return std::hypot(one.x - other.x, one.v - other.v); }

// The error has the order of the scheme, and exactly the size that the splitting has by hand.
void expect_order(const std::string& laws, const std::string& scheme, double time, State exact, double order, const Split& split) {
    const State coarse = after(laws, scheme, time, 100), fine = after(laws, scheme, time, 200);
    EXPECT_NEAR(std::log2(apart(coarse, exact) / apart(fine, exact)), order, 0.1) << scheme;
    EXPECT_LT(apart(coarse, split.after(scheme, time, 100)), 1e-12) << scheme;
    EXPECT_LT(apart(fine, split.after(scheme, time, 200)), 1e-12) << scheme;
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
    const Split split{1.2 * 1.2, [](double) { return 0.0; }, [](double) { return -0.3; }, 0.5};
    expect_order(oscillator, "leapfrog", 5, damped_oscillator(5), 2, split);
    expect_order(oscillator, "drift_kick_drift", 5, damped_oscillator(5), 2, split);
    expect_order(oscillator, "yoshida4", 5, damped_oscillator(5), 4, split);
}

struct Matrix {
    double xx, xv, vx, vv;
    Matrix operator*(const Matrix& o) const {
        return {xx * o.xx + xv * o.vx, xx * o.xv + xv * o.vv, vx * o.xx + vv * o.vx, vx * o.xv + vv * o.vv};
    }
    Matrix operator+(const Matrix& o) const { return {xx + o.xx, xv + o.xv, vx + o.vx, vv + o.vv}; }
    Matrix times(double s) const { return {s * xx, s * xv, s * vx, s * vv}; }
    State operator*(State s) const { return {xx * s.x + xv * s.v, vx * s.x + vv * s.v}; }
};

Matrix commutator(const Matrix& a, const Matrix& b) { return a * b + (b * a).times(-1); }

// exp(hA/2) exp(hB) exp(hA/2) = exp(h(A + B) + h³ E + …), E = [B,[B,A]]/12 - [A,[A,B]]/24
Matrix of_third_order(const Matrix& outer, const Matrix& inner) {
    return commutator(inner, commutator(inner, outer)).times(1.0 / 12) + commutator(outer, commutator(outer, inner)).times(-1.0 / 24);
}

Matrix exponential(const Matrix& a) {
    Matrix sum{1, 0, 0, 1}, term = sum;
    for (int n = 1; n < 60; ++n) {
        term = (term * a).times(1.0 / n);
        sum = sum + term;
    }
    return sum;
}

// The splitting follows a law that differs by h² E; the error is what that makes of the solution.
TEST(Damping, error_of_the_splittings_is_that_of_their_modified_equation) {
    const Matrix damping{0, 0, 0, -0.3}, drift{0, 1, 0, 0}, kick{0, 0, -1.2 * 1.2, 0}, law = damping + drift + kick;
    const double time = 5, h = time / 200;
    for (const auto& [scheme, outer, inner] : {std::tuple{"leapfrog", kick, drift}, std::tuple{"drift_kick_drift", drift, kick}}) {
        const Matrix third = of_third_order(outer, inner) + of_third_order(damping, drift + kick);
        const State modified = exponential((law + third.times(h * h)).times(time)) * State{1, 0.5};
        const State reached = after(oscillator, scheme, time, 200);
        const double error = apart(reached, damped_oscillator(time));
        EXPECT_LT(apart(reached, modified), 1e-3 * error) << scheme << " " << error;
    }
}

TEST(Damping, that_depends_on_time_is_read_at_the_middle) {
    const std::string laws = "neuron x trainable v init x = 1 init v = 1\n"
                             "activation d/dt x = v + 0.5*sin(t)*x\nlearning d/dt v = -x - cos(t)*v\n";
    const State exact = after(laws, "rk4", 4, 20000);
    const Split split{1, [](double t) { return 0.5 * std::sin(t); }, [](double t) { return -std::cos(t); }};
    expect_order(laws, "leapfrog", 4, exact, 2, split);
    expect_order(laws, "drift_kick_drift", 4, exact, 2, split);
    expect_order(laws, "yoshida4", 4, exact, 4, split);
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
