// Metrics that are functions of whole matrices: metric.json and optimisers.json at run time, estimates that keep correlations against
// plain programs of the same rules, and the covariant law (2.7) with a curved metric of two dimensions.

#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "tests/physics/optimised_model.h"
#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

using Numbers = std::vector<double>;

std::vector<double> flat(const nlohmann::json& matrix) {
    std::vector<double> values;
    for (const auto& row : matrix)
        for (const double value : row)
            values.push_back(value);
    return values;
}

// κ depends on a state variable that is 1, so that nothing is known before the run.
TEST(MatrixMetrics, functions_of_kappa_are_those_of_the_reference_at_run_time) {
    const nlohmann::json expected = reference("metric")["results"];
    Running run = running(R"(model functions
index μ, ν in 1..3
neuron s
init s = 1
activation s ← s
let K = [[1.3, 0.4, -0.2], [0.4, 0.7, 0.1], [-0.2, 0.1, 0.3]]
let κ[μ,ν] = K[μ,ν] + (s - 1)*μ*ν
let α = 0.25
let quarter = κ^α
let root = sqrt(κ)
let half = κ^0.5
let between = sqrt(0.2^2 + κ + 0.7^2*κ^2)
let exponential = log(exp(κ))
observe a[μ,ν] = quarter[μ,ν]
observe b[μ,ν] = root[μ,ν]
observe c[μ,ν] = half[μ,ν]
observe d[μ,ν] = between[μ,ν]
observe e[μ,ν] = exponential[μ,ν]
run { scheme = map  steps = 1 }
)");
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_LT(distance(run->field("a"), flat(expected["kappa^0.25"])), 1e-13);
    EXPECT_LT(distance(run->field("b"), flat(expected["kappa^0.5"])), 1e-13);
    EXPECT_LT(distance(run->field("c"), flat(expected["kappa^0.5"])), 1e-13);
    EXPECT_LT(distance(run->field("d"), flat(expected["sqrt(eps^2+kappa+zeta^2 kappa^2), eps=0.2, zeta=0.7"])), 1e-13);
    EXPECT_LT(distance(run->field("e"), flat(expected["kappa^1"])), 1e-13);
}

// ---- Estimates that keep correlations ---------------------------------------------------------------------------------------

// Each copy begins elsewhere, so that it has a κ of its own.
TEST(MatrixMetrics, estimates_over_a_long_index_are_those_of_each_copy) {
    constexpr std::size_t copies = 5, size = 9;
    const auto model = [](const std::string& start, const std::string& ensemble) {
        return running("model copies\nindex n, k in 1..9\ntrainable q[n]\nloss U = Σ[n](q[n]^4)/4 + (Σ[n](n*q[n]))^2/20\n"
                       "noise κ full from U decay 0.9\nmetric g = sqrt(0.1 + κ)\nlearning q descends U with metric g, rate 0.05\n"
                       "init q[n] = " + start + "\nrun { scheme = map  steps = 40" + ensemble + " }");
    };
    Running all = model("cos(n) + normal(0, 1)", fmt::format("  ensemble = {}", copies));
    ASSERT_TRUE(all.good()) << all.error;
    const std::vector<double> start = all->field("q");
    all.advance(40);
    const std::vector<double> end = all->field("q");
    ASSERT_EQ(end.size(), size * copies);
    for (std::size_t copy = 0; copy < copies; ++copy) {
        std::vector<double> own, expected;
        for (std::size_t n = 0; n < size; ++n)
            own.push_back(start[n * copies + copy]), expected.push_back(end[n * copies + copy]);
        Running one = model(fmt::format("[{:.17g}][n]", fmt::join(own, ", ")), "");
        ASSERT_TRUE(one.good()) << one.error;
        one.advance(40);
        EXPECT_LT(distance(one->field("q"), expected), 1e-12) << copy;
    }
}

