// dual, check and explain dispersion: the same facts as text, as JSON, as LaTeX and as a picture.
#include <cmath>

#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace nphys::cli {
namespace {

TEST_F(Command, DualPrintsTheHamiltonianOfALoss) {
    const Ran ran = run({"dual", example("single_neuron").string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "hamiltonian, (2.14)\n  E = 1/2*ω^2*φ^2 + 1/2*β^2")) << ran.out;
}

TEST_F(Command, DualPrintsTheLossOfAHamiltonian) {
    const Ran ran = run({"dual", example("oscillator").string(), "--latex"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "% loss, (2.16)\n\\[ H = ")) << ran.out;
}

TEST_F(Command, DualSpeaksJson) {
    const Ran ran = run({"dual", example("linear_system").string(), "--json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_EQ(json["hamiltonian"]["equation"], "(2.21)");
    EXPECT_EQ(json["conditions"].size(), 7U);
    EXPECT_EQ(json["maps"][3]["declared"], "V");
}

TEST_F(Command, DualTellsWhichConditionFails) {
    const Ran ran = run({"dual", example("dirac_1d").string()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(contains(ran.err, "E1203") && contains(ran.err, "E1207")) << ran.err;
    EXPECT_TRUE(contains(ran.out, "W = Wᵀ                      no")) << ran.out;
}

TEST_F(Command, CheckSpeaksJson) {
    const Ran ran = run({"check", example("klein_gordon_1d").string(), "--json"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    const auto json = nlohmann::json::parse(ran.out);
    EXPECT_NEAR(json["stability"]["limit"], 2 / std::sqrt(0.16 + 16), 1e-6);
    EXPECT_EQ(json["conservation"]["observables"][0]["law"], "conserved");
    EXPECT_EQ(json["schemes"].size(), 17U) << json["schemes"];
}

TEST_F(Command, DispersionMakesATableAndAPicture) {
    const Ran ran = run({"explain", "dispersion", example("klein_gordon_1d").string(), "-o", "pictures"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "ω, continuum")) << ran.out;
    EXPECT_TRUE(std::filesystem::exists(folder() / "pictures" / "dispersion.png"));
    const Ran json = run({"explain", "dispersion", example("klein_gordon_1d").string(), "--json"});
    const auto points = nlohmann::json::parse(json.out)["path"];
    EXPECT_NEAR(points.back()["law"]["frequency"][0], std::sqrt(0.16 + 16), 1e-12);
    EXPECT_EQ(run({"explain", "magic", example("klein_gordon_1d").string()}).status, 2);
}

TEST_F(Command, RegimesAreExplainedByThemselves) {
    const Ran ran = run({"explain", "regimes", example("regime_counts").string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "α = 1/2 at κ")) << ran.out;
    EXPECT_FALSE(contains(ran.out, "kernels")) << ran.out;
    const auto json = nlohmann::json::parse(run({"explain", "regimes", example("regime_counts").string(), "--json"}).out);
    EXPECT_EQ(json["regimes"].size(), 1U) << json;
    const Ran none = run({"explain", "regimes", example("klein_gordon_1d").string()});
    EXPECT_TRUE(contains(none.out, "there are no regimes")) << none.out;
}

} // namespace
} // namespace nphys::cli
