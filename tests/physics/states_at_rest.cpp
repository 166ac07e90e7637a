// States at rest, found without running: stationary states of densities, ground states of waves, against closed forms; and pairs that
// are moved through their waves where they have nodes. Geometric learning dynamics (2.7), (3.6)-(3.13).

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/support/running.h"

namespace nphys::test {
namespace {

Running run_of(const std::string& text, const std::string& run) {
    return running(text, {.lowering = {}, .request = {.parameters = {}, .run = run, .seed = {}, .level = {}}, .folder = "."});
}

// exp(-U/T) on both sides of a barrier of fifty temperatures, down to 1e-22 of the largest, each to round-off of itself.
TEST(StationaryState, behind_a_high_barrier_is_right_in_every_digit) {
    Running run = running(R"(model wells
param T = 0.02
trainable q
loss U = (q^2 - 1)^2 + 0.05*q
learning q descends U with rate 0.5, noise 2*T/0.5
run { as = density on grid(q: -1.6..1.6 by 160)  scheme = bdf2  dt = 0.01  steps = 1  init P = stationary }
)");
    ASSERT_TRUE(run.good()) << run.error;
    const std::vector<double> found = run->field("P");
    std::vector<double> expected;
    for (int n = 0; n < 160; ++n) {
        const double q = -1.6 + 0.02 * (n + 0.5);
        expected.push_back(std::exp(-(std::pow(q * q - 1, 2) + 0.05 * q) / 0.02));
    }
    const double mass = 0.02 * std::accumulate(expected.begin(), expected.end(), 0.0);
    for (std::size_t n = 0; n < 160; ++n)
        EXPECT_NEAR(found[n] * mass / expected[n], 1, 1e-11) << n;
}

// A constant force round a ring has no potential: P ∝ ∫ exp(Φ(q + s) - Φ(q)) ds over the ring, Φ = c cos q - f q.
TEST(StationaryState, of_a_ring_with_a_force_is_that_of_a_current) {
    const auto distance_at = [](int cells) {
        Running run = running(fmt::format(R"(model ring
trainable q
loss U = 0.5*cos(q) - 0.8*q
learning q descends U with noise 1
run {{ as = density on grid(q: periodic(0..2*pi by {}))  scheme = implicit_euler  dt = 1  steps = 3  init P = stationary  observe mass }}
)",
                                          cells));
        EXPECT_TRUE(run.good()) << run.error;
        const std::vector<double> found = run->field("P");
        run.to_the_end();
        EXPECT_LT(distance(run->field("P"), found), 1e-13);
        constexpr int parts = 2000;
        const double width = 2 * M_PI / cells;
        std::vector<double> expected;
        for (int n = 0; n < cells; ++n) {
            double sum = 0;
            for (int k = 0; k < parts; ++k) {
                const double q = n * width, s = 2 * M_PI * (k + 0.5) / parts;
                sum += std::exp(2 * (0.5 * (std::cos(q + s) - std::cos(q)) - 0.8 * s));
            }
            expected.push_back(sum);
        }
        const double mass = width * std::accumulate(expected.begin(), expected.end(), 0.0);
        for (double& value : expected)
            value /= mass;
        return distance(found, expected);
    };
    const double coarse = distance_at(40), fine = distance_at(80);
    EXPECT_NEAR(coarse / fine, 4, 0.5);
    EXPECT_LT(fine, 5e-3);
}

// Diffusion on a sphere: -½γ² l(l + 1), each 2l + 1 times.
TEST(StationaryState, of_the_sphere_is_even_and_its_rates_are_those_of_spherical_harmonics) {
    const auto rates = [](int cells) {
        Running run = running(fmt::format(R"(model sphere
param γ = 0.5
index μ, ν in 1..2
trainable q[μ]
loss U = 0*q[1]
metric g[μ,ν] = δ[μ,ν]*(1 if μ == 1 else sin(q[1])^2)
noise κ[μ,ν] = g[μ,ν]
learning q descends U with rate γ, metric g, noise κ
run {{ as = density on grid(q[1]: 0..pi by {0}, q[2]: periodic(0..2*pi by {1}))  scheme = bdf2  dt = 0.1  steps = 1
      init P = stationary  observe eigenvalues(9) }}
)",
                                          cells, 2 * cells));
        EXPECT_TRUE(run.good()) << run.error;
        const std::vector<double> density = run->field("P");
        EXPECT_NEAR(std::ranges::max(density) / std::ranges::min(density), 1, 1e-10);
        return run->field("eigenvalues(9)");
    };
    const std::vector<double> coarse = rates(10), fine = rates(20);
    constexpr double exact[] = {0, -0.25, -0.25, -0.25, -0.75, -0.75, -0.75, -0.75, -0.75};
    for (std::size_t n = 0; n < 9; ++n) {
        EXPECT_NEAR(fine[n], exact[n], 0.01) << n;
        if (n == 0) continue;
        EXPECT_NEAR((coarse[n] - exact[n]) / (fine[n] - exact[n]), 4, 1) << n;
    }
}

