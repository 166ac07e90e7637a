// Densities of laws, Geometric learning dynamics (2.7), against fokker_planck_1d.json, fokker_planck_2d.json and closed forms:
// what is conserved to round-off, the order in space and in time, moments.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

// g = κ = (1 + 0.4 cos q)²: in y = q + 0.4 sin q a flat Ornstein-Uhlenbeck process.
std::string curved(int cells, const std::string& scheme, double dt) {
    return fmt::format(R"(model curved
param γ = 0.5
let y = q + 0.4*sin(q)
trainable q
loss U = 1/2*y^2
noise  κ = (1 + 0.4*cos(q))^2
metric g = κ
learning q descends U with rate γ, metric g, noise κ
observe mean_in_y = mean(y)
observe variance_in_y = variance(y)
observe q_mean = mean(q)
observe q2 = mean(q^2)
run {{ as = density on grid(q: -5..5 by {})  scheme = {}  dt = {}  until = 1  observe mass
      init P = exp(-(y - 0.6)^2/(2*0.08)) }}
)",
                       cells, scheme, dt);
}

TEST(Density, of_a_curved_law_has_the_moments_of_the_flat_one_to_second_order) {
    const nlohmann::json expected = reference("fokker_planck_1d")["results"];
    for (const std::string name : {"mean_in_y", "variance_in_y", "q_mean", "q2"}) {
        std::vector<double> errors;
        for (const int cells : {100, 200, 400}) {
            Running run = running(curved(cells, "crank_nicolson", 0.001));
            ASSERT_TRUE(run.good()) << run.error;
            run.to_the_end();
            errors.push_back(run->observable(name) - expected[name].get<double>());
            EXPECT_NEAR(run->observable("mass"), 1, 1e-12);
        }
        EXPECT_NEAR(errors[0] / errors[1], 4, 0.4) << name;
        EXPECT_NEAR(errors[1] / errors[2], 4, 0.4) << name;
        EXPECT_LT(std::abs(errors[2]), 2e-4) << name;
    }
}

// Against the same law on the same grid at a hundredth of the step.
TEST(Density, schemes_have_their_orders_in_time) {
    const auto value = [](const std::string& scheme, double dt) {
        Running run = running(curved(100, scheme, dt));
        EXPECT_TRUE(run.good()) << run.error;
        run.to_the_end();
        return run->observable("q2");
    };
    const double exact = value("crank_nicolson", 0.00025);
    for (const auto& [scheme, order] : {std::pair{"implicit_euler", 1}, {"bdf2", 2}, {"crank_nicolson", 2}}) {
        const double coarse = value(scheme, 0.01) - exact, fine = value(scheme, 0.005) - exact;
        EXPECT_NEAR(std::log2(coarse / fine), order, 0.15) << scheme;
    }
    EXPECT_NEAR(value("rk4", 0.0025), exact, 1e-7);
}