TEST(MatrixMetrics, full_estimates_follow_the_reference) {
    const nlohmann::json expected = reference("optimisers")["results"];
    for (const std::string kept : {"full", "block", "kronecker"}) {
        Running natural = running(optimised("noise κ " + kept + " from uncentred(U) decay b2\nmetric g = κ + 1e-3", "rate 0.05, metric g"));
        ASSERT_TRUE(natural.good()) << natural.error;
        natural.advance(100);
        EXPECT_LT(distance(natural->field("q"), expected["natural lr=0.05"]), 1e-11) << kept;
        Running root = running(optimised("noise κ " + kept + " from centred(U, b1) decay b2\nmetric g = sqrt(κ + 1e-6)", "rate 0.05, metric g, average b1"));
        ASSERT_TRUE(root.good()) << root.error;
        root.advance(100);
        EXPECT_LT(distance(root->field("q"), expected["covariant alpha=1/2, full kappa, lr=0.05"]), 1e-11) << kept;
    }
}

TEST(MatrixMetrics, natural_gradient_of_the_library_is_the_published_rule) {
    Running ours = running(optimised("use natural", "rate 0.05, metric natural.g"));
    ASSERT_TRUE(ours.good()) << ours.error;
    ours.advance(100);
    // κ ← β κ + (1 - β) G Gᵀ, q ← q - γ (κ/(1 - β^t) + ε)⁻¹ G
    std::array<double, 2> q{-1, 1};
    double a = 0, b = 0, c = 0;
    for (int t = 1; t <= 100; ++t) {
        const double x = q[0] - 0.5, y = q[1] + 0.3;
        const double g = 2 * x + 0.5 * y + 0.2 * (std::sin(1.7 * t) + 0.5 * std::cos(0.37 * t * t));
        const double h = 0.5 * x + 0.8 * y + 0.2 * (std::sin(1.7 * t + 2.1) + 0.5 * std::cos(0.37 * t * t + 1));
        a = 0.99 * a + 0.01 * g * g, b = 0.99 * b + 0.01 * g * h, c = 0.99 * c + 0.01 * h * h;
        const double first = 1 - std::pow(0.99, t), p = a / first + 1e-3, r = b / first, s = c / first + 1e-3, det = p * s - r * r;
        q[0] -= 0.05 * (s * g - r * h) / det;
        q[1] -= 0.05 * (p * h - r * g) / det;
    }
    EXPECT_LT(distance(ours->field("q"), {q[0], q[1]}), 1e-11);
}

Numbers solved(std::vector<Numbers> matrix, Numbers side) {
    const std::size_t size = side.size();
    for (std::size_t k = 0; k < size; ++k) {
        std::size_t pivot = k;
        for (std::size_t row = k; row < size; ++row)
            if (std::abs(matrix[row][k]) > std::abs(matrix[pivot][k])) pivot = row;
        std::swap(matrix[k], matrix[pivot]);
        std::swap(side[k], side[pivot]);
        for (std::size_t row = k + 1; row < size; ++row) {
            const double factor = matrix[row][k] / matrix[k][k];
            for (std::size_t column = k; column < size; ++column) matrix[row][column] -= factor * matrix[k][column];
            side[row] -= factor * side[k];
        }
    }
    for (std::size_t k = size; k-- > 0;) {
        for (std::size_t column = k + 1; column < size; ++column) side[k] -= matrix[k][column] * side[column];
        side[k] /= matrix[k][k];
    }
    return side;
}

