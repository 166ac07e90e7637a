// Gradients through the steps of an activation, each derivative at the state it acted on, against backprop.json.

#include <gtest/gtest.h>

#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

std::string network(int backprop) {
    return R"(model network
index n, k in 1..4
neuron    x[n]
trainable W[n,k], b[n]
activation x[n] ← tanh(W[n,k]*x[k] + b[n])
boundary   x[1] ← 0.6
loss     H = 1/2*(x[3] - 0.2)^2 + 1/2*(x[4] + 0.4)^2
learning W, b descends H with backprop )" +
           std::to_string(backprop) + R"(
timescale activation 1, boundary 3, learning 3
init W[n,k] = 0.7*sin(n + 0.6*(k - 1)^2)
init b[n] = 0.1*cos(2*(n - 1))
observe H
run { scheme = map  steps = 1 }
)";
}

std::vector<double> flat(const nlohmann::json& rows) {
    std::vector<double> values;
    for (const auto& row : rows)
        for (const double value : row) values.push_back(value);
    return values;
}

// What a step of unit rate has taken away.
std::vector<double> moved(const std::vector<double>& before, const std::vector<double>& after) {
    std::vector<double> difference;
    for (std::size_t k = 0; k < before.size(); ++k) difference.push_back(before[k] - after[k]);
    return difference;
}

void expect_near(const std::vector<double>& values, const std::vector<double>& expected) {
    ASSERT_EQ(values.size(), expected.size());
    for (std::size_t k = 0; k < values.size(); ++k) EXPECT_NEAR(values[k], expected[k], 1e-14) << k;
}

TEST(Backpropagation, three_steps_back_give_the_gradient_of_the_whole_presentation) {
    const nlohmann::json expected = reference("backprop")["results"];
    Running running_network = running(network(3));
    ASSERT_TRUE(running_network.good()) << running_network.error;
    EXPECT_NEAR(running_network->observable("H"), expected["H"], 1e-14);
    expect_near(running_network->field("x"), expected["x"]);
    const auto weights = running_network->field("W"), biases = running_network->field("b");
    running_network.advance(1);
    ASSERT_TRUE(running_network.good()) << running_network.error;
    expect_near(moved(weights, running_network->field("W")), flat(expected["dH_dW"]));
    expect_near(moved(biases, running_network->field("b")), expected["dH_db"]);
}

TEST(Backpropagation, one_step_back_sees_only_the_last_activation) {
    const nlohmann::json expected = reference("backprop")["results"];
    Running running_network = running(network(1));
    ASSERT_TRUE(running_network.good()) << running_network.error;
    const auto weights = running_network->field("W"), biases = running_network->field("b");
    running_network.advance(1);
    expect_near(moved(weights, running_network->field("W")), flat(expected["one_step_dH_dW"]));
    expect_near(moved(biases, running_network->field("b")), expected["one_step_dH_db"]);
}

} // namespace
} // namespace nphys::test
