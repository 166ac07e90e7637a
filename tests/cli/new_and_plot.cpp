// new, and plot: the first and the last minute of work with a model.
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

TEST_F(Command, NewModelRunsAndIsFormatted) {
    const Ran made = run({"new", "pond"});
    ASSERT_EQ(made.status, 0) << made.err;
    EXPECT_TRUE(contains(made.out, "nphysc run pond.nphys")) << made.out;
    const Ran ran = run({"run", "pond.nphys", "-o", "out"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(fs::exists(folder() / "out/plots/φ-spacetime.png"));
    EXPECT_EQ(run({"fmt", "--check", "pond.nphys"}).status, 0);
    EXPECT_EQ(run({"check", "pond.nphys"}).status, 0);
}

TEST_F(Command, NewNeverOverwrites) {
    write_text(folder() / "pond.nphys", "mine");
    const Ran made = run({"new", "pond"});
    EXPECT_EQ(made.status, 5);
    EXPECT_TRUE(contains(made.err, "not overwritten")) << made.err;
    EXPECT_EQ(read_text(folder() / "pond.nphys"), "mine");
}

TEST_F(Command, NewNeedsAName) {
    EXPECT_EQ(run({"new"}).status, 2);
    for (const char* name : {"two words", "1st", "a-b"})
        EXPECT_EQ(run({"new", name}).status, 2) << name;
    EXPECT_TRUE(fs::is_empty(folder()));
}

TEST_F(Command, PlotDrawsTheRunAgain) {
    ASSERT_EQ(run({"run", model(small_model()).string(), "-o", "out", "--no-plots"}).status, 0);
    EXPECT_FALSE(fs::exists(folder() / "out/plots"));
    const Ran ran = run({"plot", "out"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    for (const char* picture : {"out/plots/series.png", "out/plots/series.svg", "out/plots/φ.png", "out/plots/φ.svg"}) {
        EXPECT_TRUE(contains(ran.out, picture)) << ran.out;
        EXPECT_GT(fs::file_size(folder() / picture), 1000U);
    }
}

// The ensemble and the density of one law: the mean within five standard errors; two densities on one grid against each other.
TEST_F(Command, CompareTellsHowFarTwoRunsAgree) {
    const std::string file = model("model ou\ntrainable q\nloss U = 1/2*q^2\nlearning q descends U with rate 0.5, noise 1\n"
                                   "init q = normal(1, 0.3)\nobserve centre = mean(q)\n"
                                   "run copies { scheme = heun  dt = 0.05  until = 2  ensemble = 2000  observe centre every 10 }\n"
                                   "run density { as = density on grid(q: -4..4 by 200)  scheme = bdf2  dt = 0.05  until = 2  observe centre every 10  save P every 10 }\n"
                                   "run coarse { as = density on grid(q: -4..4 by 200)  scheme = implicit_euler  dt = 0.5  until = 2  observe centre every 1  save P every 1 }\n").string();
    for (const char* name : {"copies", "density", "coarse"})
        ASSERT_EQ(run({"run", file, "--run", name, "-o", name, "--no-plots"}).status, 0);
    const auto moments = nlohmann::json::parse(run({"compare", "copies", "density", "--json"}).out)["comparisons"][0]["observables"][0];
    EXPECT_EQ(moments["name"], "centre");
    EXPECT_GT(moments["standard_error"].get<double>(), 0.001);
    EXPECT_LT(moments["difference"].get<double>(), 5 * moments["standard_error"].get<double>());
    const auto last = nlohmann::json::parse(run({"compare", "density", "coarse", "--json"}).out)["comparisons"][0]["densities"].back();
    EXPECT_EQ(last["t"], 2.0);
    EXPECT_GT(last["l1"].get<double>(), 1e-3);
    EXPECT_GT(last["kullback_leibler"].get<double>(), 1e-6);
    EXPECT_LT(last["l1"].get<double>(), 0.3);
    EXPECT_TRUE(contains(run({"compare", "density", "coarse"}).out, "Kullback-Leibler"));
    EXPECT_EQ(run({"compare", "density", "nowhere"}).status, 5);
    EXPECT_EQ(run({"compare"}).status, 2);
}

TEST_F(Command, ASweepIsPicturedAgainstItsParameter) {
    const std::string file = model("model decay\nparam rate = 1\nparam start = 1\nneuron φ\nactivation d/dt φ = -rate*φ\ninit φ = start\nobserve φ\n"
                                   "run { scheme = rk4  dt = 0.1  until = 1  sweep rate = 1..3 by 5 }\n"
                                   "run pairs { scheme = rk4  dt = 0.1  until = 1  sweep rate = [1, 2]  sweep start = [1, 2] }\n").string();
    ASSERT_EQ(run({"run", file, "-o", "out"}).status, 0);
    ASSERT_EQ(run({"run", file, "--run", "pairs", "-o", "pairs", "--no-plots"}).status, 0);
    for (const char* folder_of_sweep : {"out", "pairs"}) {
        const Ran ran = run({"plot", folder_of_sweep});
        EXPECT_EQ(ran.status, 0) << ran.err;
        for (const std::string picture : {"/plots/sweep.png", "/plots/sweep.svg"}) {
            EXPECT_TRUE(contains(ran.out, folder_of_sweep + picture)) << ran.out;
            EXPECT_GT(fs::file_size(folder() / (folder_of_sweep + picture)), 1000U);
        }
    }
}

TEST_F(Command, PlotNeedsARun) {
    EXPECT_EQ(run({"plot"}).status, 2);
    const Ran ran = run({"plot", "nowhere"});
    EXPECT_EQ(ran.status, 5);
    EXPECT_TRUE(contains(ran.err, "nowhere")) << ran.err;
}

} // namespace
} // namespace nphys::cli
