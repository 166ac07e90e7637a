// Fourier modes of Klein–Gordon lattices against the amplification matrix of each scheme to the power n, the orders of the
// schemes, and what they conserve: reference numbers, section 3.

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

using Matrix = std::array<long double, 4>;      // acts on (φ, π) of one mode

Matrix operator*(const Matrix& a, const Matrix& b) {
    return {a[0] * b[0] + a[1] * b[2], a[0] * b[1] + a[1] * b[3], a[2] * b[0] + a[3] * b[2], a[2] * b[1] + a[3] * b[3]};
}

Matrix power(Matrix base, std::int64_t exponent) {
    Matrix result{1, 0, 0, 1};
    for (; exponent > 0; exponent /= 2, base = base * base)
        if (exponent % 2 == 1) result = base * result;
    return result;
}

Matrix drift(long double dt) { return {1, dt, 0, 1}; }
Matrix kick(long double dt, long double square) { return {1, 0, -square * dt, 1}; }
Matrix leapfrog(long double dt, long double square) { return kick(dt / 2, square) * drift(dt) * kick(dt / 2, square); }

Matrix amplification(const std::string& scheme, long double dt, long double square) {
    const long double a = square * dt * dt;
    if (scheme == "euler") return {1, dt, -square * dt, 1};
    if (scheme == "crank_nicolson") return {(1 - a / 4) / (1 + a / 4), dt / (1 + a / 4), -square * dt / (1 + a / 4), (1 - a / 4) / (1 + a / 4)};
    if (scheme == "symplectic_euler") return kick(dt, square) * drift(dt);
    if (scheme == "leapfrog") return leapfrog(dt, square);
    if (scheme == "drift_kick_drift") return drift(dt / 2) * kick(dt, square) * drift(dt / 2);
    if (scheme == "yoshida4") {
        const long double w1 = 1 / (2 - std::cbrt(2.0L)), w0 = 1 - 2 * w1;
        return leapfrog(w1 * dt, square) * leapfrog(w0 * dt, square) * leapfrog(w1 * dt, square);
    }
    const long double even = 1 - a / 2 + a * a / 24, odd = 1 - a / 6;      // rk4: the exponential series to fourth order
    return {even, dt * odd, -square * dt * odd, even};
}

// One standing wave cos(k·x + 0.3) on a periodic lattice of 1 to 3 dimensions.
struct Mode {
    std::vector<int> sites, number;
    double spacing = 0.7, mass = 0.6;

    [[nodiscard]] long double wave_number(std::size_t d) const { return 2 * std::numbers::pi_v<long double> * number[d] / (sites[d] * static_cast<long double>(spacing)); }
    [[nodiscard]] long double frequency_squared() const {
        long double sum = static_cast<long double>(mass) * mass;
        for (std::size_t d = 0; d < sites.size(); ++d) sum += 4 / (static_cast<long double>(spacing) * spacing) * std::pow(std::sin(wave_number(d) * spacing / 2), 2.0L);
        return sum;
    }
    [[nodiscard]] std::string model(const std::string& scheme, double dt, std::int64_t steps) const {
        const char* const names[] = {"x", "y", "z"};
        std::string coordinates, extents, counts, phase = "0.3";
        for (std::size_t d = 0; d < sites.size(); ++d) {
            const char* comma = d == 0 ? "" : ", ";
            coordinates += fmt::format("{}{}", comma, names[d]);
            counts += fmt::format("{}{}", comma, sites[d]);
            extents += fmt::format("{}0..{}*{}", comma, sites[d], spacing);
            phase += fmt::format(" + 2*pi*{}*{}/({}*{})", number[d], names[d], sites[d], spacing);
        }
        return fmt::format("model mode use lattice lattice space({}) = periodic({}) over ({}) index i in space\n"
                           "neuron φ[i] trainable π[i] loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/2*{}^2*φ[i]^2\n"
                           "activation φ[i] ← φ[i] + π[i] learning π descends H\n"
                           "init φ = cos({}) init π = 0.5*cos({})\nobserve pp = π[i]^2 observe ff = φ[i]^2 observe pf = π[i]*φ[i]\n"
                           "run {{ scheme = {} dt = {:.17g} steps = {} unstable = allow }}",
                           coordinates, counts, extents, mass, phase, phase, scheme, dt, steps);
    }
};

