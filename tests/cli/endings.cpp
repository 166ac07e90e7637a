// How a run can end, and what is left then: expectations, numbers that break down, files that cannot be had.
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

TEST_F(Command, FailedExpectationNamesItselfValuesAndStep) {
    const Ran ran = run({"run",
                         model(small_model("scheme = leapfrog  dt = 0.1  steps = 40  observe energy every 10\n"
                                           "expect energy - 0.1 > 5"))
                             .string(),
                         "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 3);
    EXPECT_TRUE(contains(ran.err, "expectation failed: energy - 0.1 > 5")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "small.nphys:14")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "at step ")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "right side 5")) << ran.err;
    EXPECT_EQ(read_series(folder() / "out/series.csv").rows.size(), 5U); // the run goes on to its end
    EXPECT_EQ(nlohmann::json::parse(read_text(folder() / "out/run.json")).at("status"), "expectation failed");
}

TEST_F(Command, ExpectationAtTheEndIsMetAtTheEndOnly) {
    const std::string file = model(small_model("scheme = leapfrog  dt = 0.1  steps = 40\n"
                                               "expect final(energy) > 0.9*initial(energy)"))
                                 .string();
    EXPECT_EQ(run({"run", file, "-o", "out", "--no-plots"}).status, 0);
}

TEST_F(Command, FailedExpectationIsInTheJson) {
    const Ran ran = run({"run", model(small_model("scheme = leapfrog  dt = 0.1  steps = 4\nexpect energy < 0")).string(),
                         "--json", "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 3);
    const auto summary = nlohmann::json::parse(ran.out);
    EXPECT_EQ(summary.at("status"), 3);
    EXPECT_EQ(summary.at("failures").front().at("expectation"), "energy < 0");
}

// 1 - q[3] becomes 0 in finite time, before the others do.
TEST_F(Command, MetricsThatBecomeSingularEndTheRunWithTheirPlace) {
    const std::string file = model("model singular\nindex n, m in 1..9\ntrainable q[n]\nloss U = Σ[n](-n*q[n] if n == 3 else 0)\nmetric g[n,m] = δ[n,m]*(1 - q[n]^3)\n"
                                   "init q = 0.5\nlearning q descends U with rate 0.1, metric g\nobserve U\n"
                                   "run { scheme = euler  dt = 0.1  steps = 1000  observe U every 1 }\n")
                                 .string();
    const Ran ran = run({"run", file, "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 4) << ran.out << ran.err;
    EXPECT_TRUE(contains(ran.err, "the metric `g` is not positive at `q[3]` at step ")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "its least leading minor is -")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "what was saved before is in `out`")) << ran.err;
    EXPECT_GT(read_series(folder() / "out/series.csv").column("U").size(), 3U);
}

TEST_F(Command, NumbersThatBreakDownEndTheRunAndKeepWhatWasSaved) {
    const std::string file = model("model explosion\nneuron φ\nactivation d/dt φ = φ^3\ninit φ = 1\nobserve φ\n"
                                   "run { scheme = euler  dt = 0.1  steps = 1000  observe φ every 1  unstable = allow }\n")
                                 .string();
    const Ran ran = run({"run", file, "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 4) << ran.out << ran.err;
    EXPECT_TRUE(contains(ran.err, "`φ` is not a finite number at step")) << ran.err;
    const std::vector<double> values = read_series(folder() / "out/series.csv").column("φ");
    ASSERT_GT(values.size(), 3U);
    EXPECT_EQ(values[0], 1);
    EXPECT_DOUBLE_EQ(values[1], 1.1);
    EXPECT_LT(values.size(), 100U);
    EXPECT_EQ(nlohmann::json::parse(read_text(folder() / "out/run.json")).at("status"), "broke down");
}

TEST_F(Command, MissingFileIsToldByName) {
    for (const char* command : {"run", "check", "explain", "fmt"}) {
        const Ran ran = run({command, "missing.nphys"});
        EXPECT_EQ(ran.status, 5) << command;
        EXPECT_TRUE(contains(ran.err, "`missing.nphys`")) << ran.err;
    }
}

TEST_F(Command, WrongModelHasStatusOneAndLeavesNothing) {
    const Ran ran = run({"run", model("model m\nneuron φ[\n").string()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(contains(ran.err, "error[E01")) << ran.err;
    EXPECT_FALSE(fs::exists(folder() / "runs"));
}

TEST_F(Command, ExistingFolderIsNeverOverwritten) {
    fs::create_directory(folder() / "mine");
    write_text(folder() / "mine/letter.txt", "dear");
    write_text(folder() / "a_file", "dear");
    const std::string file = model(small_model()).string();
    for (const char* out : {"mine", "a_file"}) {
        const Ran ran = run({"run", file, "-o", out});
        EXPECT_EQ(ran.status, 5) << out;
        EXPECT_TRUE(contains(ran.err, "never overwritten")) << ran.err;
    }
    EXPECT_EQ(read_text(folder() / "mine/letter.txt"), "dear");
    EXPECT_EQ(read_text(folder() / "a_file"), "dear");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder() / "mine"), fs::directory_iterator()), 1);
}

TEST_F(Command, FolderThatCannotBeMadeIsToldByName) {
    write_text(folder() / "a_file", "");
    const Ran ran = run({"run", model(small_model()).string(), "-o", "a_file/below"});
    EXPECT_EQ(ran.status, 5);
    EXPECT_TRUE(contains(ran.err, "a_file")) << ran.err;
}

TEST_F(Command, UnwritableFolderIsToldByName) {
    if (geteuid() == 0)
        GTEST_SKIP() << "root may write everywhere";
    fs::create_directory(folder() / "closed");
    chmod((folder() / "closed").c_str(), 0500);
    const Ran ran = run({"run", model(small_model()).string(), "-o", "closed/run"});
    EXPECT_EQ(ran.status, 5);
    EXPECT_TRUE(contains(ran.err, "closed/run")) << ran.err;
    chmod((folder() / "closed").c_str(), 0700);
}

TEST_F(Command, ModelThatDoesNotFitInMemoryIsRefusedWithTheEstimate) {
    const Ran ran = run({"run", example("klein_gordon").string(), "-p", "N=100000"});
    EXPECT_EQ(ran.status, 5);
    EXPECT_TRUE(contains(ran.err, "this model needs at least 16.0 PB of memory")) << ran.err;
    EXPECT_LT(ran.seconds, 5);
}

} // namespace
} // namespace nphys::cli
