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
    EXPECT_EQ(dynamics::regimes(root.compilation->model).at(0).text, std::vector<std::string>{"α = 1/4 at κ = 0.0004"});
}

} // namespace
} // namespace nphys::test