// The first step of two takes its past from a solve with the matrix of the step, not from the rate at the peak.
TEST(Density, of_a_point_stays_positive_under_bdf2) {
    for (const double dt : {0.02, 0.1, 1.0}) {
        Running run = running(fmt::format(R"(model point
trainable q
loss U = q^2/2
learning q descends U with rate 0.5, noise 1
run {{ as = density on grid(q: -4..4 by 81)  scheme = bdf2  dt = {}  steps = 20
      init P = 1 if abs(q - 1) < 0.06 else 0 }}
)", dt));
        ASSERT_TRUE(run.good()) << run.error;
        for (int step = 0; step < 20; ++step) {
            run.advance(1);
            const std::vector<double> density = run->field("P");
            EXPECT_GE(std::ranges::min(density), -1e-15) << dt << ", step " << step + 1;
        }
    }
}

// The error of a step is of the power of dt that its scheme leaves out: so the steps go as that root of the tolerance.
TEST(Density, of_chosen_steps_stays_as_near_as_is_asked) {
    const auto run_with = [](const std::string& scheme) {
        Running run = running(fmt::format(R"(model ou
param γ = 0.4
trainable q
loss U = 1/2*1.5*q^2
learning q descends U with rate γ, noise 1
observe width = variance(q)
run {{ as = density on grid(q: -4..4 by 200)  scheme = {}  until = 20  observe mass  init P = exp(-8*(q - 1)^2) }}
)",
                                          scheme));
        EXPECT_TRUE(run.good()) << run.error;
        run.to_the_end();
        EXPECT_NEAR(run->observable("mass"), 1, 1e-12) << scheme;
        return run;
    };
    const double exact = run_with("rk45(1e-9)")->observable("width");
    for (const auto& [scheme, order] : {std::pair{"implicit_euler", 2.0}, {"crank_nicolson", 3.0}}) {
        const Running coarse = run_with(fmt::format("{}(1e-4)", scheme)), fine = run_with(fmt::format("{}(1e-6)", scheme));
        EXPECT_NEAR(coarse->observable("width"), exact, 1e-3) << scheme;
        EXPECT_NEAR(fine->observable("width"), exact, 1e-5) << scheme;
        const double more = static_cast<double>(fine->step()) / static_cast<double>(coarse->step());
        EXPECT_NEAR(std::log(100) / std::log(more), order, 0.6) << scheme << more;
    }
}

TEST(Density, keeps_its_mass_and_stays_positive) {
    for (const auto& [scheme, dt] : {std::pair{"implicit_euler", 0.5}, {"euler", 0.005}}) {
        Running run = running(curved(150, scheme, dt));
        ASSERT_TRUE(run.good()) << run.error;
        for (int n = 0; n < 4; ++n) {
            run.advance(10);
            EXPECT_NEAR(run->observable("mass"), 1, 1e-12) << scheme;
            EXPECT_GE(std::ranges::min(run->field("P")), 0) << scheme;
        }
    }
}

TEST(Density, of_the_stationary_law_stays_to_round_off) {
    Running run = running(R"(model quartic
param γ = 0.3
trainable q
loss U = 1/4*(q^2 - 1)^2 + 0.2*q
noise  κ = 1 + q^2
metric g = κ
learning q descends U with rate γ, metric g, noise κ
run { as = density on grid(q: -3..3 by 120)  scheme = implicit_euler  dt = 0.1  until = 100  init P = exp(-2*U/γ) }
)");
    ASSERT_TRUE(run.good()) << run.error;
    const std::vector<double> begin = run->field("P");
    run.to_the_end();
    EXPECT_LT(distance(run->field("P"), begin), 1e-11);
}

// Mean a e^{-γk t}, variance γ/2k + (s² - γ/2k) e^{-2γk t}.
TEST(Density, relaxes_as_an_ornstein_uhlenbeck_process) {
    Running run = running(R"(model ou
param γ = 0.4
trainable q
loss U = 1/2*1.5*q^2
learning q descends U with rate γ, noise 1
init q = normal(1, 0.3)
observe centre = mean(q)
observe width = variance(q)
run { as = density on grid(q: -4..4 by 1600)  scheme = bdf2  dt = 0.005  until = 2 }
)");
    ASSERT_TRUE(run.good()) << run.error;
    run.to_the_end();
    const double rate = 0.4 * 1.5, at_rest = 0.4 / (2 * 1.5);
    EXPECT_NEAR(run->observable("centre"), std::exp(-2 * rate), 2e-5);
    EXPECT_NEAR(run->observable("width"), at_rest + (0.09 - at_rest) * std::exp(-4 * rate), 3e-5);
}

