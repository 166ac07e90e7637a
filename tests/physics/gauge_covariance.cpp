// Local invariance, (5.1)-(5.5): with links the Dirac law is covariant exactly, with the linearised gauge field to first order in
// the spacing, with a gauge field that does not change not at all.

#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/analysis/gauge.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

const std::string links = R"(activation d/dt φ[i,a] = m*ε[a,b]*φ[i,b] + ε[a,b]*(U[i,b,c]*π[i+e[1],c] - π[i,b])/h[1]
learning   d/dt π[i,a] = -m*ε[a,b]*π[i,b] + ε[a,b]*(φ[i,b] - U[i-e[1],c,b]*φ[i-e[1],c])/h[1]
)";
const std::string linear = R"(activation d/dt φ[i,a] = m*ε[a,b]*φ[i,b] + ε[a,b]*((π[i+e[1],b] - π[i,b])/h[1] - A[i]*ε[b,c]*π[i,c])
learning   d/dt π[i,a] = -m*ε[a,b]*π[i,b] + ε[a,b]*((φ[i,b] - φ[i-e[1],b])/h[1] - A[i]*ε[b,c]*φ[i,c])
)";
const std::string turned = R"(neuron α[i]
let φ'[i,a] = cos(α[i])*φ[i,a] + sin(α[i])*ε[a,b]*φ[i,b]
let π'[i,a] = cos(α[i])*π[i,a] + sin(α[i])*ε[a,b]*π[i,b]
)";

const std::string moved_along = "let A'[i] = A[i] + (α[i+e[1]] - α[i])/h[1]\n";

analysis::GaugeReport report_of(const std::string& laws, const std::string& transformation, std::uint64_t seed = 1) {
    const Running made = running("model gauge param m = 0.3\nlattice ring(x) = periodic(16) over 0..8\nindex i in ring\nindex a, b, c in 1..2\n"
                                 "let ε[a,b] = levi_civita[a,b]\nneuron φ[i,a], A[i]\ntrainable π[i,a]\n"
                                 "let U[i,a,b] = cos(h[1]*A[i])*δ[a,b] - sin(h[1]*A[i])*ε[a,b]\nobserve charge = φ[i,a]^2 + π[i,a]^2\n" +
                                 laws + transformation + "run { scheme = rk4 dt = 0.01 steps = 1 }");
    EXPECT_TRUE(made.good()) << made.error;
    analysis::LearningSystem system(made.compilation->model);
    return analysis::gauge_covariance(system, seed);
}

// Whatever the smooth random fields on which it is measured.
void expect_order(const std::string& laws, const std::string& transformation, double order) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed)
        for (const auto& law : report_of(laws, transformation, seed).laws) {
            ASSERT_EQ(law.agreement, analysis::Agreement::none) << law.what;
            EXPECT_NEAR(law.order.value(), order, 0.15) << law.what << " seed " << seed;
        }
}

TEST(GaugeCovariance, of_links_is_exact) {
    const auto report = report_of(links, turned + moved_along);
    ASSERT_EQ(report.laws.size(), 4U);
    for (const auto& law : report.laws) EXPECT_NE(law.agreement, analysis::Agreement::none) << law.what << law.residual;
    ASSERT_EQ(report.observables.size(), 1U);
    EXPECT_NE(report.observables[0].agreement, analysis::Agreement::none);
}

TEST(GaugeCovariance, of_the_linearised_field_is_of_first_order) {
    expect_order(linear, turned + moved_along, 1);
}

TEST(GaugeCovariance, needs_the_gauge_field_to_change) {
    expect_order(links, turned, 0);
}

// A Dirac field on a ring in potentials of place and time, and the same turned by α: φ' = exp(α X0) φ, A' = A + D₊α, A0' = A0 + dα/dt.
// The largest difference of the densities at t = 4.
double unlike_densities(const std::string& alpha, const std::string& rate, const std::string& scheme, double dt) {
    Running made = running(fmt::format("model turned use dirac, gauge param m = 0.4 lattice ring(x) = periodic(24) index i in ring\n"
                                       "index a, b in 1..4 index μ in axes(ring) neuron φ[i,a], φ'[i,a] trainable π[i,a], π'[i,a]\n"
                                       "let q[i] = 2*pi*x/24 let A0[i] = 0.3*cos(q[i] - 0.5*t) let A[i,μ] = 0.4*sin(q[i] + 0.3*t)\n"
                                       "let α[i] = {} let A'[i,μ] = shifted(A, α)[i,μ] let A0'[i] = A0[i] + ({})\n"
                                       "activation d/dt φ[i,a] = (A0[i] + m)*X0[a,b]*φ[i,b] + X[μ,a,b]*forward(π, A, X0)[i,μ,b]\n"
                                       "learning   d/dt π[i,a] = (A0[i] - m)*X0[a,b]*π[i,b] - X[μ,a,b]*backward(φ, A, X0)[i,μ,b]\n"
                                       "activation d/dt φ'[i,a] = (A0'[i] + m)*X0[a,b]*φ'[i,b] + X[μ,a,b]*forward(π', A', X0)[i,μ,b]\n"
                                       "learning   d/dt π'[i,a] = (A0'[i] - m)*X0[a,b]*π'[i,b] - X[μ,a,b]*backward(φ', A', X0)[i,μ,b]\n"
                                       "let start[i,a] = δ[a,1]*exp(-(x - 12)^2/8) init φ[i,a] = start[i,a] init φ'[i,a] = turned(start, α, X0)[i,a]\n"
                                       "observe unlike = max[i](abs(Σ[a](φ[i,a]^2 + π[i,a]^2 - φ'[i,a]^2 - π'[i,a]^2)))\n"
                                       "observe apart = max[i](abs(φ'[i,1] - φ[i,1])) run {{ scheme = {} dt = {} steps = 1 }}", alpha, rate, scheme, dt));
    EXPECT_TRUE(made.good()) << made.error;
    made.advance(std::llround(4 / dt));
    EXPECT_GT(made->observable("apart"), 0.1);
    return made->observable("unlike");
}

TEST(GaugeCovariance, of_a_run_in_potentials_of_place_and_time_is_exact) {
    for (const std::string scheme : {"drift_kick_drift", "leapfrog", "yoshida4", "crank_nicolson", "rk4"})
        EXPECT_LT(unlike_densities("1.3*sin(q[i]) + 0.7*cos(3*q[i])", "0", scheme, 0.1), 1e-12) << scheme;
}

// A turn of all sites together at a changing rate: splittings move A0 exactly, apart from the differences.
TEST(GaugeCovariance, of_a_splitting_is_exact_in_a_turn_that_changes_in_time) {
    EXPECT_LT(unlike_densities("0.2*t^2", "0.4*t", "drift_kick_drift", 0.1), 1e-12);
    EXPECT_GT(unlike_densities("0.2*t^2", "0.4*t", "rk4", 0.1), 1e-9);
}

// In a turn that changes in place and time the links of a step stand at other times than its A0: covariant to the order of the scheme.
TEST(GaugeCovariance, of_a_turn_in_place_and_time_is_of_the_order_of_the_scheme) {
    const auto at = [](const std::string& scheme, double dt) { return unlike_densities("0.5*t*sin(q[i])", "0.5*sin(q[i])", scheme, dt); };
    EXPECT_NEAR(std::log2(at("drift_kick_drift", 0.1) / at("drift_kick_drift", 0.05)), 2, 0.2);
    EXPECT_NEAR(std::log2(at("rk4", 0.1) / at("rk4", 0.05)), 4, 0.4);
}

} // namespace
} // namespace nphys::test
