// Metrics and noises that join more places than are written out and change as the run goes: drifts against differences, the same law over
// places that are written out, all executions, and where they stop being positive.

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/algebra/jacobi.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

constexpr std::size_t size = 6;
using Matrix = std::array<std::array<double, size>, size>;

Matrix kappa(const std::array<double, size>& q) {
    Matrix matrix{};
    for (std::size_t n = 0; n < size; ++n)
        for (std::size_t k = 0; k < size; ++k) matrix[n][k] = (n == k ? 1 : 0) + 0.3 * q[n] * q[k] * (1 + 0.2 * std::cos(q[0]));
    return matrix;
}

template <class Function>
Matrix function_of(const Matrix& matrix, Function function) {
    std::vector<double> triangle;
    for (std::size_t row = 0; row < size; ++row)
        for (std::size_t column = 0; column <= row; ++column) triangle.push_back(matrix[row][column]);
    algebra::PlainNumbers numbers;
    const auto system = algebra::Jacobi<double, algebra::PlainNumbers>(std::move(triangle), numbers).run();
    Matrix result{};
    for (std::size_t n = 0; n < size; ++n)
        for (std::size_t k = 0; k < size; ++k)
            for (std::size_t a = 0; a < size; ++a) result[n][k] += system.vectors[n * size + a] * function(system.values[a]) * system.vectors[k * size + a];
    return result;
}

// A of the noise and √g at a place.
struct There { Matrix amplitude; double volume; };
template <class Function>
There there(const std::array<double, size>& q, Function metric) {
    const Matrix logarithm = function_of(kappa(q), [&](double x) { return std::log(metric(x)); });
    double trace = 0;
    for (std::size_t n = 0; n < size; ++n) trace += logarithm[n][n];
    return {function_of(kappa(q), [&](double x) { return std::sqrt(x) / metric(x); }), std::exp(trace / 2)};
}

std::string of_state(const std::string& metric, const std::string& rest) {
    return "model changing\nindex n, k in 1..6\ntrainable q[n]\nloss U = Σ[n](1/2*q[n]^2)\nnoise κ[n,k] = δ[n,k] + 0.3*q[n]*q[k]*(1 + 0.2*cos(q[1]))\n" +
           metric + "\nlearning q descends U with rate 0.7, metric g, noise κ\ninit q[n] = 0.4*n - 1\n" + rest;
}

// The drifts between the readings against differences of A and √g at places close by.
TEST(StateMatrices, drifts_of_matrices_of_the_state_are_those_of_differences) {
    const auto between = [](double x) { return std::sqrt(0.01 + x + 0.04 * x * x); };
    const auto root = [](double x) { return std::pow(x, 0.3); };
    const auto compare = [](const std::string& text, auto metric) {
        Running run = running(of_state(text, "run { scheme = euler_maruyama  dt = 1e-3  steps = 1 }\n"));
        ASSERT_TRUE(run.good()) << run.error;
        std::array<double, size> q{};
        for (std::size_t n = 0; n < size; ++n) q[n] = 0.4 * static_cast<double>(n + 1) - 1;
        run.advance(1);
        const There here = there(q, metric);
        constexpr double step = 1e-5;
        std::array<Matrix, size> slope{};
        std::array<double, size> volume{};
        for (std::size_t n = 0; n < size; ++n) {
            auto up = q, down = q;
            up[n] += step, down[n] -= step;
            const There above = there(up, metric), below = there(down, metric);
            volume[n] = (std::log(above.volume) - std::log(below.volume)) / (2 * step);
            for (std::size_t i = 0; i < size; ++i)
                for (std::size_t j = 0; j < size; ++j) slope[n][i][j] = (above.amplitude[i][j] - below.amplitude[i][j]) / (2 * step);
        }
        std::vector<double> covariant(size), ito(size), flat_amplitude;
        const auto& A = here.amplitude;
        for (std::size_t m = 0; m < size; ++m)
            for (std::size_t j = 0; j < size; ++j)
                for (std::size_t n = 0; n < size; ++n) {
                    covariant[m] += 0.5 * A[m][j] * (slope[n][n][j] + A[n][j] * volume[n]);
                    ito[m] += 0.5 * A[n][j] * slope[n][m][j];
                }
        for (const auto& row : A) flat_amplitude.insert(flat_amplitude.end(), row.begin(), row.end());
        EXPECT_LT(distance(run->field("amplitude_q"), flat_amplitude), 1e-13) << text;
        EXPECT_LT(distance(run->field("covariant_drift_q"), covariant), 1e-8) << text;
        EXPECT_LT(distance(run->field("ito_drift_q"), ito), 1e-8) << text;
    };
    compare("metric g = sqrt(0.01 + κ + 0.04*κ^2)", between);
    compare("metric g = κ^0.3", root);
}

