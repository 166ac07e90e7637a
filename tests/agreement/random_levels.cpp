// Random laws as densities, waves and hydrodynamic pairs: one meaning in all executions, and what holds for every law.
// NPHYS_RANDOM_LEVELS=N and NPHYS_RANDOM_SEED=S choose how many and from where.

#include <algorithm>
#include <cmath>
#include <optional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/agreement/emitted.h"
#include "tests/agreement/executions.h"
#include "tests/agreement/random_level.h"
#include "tests/agreement/random_search.h"

namespace nphys::test {
namespace {

// The fields, then all numbers on one scale: some are small differences of the others.
std::vector<std::vector<double>> results(Running& run) {
    std::vector<std::vector<double>> all;
    for (const algebra::SymbolId tensor : run.compilation->program.state) all.push_back(run->field(tensor));
    std::vector<double> numbers;
    for (std::size_t k = 0; k < run.compilation->model.observables.size(); ++k)
        numbers.insert(numbers.end(), run->observable(k).begin(), run->observable(k).end());
    all.push_back(std::move(numbers));
    return all;
}

// Of the largest number of each field. The coefficients are made of exponentials; solving multiplies their last bits.
constexpr double tolerance = 1e-13;

std::optional<std::string> disagreement(const LevelSpec& spec) {
    Running judge = running(spec.text(), plainly());
    if (!judge.good()) return "does not compile: " + judge.error;
    judge.to_the_end();
    if (!judge.good()) return "the judge fails: " + judge.error;
    const auto expected = results(judge);
    for (const Execution& execution : executions()) {
        Running run = running(spec.text(), execution.how);
        run.to_the_end();
        if (!run.good()) return execution.name + " fails: " + run.error;
        const auto found = results(run);
        for (std::size_t k = 0; k < expected.size(); ++k)
            if (const double difference = distance(found[k], expected[k]); !(difference <= (execution.is_interpreted() ? 0 : tolerance)))
                return fmt::format("{} differs in result {} by {:.3g}", execution.name, k, difference);
    }
    return std::nullopt;
}

TEST(RandomLevels, agree_in_interpreter_and_jit_at_any_number_of_threads) {
    expect_agreement(setting("NPHYS_RANDOM_LEVELS", 30), random_level, disagreement);
}

TEST(RandomLevels, agree_with_emitted_cpp) {
    const std::uint64_t count = setting("NPHYS_RANDOM_EMITTED", 4), first = setting("NPHYS_RANDOM_SEED", 2000);
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        LevelSpec spec = random_level(seed);
        if (spec.adapts()) spec.scheme = "bdf2";
        Running judge = running(spec.text(), plainly());
        ASSERT_TRUE(judge.good()) << judge.error << spec.text();
        judge.to_the_end();
        const auto emitted = state_of_emitted(*judge.compilation, judge.compilation->program.steps);
        ASSERT_TRUE(emitted) << emitted.error() << spec.text();
        EXPECT_LE(distance(*emitted, flat_state(*judge.simulation)), tolerance) << "seed " << seed << "\n" << spec.text();
    }
}

// The first laws of one kind, from a seed on.
std::vector<LevelSpec> laws(RandomKind kind, std::size_t count, std::uint64_t first) {
    std::vector<LevelSpec> all;
    for (std::uint64_t seed = first; all.size() < count; ++seed)
        if (LevelSpec spec = random_level(seed); spec.kind == kind) all.push_back(std::move(spec));
    return all;
}

TEST(RandomLevels, of_densities_keep_the_mass_and_stay_positive_under_implicit_steps) {
    for (LevelSpec spec : laws(RandomKind::density, 12, 100)) {
        spec.scheme = "implicit_euler";
        spec.dt = 0.2;
        spec.steps = 20;
        spec.rests = spec.spectral = spec.absorbs = false;
        Running run = running(spec.text());
        ASSERT_TRUE(run.good()) << run.error << spec.text();
        run.to_the_end();
        EXPECT_NEAR(run->observable("mass"), 1, 1e-12) << spec.text();
        if (spec.geometry == Geometry::full) continue;
        EXPECT_GE(std::ranges::min(run->field("P")), 0) << spec.text();
    }
}

TEST(RandomLevels, of_densities_at_rest_stay_where_they_are) {
    for (LevelSpec spec : laws(RandomKind::density, 12, 200)) {
        spec.scheme = "implicit_euler";
        spec.dt = 1;
        spec.steps = 5;
        spec.rests = true;
        spec.spectral = spec.absorbs = false;
        spec.begin = "1";
        Running run = running(spec.text());
        ASSERT_TRUE(run.good()) << run.error << spec.text();
        EXPECT_NEAR(run->observable("mass"), 1, 1e-12) << spec.text();
        const std::vector<double> begin = run->field("P");
        run.to_the_end();
        EXPECT_LT(distance(run->field("P"), begin), 1e-11) << spec.text();
    }
}

TEST(RandomLevels, of_waves_keep_their_norm_and_their_lowest_state) {
    for (LevelSpec spec : laws(RandomKind::wave, 8, 300)) {
        spec.scheme = "crank_nicolson";
        spec.dt = 0.01;
        spec.steps = 20;
        spec.rests = spec.spectral = true;
        spec.begin = "1 + 0*q[1]";
        std::string text = spec.text();
        text.erase(text.find("*exp(0.3i"), std::string("*exp(0.3i*sin(q[1]))").size());
        Running run = running(text);
        ASSERT_TRUE(run.good()) << run.error << text;
        run.to_the_end();
        EXPECT_NEAR(run->observable("norm"), 1, 1e-10) << text;
        EXPECT_NEAR(run->observable("energy"), run->field("eigenvalues(2)").front(), 1e-8) << text;
    }
}

// The pair in ln P and S, and the wave that was turned into it, while P is positive: apart by the second order of the grid.
TEST(RandomLevels, of_pairs_are_those_of_their_waves) {
    for (LevelSpec spec : laws(RandomKind::pair, 5, 400)) {
        spec.geometry = Geometry::numbers;
        spec.cells.assign(1, 40);
        spec.rings.assign(1, true);
        spec.loss.resize(1);
        spec.noise = "δ[μ,ν]*0.8";
        spec.metric = "g = κ";
        spec.begin = "1.5 + 0.4*cos(q[1] - 1)";
        const auto density = [&](const std::string& level, const std::string& scheme, const std::string& begin) {
            const std::string run = fmt::format("run {{ as = {}(1.3) on {}  scheme = {}  dt = 0.001  steps = 300\n  {}\n save P every 300 }}\n", level, spec.grid(), scheme, begin);
            Running one = running(spec.law() + run);
            EXPECT_TRUE(one.good()) << one.error << run;
            one.to_the_end();
            return one->field("P");
        };
        std::vector<double> apart;
        for (const int cells : {40, 80}) {
            spec.cells.front() = cells;
            apart.push_back(distance(density("hydrodynamic", "rk4", "init P = " + spec.begin + "  init S = 0.1*sin(q[1])"),
                                     density("wave", "split_step", "init ψ = sqrt(" + spec.begin + ")*exp(-0.1i*sin(q[1])/ℏ)")));
        }
        EXPECT_NEAR(apart[0] / apart[1], 4, 0.5) << spec.law();
        EXPECT_LT(apart[1], 2e-3) << spec.law();
    }
}

// Five standard errors in each bin.
TEST(RandomLevels, of_densities_at_rest_are_the_histograms_of_their_ensembles) {
    for (LevelSpec spec : laws(RandomKind::density, 3, 500)) {
        spec.rings.assign(1, false);
        spec.cells.assign(1, 300);
        spec.absorbs = false;
        spec.loss = {"0.7*q[1]^2 + 0.1*q[1]^4 - 0.3*q[1]"};
        if (spec.geometry == Geometry::full) spec.geometry = Geometry::numbers, spec.noise = "δ[μ,ν]*0.9", spec.metric = "g = κ^0.5";
        const std::string law = spec.law() + "observe shape = histogram(q[1], 8, -1.6..1.6)\nrun rest { as = density on " + spec.grid() +
                                " scheme = bdf2 dt = 0.01 steps = 1 init P = stationary save shape every 1 }\n"
                                "run paths { scheme = heun dt = 0.02 until = 12 ensemble = 20'000 save shape every 600 }\n";
        const auto of = [&](const std::string& run) { return running(law, {.lowering = {}, .request = {.parameters = {}, .run = run, .seed = {}, .level = {}}, .folder = "."}); };
        Running rest = of("rest"), paths = of("paths");
        ASSERT_TRUE(rest.good() && paths.good()) << rest.error << paths.error << law;
        paths.to_the_end();
        std::size_t shape = 0;
        while (paths.compilation->model.observables[shape].name != "shape") ++shape;
        const std::vector<double> expected = rest->field("shape"), found = paths->observable(shape);
        ASSERT_EQ(expected.size(), found.size());
        for (std::size_t n = 0; n < found.size(); ++n) EXPECT_NEAR(found[n], expected[n], 5 * std::sqrt(expected[n] / (20'000 * 0.4)) + 1e-3) << n << law;
    }
}

} // namespace
} // namespace nphys::test
