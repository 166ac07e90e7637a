// Waves and hydrodynamic pairs of laws, Geometric learning dynamics (3.6)-(3.13) and (5.1)-(5.4), against schrodinger.json,
// madelung.json and closed forms.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <numbers>

#include "tests/physics/reference.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

std::string oscillator(const std::string& axis, const std::string& run) {
    return fmt::format(R"(model oscillator
param γ = 0.4
param k = 0.8
trainable q
loss   U = 1/2*k*q^2
noise  κ = 1
metric g = κ
learning q descends U with rate γ, metric g, noise κ
observe centre = mean(q)
observe width  = variance(q)
run {{ as = wave(1) on grid(q: {})  init ψ = exp(-(q - 1)^2/(4*0.5590169943749473))  observe norm, energy  {} }}
)",
                       axis, run);
}

TEST(Wave, coherent_state_follows_the_exact_map_of_the_split_step) {
    const nlohmann::json expected = reference("schrodinger")["results"];
    for (const std::string axis : {"periodic(-12..12 by 256)", "-12..12 by 256"}) {
        Running run = running(oscillator(axis, "scheme = split_step  dt = 0.02  steps = 200"));
        ASSERT_TRUE(run.good()) << run.error;
        run.to_the_end();
        EXPECT_NEAR(run->observable("centre"), expected["mean_split_step"].get<double>(), 1e-9) << axis;
        EXPECT_NEAR(run->observable("width"), expected["variance"].get<double>(), 1e-4) << axis;
        EXPECT_NEAR(run->observable("norm"), 1, 1e-12) << axis;
    }
}

TEST(Wave, oscillator_has_its_levels_to_second_order) {
    const nlohmann::json expected = reference("schrodinger")["results"]["levels_0_to_3"];
    std::vector<std::vector<double>> levels;
    for (const int cells : {200, 400}) {
        Running run = running(oscillator(fmt::format("-9..9 by {}", cells), "scheme = split_step  dt = 0.1  steps = 1  observe eigenvalues(4)"));
        ASSERT_TRUE(run.good()) << run.error;
        levels.push_back(run->field("eigenvalues(4)"));
    }
    for (std::size_t n = 0; n < 4; ++n) {
        const double exact = expected[n];
        EXPECT_NEAR((levels[0][n] - exact) / (levels[1][n] - exact), 4, 0.1) << n;
        EXPECT_NEAR((4 * levels[1][n] - levels[0][n]) / 3, exact, 1e-5) << n;
    }
}

TEST(Wave, free_packet_spreads) {
    const nlohmann::json expected = reference("schrodinger")["results"];
    Running run = running(R"(model packet
param γ = 0.4
trainable q
loss U = 0*q
learning q descends U with rate γ, metric 1, noise 1
observe centre = mean(q)
observe width  = variance(q)
run { as = wave(1) on grid(q: periodic(-16..16 by 512))  scheme = split_step  dt = 0.1  until = 2
      init ψ = exp(-q^2/(4*0.49) + 1i*q/ℏ) }
)");
    ASSERT_TRUE(run.good()) << run.error;
    run.to_the_end();
    EXPECT_NEAR(run->observable("centre"), expected["free_mean"].get<double>(), 1e-10);
    EXPECT_NEAR(run->observable("width"), expected["free_variance"].get<double>(), 1e-9);
}

// β = 1/(2γ): for any U the ground level is 0, with P ∝ e^{-U/γ}.
TEST(Wave, ground_state_at_one_half_over_gamma_is_at_level_zero) {
    Running run = running(R"(model ground
param γ = 0.4
trainable q
loss U = 1/4*(q^2 - 1)^2 + 0.1*q
learning q descends U with rate γ, metric 1, noise 1
run { as = wave(1/(2*γ)) on grid(q: -4..4 by 800)  scheme = crank_nicolson  dt = 0.01  until = 2
      init ψ = exp(-U/(2*γ))  observe energy, eigenvalues(2)  save P every 10 }
)");
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_NEAR(run->field("eigenvalues(2)")[0], 0, 2e-5);
    EXPECT_GT(run->field("eigenvalues(2)")[1], 0.1);
    EXPECT_NEAR(run->observable("energy"), 0, 2e-5);
    const std::vector<double> begin = run->field("P");
    run.to_the_end();
    EXPECT_LT(distance(run->field("P"), begin), 1e-4);
}