constexpr const char* two_wells = R"(model wells
param γ = 0.25
trainable q
loss U = 1/4*(q^2 - 1)^2
noise κ = 1
metric g = κ
learning q descends U with rate γ, metric g, noise κ)";

// exp(-U/2γ) at β = 1/2γ, and its level 0.
TEST(GroundState, at_one_half_over_gamma_is_the_root_of_the_density) {
    std::vector<double> errors;
    for (const int cells : {100, 200}) {
        Running run = running(fmt::format(R"({}
run {{ as = wave(2) on grid(q: -3.5..3.5 by {})  scheme = crank_nicolson  dt = 0.1  steps = 20  init ψ = ground
      observe norm, energy, eigenvalues(1)  save P every 20 }}
)",
                                          two_wells, cells));
        ASSERT_TRUE(run.good()) << run.error;
        std::vector<double> expected;
        const double width = 7.0 / cells;
        for (int n = 0; n < cells; ++n) {
            const double q = -3.5 + width * (n + 0.5);
            expected.push_back(std::exp(-std::pow(q * q - 1, 2) / (4 * 0.25)));
        }
        const double norm = width * std::accumulate(expected.begin(), expected.end(), 0.0);
        for (double& value : expected)
            value /= norm;
        const std::vector<double> begin = run->field("P");
        errors.push_back(distance(begin, expected));
        EXPECT_NEAR(run->observable("energy"), run->field("eigenvalues(1)").front(), 1e-10);
        run.to_the_end();
        EXPECT_LT(distance(run->field("P"), begin), 1e-10);
        EXPECT_NEAR(run->observable("norm"), 1, 1e-12);
    }
    EXPECT_NEAR(errors[0] / errors[1], 4, 0.5);
    EXPECT_LT(errors[1], 3e-3);
}

// H at β = 1/2γ is 2γ times the generator of the density at 2γ: the splitting of a tunnelling wave is a rate of escape.
TEST(GroundState, and_those_above_it_are_rates_of_the_density_of_twice_gamma) {
    const std::string law = std::string(two_wells) + R"(
run wave { as = wave(2) on grid(q: -3.5..3.5 by 1400)  steps = 1  dt = 0.01  observe eigenvalues(4) }
run density { param γ = 0.5  as = density on grid(q: -3.5..3.5 by 1400)  steps = 1  dt = 0.01  observe eigenvalues(4) }
)";
    Running wave = run_of(law, "wave"), density = run_of(law, "density");
    ASSERT_TRUE(wave.good() && density.good()) << wave.error << density.error;
    const std::vector<double> levels = wave->field("eigenvalues(4)"), rates = density->field("eigenvalues(4)");
    for (std::size_t n = 0; n < 4; ++n)
        EXPECT_NEAR(levels[n], -0.5 * rates[n], 2e-5) << n;
}

