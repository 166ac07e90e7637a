// Stochastic laws of Geometric learning dynamics, (2.1)-(2.9), against langevin_ou.json, langevin_double_well.json and
// multiplicative_noise.json: each particle of a range is an independent copy. Bounds are five standard errors.

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

constexpr int particles = 100'000;

std::string ornstein_uhlenbeck(const std::string& scheme, double dt, int steps) {
    return fmt::format(R"(model ou
param γ = 0.4
index n in 1..{}
trainable q[n]
loss U = 1/2*q[n]^2
learning q descends U with rate γ, metric 1.5, noise 2
init q = normal(0, 0.5163977794943222)
observe first = mean[n](q[n])
observe second = mean[n](q[n]^2)
run {{ scheme = {}  dt = {}  steps = {} }}
)",
                       particles, scheme, dt, steps);
}

double stationary_variance(const std::string& scheme, double dt) {
    Running run = running(ornstein_uhlenbeck(scheme, dt, static_cast<int>(40 / dt)));
    EXPECT_TRUE(run.good()) << run.error;
    run.to_the_end();
    return run->observable("second");
}

TEST(Langevin, schemes_have_their_exact_stationary_variances) {
    const nlohmann::json expected = reference("langevin_ou")["results"];
    for (const std::string dt : {"0.1", "0.5"}) {
        const double euler = expected["euler_maruyama_stationary_variance"][dt];
        const double heun = expected["heun_stationary_variance"][dt];
        const double bound = 5 * std::sqrt(2.0 / particles);
        EXPECT_NEAR(stationary_variance("euler_maruyama", std::stod(dt)) / euler, 1, bound) << dt;
        EXPECT_NEAR(stationary_variance("milstein", std::stod(dt)) / euler, 1, bound) << dt;
        EXPECT_NEAR(stationary_variance("heun", std::stod(dt)) / heun, 1, bound) << dt;
    }
}

TEST(Langevin, double_well_has_the_moments_of_its_equilibrium) {
    const nlohmann::json expected = reference("langevin_double_well")["results"];
    Running run = running(fmt::format(R"(model double_well
param T = 0.25
param γ = 0.5
index n in 1..{}
trainable q[n]
loss U = Σ[n]((q[n]^2 - 1)^2)
learning q descends U with rate γ, noise 2*T/γ
init q[n] = 1 - 2*bernoulli(1/2) + normal(0, 0.3)
observe q2 = mean[n](q[n]^2)
observe q4 = mean[n](q[n]^4)
run {{ scheme = heun  dt = 0.02  until = 20 }}
)",
                                      particles));
    ASSERT_TRUE(run.good()) << run.error;
    run.to_the_end();
    const double q2 = expected["q2"], q4 = expected["q4"];
    EXPECT_NEAR(run->observable("q2"), q2, 5 * std::sqrt((q4 - q2 * q2) / particles));
    EXPECT_NEAR(run->observable("q4"), q4, 5 * std::sqrt(1.6 / particles));
}

