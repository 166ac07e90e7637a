// Limits of stability from both sides: just below it a run is allowed and stays bounded, just above it is refused, and grows where
// it is allowed by `unstable = allow`. Reference numbers, section 3.

#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

struct Limit { std::string scheme; double step_times_frequency; };

const Limit limits[] = {{"symplectic_euler", 2}, {"leapfrog", 2}, {"drift_kick_drift", 2}, {"yoshida4", 1.5734019}, {"rk4", 2.8284271}};

// The fastest mode alternates from site to site: ω² = m² + 4/h².
std::string alternating(const Limit& limit, double factor, const std::string& more) {
    const double omega = std::sqrt(0.25 + 4 / 0.25);
    return fmt::format("model limit use lattice lattice ring(x) = periodic(16) over 0..8 index i in ring neuron φ[i] trainable π[i]\n"
                       "loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/8*φ[i]^2 activation φ[i] ← φ[i] + π[i] learning π descends H\n"
                       "init φ = cos(2*pi*x) observe size = max[i](abs(φ[i])) run {{ scheme = {} dt = {:.17g} steps = 3000 {} }}",
                       limit.scheme, factor * limit.step_times_frequency / omega, more);
}

class StabilityLimits : public testing::TestWithParam<Limit> {};

TEST_P(StabilityLimits, are_met_from_both_sides) {
    Running below = running(alternating(GetParam(), 0.999, ""));
    ASSERT_TRUE(below.good()) << below.error;
    below.to_the_end();
    EXPECT_LT(below->observable("size"), 100);

    Running above = running(alternating(GetParam(), 1.002, "unstable = allow"));
    ASSERT_TRUE(above.good()) << above.error;
    above.to_the_end();
    EXPECT_FALSE(above->observable("size") < 1e6);

    EXPECT_NE(diagnostics_of(alternating(GetParam(), 1.002, "")).find("dt ≤"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(schemes, StabilityLimits, testing::ValuesIn(limits), [](const auto& info) { return info.param.scheme; });

} // namespace
} // namespace nphys::test
