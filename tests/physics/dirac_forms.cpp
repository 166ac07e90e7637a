// One law of the Dirac field from weight and bias, (4.15) and (4.24), and from a loss for each type of neuron, (4.14); its
// plane waves; links that change in time. Emergent field theories, sections 4 and 5.

#include <array>
#include <cmath>
#include <complex>
#include <numbers>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "compiler/algebra/transform.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

// The first `axes` axes of a lattice with the factors of `dirac`; φ and π start everywhere different.
std::string beginning(int axes) {
    const char* const lattices[] = {"", "line(x) = periodic(9)", "line(x, y) = periodic(5, 4)",
                                    "line(x, y, z) = periodic(4, 3, 5)"};
    return fmt::format("model dirac use dirac param m = 0.3 lattice {} index i, j in line index a, b, c in 1..4\n"
                       "index μ in axes(line) neuron φ[i,a] trainable π[i,a]\n"
                       "init φ[i,a] = sin(a + x^2) init π[i,a] = cos(a*x + 1)\n",
                       lattices[axes]);
}

const char* const weights = "weight W[i,a; j,b] = δ[i,j]*(δ[a,b] + m*X0[a,b])\n"
                            "bias   B[i,a; j,b] = X[μ,a,b]*(δ[i+e[μ], j] - δ[i,j])\n"
                            "activation φ[i,a] ← W[i,a; j,b]*φ[j,b] + B[i,a; j,b]*π[j,b]\n";
const char* const learning = "learning π[i,a] ← 2*π[i,a] - W[i,a; j,b]*π[j,b] - B[j,b; i,a]*φ[j,b]\n";
const char* const losses = "loss H[a] = 1/2*φ[i,c]^2 + m*π[i,a]*X0[a,b]*π[i,b] learning π descends H\n";
const char* const printed = "loss H[a] = 1/2*φ[i,a]*φ[i,a] - m*π[i,a]*X0[a,b]*π[i,b] learning π descends H\n";

Running after(const std::string& text, const std::string& scheme) {
    Running dirac =
        running(text + fmt::format("run {{ scheme = {} dt = 0.1 steps = 30 unstable = allow }}", scheme));
    if (dirac.good())
        dirac.advance(30);
    return dirac;
}

TEST(DiracForms, losses_of_the_types_give_the_law_of_weight_and_bias) { // (4.14) with its sum and its sign
    for (int axes = 1; axes <= 3; ++axes)
        for (const char* scheme : {"drift_kick_drift", "yoshida4", "rk4", "euler"}) {
            const Running first = after(beginning(axes) + weights + learning, scheme);
            const Running second = after(beginning(axes) + weights + losses, scheme);
            ASSERT_TRUE(first.good() && second.good()) << first.error << second.error;
            EXPECT_LT(distance(second->field("φ"), first->field("φ")), 1e-14) << axes << ' ' << scheme;
            EXPECT_LT(distance(second->field("π"), first->field("π")), 1e-14) << axes << ' ' << scheme;
        }
}

TEST(DiracForms, losses_in_a_background_give_the_covariant_law) { // (5.9) with its sign, links and a potential in time
    const std::string background = "let A0[i] = 0.2*cos(2*pi*x/4 - 0.3*t) let A[i,μ] = 0.3*sin(2*pi*x/4 + μ)\n"
                                   "activation d/dt φ[i,a] = (m + A0[i])*X0[a,b]*φ[i,b] + "
                                   "X[μ,a,b]*forward(π, A, X0)[i,μ,b]\nuse gauge\n";
    const std::string loss = "loss H[a] = 1/2*φ[i,c]^2 + π[i,a]*X0[a,b]*(m - A0[i])*π[i,b] learning π descends H\n";
    const std::string law = "learning d/dt π[i,a] = (A0[i] - m)*X0[a,b]*π[i,b] - "
                            "X[μ,a,b]*backward(φ, A, X0)[i,μ,b]\n";
    for (const char* scheme : {"drift_kick_drift", "yoshida4", "rk4"}) {
        const Running first = after(beginning(3) + background + loss, scheme);
        const Running second = after(beginning(3) + background + law, scheme);
        ASSERT_TRUE(first.good() && second.good()) << first.error << second.error;
        EXPECT_LT(distance(first->field("φ"), second->field("φ")), 1e-13) << scheme;
        EXPECT_LT(distance(first->field("π"), second->field("π")), 1e-13) << scheme;
    }
}