// Of eight variables: by LAPACK.
TEST(MatrixMetrics, full_estimates_over_long_ranges_are_those_of_a_plain_program) {
    const std::string text = R"(model long
index n in 1..8
trainable q[n]
loss U = Σ[n](n*q[n]^2/2 + sin((t + 1)*n)*q[n]) + (Σ[n](q[n]))^2/2
init q[n] = 1/n
noise κ full from U decay 0.9
metric g = κ + 0.1
learning q descends U with rate 0.02, metric g
run { scheme = map  steps = 30 }
)";
    for (const auto engine : {driver::EngineKind::jit, driver::EngineKind::interpreter}) {
        Running run = running(text, {.engine = engine});
        ASSERT_TRUE(run.good()) << run.error;
        run.advance(30);
        Numbers q(8), mean(8);
        std::vector<Numbers> kappa(8, Numbers(8));
        for (std::size_t n = 0; n < 8; ++n) q[n] = 1.0 / static_cast<double>(n + 1);
        for (int t = 1; t <= 30; ++t) {
            double sum = 0;
            for (const double value : q) sum += value;
            Numbers g(8), f(8);
            for (std::size_t n = 0; n < 8; ++n) {
                const double number = static_cast<double>(n + 1);
                g[n] = number * q[n] + std::sin(t * number) + sum;
                mean[n] = 0.9 * mean[n] + 0.1 * g[n];
                f[n] = g[n] - mean[n];
            }
            std::vector<Numbers> metric(8, Numbers(8));
            for (std::size_t n = 0; n < 8; ++n)
                for (std::size_t k = 0; k < 8; ++k) {
                    kappa[n][k] = 0.9 * kappa[n][k] + 0.1 * f[n] * f[k];
                    metric[n][k] = kappa[n][k] / (1 - std::pow(0.9, t)) + (n == k ? 0.1 : 0);
                }
            const Numbers step = solved(metric, g);
            for (std::size_t n = 0; n < 8; ++n) q[n] -= 0.02 * step[n];
        }
        EXPECT_LT(distance(run->field("q"), q), 1e-11);
    }
}

// κ = A ⊗ B / tr A, over five long places and three small ones.
TEST(MatrixMetrics, kronecker_estimates_are_those_of_a_plain_program) {
    Running run = running(R"(model factors
index n in 1..5
index k in 1..3
trainable W[n,k]
loss U = Σ[n](Σ[k]((n + k)*W[n,k]^2/4 + sin((t + 1)*(n + 2*k))*W[n,k])) + (Σ[n](Σ[k](W[n,k])))^2/4
init W[n,k] = 1/(n + k)
noise κ kronecker from uncentred(U) decay 0.9
metric g = κ + 0.05
learning W descends U with rate 0.02, metric g, average 0.5
run { scheme = map  steps = 25 }
)");
    ASSERT_TRUE(run.good()) << run.error;
    run.advance(25);
    Numbers w(15), mean(15);
    std::vector<Numbers> a(5, Numbers(5)), b(3, Numbers(3));
    const auto at = [](std::size_t n, std::size_t k) { return 3 * n + k; };
    for (std::size_t n = 0; n < 5; ++n)
        for (std::size_t k = 0; k < 3; ++k) w[at(n, k)] = 1.0 / static_cast<double>(n + k + 2);
    for (int t = 1; t <= 25; ++t) {
        double sum = 0;
        for (const double value : w) sum += value;
        Numbers g(15);
        for (std::size_t n = 0; n < 5; ++n)
            for (std::size_t k = 0; k < 3; ++k) {
                const double first = static_cast<double>(n + 1), second = static_cast<double>(k + 1);
                g[at(n, k)] = (first + second) * w[at(n, k)] / 2 + std::sin(t * (first + 2 * second)) + sum / 2;
                mean[at(n, k)] = 0.5 * mean[at(n, k)] + 0.5 * g[at(n, k)];
            }
        for (std::size_t i = 0; i < 5; ++i)
            for (std::size_t j = 0; j < 5; ++j) {
                double product = 0;
                for (std::size_t k = 0; k < 3; ++k) product += g[at(i, k)] * g[at(j, k)];
                a[i][j] = 0.9 * a[i][j] + 0.1 * product;
            }
        for (std::size_t i = 0; i < 3; ++i)
            for (std::size_t j = 0; j < 3; ++j) {
                double product = 0;
                for (std::size_t n = 0; n < 5; ++n) product += g[at(n, i)] * g[at(n, j)];
                b[i][j] = 0.9 * b[i][j] + 0.1 * product;
            }
        double trace = 0;
        for (std::size_t i = 0; i < 5; ++i) trace += a[i][i];
        std::vector<Numbers> metric(15, Numbers(15));
        Numbers direction(15);
        for (std::size_t r = 0; r < 15; ++r) {
            for (std::size_t c = 0; c < 15; ++c)
                metric[r][c] = a[r / 3][c / 3] * b[r % 3][c % 3] / trace / (1 - std::pow(0.9, t)) + (r == c ? 0.05 : 0);
            direction[r] = mean[r] / (1 - std::pow(0.5, t));
        }
        const Numbers step = solved(metric, direction);
        for (std::size_t r = 0; r < 15; ++r) w[r] -= 0.02 * step[r];
    }
    EXPECT_LT(distance(run->field("W"), w), 1e-11);
}