// H = p²/2M + Mω²q²/2 - γ/β with M = 1/(2γ), ω = 2γ: levels ħω(n + 1/2) - γ/β. An odd wave has none of the even state in it. A step
// of dt is exact for an oscillator whose ω' has 2 sinh(ω'dt/2) = ω dt, in the variance of the packet (ħ/2Mω'') with ω'' = sinh(ω'dt)/dt.
TEST(Wave, in_imaginary_time_falls_to_the_lowest_state_that_it_has_in_it) {
    const auto fallen = [](const std::string& start, double dt) {
        Running run = running(fmt::format(R"(model falls
param γ = 0.5
trainable q
loss U = q^2/2
learning q descends U with rate γ, noise 1
observe width = variance(q)
run {{ as = wave(1) on grid(q: -8..8 by 256)  scheme = imaginary_time  dt = {}  until = 24
      init ψ = {}  observe norm, width }}
)", dt, start));
        EXPECT_TRUE(run.good()) << run.error;
        run.to_the_end();
        EXPECT_NEAR(run->observable("norm"), 1, 1e-12);
        return run->observable("width");
    };
    for (const double dt : {0.2, 0.1}) {
        const double turned = 2 * std::asinh(dt / 2); // of a step
        EXPECT_NEAR(fallen("exp(-(q - 1)^2)", dt), dt / (2 * std::sinh(turned)), 1e-10) << dt;
        EXPECT_NEAR(fallen("q*exp(-q^2)", dt), 3 * dt / (2 * std::sinh(turned)), 1e-9) << dt;
    }
}

TEST(Wave, of_a_curved_metric_keeps_norm_and_energy_under_crank_nicolson) {
    Running run = running(R"(model curved
param γ = 0.5
trainable q
loss U = 1/4*(q^2 - 1)^2
noise κ = 2 + 0.4*q^2
metric g = 1 + 0.2*q^2
learning q descends U with rate γ, metric g, noise κ
run { as = wave(1) on grid(q: -4..4 by 300)  scheme = crank_nicolson  dt = 0.02  until = 4
      init ψ = exp(-(q + 1)^2/0.3)*exp(0.5i*q)  observe norm, energy }
)");
    ASSERT_TRUE(run.good()) << run.error;
    const double energy = run->observable("energy");
    run.to_the_end();
    EXPECT_NEAR(run->observable("norm"), 1, 1e-12);
    EXPECT_NEAR(run->observable("energy") / energy, 1, 1e-10);
}

// Two axes: a product of two coherent states, ħω of each axis its own.
TEST(Wave, in_two_dimensions_is_a_product_where_the_law_is_a_sum) {
    Running run = running(R"(model two
param γ = 0.4
index μ, ν in 1..2
trainable q[μ]
loss U = 1/2*0.8*q[1]^2 + 1/2*1.2*q[2]^2
noise κ[μ,ν] = δ[μ,ν]
metric g = κ
learning q descends U with rate γ, metric g, noise κ
observe first = mean(q[1])
observe second = mean(q[2])
run { as = wave(1) on grid(q[1]: periodic(-8..8 by 64), q[2]: -8..8 by 64)  scheme = split_step  dt = 0.02  steps = 100
      init ψ = exp(-(q[1] - 1)^2/2 - q[2]^2 + q[2])  observe norm }
)");
    ASSERT_TRUE(run.good()) << run.error;
    const auto at = [](double omega, int steps) { return std::cos(steps * std::acos(1 - std::pow(omega * 0.02, 2) / 2)); };
    run.to_the_end();
    EXPECT_NEAR(run->observable("norm"), 1, 1e-12);
    EXPECT_NEAR(run->observable("first"), at(0.64, 100), 1e-8);
    EXPECT_NEAR(run->observable("second"), 0.5 * at(0.96, 100), 1e-8);
}

// ---- The pair ------------------------------------------------------------------------------------------------------------

// The lowest periodic solution of -K ψ'' + 0.3 cos(x) ψ = Eψ as a series of cosines: by U = -ln ψ the law has V = 0.3 cos(x) - E.
struct Series {
    std::vector<double> terms;
    double level = 0;
};
Series ground_of_cosine(double k) {
    constexpr std::size_t size = 24;
    std::vector<double> a(size, 0.0);
    a[0] = 1;
    double level = 0;
    for (int round = 0; round < 60000; ++round) { // a power of 1 - step H, whose largest eigenvalue is that of the ground state
        std::vector<double> b(size);
        for (std::size_t n = 0; n < size; ++n) {
            const double below = n == 0 ? 0 : (n == 1 ? 0.3 : 0.15) * a[n - 1], above = n + 1 < size ? 0.15 * a[n + 1] : 0;
            b[n] = k * static_cast<double>(n * n) * a[n] + below + above;
        }
        level = b[0] / a[0];
        const double step = 0.9 / (k * size * size);
        for (std::size_t n = 0; n < size; ++n)
            a[n] -= step * (b[n] - level * a[n]);
    }
    return {a, level};
}

struct Pair {
    std::vector<double> density, phase; // at 48 places of the ring
};

Pair pair_on_ring(int cells, double dt, double kappa, double alpha, const Series& ground) {
    std::string wave = fmt::format("{:.17g}", ground.terms[0]);
    for (std::size_t n = 1; n < ground.terms.size(); ++n)
        wave += fmt::format(" + {:.17g}*cos({}*(q - pi/2))", ground.terms[n], n);
    Running run = running(fmt::format(R"(model ring
param γ = 0.4
trainable q
loss U = -log({})
noise κ = {}
metric g = κ^{}
learning q descends U with rate γ, metric g, noise κ
run {{ as = hydrodynamic(1) on grid(q: periodic(0..2*pi by {}))  scheme = rk4  dt = {}  until = 1
      init P = 1 + 0.25*cos(q)  init S = 0.1*cos(q)  observe mass, energy  save P every t = 1 }}
)",
                                      wave, kappa, alpha, cells, dt));
    EXPECT_TRUE(run.good()) << run.error;
    const double energy = run->observable("energy");
    run.to_the_end();
    EXPECT_NEAR(run->observable("mass"), 1, 1e-9);
    EXPECT_NEAR(run->observable("energy") / energy, 1, 1e-6);
    Pair pair;
    const std::vector<double> density = run->field("P"), phase = run->field("S");
    for (int n = 0; n < 48; ++n) {
        const auto place = static_cast<std::size_t>(n * (cells / 48));
        pair.density.push_back(density[place] * std::sqrt(std::pow(kappa, alpha))); // the reference has it per dq, ours is per √g dq
        pair.phase.push_back(phase[place] + ground.level);
    }
    return pair;
}