TEST(DiracForms, as_printed_the_losses_give_no_transposed_bias) {
    const Running dirac = after(beginning(3) + weights + printed, "rk4");
    ASSERT_TRUE(dirac.good()) << dirac.error;
    const dynamics::Program& program = dirac.compilation->program;
    int trainables = 0;
    for (const dynamics::DerivedLaw& law : program.laws) {
        if (law.dynamics != model::Dynamics::learning)
            continue;
        ++trainables;
        const algebra::Dependence on = algebra::dependence(*program.pool, law.component.value);
        ASSERT_EQ(on.tensors.size(), 1U);
        EXPECT_EQ(program.pool->symbol(on.tensors.front()).name, "π");
    }
    EXPECT_EQ(trainables, 4);
}

using Number = std::complex<long double>;
using Spinor = std::array<Number, 4>; // φ[1] + iφ[2], φ[3] + iφ[4], and so π: X0 is -i, X1 X2 X3 are iσ
using Matrix = std::array<Spinor, 4>;

Matrix identity() {
    Matrix result{};
    for (std::size_t k = 0; k < 4; ++k)
        result[k][k] = 1;
    return result;
}
Matrix operator*(const Matrix& left, const Matrix& right) {
    Matrix result{};
    for (std::size_t r = 0; r < 4; ++r)
        for (std::size_t c = 0; c < 4; ++c)
            for (std::size_t k = 0; k < 4; ++k)
                result[r][c] += left[r][k] * right[k][c];
    return result;
}
Matrix plus(Matrix left, const Matrix& right, long double factor) {
    for (std::size_t r = 0; r < 4; ++r)
        for (std::size_t c = 0; c < 4; ++c)
            left[r][c] += factor * right[r][c];
    return left;
}

// d/dt of the spinor of one plane wave: mass, bias into the neurons, minus its adjoint into the trainables.
struct Wave {
    Matrix turn{}, drift{}, kick{};
    long double mass;

    Wave(long double m, const std::array<Number, 3>& d) : mass(m) {
        const Number i(0, 1);
        const std::array<std::array<Number, 2>, 2> bias{{{i * d[2], i * d[0] + d[1]}, {i * d[0] - d[1], -i * d[2]}}};
        for (std::size_t r = 0; r < 2; ++r) {
            turn[r][r] = -i * m, turn[r + 2][r + 2] = i * m;
            for (std::size_t c = 0; c < 2; ++c)
                drift[r][c + 2] = bias[r][c], kick[c + 2][r] = -std::conj(bias[r][c]);
        }
    }
    [[nodiscard]] Matrix turned(long double time) const {
        Matrix result{};
        for (std::size_t k = 0; k < 4; ++k)
            result[k][k] = std::polar(1.0L, k < 2 ? -mass * time : mass * time);
        return result;
    }
    [[nodiscard]] Matrix split(long double dt, const Matrix& outer, const Matrix& inner) const {
        const Matrix half = plus(identity(), outer, dt / 2), whole = plus(identity(), inner, dt);
        return turned(dt / 2) * (half * (whole * (half * turned(dt / 2))));
    }
    [[nodiscard]] Matrix step(const std::string& scheme, long double dt) const {
        if (scheme == "drift_kick_drift")
            return split(dt, drift, kick);
        if (scheme == "leapfrog")
            return split(dt, kick, drift);
        if (scheme == "yoshida4") {
            const long double outer = 1 / (2 - std::cbrt(2.0L));
            const Matrix ends = split(outer * dt, kick, drift);
            return ends * (split((1 - 2 * outer) * dt, kick, drift) * ends);
        }
        const Matrix law = plus(plus(turn, drift, 1), kick, 1);
        Matrix series = identity(), term = identity();
        for (int order = 1; order <= (scheme == "rk4" ? 4 : 1); ++order) {
            term = law * term;
            series = plus(series, term, std::pow(dt, static_cast<long double>(order)) / std::tgamma(order + 1.0L));
        }
        return series;
    }
};

