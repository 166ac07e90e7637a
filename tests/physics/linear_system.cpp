// The linear system with W, B, A, V as matrices: Emergent field theories, (2.10)-(2.21), against linear.json.

#include <cmath>

#include <gtest/gtest.h>

#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

const std::string system = R"(model linear
index i, j in 1..4
neuron    φ[i]
trainable π[i]
let    S[i,j] = cos(0.9*(i + j - 2) + 0.1)
weight W[i; j] = δ[i,j] + 0.1*S[i,j]
bias   B[i; j] = δ[i,j] + 0.05*S[i,j]
weight A = -transpose(B)
weight V = 2 - inv(B)*W*B
activation φ[i] ← W[i; j]*φ[j] + B[i; j]*π[j]
learning   π[i] ← A[i; j]*φ[j] + V[i; j]*π[j]
let   β[i] = B[i; j]*π[j]
weight G = B*transpose(B)
observe energy = 1/2*φ[i]*G[i; j]*φ[j] + 1/2*β[i]^2 + β[i]*(W[i; j] - δ[i,j])*φ[j]
init φ[i] = cos(i - 1)
init π[i] = 0.3*sin(i)
run         { scheme = rk45(1e-13)  until = 5 }
run literal { scheme = map  steps = 10 }
run exponential { scheme = exact  dt = 5  steps = 1 }
run power { scheme = exact(map)  steps = 10 }
)";

std::vector<double> state(const Running& linear) {
    std::vector<double> values = linear->field("φ");
    for (const double x : linear->field("π")) values.push_back(x);
    return values;
}

TEST(LinearSystem, flow_agrees_with_the_matrix_exponential) {
    const nlohmann::json expected = reference("linear")["results"];
    Running linear = running(system);
    ASSERT_TRUE(linear.good()) << linear.error;
    EXPECT_NEAR(linear->observable("energy"), expected["hamiltonian_2_21"], 1e-13);
    linear.to_the_end();
    ASSERT_TRUE(linear.good()) << linear.error;
    EXPECT_LT(distance(state(linear), expected["flow_t5"]), 1e-11);
    EXPECT_NEAR(linear->observable("energy"), expected["hamiltonian_2_21"], 1e-11);      // (2.21) is conserved
}

TEST(LinearSystem, exact_propagation_is_the_matrix_exponential_and_the_matrix_power) {
    const nlohmann::json expected = reference("linear")["results"];
    for (const auto& [run, name] : {std::pair{"exponential", "flow_t5"}, {"power", "map_10_steps"}}) {
        How how;
        how.request.run = run;
        Running linear = running(system, how);
        ASSERT_TRUE(linear.good()) << linear.error;
        linear.to_the_end();
        EXPECT_LT(distance(state(linear), expected[name]), 1e-11) << run;
    }
}

TEST(LinearSystem, map_agrees_with_the_matrix_power) {
    How how;
    how.request.run = "literal";
    Running linear = running(system, how);
    ASSERT_TRUE(linear.good()) << linear.error;
    linear.to_the_end();
    EXPECT_LT(distance(state(linear), reference("linear")["results"]["map_10_steps"]), 1e-11);
}

} // namespace
} // namespace nphys::test