// <q(t) q(t + 2)> of the stationary law, with the error that the run tells; Heun's steps of 0.02 are exact to 1e-4 of it.
TEST(Langevin, the_autocovariance_decays_as_the_drift_says) {
    const nlohmann::json expected = reference("langevin_ou")["results"];
    Running run = running("model ou\nparam γ = 0.4\ntrainable q\nloss U = 1/2*q^2\nlearning q descends U with rate γ, metric 1.5, noise 2\n"
                          "init q = normal(0, 0.5163977794943222)\nobserve lag = covariance(q, delay(q, 2))\n"
                          "run { scheme = heun  dt = 0.02  until = 4  ensemble = 100'000 }");
    ASSERT_TRUE(run.good()) << run.error;
    run.to_the_end();
    const double lag = expected["autocovariance_lag_2"], variance = expected["stationary_variance"], error = run->deviation(0).at(0);
    EXPECT_NEAR(error, std::sqrt((variance * variance + lag * lag) / 100'000), 0.05 * error); // of a product of normal numbers
    EXPECT_NEAR(run->observable("lag"), lag, 5 * error);
}

// κ = 1 + 0.4 cos(q + 1), g = κ^α: the covariant law has the stationary moments of (2.7), the naive reading others.
struct Reading {
    double alpha;
    std::string calculus, scheme, key;
};

class MultiplicativeNoise : public testing::TestWithParam<Reading> {};

TEST_P(MultiplicativeNoise, has_the_stationary_moments_of_its_calculus) {
    const auto& [alpha, calculus, scheme, key] = GetParam();
    const nlohmann::json expected = reference("multiplicative_noise")["results"][key];
    Running run = running(fmt::format(R"(model multiplicative
index n in 1..{}
trainable q[n]
noise  κ[n] diagonal = 1 + 0.4*cos(q[n] + 1)
metric g = κ^{}
loss U = 1/2*q[n]^2
learning q descends U with rate 0.6, metric g, noise κ, calculus {}
init q = normal(0, 0.55)
observe first = mean[n](q[n])
observe second = mean[n](q[n]^2)
run {{ scheme = {}  dt = 0.01  until = 10 }}
)",
                                      particles, alpha, calculus, scheme));
    ASSERT_TRUE(run.good()) << run.error;
    run.to_the_end();
    const double mean = expected[0], square = expected[1];
    EXPECT_NEAR(run->observable("first"), mean, 5 * std::sqrt(square / particles));
    EXPECT_NEAR(run->observable("second"), square, 5 * std::sqrt(2.0 / particles) * square);
}

INSTANTIATE_TEST_SUITE_P(
    Calculus, MultiplicativeNoise,
    testing::Values(Reading{0, "covariant", "heun", "alpha=0 covariant"},
                    Reading{0, "ito", "euler_maruyama", "alpha=0 ito_without_extra_drift"},
                    Reading{0.5, "covariant", "heun", "alpha=0.5 covariant"},
                    Reading{0.5, "ito", "heun", "alpha=0.5 ito_without_extra_drift"},
                    Reading{1, "covariant", "heun", "alpha=1 covariant"},
                    Reading{1, "covariant", "milstein", "alpha=1 covariant"},
                    Reading{1, "ito", "heun", "alpha=1 ito_without_extra_drift"}));

// dq = a q dt + b q dW has a solution in closed form for each reading; the noise of one particle is followed through
// finer and finer steps of the same path.
struct Convergence {
    std::string scheme, calculus;
    double strong;
};

class StrongOrder : public testing::TestWithParam<Convergence> {};

double strong_error(const Convergence& how, int halvings) {
    const double dt = 0.25 / (1 << halvings);
    const double drift = how.calculus == "ito" ? -0.5 - 0.5 * 0.6 * 0.6 : -0.5; // the exponent of the solution
    How options;
    Running run = running(fmt::format(R"(model geometric
index n in 1..20000
neuron q[n], w[n]
let ξ[n] = white()
activation d/dt q[n] = -0.5*q[n] + 0.6*q[n]*ξ[n] with calculus {}
activation d/dt w[n] = ξ[n]
init q = 1
observe error = mean[n]((q[n] - exp({}*t + 0.6*w[n]))^2)
run {{ scheme = {}  dt = {}  until = 1 }}
)",
                                      how.calculus, drift, how.scheme, dt),
                          options);
    EXPECT_TRUE(run.good()) << run.error;
    run.to_the_end();
    return std::sqrt(run->observable("error"));
}

TEST_P(StrongOrder, is_that_of_the_scheme) {
    const double coarse = strong_error(GetParam(), 2), fine = strong_error(GetParam(), 5);
    EXPECT_NEAR(std::log2(coarse / fine) / 3, GetParam().strong, 0.12);
}