struct PlaneWave {
    std::vector<int> sites, number;
    double mass;
};

const PlaneWave plane_waves[] = {
    {{16}, {3}, 0.4}, {{12}, {6}, 0.0}, {{6, 5}, {1, 2}, 0.3}, {{4, 6, 5}, {1, 2, 4}, 0.7}, {{4, 4, 4}, {1, 3, 0}, 0.2}};

std::string text_of(const PlaneWave& wave, const std::string& scheme, double dt, int steps) {
    const std::string names[] = {"x", "y", "z"};
    std::vector<std::string> coordinates, phases;
    for (std::size_t d = 0; d < wave.sites.size(); ++d) {
        coordinates.push_back(names[d]);
        phases.push_back(fmt::format("2*pi*{}*{}/{}", wave.number[d], names[d], wave.sites[d]));
    }
    return fmt::format("model wave use dirac param m = {} lattice space({}) = periodic({}) index i in space\n"
                       "index a, b in 1..4 neuron φ[i,a] trainable π[i,a] let angle[i] = {}\n"
                       "activation d/dt φ[i,a] = m*X0[a,b]*φ[i,b] + differences(π)[i,a]\n"
                       "learning   d/dt π[i,a] = -m*X0[a,b]*π[i,b] - transposed_differences(φ)[i,a]\n"
                       "init φ[i,a] = [cos(angle[i]), sin(angle[i]), 0.5*cos(angle[i] + 1), 0.5*sin(angle[i] + 1)][a]\n"
                       "init π[i,a] = [0, 0, 0.3*cos(angle[i] - 2), 0.3*sin(angle[i] - 2)][a]\n"
                       "run {{ scheme = {} dt = {} steps = {} unstable = allow }}",
                       wave.mass, fmt::join(coordinates, ", "), fmt::join(wave.sites, ", "), fmt::join(phases, " + "),
                       scheme, dt, steps);
}

// The spinor of the wave, read from a field by projection.
Spinor projected(const Running& dirac, const PlaneWave& wave) {
    const std::vector<double> fields[] = {dirac->field("φ"), dirac->field("π")};
    const std::size_t sites = fields[0].size() / 4;
    Spinor result{};
    for (std::size_t site = 0; site < sites; ++site) {
        long double angle = 0;
        std::size_t rest = site;
        for (std::size_t d = wave.sites.size(); d-- > 0; rest /= static_cast<std::size_t>(wave.sites[d])) {
            const auto place = static_cast<long double>(rest % static_cast<std::size_t>(wave.sites[d]));
            angle += 2 * std::numbers::pi_v<long double> * wave.number[d] * place / wave.sites[d];
        }
        const Number phase = std::polar(1.0L / static_cast<long double>(sites), -angle);
        for (std::size_t k = 0; k < 4; ++k) {
            const std::vector<double>& field = fields[k / 2];
            const std::size_t first = 4 * site + 2 * (k % 2);
            result[k] += phase * Number(field[first], field[first + 1]);
        }
    }
    return result;
}

class PlaneWaves : public testing::TestWithParam<std::string> {};

