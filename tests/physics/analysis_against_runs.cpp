// What analysis says without running, against runs: limits of stability from both sides, forms that a scheme conserves,
// duals that give back what they came from. Random linear models of 1 to 4 types in 1 to 3 dimensions, from seeds.

#include <cmath>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/algebra/print.h"
#include "compiler/analysis/conservation.h"
#include "compiler/analysis/dispersion.h"
#include "compiler/analysis/duality.h"
#include "compiler/analysis/stability.h"
#include "runtime/random/noise.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

class Dice {
public:
    explicit Dice(int seed) : seed_(static_cast<std::uint64_t>(seed)) {}
    double uniform() { return runtime::uniform({.seed = seed_, .stream = 7, .row = next_++, .column = 0, .step = 0}); }
    int below(int bound) { return static_cast<int>(uniform() * bound); }
    double number(double scale) { return std::round(1000 * scale * (0.2 + uniform())) / 1000; }

private:
    std::uint64_t seed_, next_ = 0;
};

constexpr int models = 6;

// A loss with waves and springs between types; every mode is at work from the start.
std::string random_waves(int seed, const std::string& run) {
    Dice dice(seed);
    const int types = 1 + dice.below(4), axes = 1 + dice.below(3);
    const char* const names[] = {"x", "x, y", "x, y, z"};
    const char* const extents[] = {"12", "6, 4", "4, 4, 2"};
    std::string loss;
    for (int a = 1; a <= types; ++a) {
        loss += fmt::format(" + {}*φ[i,{}]^2", dice.number(0.8), a);
        for (int axis = 1; axis <= axes; ++axis)
            loss += fmt::format(" + {}*(φ[i+e[{}],{}] - φ[i,{}])^2", dice.number(0.7), axis, a, a);
        if (a > 1) loss += fmt::format(" + {}*φ[i,{}]*φ[i,{}]", dice.number(0.1), a - 1, a);
    }
    return fmt::format("model waves lattice space({}) = periodic({}) index i in space index a in 1..{}\n"
                       "neuron φ[i,a] trainable π[i,a]\n"
                       "loss H = Σ[i](0{}) activation φ[i,a] ← φ[i,a] + π[i,a] learning π descends H\n"
                       "init φ[i,a] = sin(37*a + 11*x^2 + 3*x) + cos({}*a*x)\n"
                       "observe size = max[i](abs(φ[i,1]))\n{}",
                       names[axes - 1], extents[axes - 1], types, loss, axes == 1 ? "5" : axes == 2 ? "y" : "(y + 1.7*z + y*z)", run);
}

std::string scheme_of(int seed) {
    const char* const schemes[] = {"leapfrog", "drift_kick_drift", "symplectic_euler", "yoshida4", "rk4"};
    return schemes[seed % 5];
}

TEST(AnalysisAgainstRuns, limits_of_random_linear_models_are_met_from_both_sides) {
    for (int seed = 1; seed <= models; ++seed) {
        const auto with_step = [&](double dt, const std::string& more) {
            return random_waves(seed, fmt::format("run {{ scheme = {} dt = {:.17g} steps = 600 {} }}", scheme_of(seed), dt, more));
        };
        const Running known = running(with_step(1e-3, ""));
        ASSERT_TRUE(known.good()) << known.error;
        const analysis::StabilityReport report = analysis::stability(known.compilation->model, known.compilation->program);
        ASSERT_EQ(report.certainty, analysis::Certainty::exact);
        ASSERT_TRUE(report.limit.has_value()) << seed;
        Running below = running(with_step(0.998 * *report.limit, ""));
        ASSERT_TRUE(below.good()) << below.error;
        below.to_the_end();
        EXPECT_LT(below->observable("size"), 300) << seed;
        Running above = running(with_step(1.01 * *report.limit, "unstable = allow"));
        ASSERT_TRUE(above.good()) << above.error;
        above.to_the_end();
        EXPECT_FALSE(above->observable("size") < 1e5) << seed;
    }
}

// As printed, from old values: x ← (1 + L) x. Beside |λ|ⁿ the size of a field swings by a factor that is the same at any n.
TEST(AnalysisAgainstRuns, growth_of_random_maps_is_that_of_their_runs) {
    for (int seed = 1; seed <= models; ++seed) {
        const auto size_after = [&](int steps) {
            Running map = running(random_waves(seed, fmt::format("run {{ scheme = map steps = {} unstable = allow }}", steps)));
            EXPECT_TRUE(map.good()) << map.error;
            map.to_the_end();
            return map->observable("size");
        };
        const Running map = running(random_waves(seed, "run { scheme = map steps = 1 unstable = allow }"));
        ASSERT_TRUE(map.good()) << map.error;
        const analysis::StabilityReport report = analysis::stability(map.compilation->model, map.compilation->program);
        ASSERT_EQ(report.certainty, analysis::Certainty::exact) << report.reason;
        EXPECT_GT(report.growth, 1.3) << seed;
        EXPECT_NEAR(std::log(size_after(400) / size_after(200)) / 200, std::log(report.growth), 2.0 / 200) << seed;
    }
}