// A pair whose density falls to nothing at closed ends, and comes to nodes: it goes on as its wave.
TEST(HydrodynamicPair, through_its_wave_passes_nodes) {
    const std::string law = R"(model packet
param γ = 0.4
trainable q
loss U = 1/2*0.8*q^2
noise κ = 1
metric g = κ
learning q descends U with rate γ, metric g, noise κ
observe centre = mean(q)
run pair { as = hydrodynamic(1) on grid(q: -7..7 by 140)  dt = 0.02  steps = 200  init P = exp(-(q - 1)^2) + exp(-(q + 1.5)^2)
           observe mass, energy  save P, S every 200 }
run wave { as = wave(1) on grid(q: -7..7 by 140)  dt = 0.02  steps = 200  init ψ = sqrt(exp(-(q - 1)^2) + exp(-(q + 1.5)^2))
           observe norm, energy  save P every 200 }
)";
    Running pair = run_of(law, "pair"), wave = run_of(law, "wave");
    ASSERT_TRUE(pair.good() && wave.good()) << pair.error << wave.error;
    EXPECT_EQ(pair.compilation->program.scheme, model::Scheme::split_step);
    const double energy = pair->observable("energy");
    pair.to_the_end();
    wave.to_the_end();
    EXPECT_NEAR(pair->observable("mass"), 1, 1e-12);
    EXPECT_NEAR(pair->observable("energy"), energy, 1e-3 * std::abs(energy));
    EXPECT_LT(distance(pair->field("P"), wave->field("P")), 1e-12);
}

// Three turns of the phase along a ring stay three; S = -3ħq goes up by that much and has a seam, P has none.
TEST(HydrodynamicPair, keeps_the_number_of_turns_of_its_phase) {
    Running run = running(R"(model turns
param γ = 0.4
trainable q
loss U = 0.1*cos(q)
noise κ = 1
metric g = κ
learning q descends U with rate γ, metric g, noise κ
run { as = hydrodynamic(1) on grid(q: periodic(0..2*pi by 96))  scheme = split_step  dt = 0.01  steps = 100
      init P = 1  init S = -3*ℏ*q  observe winding, mass }
)");
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_NEAR(run->observable("winding"), 3, 1e-12);
    run.to_the_end();
    EXPECT_NEAR(run->observable("winding"), 3, 1e-12);
    EXPECT_NEAR(run->observable("mass"), 1, 1e-12);
}

std::string plane_wave(const std::string& run) {
    return "model plane\nparam γ = 0.5\nindex μ, ν in 1..2\ntrainable q[μ]\nloss U = 0*q[1]\nnoise κ[μ,ν] = δ[μ,ν]\nmetric g = κ\n"
           "learning q descends U with rate γ, metric g, noise κ\n" + run;
}

TEST(Winding, has_a_number_for_each_closed_axis) {
    for (const std::string level : {"as = wave(2)", "as = hydrodynamic(2)"}) {
        const bool is_wave = level == "as = wave(2)";
        Running run = running(plane_wave("observe along = winding[1]\nobserve across = winding[2]\nobserve vortices\nrun { " + level +
                                         " on grid(q[1]: periodic(0..2*pi by 32), q[2]: periodic(0..2*pi by 24)) scheme = split_step  dt = 0.01  steps = 20\n" +
                                         (is_wave ? "init ψ = (1 + 0.2*cos(q[1]))*exp(2i*q[1] - 3i*q[2])" : "init P = 1  init S = -ℏ*(2*q[1] - 3*q[2])") + " }\n"));
        ASSERT_TRUE(run.good()) << run.error;
        for (int look = 0; look < 2; ++look, run.to_the_end()) {
            EXPECT_NEAR(run->observable("along"), 2, 1e-12);
            EXPECT_NEAR(run->observable("across"), -3, 1e-12);
            EXPECT_EQ(run->observable("vortices"), 0);
        }
    }
}

// ψ = (q₁ + i q₂)(q₁ - 2 + i q₂) e^{-…}: two vortices, and in the empty space around there is nothing that turns.
TEST(Winding, vortices_are_counted_at_corners_of_cells) {
    for (const auto& [begin, number] : {std::pair{"(q[1] + 1i*q[2])", 1}, {"(q[1] + 1i*q[2])*(q[1] - 2 + 1i*q[2])", 2}, {"(1 + q[1]^2)", 0}}) {
        Running run = running(plane_wave(std::string("observe vortices\nrun { as = wave(2) on grid(q[1]: -9..9 by 72, q[2]: -9..9 by 72)  scheme = split_step  dt = 0.01  steps = 1\n"
                                                     "init ψ = ") + begin + "*exp(-(q[1]^2 + q[2]^2)/2) }\n"));
        ASSERT_TRUE(run.good()) << run.error;
        EXPECT_EQ(run->observable("vortices"), number) << begin;
    }
}

} // namespace
} // namespace nphys::test