// Eliminates h² and h⁴.
std::vector<double> extrapolated(const std::vector<std::vector<double>>& of_grids) {
    std::vector<double> result;
    for (std::size_t n = 0; n < of_grids[0].size(); ++n) {
        const double first = (4 * of_grids[1][n] - of_grids[0][n]) / 3, second = (4 * of_grids[2][n] - of_grids[1][n]) / 3;
        result.push_back((16 * second - first) / 15);
    }
    return result;
}

void expect_fingerprint(const std::vector<double>& values, const nlohmann::json& expected) {
    double sum = 0, squares = 0, mixed = 0;
    for (std::size_t n = 0; n < values.size(); ++n) {
        sum += values[n];
        squares += values[n] * values[n];
        mixed += values[n] * std::sin(static_cast<double>(n + 1));
    }
    const double scale = expected["l2"];
    EXPECT_NEAR(sum, expected["sum"].get<double>(), 5e-8 * scale);
    EXPECT_NEAR(std::sqrt(squares), scale, 1e-8 * scale);
    EXPECT_NEAR(mixed, expected["s1"].get<double>(), 1e-8 * scale);
    EXPECT_NEAR(std::ranges::min(values), expected["min"].get<double>(), 1e-8 * scale);
    EXPECT_NEAR(std::ranges::max(values), expected["max"].get<double>(), 1e-8 * scale);
}

TEST(Hydrodynamic, pair_on_a_ring_is_that_of_its_waves) {
    const nlohmann::json expected = reference("madelung")["results"];
    for (const auto& [name, kappa, alpha] : {std::tuple{"quantum regime, alpha=1, kappa=1", 1.0, 1.0}, {"efficient regime, alpha=1/2, kappa=2.25", 2.25, 0.5}}) {
        const Series ground = ground_of_cosine(0.4 / std::pow(kappa, alpha));
        std::vector<std::vector<double>> densities, phases;
        for (const auto& [cells, dt] : {std::pair{96, 0.004}, {192, 0.001}, {384, 0.00025}}) {
            Pair pair = pair_on_ring(cells, dt, kappa, alpha, ground);
            densities.push_back(pair.density);
            phases.push_back(pair.phase);
        }
        expect_fingerprint(extrapolated(densities), expected[name]["P"]);
        expect_fingerprint(extrapolated(phases), expected[name]["phi"]);
    }
}

// From the same model, to second order in the grid.
TEST(Hydrodynamic, pair_is_the_wave_while_its_density_is_positive) {
    const auto density = [](const std::string& run, int cells) {
        Running one = running(fmt::format(R"(model both
param γ = 0.4
trainable q
loss U = 0.3*cos(q)
noise κ = 1
metric g = κ
learning q descends U with rate γ, metric g, noise κ
run wave {{ as = wave(1) on grid(q: periodic(0..2*pi by {0}))  scheme = split_step  dt = 0.001  until = 1
           init ψ = sqrt(1 + 0.25*cos(q))*exp(-0.1i*cos(q)/ℏ)  save P every t = 1 }}
run fluid {{ as = hydrodynamic(1) on grid(q: periodic(0..2*pi by {0}))  scheme = rk4  dt = 0.001  until = 1
            init P = 1 + 0.25*cos(q)  init S = 0.1*cos(q)  save P every t = 1 }}
)",
                                          cells),
                              {.lowering = {}, .request = {.parameters = {}, .run = run, .seed = {}, .level = {}}, .folder = "."});
        EXPECT_TRUE(one.good()) << one.error;
        one.to_the_end();
        return one->field("P");
    };
    const double coarse = distance(density("fluid", 60), density("wave", 60)), fine = distance(density("fluid", 120), density("wave", 120));
    EXPECT_NEAR(coarse / fine, 4, 0.3);
    EXPECT_LT(fine, 1e-3);
}

} // namespace
} // namespace nphys::test
