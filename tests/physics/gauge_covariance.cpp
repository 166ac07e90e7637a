// Local invariance, (5.1)-(5.5): with links the Dirac law is covariant exactly, with the linearised gauge field to first order in
// the spacing, with a gauge field that does not change not at all.

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

analysis::GaugeReport report_of(const std::string& laws, const std::string& transformation) {
    const Running made = running("model gauge param m = 0.3\nlattice ring(x) = periodic(16) over 0..8\nindex i in ring\nindex a, b, c in 1..2\n"
                                 "let ε[a,b] = levi_civita[a,b]\nneuron φ[i,a], A[i]\ntrainable π[i,a]\n"
                                 "let U[i,a,b] = cos(h[1]*A[i])*δ[a,b] - sin(h[1]*A[i])*ε[a,b]\nobserve charge = φ[i,a]^2 + π[i,a]^2\n" +
                                 laws + transformation + "run { scheme = rk4 dt = 0.01 steps = 1 }");
    EXPECT_TRUE(made.good()) << made.error;
    analysis::LearningSystem system(made.compilation->model);
    return analysis::gauge_covariance(system);
}

TEST(GaugeCovariance, of_links_is_exact) {
    const auto report = report_of(links, turned + "let A'[i] = A[i] + (α[i+e[1]] - α[i])/h[1]\n");
    ASSERT_EQ(report.laws.size(), 4U);
    for (const auto& law : report.laws) EXPECT_NE(law.agreement, analysis::Agreement::none) << law.what << law.residual;
    ASSERT_EQ(report.observables.size(), 1U);
    EXPECT_NE(report.observables[0].agreement, analysis::Agreement::none);
}

TEST(GaugeCovariance, of_the_linearised_field_is_of_first_order) {
    const auto report = report_of(linear, turned + "let A'[i] = A[i] + (α[i+e[1]] - α[i])/h[1]\n");
    for (const auto& law : report.laws) {
        ASSERT_EQ(law.agreement, analysis::Agreement::none) << law.what;
        EXPECT_NEAR(law.order.value(), 1, 0.15) << law.what;
    }
}

TEST(GaugeCovariance, needs_the_gauge_field_to_change) {
    const auto report = report_of(links, turned);
    for (const auto& law : report.laws) {
        ASSERT_EQ(law.agreement, analysis::Agreement::none) << law.what;
        EXPECT_LT(law.order.value(), 0.6) << law.what;
    }
}

} // namespace
} // namespace nphys::test