TEST_P(PlaneWaves, follow_the_amplification_matrix_to_round_off) {
    constexpr double dt = 0.15;
    const int steps = GetParam() == "euler" ? 20 : 200;
    for (const PlaneWave& wave : plane_waves) {
        Running dirac = running(text_of(wave, GetParam(), dt, steps));
        ASSERT_TRUE(dirac.good()) << dirac.error;
        Spinor expected = projected(dirac, wave);
        std::array<Number, 3> d{};
        for (std::size_t axis = 0; axis < wave.sites.size(); ++axis)
            d[axis] = std::polar(1.0L, 2 * std::numbers::pi_v<long double> * wave.number[axis] / wave.sites[axis]) -
                      Number(1);
        const Matrix step = Wave(wave.mass, d).step(GetParam(), dt);
        for (int n = 0; n < steps; ++n) {
            Spinor next{};
            for (std::size_t r = 0; r < 4; ++r)
                for (std::size_t c = 0; c < 4; ++c)
                    next[r] += step[r][c] * expected[c];
            expected = next;
        }
        dirac.advance(steps);
        const Spinor found = projected(dirac, wave);
        for (std::size_t k = 0; k < 4; ++k)
            EXPECT_LT(std::abs(found[k] - expected[k]), 1e-12L) << fmt::format("{}", fmt::join(wave.sites, "×"));
    }
}

INSTANTIATE_TEST_SUITE_P(schemes, PlaneWaves,
                         testing::Values("euler", "leapfrog", "drift_kick_drift", "yoshida4", "rk4"),
                         [](const auto& info) { return info.param; });

// A potential A0 = -F x and the link A = F t are one field in two gauges, turned into each other by α = F x t. What the
// splittings do with the one, exactly at each site, and with the other, at the times of their drifts, must agree.
TEST(LinksInTime, agree_with_the_potential_of_another_gauge_to_the_order_of_the_scheme) {
    const auto densities = [](const std::string& law, const std::string& scheme, int steps) {
        const std::string text =
            "model field use dirac, gauge param F = 0.2 param m = 0.4 lattice line(x) = open(48) over (-24..24)\n"
            "index i in line index a, b in 1..2 index μ in axes(line) neuron φ[i,a] trainable π[i,a]\n"
            "init φ[i,1] = exp(-x^2/8) init π[i,1] = 0.4*exp(-x^2/9)\n" +
            law +
            "activation d/dt φ[i,a] = (m + A0[i])*ε[a,b]*φ[i,b] + ε[a,b]*forward(π, A, ε)[i,1,b]\n"
            "learning   d/dt π[i,a] = (A0[i] - m)*ε[a,b]*π[i,b] - ε[a,b]*backward(φ, A, ε)[i,1,b]\n";
        Running dirac =
            running(text + fmt::format("run {{ scheme = {} dt = {} steps = {} unstable = allow }}", scheme, 4.0 / steps, steps));
        EXPECT_TRUE(dirac.good()) << dirac.error;
        dirac.advance(steps);
        std::vector<double> result;
        const std::vector<double> φ = dirac->field("φ"), π = dirac->field("π");
        for (std::size_t site = 0; site < φ.size(); site += 2)
            result.push_back(φ[site] * φ[site] + φ[site + 1] * φ[site + 1] + π[site] * π[site] + π[site + 1] * π[site + 1]);
        return result;
    };
    for (const auto& [scheme, order] : {std::pair("drift_kick_drift", 2.0), {"leapfrog", 2.0}, {"yoshida4", 4.0}, {"rk4", 4.0}}) {
        const auto difference = [&](int steps) {
            return distance(densities("let A0[i] = 0 let A[i,μ] = F*t\n", scheme, steps),
                            densities("let A0[i] = -F*x let A[i,μ] = 0\n", "yoshida4", 400));
        };
        const double coarse = difference(20), fine = difference(40);
        EXPECT_LT(coarse, 2e-2) << scheme;
        EXPECT_NEAR(std::log2(coarse / fine), order, 0.35) << scheme;
    }
}

} // namespace
} // namespace nphys::test