// Between open edges the fastest mode is sin(πN j/(N+1)), between reflecting ones cos(π(N-1)/N (j - 1/2)).
TEST(AnalysisAgainstRuns, lattices_with_edges_have_sine_and_cosine_modes) {
    for (const char* edge : {"open", "reflecting"}) {
        const auto wave = [&](double dt, const std::string& more) {
            return fmt::format("model edges use lattice lattice line(x) = {}(7) index i in line neuron φ[i] trainable π[i]\n"
                               "activation φ[i] ← φ[i] + π[i] learning d/dt π[i] = laplacian(φ)[i] - 0.25*φ[i]\n"
                               "init φ[i] = sin(5*x^2 + x) observe size = max[i](abs(φ[i]))\n"
                               "run {{ scheme = leapfrog dt = {:.17g} steps = 600 {} }}",
                               edge, dt, more);
        };
        const Running known = running(wave(0.1, ""));
        ASSERT_TRUE(known.good()) << known.error;
        const auto report = analysis::stability(known.compilation->model, known.compilation->program);
        EXPECT_EQ(report.certainty, analysis::Certainty::exact) << edge << report.reason;
        const double k = std::string(edge) == "open" ? M_PI * 7 / 8 : M_PI * 6 / 7;
        EXPECT_NEAR(report.limit.value() * std::sqrt(0.25 + 4 * std::pow(std::sin(k / 2), 2)), 2, 1e-7) << edge;
        Running below = running(wave(0.999 * *report.limit, ""));
        ASSERT_TRUE(below.good()) << below.error;
        below.to_the_end();
        EXPECT_LT(below->observable("size"), 300) << edge;
        Running above = running(wave(1.01 * *report.limit, "unstable = allow"));
        above.to_the_end();
        EXPECT_FALSE(above->observable("size") < 1e5) << edge;
    }
}

TEST(AnalysisAgainstRuns, forms_found_for_a_scheme_are_conserved_by_its_runs) {
    for (int seed = 1; seed <= models; ++seed)
        for (const char* scheme : {"drift_kick_drift", "leapfrog"}) {
            const std::string run = fmt::format("run {{ scheme = {} dt = 0.2 steps = 200 }}", scheme);
            const Running first = running(random_waves(seed, run));
            ASSERT_TRUE(first.good()) << first.error;
            const auto found = analysis::conservation(first.compilation->model, first.compilation->program);
            // The energy is one: kicks in the middle reach as far as the law, leapfrog twice as far.
            EXPECT_FALSE(found.scheme.forms.empty()) << seed << scheme << found.scheme.obstacle << random_waves(seed, run);
            std::string observed;
            for (std::size_t n = 0; n < found.scheme.forms.size(); ++n)
                observed += fmt::format("observe form{} = {}\n", n, found.scheme.forms[n].text);
            Running again = running(random_waves(seed, observed + run));
            ASSERT_TRUE(again.good()) << again.error;
            std::vector<double> start;
            for (std::size_t n = 0; n < found.scheme.forms.size(); ++n) start.push_back(again->observable(fmt::format("form{}", n)));
            again.to_the_end();
            for (std::size_t n = 0; n < start.size(); ++n)
                EXPECT_NEAR(again->observable(fmt::format("form{}", n)), start[n], 1e-9 * (1 + std::abs(start[n]))) << seed << scheme << n;
        }
}

TEST(AnalysisAgainstRuns, leapfrog_conserves_the_energy_with_the_shifted_frequency) { // β² + ω²(1 - ω²dt²/4)φ²
    const Running wave = running("model wave lattice ring(x) = periodic(16) index i in ring neuron φ[i] trainable π[i]\n"
                                 "loss H = Σ[i](1/2*(φ[i+e[1]] - φ[i])^2) activation φ[i] ← φ[i] + π[i] learning π descends H\n"
                                 "run { scheme = leapfrog dt = 0.4 steps = 1 }");
    ASSERT_TRUE(wave.good()) << wave.error;
    const auto found = analysis::conservation(wave.compilation->model, wave.compilation->program);
    ASSERT_EQ(found.scheme.forms.size(), 1U);
    EXPECT_EQ(found.scheme.reach, 2U);
    EXPECT_EQ(found.flow.reach, 1U);
    // ω² = 2 - 2 cos k and ω⁴ = 6 - 8 cos k + 2 cos 2k: the coefficient of φ² is 2 - 6 dt²/4.
    EXPECT_NE(found.scheme.forms[0].text.find("44/25*φ[i]^2"), std::string::npos) << found.scheme.forms[0].text;
}