// ---- Given matrices over long ranges ------------------------------------------------------------------------------------------

// U = ½ qκq with g = κ shrinks all directions alike (2.9).
TEST(MatrixMetrics, a_given_metric_of_a_long_range_makes_a_quadratic_loss_round) {
    for (const std::string scheme : {"map  steps = 20", "rk4  dt = 0.1  steps = 20"}) {
        Running run = running(R"(model round
index n, k in 1..12
trainable q[n]
param reach = 3
noise κ[n,k] = exp(-abs(n - k)/reach)
metric g = κ^0.5*κ^0.5
loss U = Σ[n](Σ[k](q[n]*κ[n,k]*q[k]))/2
init q[n] = 1/n
learning q descends U with rate 0.1, metric g
run { scheme = )" + scheme + " }\n");
        ASSERT_TRUE(run.good()) << run.error;
        run.to_the_end();
        const double left = scheme.starts_with("map") ? std::pow(0.9, 20) : std::exp(-0.2);
        Numbers expected;
        for (int n = 1; n <= 12; ++n) expected.push_back(left / n);
        EXPECT_LT(distance(run->field("q"), expected), scheme.starts_with("map") ? 1e-12 : 1e-9) << scheme;
    }
}

TEST(MatrixMetrics, a_given_product_of_matrices_is_the_metric_of_a_table_of_weights) {
    Running run = running(R"(model factors
index n, m in 1..10
index k, l in 1..3
trainable W[n,k]
noise κ[n,k;m,l] = exp(-abs(n - m)/3)*(1 if k == l else 0.5)
metric g = κ
loss U = Σ[n](Σ[k](Σ[m](Σ[l](W[n,k]*exp(-abs(n - m)/3)*(1 if k == l else 0.5)*W[m,l]))))/2
init W[n,k] = 1/(n + k)
learning W descends U with rate 0.1, metric g
run { scheme = map  steps = 20 }
)");
    ASSERT_TRUE(run.good()) << run.error;
    run.to_the_end();
    Numbers expected;
    for (int n = 1; n <= 10; ++n)
        for (int k = 1; k <= 3; ++k) expected.push_back(std::pow(0.9, 20) / (n + k));
    EXPECT_LT(distance(run->field("W"), expected), 1e-12);
}