// A S + S Aᵀ = D: full matrices, no detailed balance.
TEST(Density, in_two_dimensions_has_the_covariance_of_full_matrices) {
    const nlohmann::json expected = reference("fokker_planck_2d")["results"]["stationary_covariance"];
    std::vector<std::vector<double>> errors;
    for (const int cells : {30, 60}) {
        Running run = running(fmt::format(R"(model full
param γ = 0.5
index μ, ν in 1..2
trainable q[μ]
loss U = 1/2*q[1]^2 - 0.4*q[1]*q[2] + 0.65*q[2]^2
metric g[μ,ν] = (1.2 if μ == 1 else 0.9) if μ == ν else 0.3
noise  κ[μ,ν] = (0.8 if μ == 1 else 0.5) if μ == ν else 0.2
learning q descends U with rate γ, metric g, noise κ
init q[μ] = normal(0, 0.35)
observe c11 = variance(q[1])
observe c12 = covariance(q[1], q[2])
observe c22 = variance(q[2])
run {{ as = density on grid(q[1]: -2.6..2.6 by {0}, q[2]: -2.2..2.2 by {0})  scheme = bdf2  dt = 0.1  until = 30
      observe mass }}
)",
                                          cells));
        ASSERT_TRUE(run.good()) << run.error;
        run.to_the_end();
        EXPECT_NEAR(run->observable("mass"), 1, 1e-12);
        errors.push_back({run->observable("c11") - expected[0][0].get<double>(),
                          run->observable("c12") - expected[0][1].get<double>(),
                          run->observable("c22") - expected[1][1].get<double>()});
    }
    for (std::size_t k = 0; k < 3; ++k) {
        EXPECT_NEAR(errors[0][k] / errors[1][k], 4, 0.5) << k;
        EXPECT_LT(std::abs(errors[1][k]), 2e-3) << k;
    }
}

// Two axes at once are two laws side by side; a ring with a constant force turns.
TEST(Density, on_a_ring_turns_with_its_force) {
    Running run = running(R"(model tilted
trainable q
loss U = -q
learning q descends U with rate 1, noise 0.2
observe c = mean(cos(q))
observe s = mean(sin(q))
run { as = density on grid(q: periodic(0..2*pi by 400))  scheme = crank_nicolson  dt = 0.002  until = 1
      init P = exp(3*cos(q))  observe mass }
)");
    ASSERT_TRUE(run.good()) << run.error;
    const double begin = run->observable("c");
    run.to_the_end();
    const double left = begin * std::exp(-0.1); // D/2 = 0.1
    EXPECT_NEAR(run->observable("mass"), 1, 1e-12);
    EXPECT_NEAR(run->observable("c"), left * std::cos(1), 2e-4);
    EXPECT_NEAR(run->observable("s"), left * std::sin(1), 2e-4);
}

// d/dt (U - TS) = -T σ with T = γ/2.
TEST(Density, loses_free_energy_as_entropy_is_produced) {
    Running run = running(R"(model well
param γ = 0.5
trainable q
loss U = 1/4*(q^2 - 1)^2
learning q descends U with rate γ, noise 1
init q = normal(1, 0.2)
run { as = density on grid(q: -3..3 by 200)  scheme = crank_nicolson  dt = 0.001  until = 0.2
      observe entropy, entropy_production, free_energy }
)");
    ASSERT_TRUE(run.good()) << run.error;
    run.advance(100);
    const double energy = run->observable("free_energy"), production = run->observable("entropy_production");
    run.advance(2);
    const double slope = (run->observable("free_energy") - energy) / 0.002;
    const double middle = (production + run->observable("entropy_production")) / 2;
    EXPECT_GT(production, 0.1);
    EXPECT_NEAR(slope, -0.25 * middle, 1e-5 * middle);
}

// g = κ = 1 + q², U = q²/2 + q⁴/4: the variance of e^{-2U/γ} with respect to √g dq.
TEST(Density, of_multiplicative_noise_has_the_variance_of_its_measure) {
    Running run = running(R"(model multiplicative
trainable q
loss U = 1/2*q^2 + 1/4*q^4
noise  κ = 1 + q^2
metric g = κ
learning q descends U with rate 0.5, metric g, noise κ
init q = normal(0, 0.3)
observe width = variance(q)
run { as = density on grid(q: -3..3 by 600)  scheme = implicit_euler  dt = 1  until = 60 }
)");
    ASSERT_TRUE(run.good()) << run.error;
    run.to_the_end();
    EXPECT_NEAR(run->observable("width"), 0.1915, 5e-5);
}

} // namespace
} // namespace nphys::test