const Mode modes[] = {{{24}, {5}}, {{16}, {8}}, {{12, 10}, {3, 4}}, {{8, 6, 10}, {3, 1, 4}}, {{7, 5, 9}, {2, 1, 3}}};

double error_against_matrix(const Mode& mode, const std::string& scheme, double dt, std::int64_t steps) {
    Running wave = running(mode.model(scheme, dt, steps));
    EXPECT_TRUE(wave.good()) << wave.error;
    if (!wave.good()) return 1;
    const std::vector<double> shape = wave->field("φ");
    wave.advance(steps);
    const Matrix g = power(amplification(scheme.starts_with("exact(") ? scheme.substr(6, scheme.size() - 7) : scheme, dt, mode.frequency_squared()), steps);
    std::vector<double> phi, pi;
    for (const double cosine : shape) {
        phi.push_back(static_cast<double>((g[0] + 0.5L * g[1]) * cosine));
        pi.push_back(static_cast<double>((g[2] + 0.5L * g[3]) * cosine));
    }
    return std::max(distance(wave->field("φ"), phi), distance(wave->field("π"), pi));
}

class FourierModes : public testing::TestWithParam<std::string> {};

TEST_P(FourierModes, follow_the_amplification_matrix_to_round_off) {
    const std::int64_t steps = GetParam() == "euler" ? 20 : 1000;
    for (const Mode& mode : modes) EXPECT_LT(error_against_matrix(mode, GetParam(), 0.11, steps), 1e-12) << mode.sites.size() << " dimensions";
}

INSTANTIATE_TEST_SUITE_P(schemes, FourierModes, testing::Values("euler", "symplectic_euler", "leapfrog", "drift_kick_drift", "yoshida4", "rk4", "crank_nicolson", "exact(leapfrog)", "exact(yoshida4)", "exact(rk4)"),
                         [](const auto& info) {
                             std::string name = info.param;
                             std::replace_if(name.begin(), name.end(), [](char c) { return c == '(' || c == ')'; }, '_');
                             return name;
                         });

// The distance of a mode from its continuous-time solution at t = 2.
double error_in_time(const std::string& scheme, std::int64_t steps) {
    const Mode& mode = modes[2];
    Running wave = running(mode.model(scheme, 2.0 / static_cast<double>(steps), steps));
    EXPECT_TRUE(wave.good()) << wave.error;
    if (!wave.good()) return 1;
    std::vector<double> exact = wave->field("φ");
    wave.advance(steps);
    const auto omega = static_cast<double>(std::sqrt(mode.frequency_squared()));
    for (double& value : exact) value *= std::cos(2 * omega) + 0.5 / omega * std::sin(2 * omega);
    return distance(wave->field("φ"), exact);
}

TEST(Orders, are_what_the_schemes_promise) {
    const std::pair<std::string, double> expected[] = {{"euler", 1}, {"symplectic_euler", 1}, {"leapfrog", 2}, {"drift_kick_drift", 2}, {"yoshida4", 4}, {"rk4", 4}, {"crank_nicolson", 2}};
    for (const auto& [scheme, order] : expected) {
        const double observed = std::log2(error_in_time(scheme, 160) / error_in_time(scheme, 320));
        EXPECT_NEAR(observed, order, 0.1) << scheme;
    }
}

TEST(ShadowInvariants, are_conserved_to_round_off) {
    const double dt = 0.3;
    for (const Mode& mode : modes) {
        const auto square = static_cast<double>(mode.frequency_squared());
        const double a = square * dt * dt;
        const std::tuple<std::string, double, double, double> forms[] = {      // weights of π², φ² and πφ
            {"symplectic_euler", 1, square, dt * square}, {"leapfrog", 1, square * (1 - a / 4), 0}, {"drift_kick_drift", 1 - a / 4, square, 0}};
        for (const auto& [scheme, pp, ff, pf] : forms) {
            Running wave = running(mode.model(scheme, dt, 1000));
            ASSERT_TRUE(wave.good()) << wave.error;
            const auto form = [&, p = pp, f = ff, m = pf] { return p * wave->observable("pp") + f * wave->observable("ff") + m * wave->observable("pf"); };
            const double before = form();
            wave.advance(1000);
            EXPECT_NEAR(form() / before, 1, 1e-12) << scheme;
        }
    }
}

} // namespace
} // namespace nphys::test
