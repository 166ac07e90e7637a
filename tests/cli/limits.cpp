// What a run, a command or a file cannot be: told in words, in finite time, and never as a success.
#include <sys/stat.h>

#include "tests/cli/command.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

TEST_F(Command, AdaptiveStepStopsAtASingularity) {
    const std::string file =
        model("model pole\nneuron φ\nactivation d/dt φ = φ^2\ninit φ = 1\nobserve φ\nrun { scheme = rk45(1e-9)  until = 3 }\n")
            .string();
    const Ran ran = run({"run", file, "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 4) << ran.out << ran.err;
    EXPECT_TRUE(contains(ran.err, "the step became too small to go on at t = 1") ||
                contains(ran.err, "the step became too small to go on at t = 0.99999"))
        << ran.err;
    EXPECT_TRUE(fs::exists(folder() / "out/series.csv"));
}

TEST_F(Command, InitialValueThatIsNoNumberIsToldAsOne) {
    const std::string file = model("model start\nlattice line(x) = periodic(5)\nindex i in line\nneuron φ[i]\n"
                                   "activation φ[i] ← φ[i]\ninit φ = log(x)\nrun { scheme = map  steps = 2 }\n")
                                 .string();
    const Ran ran = run({"run", file, "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 4);
    EXPECT_TRUE(contains(ran.err, "at step 0")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "initial value")) << ran.err;
}

TEST_F(Command, ModelWithoutARunIsCheckedButNotRun) {
    const std::string file = model("model still\nneuron φ\nactivation φ ← φ\n").string();
    EXPECT_EQ(run({"check", file}).status, 0);
    const Ran ran = run({"run", file, "-o", "out"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(contains(ran.err, "`still` has no run")) << ran.err;
    EXPECT_FALSE(fs::exists(folder() / "out"));
}

TEST_F(Command, NumbersOfTheCommandLineAreFinite) {
    const std::string file = model(small_model()).string();
    for (const char* value : {"m=nan", "m=inf", "m=-inf"}) EXPECT_EQ(run({"run", file, "-p", value}).status, 2) << value;
    for (const char* seed : {"-1", "1.5", "x", "99999999999999999999"}) {
        const Ran ran = run({"run", file, "--seed", seed});
        EXPECT_EQ(ran.status, 2) << seed;
        EXPECT_TRUE(contains(ran.err, "whole number")) << ran.err;
    }
}

TEST_F(Command, ResultsThatCannotBeWrittenAreNoSuccess) {
    if (!fs::exists("/dev/full")) GTEST_SKIP() << "there is no /dev/full here";
    const std::string file = model(small_model()).string();
    const std::string command = "\"$1\" explain \"$2\" > /dev/full";
    const Ran ran = run_command({"/bin/sh", "-c", command, "sh", NPHYSC, file}, folder());
    EXPECT_EQ(ran.status, 5) << ran.err;
    EXPECT_TRUE(contains(ran.err, "standard output")) << ran.err;
}

TEST_F(Command, FieldsThatDoNotFitOnTheDiskAreToldInOneLine) {
    const std::string file = model("model much\nlattice line(x) = periodic(4096)\nindex i in line\nneuron φ[i]\n"
                                   "activation φ[i] ← 0.5*φ[i] + 0.5*φ[i+e[1]]\ninit φ = sin(x)\n"
                                   "run { scheme = map  steps = 50  save φ every 1 }\n")
                                 .string();
    // No file may be longer than 100 blocks, which fails as a full disk does.
    const std::string command = "trap '' XFSZ; ulimit -f 100; exec \"$1\" run \"$2\" -o out --no-plots";
    const Ran ran = run_command({"/bin/sh", "-c", command, "sh", NPHYSC, file}, folder());
    EXPECT_EQ(ran.status, 5) << ran.err;
    EXPECT_TRUE(contains(ran.err, "fields.h5")) << ran.err;
    EXPECT_FALSE(contains(ran.err, "HDF5")) << ran.err;
}

TEST_F(Command, StepsThatCannotBeCountedAreRefused) {
    const std::string laws = "model long\nneuron φ\nactivation d/dt φ = -φ\n";
    const Ran flow = run({"run", model(laws + "run { scheme = rk4  dt = 0.5  until = 1e18 }\n").string(), "-o", "out"});
    EXPECT_EQ(flow.status, 1) << flow.out;
    EXPECT_TRUE(contains(flow.err, "the number of steps is a whole number, not 2e+18")) << flow.err;
    const std::string map = "model long\nneuron φ\nactivation φ ← φ\nrun { scheme = map  until = 1e300 }\n";
    EXPECT_EQ(run({"run", model(map).string(), "-o", "out"}).status, 1);
}

TEST_F(Command, BracketsThatNeverCloseAreToldQuickly) {
    const std::string start = "model m\nneuron φ\nactivation φ ← ";
    for (const char* bracket : {"(", "[", "{", "Σ[a]("}) {
        std::string text = start;
        for (int k = 0; k < 20'000; ++k) text += bracket;
        const Ran ran = run({"check", model(text).string()});
        EXPECT_EQ(ran.status, 1) << bracket;
        EXPECT_LT(ran.err.size(), 1U << 20U) << bracket;
        EXPECT_LT(ran.seconds, 20) << bracket;
    }
}

} // namespace
} // namespace nphys::cli
