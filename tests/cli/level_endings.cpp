// What a run at a level says of itself: probability that comes to closed ends, densities that become negative, pairs that come to
// nodes, probability that leaves.
#include <cmath>
#include <nlohmann/json.hpp>
#include <vector>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

const std::string law = "model level\ntrainable q\nloss U = 1/2*q^2\nnoise κ = 1\nmetric g = κ\n"
                        "learning q descends U with metric g, noise κ\ninit q = normal(0, 0.1)\nobserve width = variance(q)\n";

TEST_F(Command, DensityThatComesToItsClosedEndsSaysWhen) {
    const Ran ran = run({"run", model(law + "run { as = density on grid(q: -1..1 by 100)  dt = 0.01  until = 3  observe width every 10 }\n").string(),
                         "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.err, "of P is in the last cells of `q`, at 1, and nothing goes through that end, at step ")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "make the grid wider")) << ran.err;
}

TEST_F(Command, DensityInsideOfItsGridSaysNothing) {
    const Ran ran = run({"run", model(law + "run { as = density on grid(q: -5..5 by 100)  dt = 0.01  until = 3  observe width every 10 }\n").string(),
                         "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_FALSE(contains(ran.err, "warning")) << ran.err;
}

TEST_F(Command, WaveThatComesToItsClosedEndsSaysWhen) {
    const Ran ran = run({"run", model(law + "run { as = wave(1) on grid(q: -2..2 by 100)  dt = 0.01  until = 3  observe width every 10 }\n").string(),
                         "-o", "out", "--no-plots", "--json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.err, "of |ψ|² is in the last cells of `q`, at ")) << ran.err;
    EXPECT_GE(nlohmann::json::parse(ran.out).at("warnings").size(), 1U);
}

TEST_F(Command, DensityThatBecomesNegativeSaysHowMuchOfIt) {
    const Ran ran = run({"run", model(law + "run { as = density on grid(q: -5..5 by 400)  scheme = crank_nicolson  dt = 1  until = 8  observe width every 1 }\n").string(),
                         "-o", "out", "--no-plots"});
    EXPECT_TRUE(contains(ran.err, "of P stands below 0, in cells where it is negative, at step 1")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "`scheme = implicit_euler` keeps it positive")) << ran.err;
}

TEST_F(Command, PairThatComesToANodeSaysWhatGoesOn) {
    const Ran ran = run({"run",
                         model(law + "run { as = hydrodynamic(1) on grid(q: -6..6 by 100)  scheme = rk4  dt = 0.01  until = 5  unstable = allow\n"
                                     "  init P = exp(-3*(q - 1)^2) + exp(-3*(q + 1)^2)  observe width every 10 }\n")
                             .string(),
                         "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 4) << ran.err;
    EXPECT_TRUE(contains(ran.err, "is not a finite number at step")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "go through the wave: `scheme = crank_nicolson`")) << ran.err;
}

// Of a Brownian particle between two absorbing ends the slowest rate is ½ D (π/L)²; what is left falls with it.
TEST_F(Command, WhatIsAbsorbedIsGone) {
    const std::string free = "model gone\ntrainable q\nloss U = 0*q\nlearning q descends U with noise 1\n"
                             "run { as = density on grid(q: absorbing(0..2 by 200))  dt = 0.01  until = 4  init P = q*(2 - q)\n"
                             "      observe mass, eigenvalues(1) every 100 }\n";
    const Ran ran = run({"run", model(free).string(), "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_FALSE(contains(ran.err, "warning")) << ran.err;
    const Table series = read_series(folder() / "out/series.csv");
    const double rate = -series.column("eigenvalues(1)[1]").front(), exact = 9.8696044010893586 / 8;
    EXPECT_NEAR(rate, exact, 2e-4);
    const std::vector<double> left = series.column("mass");
    EXPECT_NEAR(left.back() / left[left.size() - 2], std::exp(-exact), 1e-3);
}

} // namespace
} // namespace nphys::cli
