// One neuron, one bias, literal and sequential: Emergent field theories, (2.1)-(2.9), against neuron.json.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

struct Case { std::string name, result, loss; };

const Case cases[] = {
    {"harmonic", "harmonic V=w^2 phi^2/2, w=0.5", "1/2*0.5^2*φ^2"},
    {"pendulum", "pendulum V=-k cos phi, k=0.4", "-0.4*cos(φ)"},
    {"harmonic_with_F", "harmonic V=w^2 phi^2/2, w=0.5", "1/2*0.5^2*φ^2 + exp(φ - β) + (φ - β)^4"},   // (2.8): F drops out
};

class SingleNeuron : public testing::TestWithParam<Case> {
protected:
    static std::vector<double> after_20_steps(const std::string& loss, const std::string& scheme) {
        Running neuron = running(fmt::format("model one neuron φ trainable β loss H = {}\nactivation φ ← φ + β\nlearning β descends H\n"
                                             "init φ = 0.2 init β = 0.15 run {{ scheme = {} steps = 20 unstable = allow }}", loss, scheme));
        EXPECT_TRUE(neuron.good()) << neuron.error;
        neuron.to_the_end();
        EXPECT_TRUE(neuron.good()) << neuron.error;
        return {neuron->field("φ").at(0), neuron->field("β").at(0)};
    }
};

TEST_P(SingleNeuron, literal_and_sequential_agree_with_the_reference) {
    const nlohmann::json expected = reference("neuron")["results"][GetParam().result];
    EXPECT_LT(distance(after_20_steps(GetParam().loss, "map"), expected["literal_20_steps"]), 1e-12);
    EXPECT_LT(distance(after_20_steps(GetParam().loss, "sequential"), expected["sequential_20_steps"]), 1e-12);
}

INSTANTIATE_TEST_SUITE_P(reference, SingleNeuron, testing::ValuesIn(cases), [](const auto& info) { return info.param.name; });

} // namespace
} // namespace nphys::test
