// Gradients through the steps of an activation, each derivative at the state it acted on, against backprop.json.

#include <gtest/gtest.h>

#include "compiler/driver/pipeline.h"
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

// Where the states do not fit they are computed again, segment by segment: with the same bits.
TEST(Backpropagation, states_computed_again_give_the_same_gradients) {
    const std::string text = R"(model deep
index n, k in 1..6
neuron    x[n]
trainable W[n,k], b[n]
activation x[n] ← tanh(W[n,k]*x[k] + b[n] + 0.1*sin(t))
boundary   x[1] ← cos(0.3*t)
loss     H = 1/2*(x[5] - 0.2)^2 + 1/2*(x[6] + 0.4)^2
loss     K = x[4]^2
learning W descends H with rate 0.3, backprop 7
learning b descends K with rate 0.3, backprop 5
timescale activation 1, boundary 8, learning 8
init W[n,k] = 0.7*sin(n + 0.6*k^2)
init b[n] = 0.1*cos(2*n)
run { scheme = map  steps = 3 }
)";
    const auto weights = [&](double most_bytes, std::string& memory) {
        driver::Inquiry inquiry;
        inquiry.file = "deep.nphys";
        inquiry.deriving.most_kept_bytes = most_bytes;
        const auto compilation = driver::compile_text(text, inquiry);
        EXPECT_TRUE(compilation->complete());
        memory = compilation->program.gradient_memory;
        auto simulation = driver::Simulation::create(*compilation, {});
        EXPECT_TRUE(simulation && (*simulation)->initialize() && (*simulation)->advance(3));
        std::vector<double> values = (*simulation)->field("W");
        for (const double value : (*simulation)->field("b")) values.push_back(value);
        return values;
    };
    std::string all, segments;
    EXPECT_EQ(weights(1, segments), weights(1e9, all));
    EXPECT_EQ(all, "gradients go back 7 steps, for which 0.672 kB of states are kept");
    EXPECT_EQ(segments, "gradients go back 7 steps, for which 0.576 kB of states are kept; segments of 3 steps are done twice");
}

} // namespace
} // namespace nphys::test