TEST(AnalysisAgainstRuns, spurious_zeros_of_the_one_sided_lattice_are_named) { // (4.40), D >= 2
    const Running dirac = running("model dirac use dirac lattice space(x, y, z) = periodic(8, 8, 8) index i in space\n"
                                  "index a, b in 1..4 index μ in axes(space) neuron φ[i,a] trainable π[i,a]\n"
                                  "activation d/dt φ[i,a] = X[μ,a,b]*(π[i+e[μ],b] - π[i,b])\n"
                                  "learning d/dt π[i,a] = -X[μ,a,b]*(φ[i,b] - φ[i-e[μ],b])\n"
                                  "run { scheme = leapfrog dt = 0.1 steps = 1 }");
    ASSERT_TRUE(dirac.good()) << dirac.error;
    const auto found = analysis::dispersion(dirac.compilation->model, dirac.compilation->program);
    ASSERT_FALSE(found.spurious.empty());
    EXPECT_EQ(found.spurious.front().place, "(π/2, -π/2, 0)");
    EXPECT_TRUE(found.spurious.front().on_lattice);
}

// Hamiltonians of the form (2.14) with a quartic potential, W symmetric, on a ring.
std::string random_hamiltonian(Dice& dice, int types) {
    std::string energy = "0";
    for (int a = 1; a <= types; ++a) {
        energy += fmt::format(" + 1/2*π[i,{}]^2 + {}*π[i,{}]*φ[i,{}]", a, dice.number(0.3), a, a);
        energy += fmt::format(" + {}*(φ[i+e[1],{}] - φ[i,{}])^2 + {}*φ[i,{}]^4", dice.number(0.5), a, a, dice.number(0.2), a);
        if (a > 1) energy += fmt::format(" + {}*φ[i,{}]^2*φ[i,{}]", dice.number(0.2), a - 1, a);
        if (a > 1) {
            const double turn = dice.number(0.2);
            energy += fmt::format(" + {}*(π[i,{}]*φ[i,{}] + π[i,{}]*φ[i,{}])", turn, a - 1, a, a, a - 1);
        }
    }
    return "Σ[i](" + energy + ")";
}

std::string with_variables(int types, const std::string& rest) {
    return fmt::format("model dual lattice ring(x) = periodic(8) index i, i1 in ring index a in 1..{}\nneuron φ[i,a] trainable π[i,a]\n{}\n",
                       types, rest);
}

struct Duals {
    std::string hamiltonian, loss, activation;
};

Duals duals_of(const std::string& text) {
    const Running made = running(text);
    EXPECT_TRUE(made.good()) << made.error;
    analysis::LearningSystem system(made.compilation->model);
    const analysis::Duality found = analysis::duality(system);
    Duals result;
    if (found.hamiltonian) result.hamiltonian = algebra::print(system.pool, found.hamiltonian->value);
    if (found.loss) result.loss = algebra::print(system.pool, found.loss->value);
    for (std::size_t row = 0; row < system.activation.size(); ++row) {
        const model::Component& component = system.neurons.components[row];
        result.activation += fmt::format("activation d/dt {} = {}\n", algebra::print_element(system.pool, component.tensor, component.target),
                                         algebra::print(system.pool, system.activation[row]));
    }
    return result;
}

TEST(AnalysisAgainstRuns, hamiltonian_to_loss_to_hamiltonian_is_the_identity) { // (2.14), (2.16)
    for (int seed = 1; seed <= models; ++seed) {
        Dice dice(100 + seed);
        const int types = 1 + dice.below(3);
        const std::string energy = random_hamiltonian(dice, types), run = "run { scheme = rk4 dt = 0.01 steps = 1 }";
        const Duals first = duals_of(with_variables(types, "hamiltonian E = " + energy + "\n" + run));
        ASSERT_FALSE(first.loss.empty()) << energy;
        const Duals second = duals_of(with_variables(types, "loss H = " + first.loss + "\n" + first.activation + "learning π descends H\n" + run));
        ASSERT_FALSE(second.hamiltonian.empty()) << first.loss;
        const Running both = running(with_variables(types, "hamiltonian E = " + energy + "\nobserve again = " + second.hamiltonian +
                                                               "\nobserve E\ninit φ[i,a] = sin(3*x + a)\ninit π[i,a] = cos(5*x - 2*a)\n" + run));
        ASSERT_TRUE(both.good()) << both.error;
        EXPECT_NEAR(both->observable("again"), both->observable("E"), 1e-12 * std::abs(both->observable("E"))) << second.hamiltonian;
    }
}

} // namespace
} // namespace nphys::test
