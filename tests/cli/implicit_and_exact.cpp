// crank_nicolson and exact as a user meets them: what is told of solves, how they end, --resume, --halve, explain.
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

std::string steps(const std::string& scheme, int count) {
    return small_model("scheme = " + scheme + "  dt = 0.1  steps = " + std::to_string(count) +
                       "  observe energy, φ[3] every 10  save φ every 20");
}

TEST_F(Command, IterationsOfImplicitStepsAreTold) {
    const Ran ran = run({"run", model(steps("crank_nicolson", 40)).string(), "-o", "out", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "iterations of its solve in a step")) << ran.out;
    const auto record = nlohmann::json::parse(read_text(folder() / "out/run.json"));
    EXPECT_TRUE(contains(record.dump(), "most_solve_iterations_in_a_step")) << record.dump(2);
}

// dq/dt = e^q becomes infinite at t = 1; no midpoint exists for a step of 0.5 that comes close.
TEST_F(Command, SolveThatDoesNotConvergeIsToldWithStepAndResidual) {
    const std::string file = model("model blast\nneuron q\nactivation d/dt q = exp(q)\nobserve q\n"
                                   "run { scheme = crank_nicolson  dt = 0.3  steps = 20  observe q every 1 }\n").string();
    const Ran ran = run({"run", file, "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 4) << ran.out << ran.err;
    EXPECT_TRUE(contains(ran.err, "error: the solve of step ")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "did not converge: its residual is ")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "take a smaller step")) << ran.err;
    EXPECT_EQ(nlohmann::json::parse(read_text(folder() / "out/run.json")).at("status"), "broke down");
    EXPECT_LT(read_series(folder() / "out/series.csv").rows.size(), 5U);
}

TEST_F(Command, ImplicitAndExactRunsGoOnFromTheirCheckpoints) {
    for (const std::string scheme : {"crank_nicolson", "exact", "exact(leapfrog)"}) {
        const std::string folder_name = scheme.substr(0, 6), whole = folder_name + "_whole";
        ASSERT_EQ(run({"run", model(steps(scheme, 20)).string(), "-o", folder_name, "--no-plots"}).status, 0);
        const std::string longer = model(steps(scheme, 40)).string();
        std::filesystem::remove_all(folder() / whole);
        const Ran resumed = run({"run", longer, "-o", folder_name, "--resume", "--no-plots"});
        ASSERT_EQ(resumed.status, 0) << resumed.err;
        ASSERT_EQ(run({"run", longer, "-o", whole, "--no-plots"}).status, 0);
        EXPECT_EQ(read_text(folder() / folder_name / "series.csv"), read_text(folder() / whole / "series.csv")) << scheme;
        std::filesystem::remove_all(folder() / folder_name);
    }
}

TEST_F(Command, HalvedStepsTellTheErrorOfTheMidpointAndNoneOfTheExactLaw) {
    const auto error_of = [&](const std::string& scheme) {
        const Ran ran = run({"run", model(steps(scheme, 40)).string(), "--halve", "--json", "-o", scheme, "--no-plots"});
        EXPECT_EQ(ran.status, 0) << ran.err;
        return nlohmann::json::parse(ran.out).at("halved").at("observables").at("φ[3]").at("error").get<double>();
    };
    const double midpoint = std::abs(error_of("crank_nicolson")), law = std::abs(error_of("exact"));
    EXPECT_GT(midpoint, 1e-6);
    EXPECT_LT(midpoint, 1e-2);
    EXPECT_LT(law, 1e-13);
}

TEST_F(Command, ExplainTellsWhatIsSolvedHowAndAtWhichCost) {
    const Ran implicit = run({"explain", model(steps("crank_nicolson", 40)).string()});
    EXPECT_TRUE(contains(implicit.out, "(1 - dt/2*L) x' = (1 + dt/2*L) x + dt*b for x = φ and π")) << implicit.out;
    EXPECT_TRUE(contains(implicit.out, "BiCGStab(2), until the residual is 1e-16 of the state; an iteration applies L 4 times")) << implicit.out;
    EXPECT_TRUE(contains(implicit.out, ", each iteration")) << implicit.out;
    const Ran dirac = run({"explain", example("dirac_implicit").string()});
    EXPECT_TRUE(contains(dirac.out, "L is antisymmetric: conjugate gradients on 1 - (dt/2)²L²")) << dirac.out;
    const Ran exact = run({"explain", model(steps("exact(leapfrog)", 40)).string()});
    EXPECT_TRUE(contains(exact.out, "x̂(k) ← G(k)^n x̂(k)")) << exact.out;
    EXPECT_TRUE(contains(exact.out, "n steps of leapfrog at once, for each mode k")) << exact.out;
}

std::string between_walls(int count) {
    return "model walls\nuse lattice\nlattice line(x) = open(9)\nindex i in line\nneuron φ[i]\ntrainable π[i]\n"
           "activation d/dt φ[i] = π[i]\nlearning d/dt π[i] = laplacian(φ)[i] - 0.1*x*φ[i]\ninit φ = exp(-(x - 3)^2)\n"
           "run { scheme = exact  dt = 2.5  steps = " + std::to_string(count) + "  observe φ[3] every 4 }\n";
}

TEST_F(Command, ExactStepsAtEdgesAreExplainedAndGoOnFromTheirCheckpoints) {
    const Ran explained = run({"explain", model(between_walls(20)).string()});
    EXPECT_TRUE(contains(explained.out, "the Taylor series of exp(dt*L) on φ and π, in pieces with |dt*L| <= 2")) << explained.out;
    ASSERT_EQ(run({"run", model(between_walls(20)).string(), "-o", "parts", "--no-plots"}).status, 0);
    const std::string longer = model(between_walls(40)).string();
    ASSERT_EQ(run({"run", longer, "-o", "parts", "--resume", "--no-plots"}).status, 0);
    ASSERT_EQ(run({"run", longer, "-o", "whole", "--no-plots"}).status, 0);
    EXPECT_EQ(read_text(folder() / "parts/series.csv"), read_text(folder() / "whole/series.csv"));
}

TEST_F(Command, MergedStepsAreToldToDependOnObservation) {
    const Ran ran = run({"check", model(steps("leapfrog  merging = allow", 40)).string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out + ran.err, "the last bits depend on how often the run is observed")) << ran.out << ran.err;
}

} // namespace
} // namespace nphys::cli