INSTANTIATE_TEST_SUITE_P(Schemes, StrongOrder,
                         testing::Values(Convergence{"euler_maruyama", "ito", 0.5},
                                         Convergence{"euler_maruyama", "stratonovich", 0.5},
                                         Convergence{"milstein", "ito", 1}, Convergence{"milstein", "stratonovich", 1},
                                         Convergence{"heun", "ito", 1}, Convergence{"heun", "stratonovich", 1}));

// The mean of the same law decays as exp(-t/2) (Itô), exp(-t/2 + 0.18 t) (Stratonovich): the error of the mean is that
// of the deterministic recursion that each scheme implies, (1 + a dt + …)^n, for enough particles.
double weak_error(const std::string& scheme, double dt) {
    Running run = running(fmt::format(R"(model geometric
index n in 1..400000
neuron q[n]
activation d/dt q[n] = -2*q[n] + 0.1*q[n]*white() with calculus ito
init q = 1
observe first = mean[n](q[n])
run {{ scheme = {}  dt = {}  until = 1 }}
)",
                                      scheme, dt));
    EXPECT_TRUE(run.good()) << run.error;
    run.to_the_end();
    return std::abs(run->observable("first") - std::exp(-2.0));
}

TEST(WeakOrder, is_one_for_euler_maruyama_and_milstein) {
    for (const std::string scheme : {"euler_maruyama", "milstein"})
        EXPECT_NEAR(std::log2(weak_error(scheme, 0.125) / weak_error(scheme, 0.03125)) / 2, 1, 0.15) << scheme;
}

TEST(WeakOrder, of_heun_is_two_while_the_noise_is_small) {
    EXPECT_NEAR(std::log2(weak_error("heun", 0.25) / weak_error("heun", 0.125)), 2, 0.35);
}

// Matrix functions of κ as metric: (2.9), (6.4), (6.5) against metric.json, read off the velocity of a descent.
TEST(Metric, functions_of_a_covariance_agree_with_their_eigen_decompositions) {
    const nlohmann::json all = reference("metric");
    for (const auto& [text, key] : {std::pair{"κ^0.25", "kappa^0.25"}, std::pair{"κ^0.5", "kappa^0.5"},
                                    std::pair{"sqrt(0.2^2 + κ + 0.7^2*κ^2)",
                                              "sqrt(eps^2+kappa+zeta^2 kappa^2), eps=0.2, zeta=0.7"}}) {
        const auto expected = all["results"][key].get<std::vector<std::vector<double>>>();
        // -dq/dt is g⁻¹ times the gradient; with the gradient g c it is c.
        Running run = running(fmt::format(R"(model covariances
index μ, ν in 1..3
trainable q[μ]

noise κ[μ,ν] = 1.3*δ[μ,1]*δ[ν,1] + 0.7*δ[μ,2]*δ[ν,2] + 0.3*δ[μ,3]*δ[ν,3] + 0.4*(δ[μ,1]*δ[ν,2] + δ[μ,2]*δ[ν,1]) - 0.2*(δ[μ,1]*δ[ν,3] + δ[μ,3]*δ[ν,1]) + 0.1*(δ[μ,2]*δ[ν,3] + δ[μ,3]*δ[ν,2])
metric g = {}
loss U = {:.17g}*q[1] + {:.17g}*q[2] + {:.17g}*q[3]
learning q descends U with metric g
run {{ scheme = euler  dt = 1  steps = 1 }}
)",
                                          text, expected[0][0] + 2 * expected[0][1] + 3 * expected[0][2],
                                          expected[1][0] + 2 * expected[1][1] + 3 * expected[1][2],
                                          expected[2][0] + 2 * expected[2][1] + 3 * expected[2][2]));
        ASSERT_TRUE(run.good()) << run.error;
        run.to_the_end();
        EXPECT_LT(distance(run->field("q"), {-1, -2, -3}), 1e-12) << text;
    }
}

} // namespace
} // namespace nphys::test