// At four places the same law is written out, and computed for many copies at once.
TEST(StateMatrices, a_matrix_of_the_state_descends_as_one_that_is_written_out) {
    for (const std::string metric : {"metric g[n,k] = δ[n,k] + 0.3*q[n]*q[k]*(n <= 4)*(k <= 4)", "noise κ[n,k] = δ[n,k] + 0.3*q[n]*q[k]*(n <= 4)*(k <= 4)\nmetric g = κ^0.5"})
        for (const std::string scheme : {"euler", "rk4", "rk45(1e-9)"}) {
            const auto at = [&](int places) {
                Running run = running(fmt::format("model same\nindex n, k in 1..{}\ntrainable q[n]\nloss U = Σ[n](1/2*n*q[n]^2) + q[1]*q[2]^2\n{}\n"
                                                  "learning q descends U with metric g\ninit q[n] = 0.3*n\nrun {{ scheme = {}  dt = 0.02  until = 1 }}\n", places, metric, scheme));
                EXPECT_TRUE(run.good()) << run.error;
                run.to_the_end();
                return run->field("q");
            };
            std::vector<double> longer = at(5);
            longer.resize(4);
            EXPECT_LT(distance(longer, at(4)), scheme == "rk45(1e-9)" ? 1e-8 : 1e-13) << metric << scheme;
        }
}

// One step read in two ways differs by the drift alone, whatever the numbers of the noise.
TEST(StateMatrices, readings_differ_as_those_of_a_law_that_is_written_out) {
    for (const std::string timescale : {"", "timescale learning 2\n"})
        for (const std::string calculus : {"", ", calculus stratonovich"}) {
            const auto drift = [&](int places) {
                const auto step = [&](const std::string& reading) {
                    Running run = running(fmt::format("model same\nindex n, k in 1..{}\ntrainable q[n]\nloss U = Σ[n](1/2*n*q[n]^2*(n <= 4))\n"
                                                      "noise κ[n,k] = δ[n,k] + 0.3*q[n]*q[k]*(n <= 4)*(k <= 4)\nmetric g = sqrt(0.01 + κ + 0.04*κ^2)\n{}"
                                                      "learning q descends U with rate 0.7, metric g, noise κ{}\ninit q[n] = 0.3*n\n"
                                                      "run {{ scheme = euler_maruyama  dt = 0.01  steps = 1 }}\n", places, timescale, reading));
                    EXPECT_TRUE(run.good()) << run.error;
                    run.to_the_end();
                    return run->field("q");
                };
                const std::vector<double> said = step(calculus), ito = step(", calculus ito");
                std::vector<double> difference;
                for (std::size_t n = 0; n < 4; ++n) difference.push_back((said[n] - ito[n]) / 0.01);
                return difference;
            };
            EXPECT_LT(distance(drift(5), drift(4)), 1e-10) << timescale << calculus;
        }
}

TEST(StateMatrices, matrices_of_the_state_agree_in_all_executions) {
    for (const std::string scheme : {"heun", "euler_maruyama"}) {
        const std::string text = of_state("metric g = κ^0.3", "observe spread = variance(q[2])\nrun { scheme = " + scheme + "  dt = 0.01  steps = 20  ensemble = 7 }\n");
        Running judge = running(text, {.engine = driver::EngineKind::interpreter, .threads = 1, .lowering = {}, .request = {}, .folder = "."});
        Running run = running(text, {.engine = driver::EngineKind::jit, .threads = 2, .lowering = {}, .request = {}, .folder = "."});
        ASSERT_TRUE(judge.good() && run.good()) << judge.error << run.error;
        judge.to_the_end();
        run.to_the_end();
        EXPECT_LT(distance(run->field("q"), judge->field("q")), 1e-13) << scheme;
        EXPECT_LT(distance(run->observable(0), judge->observable(0)), 1e-12) << scheme;
    }
}

TEST(StateMatrices, a_matrix_of_the_state_that_stops_being_positive_is_told) {
    Running run = running("model singular\nindex n, k in 1..6\ntrainable q[n]\nloss U = -Σ[n](q[n])\nmetric g[n,k] = δ[n,k]*(1 - 0.2*q[1]) + 0.01*q[n]*q[k]\n"
                          "learning q descends U with rate 0.5, metric g\nrun { scheme = euler  dt = 0.5  steps = 50 }\n");
    ASSERT_TRUE(run.good()) << run.error;
    ASSERT_FALSE(run->singular_metric());
    for (int step = 0; step < 50 && !run->singular_metric(); ++step) run.advance(1);
    ASSERT_TRUE(run->singular_metric());
    EXPECT_EQ(run->singular_metric()->metric, "g");
    EXPECT_STREQ(run->singular_metric()->what.c_str(), "eigenvalue");
}

} // namespace
} // namespace nphys::test
