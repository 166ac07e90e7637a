// The local power of the metric (6.5), against the table (6.8) of metric.json and its closed statements.

#include <algorithm>
#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "compiler/algebra/evaluate.h"
#include "compiler/dynamics/regimes.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

std::string model(double epsilon, double zeta) {
    return "model powers\nparam ε = " + std::to_string(epsilon) + "\nparam ζ = " + std::to_string(zeta) +
           "\ntrainable q\nloss U = q^4\nnoise κ diagonal from U decay 0.9\nmetric g = sqrt(ε^2 + κ + ζ^2*κ^2)\n"
           "learning q descends U with metric g\nrun { scheme = map  steps = 1 }\n";
}

struct Row {
    double epsilon, zeta, eigenvalue, power;
};

// metric.json, table_6_8
constexpr std::array rows{Row{0.05, 0.05, 0.0001, 0.019230778661242513}, Row{0.05, 0.05, 0.01, 0.4000119997600048},
                          Row{0.05, 0.05, 1.0, 0.5},                      Row{0.05, 0.05, 100.0, 0.5999880002399952},
                          Row{0.05, 0.05, 10000.0, 0.9807692213387574},   Row{2.0, 2.0, 0.0001, 1.2509687132724812e-05},
                          Row{2.0, 2.0, 1.0, 0.5},                        Row{2.0, 2.0, 10000.0, 0.9999874903128673}};

TEST(Regimes, the_local_power_of_the_metric_is_that_of_the_table) {
    for (const Row& row : rows) {
        Running run = running(model(row.epsilon, row.zeta));
        ASSERT_TRUE(run.good()) << run.error;
        const auto regimes = dynamics::regimes(run.compilation->model);
        ASSERT_EQ(regimes.size(), 1U);
        algebra::Environment environment;
        environment.parameter = [&](algebra::SymbolId symbol) { return run.compilation->model.parameter_value(symbol); };
        environment.element = [&](algebra::SymbolId, std::span<const std::int64_t>) { return row.eigenvalue; };
        EXPECT_NEAR(algebra::evaluate(*run.compilation->model.pool, regimes.front().power, environment).real(), row.power, 1e-13);
    }
}

TEST(Regimes, the_square_root_holds_at_epsilon_over_zeta) {
    Running run = running(model(0.02, 0.5));
    ASSERT_TRUE(run.good()) << run.error;
    const auto regimes = dynamics::regimes(run.compilation->model);
    const auto& text = regimes.at(0).text;
    EXPECT_NE(std::ranges::find(text, "α = 1/2 at κ = 0.04"), text.end());
    Running root = running(model(0.02, 0)); // (6.4) comes near 1/2 and does not pass it
    EXPECT_EQ(dynamics::regimes(root.compilation->model).at(0).text,
              (std::vector<std::string>{"α = 1/4 at κ = 0.0004", "`observe kinds = regimes(g)` counts along the run"}));
}

// Gradients of size 0.01, 1 and 100 fluctuate on the three sides of (6.9): ε² = 0.0025 and 1/ζ² = 400.
TEST(Regimes, variables_are_counted_by_the_estimates_of_their_fluctuations) {
    for (const int number : {1, 5}) { // of each: written out, and as an index
        Running run = running("model kinds\nindex μ in 1.." + std::to_string(3 * number) +
                              "\ntrainable q[μ]\nloss U = Σ[μ](10^(2*(μ - 3*floor((μ - 1)/3)) - 4)*sin(1.3*t + μ)*q[μ])\n"
                              "noise κ diagonal from U decay 0.9\nmetric g = sqrt(0.05^2 + κ + 0.05^2*κ^2)\n"
                              "learning q descends U with rate 1e-3, metric g\nobserve kinds = regimes(g)\nrun { scheme = map  steps = 50 }\n");
        ASSERT_TRUE(run.good()) << run.error;
        const double each = number;
        EXPECT_EQ(run->observable(0), (std::vector<double>{3 * each, 0, 0}));
        run.advance(50);
        EXPECT_EQ(run->observable(0), (std::vector<double>{each, each, each}));
    }
}

