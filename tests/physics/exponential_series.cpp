// Exact propagation where plane waves are no modes: against dense exponentials, closed forms and small steps.

#include <cmath>
#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "runtime/abi.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

using Values = std::vector<double>;

Values joined(Values a, const Values& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

// exp(t A) x + ∫ exp(s A) b ds for x' = A x + b, by the dense exponential of the matrix with one more row.
Values dense_exponential(std::size_t n, const std::function<double(std::size_t, std::size_t)>& law, const Values& source, double t, const Values& x) {
    const std::size_t size = n + 1;
    Values matrix(size * size, 0.0), exponential(size * size), result(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) matrix[i * size + j] = t * law(i, j);
        matrix[i * size + n] = t * source[i];
    }
    EXPECT_EQ(runtime::abi::nphys_matrix_exp(exponential.data(), matrix.data(), static_cast<std::int64_t>(size)), 0);
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) result[i] += exponential[i * size + j] * x[j];
        result[i] += exponential[i * size + n];
    }
    return result;
}

// φ'' = ∇²φ - m(x)² φ + f(x) between walls of two kinds.
TEST(ExponentialSeries, is_the_dense_exponential_between_walls_and_in_a_well) {
    const std::size_t n = 7;
    for (const std::string edge : {"open", "reflecting"})
        for (const double dt : {0.05, 0.7, 25.0}) {
            Running wave = running(fmt::format("model wave use lattice lattice line(x) = {}(7) index i in line neuron φ[i] trainable π[i]\n"
                                               "activation d/dt φ[i] = π[i]\nlearning d/dt π[i] = laplacian(φ)[i] - (0.1 + 0.3*x)^2*φ[i] + 0.2*x\n"
                                               "init φ = exp(-(x - 2)^2) init π = 0.4*cos(x) run {{ scheme = exact dt = {} steps = 3 }}", edge, dt));
            ASSERT_TRUE(wave.good()) << wave.error;
            EXPECT_FALSE(wave.compilation->program.leap);
            Values source(2 * n, 0.0);
            for (std::size_t i = 0; i < n; ++i) source[n + i] = 0.2 * static_cast<double>(i);
            const auto law = [&](std::size_t row, std::size_t column) -> double {
                if (row < n) return column == row + n ? 1 : 0;
                const std::size_t i = row - n, j = column;
                if (j >= n) return 0;
                const bool at_mirror = edge == "reflecting" && (i == 0 || i == n - 1);
                if (i == j) return -2 + (at_mirror ? 1 : 0) - std::pow(0.1 + 0.3 * static_cast<double>(i), 2);
                return i + 1 == j || j + 1 == i ? 1 : 0;
            };
            const Values expected = dense_exponential(2 * n, law, source, 3 * dt, joined(wave->field("φ"), wave->field("π")));
            wave.advance(3);
            EXPECT_LT(distance(joined(wave->field("φ"), wave->field("π")), expected), dt > 1 ? 2e-12 : 1e-13) << edge << " " << dt;
        }
}

// Couplings of all with all, which no stencil holds; a law that decays and turns.
TEST(ExponentialSeries, is_the_dense_exponential_of_a_dense_law) {
    const std::size_t n = 9;
    Running net = running("model net index n, k in 1..9 neuron q[n] weight W[n; k] = sin(n + 2*k)/4\n"
                          "activation d/dt q[n] = W[n; k]*q[k] - q[n] + 0.1*n init q[n] = cos(n) run { scheme = exact dt = 1.7 steps = 4 }");
    ASSERT_TRUE(net.good()) << net.error;
    Values source;
    for (std::size_t i = 1; i <= n; ++i) source.push_back(0.1 * static_cast<double>(i));
    const auto law = [](std::size_t i, std::size_t j) {
        return std::sin(static_cast<double>(i + 1 + 2 * (j + 1))) / 4 - (i == j ? 1 : 0);
    };
    const Values expected = dense_exponential(n, law, source, 4 * 1.7, net->field("q"));
    net.advance(4);
    EXPECT_LT(distance(net->field("q"), expected), 1e-13);
}

// Dirac with the links of a uniform electric field, a step of A₀ and open ends: against steps of rk4 a hundred times smaller.
TEST(ExponentialSeries, follows_a_dirac_field_in_links_of_place) {
    const auto made = [](const std::string& scheme) {
        return running("model links use dirac, gauge param m = 0.4 lattice line(x) = open(40) index i in line index a, b in 1..4\n"
                       "index μ in axes(line) neuron φ[i,a] trainable π[i,a]\n"
                       "let A0[i] = 0.8 if x > 20 else 0\nlet A[i,μ] = 0.3*sin(0.2*x)\n"
                       "activation d/dt φ[i,a] = (A0[i] + m)*X0[a,b]*φ[i,b] + X[μ,a,b]*forward(π, A, X0)[i,μ,b]\n"
                       "learning   d/dt π[i,a] = (A0[i] - m)*X0[a,b]*π[i,b] - X[μ,a,b]*backward(φ, A, X0)[i,μ,b]\n"
                       "init φ[i,a] = δ[a,1]*exp(-(x - 15)^2/8) observe charge = φ[i,a]^2 + π[i,a]^2\n"
                       "run { scheme = " + scheme + " steps = 1 }");
    };
    Running leapt = made("exact dt = 2"), stepped = made("rk4 dt = 0.02");
    ASSERT_TRUE(leapt.good() && stepped.good()) << leapt.error << stepped.error;
    const double charge = leapt->observable("charge");
    leapt.advance(5);
    stepped.advance(500);
    EXPECT_LT(distance(leapt->field("φ"), stepped->field("φ")), 1e-6);
    EXPECT_LT(distance(leapt->field("π"), stepped->field("π")), 1e-6);
    leapt.advance(295);
    EXPECT_NEAR(leapt->observable("charge") / charge, 1, 1e-12);
}

// Steps of any length lead to the same place, and threads and engines to the same bits.
TEST(ExponentialSeries, does_not_depend_on_the_step_nor_on_who_computes) {
    const auto text = [](double dt) {
        return fmt::format("model wave use lattice lattice plane(x, y) = open(12) × periodic(9) index i in plane neuron ψ[i] : complex\n"
                           "activation d/dt ψ[i] = 1i*(laplacian(ψ)[i] - 0.05*(x - 6)^2*ψ[i]) init ψ = (1 + 0.3i*y)/(2 + (x - 4)^2)\n"
                           "observe norm = abs(ψ[i])^2 run {{ scheme = exact dt = {} steps = 1 }}", dt);
    };
    Running whole = running(text(6.0)), parts = running(text(0.06));
    ASSERT_TRUE(whole.good() && parts.good()) << whole.error << parts.error;
    whole.advance(1);
    parts.advance(100);
    EXPECT_LT(distance(whole->field("ψ"), parts->field("ψ")), 1e-12);
    for (const How& how : {How{.engine = driver::EngineKind::interpreter}, How{.threads = 2}}) {
        Running other = running(text(6.0), how);
        other.advance(1);
        EXPECT_EQ(other->field("ψ"), whole->field("ψ"));
    }
}

} // namespace
} // namespace nphys::test
