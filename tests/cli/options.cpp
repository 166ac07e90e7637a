// The flags of `run`, and command lines that are wrong.
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

const std::string two_runs = small_model("scheme = leapfrog  dt = 0.1  steps = 20") +
                             "run coarse { scheme = leapfrog  dt = 0.2  steps = 5 }\n";
const std::string noisy_start = "model noisy\nindex i in 1..50\nneuron φ[i]\nactivation d/dt φ[i] = -φ[i]\n"
                                "init φ[i] = normal(0, 1)\nobserve total = φ[i]*φ[i]\n"
                                "run { scheme = rk4  dt = 0.1  steps = 5  seed = 1 }\n";

TEST_F(Command, ParametersAreSetByName) {
    const std::string file = model(small_model()).string();
    const Ran ran = run({"run", file, "-p", "mass=2", "-o", "heavy", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    ASSERT_EQ(run({"run", file, "--param", "mass=0.5", "-o", "light", "--no-plots"}).status, 0);
    EXPECT_EQ(nlohmann::json::parse(read_text(folder() / "heavy/run.json")).at("parameters").at("mass"), 2.0);
    EXPECT_GT(read_series(folder() / "heavy/series.csv").column("energy").front(),
              read_series(folder() / "light/series.csv").column("energy").front());
}

TEST_F(Command, GreekParametersMayBeSpelledInAscii) {
    const std::string file = model("model m\nparam γ = 1\nneuron φ\nactivation d/dt φ = -γ*φ\ninit φ = 1\nobserve φ\n"
                                   "run { scheme = rk4  dt = 0.1  steps = 2 }\n")
                                 .string();
    ASSERT_EQ(run({"run", file, "-p", "gamma=3", "-o", "out", "--no-plots"}).status, 0);
    EXPECT_EQ(nlohmann::json::parse(read_text(folder() / "out/run.json")).at("parameters").at("γ"), 3.0);
}

TEST_F(Command, ParameterOutOfItsRangeIsRefused) {
    const Ran ran = run({"run", model(small_model()).string(), "-p", "mass=20", "-o", "out"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(contains(ran.err, "`mass` is 20, outside 0..10")) << ran.err;
    EXPECT_FALSE(fs::exists(folder() / "out"));
}

TEST_F(Command, UnknownParameterIsToldWithTheNearest) {
    const Ran ran = run({"run", model(small_model()).string(), "-p", "mas=2"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(contains(ran.err, "there is no parameter `mas`")) << ran.err;
    EXPECT_TRUE(contains(ran.err, "did you mean `mass`?")) << ran.err;
}

TEST_F(Command, ParameterThatIsNoNumberIsACommandLineError) {
    for (const char* words : {"mass", "mass=", "mass=two", "=2"}) {
        const Ran ran = run({"run", model(small_model()).string(), "-p", words});
        EXPECT_EQ(ran.status, 2) << words;
        EXPECT_TRUE(contains(ran.err, "write `-p m=0.3`")) << ran.err;
    }
}

TEST_F(Command, RunIsChosenByName) {
    ASSERT_EQ(run({"run", model(two_runs).string(), "--run", "coarse", "-o", "out", "--no-plots"}).status, 0);
    const auto record = nlohmann::json::parse(read_text(folder() / "out/run.json"));
    EXPECT_EQ(record.at("run"), "coarse");
    EXPECT_EQ(record.at("steps"), 5);
}

TEST_F(Command, UnknownRunIsToldWithTheNearest) {
    const Ran ran = run({"run", model(two_runs).string(), "--run", "corse"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(contains(ran.err, "did you mean `coarse`?")) << ran.err;
}

TEST_F(Command, UnknownFlagIsToldWithTheNearest) {
    const std::string file = model(small_model()).string();
    const Ran spaced = run({"run", file, "--sed", "3"});
    EXPECT_EQ(spaced.status, 2);
    EXPECT_TRUE(contains(spaced.err, "`nphysc run` has no flag `--sed`")) << spaced.err;
    EXPECT_TRUE(contains(spaced.err, "did you mean `--seed`?")) << spaced.err;
    const Ran joined = run({"explain", file, "--latx"});
    EXPECT_EQ(joined.status, 2);
    EXPECT_TRUE(contains(joined.err, "did you mean `--latex`?")) << joined.err;
}

TEST_F(Command, UnknownCommandIsToldWithTheNearest) {
    const Ran near = run({"rnu", "x.nphys"});
    EXPECT_EQ(near.status, 2);
    EXPECT_TRUE(contains(near.err, "did you mean `nphysc run`?")) << near.err;
    const Ran file = run({"x.nphys"});
    EXPECT_EQ(file.status, 2);
    EXPECT_TRUE(contains(file.err, "write `nphysc run x.nphys`")) << file.err;
    EXPECT_EQ(run({}).status, 2);
}

TEST_F(Command, HelpAndVersionAreResults) {
    const Ran help = run({"--help"});
    EXPECT_EQ(help.status, 0);
    EXPECT_TRUE(contains(help.out, "explain")) << help.out;
    EXPECT_TRUE(contains(help.out, "Exit status")) << help.out;
    for (const char* command : {"run", "check", "explain", "emit", "fmt", "plot", "new"})
        EXPECT_EQ(run({command, "--help"}).status, 0) << command;
    EXPECT_TRUE(run({"--version"}).out.starts_with("nphysc "));
}

TEST_F(Command, ThreadsDoNotChangeASingleByte) {
    for (const char* name : {"klein_gordon_2d", "gray_scott"}) {
        const std::string file = example(name).string();
        for (const char* threads : {"1", "2"})
            ASSERT_EQ(run({"run", file, "--threads", threads, "-o", std::string(name) + threads, "--no-plots"}).status, 0);
        const std::string one = read_text(folder() / (std::string(name) + "1") / "series.csv");
        EXPECT_FALSE(one.empty());
        EXPECT_EQ(one, read_text(folder() / (std::string(name) + "2") / "series.csv")) << name;
    }
}

TEST_F(Command, ThreadsMustBeANumberThatMakesSense) {
    for (const char* threads : {"0", "-1", "many"})
        EXPECT_EQ(run({"run", model(small_model()).string(), "--threads", threads}).status, 2) << threads;
}

TEST_F(Command, SeedChoosesTheRandomNumbers) {
    const std::string file = model(noisy_start).string();
    for (const auto& [seed, out] : {std::pair{"1", "a"}, {"1", "b"}, {"2", "c"}})
        ASSERT_EQ(run({"run", file, "--seed", seed, "-o", out, "--no-plots"}).status, 0);
    ASSERT_EQ(run({"run", file, "-o", "d", "--no-plots"}).status, 0);
    const std::string first = read_text(folder() / "a/series.csv");
    EXPECT_EQ(first, read_text(folder() / "b/series.csv"));
    EXPECT_NE(first, read_text(folder() / "c/series.csv"));
    EXPECT_EQ(first, read_text(folder() / "d/series.csv")); // the seed of the file is 1
    EXPECT_EQ(nlohmann::json::parse(read_text(folder() / "c/run.json")).at("seed"), 2);
}

TEST_F(Command, InterpreterAndCompiledCodeAgree) {
    const std::string file = model(small_model()).string();
    ASSERT_EQ(run({"run", file, "--engine", "interpreter", "-o", "slow", "--no-plots"}).status, 0);
    ASSERT_EQ(run({"run", file, "-o", "fast", "--no-plots"}).status, 0);
    const Table slow = read_series(folder() / "slow/series.csv");
    const Table fast = read_series(folder() / "fast/series.csv");
    ASSERT_EQ(slow.rows.size(), fast.rows.size());
    for (std::size_t row = 0; row < slow.rows.size(); ++row)
        for (std::size_t n = 0; n < slow.columns.size(); ++n)
            EXPECT_NEAR(slow.rows[row][n], fast.rows[row][n], 1e-13 * (1 + std::abs(slow.rows[row][n])));
}

TEST_F(Command, ResultsAreJsonForPrograms) {
    const Ran ran = run({"run", model(small_model()).string(), "--json", "-o", "out", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto summary = nlohmann::json::parse(ran.out);
    EXPECT_EQ(summary.at("model"), "small");
    EXPECT_EQ(summary.at("steps"), 40);
    EXPECT_EQ(summary.at("folder"), "out");
    EXPECT_TRUE(summary.at("observables").contains("energy"));
}

TEST_F(Command, MessagesAreJsonForPrograms) {
    const std::string wrong = model("model m\nneuron φ\nactivation d/dt φ = -ψ\nrun { scheme = rk4  dt = 0.1  steps = 2 }\n").string();
    const Ran ran = run({"check", wrong, "--json"});
    EXPECT_EQ(ran.status, 1);
    EXPECT_EQ(ran.out, "");
    const auto told = nlohmann::json::parse(ran.err);
    ASSERT_FALSE(told.at("diagnostics").empty());
    EXPECT_TRUE(told.at("diagnostics").front().at("code").get<std::string>().starts_with("E"));
}

TEST_F(Command, QuietIsQuiet) {
    const Ran ran = run({"run", model(small_model()).string(), "-q", "-o", "out"});
    EXPECT_EQ(ran.status, 0);
    EXPECT_EQ(ran.out + ran.err, "");
}

TEST_F(Command, NoProgressLineInAPipe) {
    const Ran ran = run({"run", model(small_model()).string(), "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.err, "");
    EXPECT_FALSE(contains(ran.out, "\r"));
    EXPECT_FALSE(contains(ran.out, "\x1b"));
}

TEST_F(Command, TimesOfTheStagesAreTold) {
    const Ran ran = run({"run", model(small_model()).string(), "--time", "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 0);
    for (const char* stage : {"syntax", "model", "loops", "llvm", "together"})
        EXPECT_TRUE(contains(ran.err, stage)) << ran.err;
}

} // namespace
} // namespace nphys::cli