std::string given(const std::string& size, const std::string& noise, const std::string& run) {
    return "model given\nindex μ, ν in 1.." + size + "\ntrainable q[μ]\nloss U = 1/2*q[μ]^2\nnoise κ[μ,ν] = " + noise +
           "\nmetric g = sqrt(0.05^2 + κ + 0.05^2*κ^2)\nlearning q descends U with rate 0.01, metric g, noise κ\nobserve kinds = regimes(g)\n" + run;
}

bool says(const dynamics::Regimes& regimes, const std::string& line) { return std::ranges::find(regimes.text, line) != regimes.text.end(); }

// Alone, joined by a small matrix, by a long matrix of numbers, by one that changes as the run goes.
TEST(Regimes, directions_of_given_noise_are_counted) {
    const std::string heun = "run { scheme = heun  dt = 0.001  steps = 2 }\n";
    Running alone = running(given("3", "δ[μ,ν]*10^(4*(μ - 2))", heun));
    ASSERT_TRUE(alone.good()) << alone.error;
    const dynamics::Regimes lines = dynamics::regimes(alone.compilation->model).at(0);
    EXPECT_TRUE(says(lines, "direction with κ = 0.0001: α = 0.01923, fast"));
    EXPECT_TRUE(says(lines, "direction with κ = 1e+04: α = 0.9808, slow"));
    EXPECT_TRUE(says(lines, "1 fast, 1 intermediate, 1 slow"));
    EXPECT_EQ(alone->observable(0), (std::vector<double>{1, 1, 1}));
    // 1000 at (1, 1, 1)/√3, 1e-4 across it
    Running joined = running(given("3", "1e-4*δ[μ,ν] + 333.3", heun));
    ASSERT_TRUE(joined.good()) << joined.error;
    EXPECT_TRUE(says(dynamics::regimes(joined.compilation->model).at(0), "2 fast, 0 intermediate, 1 slow"));
    EXPECT_EQ(joined->observable(0), (std::vector<double>{2, 0, 1}));
    Running numbers = running(given("12", "1e-4*δ[μ,ν] + 100", heun));
    ASSERT_TRUE(numbers.good()) << numbers.error;
    EXPECT_TRUE(says(dynamics::regimes(numbers.compilation->model).at(0), "11 fast, 0 intermediate, 1 slow"));
    EXPECT_EQ(numbers->observable(0), (std::vector<double>{11, 0, 1}));
    Running changing = running(given("12", "δ[μ,ν] + q[μ]*q[ν]", "init q[μ] = 10*μ\n" + heun));
    ASSERT_TRUE(changing.good()) << changing.error;
    EXPECT_TRUE(says(dynamics::regimes(changing.compilation->model).at(0), "`observe kinds = regimes(g)` counts along the run"));
    EXPECT_EQ(changing->observable(0), (std::vector<double>{0, 11, 1}));
}

// Gradients that go to and fro together along one direction: one slow direction, whatever is kept of their correlations.
TEST(Regimes, directions_of_joined_estimates_are_counted) {
    for (const auto& [kept, size] : {std::pair{"block", 3}, {"full", 9}, {"kronecker", 9}}) {
        Running run = running("model kinds\nindex μ in 1.." + std::to_string(size) + "\ntrainable q[μ]\nloss U = Σ[μ]((100*sin(1.3*t) + 1e-3*sin(t*(0.3 + 0.1*μ)))*q[μ])\n"
                              "noise κ " + kept + " from U decay 0.9\nmetric g = sqrt(0.05^2 + κ + 0.05^2*κ^2)\n"
                              "learning q descends U with rate 1e-3, metric g\nobserve kinds = regimes(g)\nrun { scheme = map  steps = 50 }\n");
        ASSERT_TRUE(run.good()) << run.error;
        run.advance(50);
        EXPECT_EQ(run->observable(0), (std::vector<double>{size - 1.0, 0, 1})) << kept;
    }
}

} // namespace
} // namespace nphys::test