// dq = -γ q dt + γ g⁻¹√κ dW with g = κ is stationary with the covariance γ/2 κ⁻¹, with Euler's steps 1/(1 - γ dt/2) times that; the
// inverse of an exponential kernel has three diagonals. Five standard errors.
TEST(MatrixMetrics, given_noise_of_a_long_range_has_the_stationary_covariance_of_its_metric) {
    constexpr int copies = 10'000;
    Running run = running(fmt::format(R"(model round
index n, k in 1..12
trainable q[n]
noise κ[n,k] = exp(-abs(n - k)/3)
metric g = κ
loss U = Σ[n](Σ[k](q[n]*κ[n,k]*q[k]))/2
learning q descends U with rate 1, metric g, noise κ
observe first = mean(q[1]^2)
observe inner = mean(q[6]^2)
observe mixed = mean(q[6]*q[7])
observe apart = mean(q[6]*q[8])
run {{ scheme = euler_maruyama  dt = 0.1  steps = 100  ensemble = {} }}
)", copies));
    ASSERT_TRUE(run.good()) << run.error;
    run.to_the_end();
    const double rho = std::exp(-1.0 / 3), scale = 0.5 / (1 - 0.05) / (1 - rho * rho), inner = scale * (1 + rho * rho);
    const double error = 5 * inner * std::sqrt(2.0 / copies);
    EXPECT_NEAR(run->observable("first"), scale, error);
    EXPECT_NEAR(run->observable("inner"), inner, error);
    EXPECT_NEAR(run->observable("mixed"), -scale * rho, error);
    EXPECT_NEAR(run->observable("apart"), 0, error);
}

// ---- Curved metrics -----------------------------------------------------------------------------------------------------------

// (2.7), (3.1): with g = κ the stationary law is exp(-2U/γ) with respect to √g dq, also where κ(q) turns. Particles of a range; the
// expected moments by the rule of rectangles. Five standard errors, and the error of the step.
TEST(MatrixMetrics, a_full_metric_of_place_leaves_its_equilibrium_alone) {
    constexpr int particles = 40'000;
    const std::string model = fmt::format(R"(model turning
param γ = 0.5
index n, k in 1..{}
index μ, ν in 1..2
trainable q[n,μ]
init q = normal(0, 0.5)
let a[n] = 1.5 + cos(q[n,1])/2
let b[n] = sin(q[n,1] + q[n,2])/2
let c[n] = 1.5 + cos(q[n,2])/2
noise  κ[n,μ;k,ν] = δ[n,k]*(b[n] if μ != ν else a[n] if μ == 1 else c[n])
metric g = κ^α
param α = 1
loss U = Σ[n](q[n,1]^2 + q[n,2]^2 + q[n,1]*q[n,2])/2
learning q descends U with rate γ, metric g, noise κ
observe first = mean[n](q[n,1]^2)
observe mixed = mean[n](q[n,1]*q[n,2])
observe skew = mean[n](sin(q[n,1] + q[n,2]))
observe third = mean[n](q[n,1])
run {{ scheme = heun  dt = 0.02  steps = 400 }}
)", particles);
    Running run = running(model);
    ASSERT_TRUE(run.good()) << run.error;
    // The same metric by two functions of matrices, whose derivatives are those of Daleckii and Krein.
    std::string other = model;
    other.replace(other.find("κ^α"), std::string("κ^α").size(), "exp(log(κ))");
    Running through = running(other);
    ASSERT_TRUE(through.good()) << through.error;
    run.advance(10);
    through.advance(10);
    EXPECT_LT(distance(through->field("q"), run->field("q")), 1e-9);
    run.to_the_end();
    double weight = 0, first = 0, mixed = 0, skew = 0, third = 0, fourth = 0;
    for (double x = -6; x <= 6; x += 0.02)
        for (double y = -6; y <= 6; y += 0.02) {
            const double a = 1.5 + std::cos(x) / 2, b = std::sin(x + y) / 2, c = 1.5 + std::cos(y) / 2;
            const double p = std::sqrt(a * c - b * b) * std::exp(-2 / 0.5 * (x * x + y * y + x * y) / 2);
            weight += p, first += p * x * x, mixed += p * x * y, skew += p * std::sin(x + y), third += p * x, fourth += p * x * x * x * x;
        }
    const double error = 5 * std::sqrt((fourth / weight) / particles);
    EXPECT_NEAR(run->observable("first"), first / weight, error + 0.003);
    EXPECT_NEAR(run->observable("mixed"), mixed / weight, error + 0.003);
    EXPECT_NEAR(run->observable("skew"), skew / weight, 5 / std::sqrt(particles));
    EXPECT_NEAR(run->observable("third"), third / weight, 5 * std::sqrt(first / weight / particles));
}

} // namespace
} // namespace nphys::test
