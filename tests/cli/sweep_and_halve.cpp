// One command, several runs: a sweep and its table, --halve and its estimate of the error.
#include <cmath>
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

// φ(1) = exp(-rate)·start; the step is 0.1.
std::string decay(const std::string& run) {
    return "model decay\nparam rate = 1\nparam start = 1\nneuron φ\nactivation d/dt φ = -rate*φ\ninit φ = start\n"
           "observe φ\nrun { scheme = rk4  dt = 0.1  until = 1  " +
           run + " }\n";
}

TEST_F(Command, SweepLeavesARunForEachValueAndATable) {
    const Ran ran = run({"run", model(decay("sweep rate = [0.5, 1, 2]")).string(), "-o", "out", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "[2/3] rate = 1")) << ran.out;
    const Table table = read_series(folder() / "out/sweep.csv");
    EXPECT_EQ(table.columns, (std::vector<std::string>{"run", "rate", "φ", "status"}));
    EXPECT_EQ(table.column("rate"), (std::vector<double>{0.5, 1, 2}));
    EXPECT_EQ(table.column("status"), (std::vector<double>{0, 0, 0}));
    for (std::size_t n = 0; n < 3; ++n) {
        const fs::path part = folder() / "out" / ("000" + std::to_string(n + 1));
        EXPECT_NEAR(table.column("φ")[n], std::exp(-table.column("rate")[n]), 1e-4);
        EXPECT_EQ(table.column("φ")[n], read_series(part / "series.csv").column("φ").back());
        EXPECT_EQ(nlohmann::json::parse(read_text(part / "run.json")).at("parameters").at("rate"), table.column("rate")[n]);
    }
}

TEST_F(Command, TwoSweepsMakeAllPairs) {
    const std::string file = model(decay("sweep rate = 1..2 by 2  sweep start = [1, 2, 3]")).string();
    ASSERT_EQ(run({"run", file, "-o", "out", "--no-plots"}).status, 0);
    const Table table = read_series(folder() / "out/sweep.csv");
    EXPECT_EQ(table.column("rate"), (std::vector<double>{1, 1, 1, 2, 2, 2}));
    EXPECT_EQ(table.column("start"), (std::vector<double>{1, 2, 3, 1, 2, 3}));
}

TEST_F(Command, SweepHasTheWorstStatusOfItsRuns) {
    const std::string file = model(decay("sweep rate = [1, 2]  expect final(φ) > 0.2")).string();
    EXPECT_EQ(run({"run", file, "-o", "out", "--no-plots"}).status, 3);
    EXPECT_EQ(read_series(folder() / "out/sweep.csv").column("status"), (std::vector<double>{0, 3}));
}

TEST_F(Command, SweepIsOneObjectOfJson) {
    const Ran ran = run({"run", model(decay("sweep rate = [1, 2]")).string(), "-o", "out", "--json", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto summary = nlohmann::json::parse(ran.out);
    EXPECT_EQ(summary.at("runs").size(), 2U);
    EXPECT_EQ(summary.at("runs")[1].at("sweep").at("rate"), 2.0);
}

TEST_F(Command, SweepIsNeitherHalvedNorResumed) {
    const std::string file = model(decay("sweep rate = [1, 2]")).string();
    for (const char* flag : {"--halve", "--resume"}) {
        const Ran ran = run({"run", file, "-o", "out", flag});
        EXPECT_EQ(ran.status, 2) << flag;
        EXPECT_TRUE(contains(ran.err, flag)) << ran.err;
        EXPECT_FALSE(fs::exists(folder() / "out"));
    }
}

// Of dq = -q dt + 0.7 q dW (Itô) Euler's mean is (1 - dt)^n: single paths come to order 1/2 only, means to order 1.
TEST_F(Command, HalvingTellsTheErrorOfMeansOverCopies) {
    const std::string file = model("model noisy\ntrainable q\nlearning d/dt q = -q + 0.7*q*white() with calculus ito\ninit q = 1\nobserve m = mean(q)\n"
                                   "run { scheme = euler_maruyama  dt = 0.05  until = 1  ensemble = 400'000 }\n").string();
    const Ran ran = run({"run", file, "--halve", "--json", "-o", "out", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const double bias = std::exp(-1.0) - std::pow(0.95, 20);
    EXPECT_NEAR(nlohmann::json::parse(ran.out).at("halved").at("observables").at("m").at("error").get<double>() / bias, 1, 0.25);
}

// Single paths of multiplicative noise: Euler's come to order 1/2, Milstein's to order 1.
TEST_F(Command, HalvingTellsTheStrongErrorOfPaths) {
    const auto strong = [&](const std::string& scheme, const std::string& dt) {
        const std::string text = "model noisy\ntrainable q\nlearning d/dt q = -q + 0.7*q*white() with calculus ito\ninit q = 1\nobserve m = mean(q)\nrun { scheme = " +
                                 scheme + "  dt = " + dt + "  until = 1  ensemble = 20'000 }\n";
        const Ran ran = run({"run", model(text).string(), "--halve", "--json", "-o", "out_" + scheme + dt, "--no-plots"});
        EXPECT_EQ(ran.status, 0) << ran.err;
        return nlohmann::json::parse(ran.out).at("halved").at("paths").at("q").at("strong_error").get<double>();
    };
    const double euler = strong("euler_maruyama", "0.01"), milstein = strong("milstein", "0.01");
    EXPECT_NEAR(std::log2(strong("euler_maruyama", "0.02") / euler), 0.5, 0.1);
    EXPECT_NEAR(std::log2(strong("milstein", "0.02") / milstein), 1, 0.1);
    EXPECT_LT(milstein, euler / 3);
}

TEST_F(Command, HalvingTellsTheErrorOfEachObservable) {
    const Ran ran = run({"run", model(decay("")).string(), "--halve", "--json", "-o", "out", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto summary = nlohmann::json::parse(ran.out);
    const double truth = std::exp(-1.0);
    const double error = std::abs(summary.at("observables").at("φ").at("last").get<double>() - truth);
    EXPECT_NEAR(summary.at("halved").at("dt").get<double>(), 0.05, 1e-15);
    EXPECT_NEAR(summary.at("halved").at("observables").at("φ").at("error").get<double>() / error, 1, 0.1);
    EXPECT_TRUE(fs::exists(folder() / "out/halved/series.csv"));
    const Ran text = run({"run", model(decay("")).string(), "--halve", "-o", "again", "--no-plots"});
    EXPECT_TRUE(contains(text.out, "with half the step (dt = 0.05)")) << text.out;
}

TEST_F(Command, HalvingIsRefusedWhereThereIsNoStep) {
    const Ran ran = run({"run", example("single_neuron").string(), "--halve", "-o", "out"});
    EXPECT_EQ(ran.status, 2);
    EXPECT_TRUE(contains(ran.err, "this run uses `map`")) << ran.err;
    EXPECT_FALSE(fs::exists(folder() / "out"));
}

} // namespace
} // namespace nphys::cli
