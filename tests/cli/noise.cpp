// Runs with white noise: the same numbers after an interruption, at any number of threads, and along one path of the
// noise when the step is halved.
#include <cmath>
#include <csignal>
#include <chrono>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

std::string particles(const std::string& run) {
    return "model particles\nindex n in 1..30'001\ntrainable q[n]\nneuron s[n]\nloss U = Σ[n]((q[n]^2 - 1)^2)\n"
           "learning q descends U with rate 0.5, noise 1\nactivation d/dt s[n] = q[n] - s[n] + 0.1*white()\n"
           "init q = normal(0, 1)\nobserve second = mean[n](q[n]^2)\nobserve first = mean[n](s[n])\nrun { " +
           run + " }\n";
}

TEST_F(Command, InterruptedNoiseGoesOnAsIfNothingHadHappened) {
    const std::string file = model(particles("scheme = heun  dt = 0.01  steps = 6000  observe second, first every 20")).string();
    const Ran stopped = run({"run", file, "-o", "out", "--no-plots"}, [&](pid_t process) {
        std::error_code missing;
        for (int tries = 0; tries < 600; ++tries) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            if (fs::file_size(folder() / "out/series.csv", missing) > 200 && !missing)
                break;
        }
        kill(process, SIGINT);
    });
    ASSERT_EQ(stopped.status, 130) << stopped.out << stopped.err;
    ASSERT_EQ(run({"run", file, "-o", "out", "--resume", "--no-plots"}).status, 0);
    ASSERT_EQ(run({"run", file, "-o", "whole", "--no-plots", "--threads", "1"}).status, 0);
    EXPECT_EQ(read_text(folder() / "out/series.csv"), read_text(folder() / "whole/series.csv"));
}

TEST_F(Command, SeedAndNothingElseDecidesTheNoise) {
    const std::string file = model(particles("scheme = euler_maruyama  dt = 0.01  steps = 50  observe second, first every 10")).string();
    for (const char* threads : {"1", "2"})
        ASSERT_EQ(run({"run", file, "-o", threads, "--no-plots", "--threads", threads}).status, 0);
    ASSERT_EQ(run({"run", file, "-o", "other", "--no-plots", "--seed", "2"}).status, 0);
    EXPECT_EQ(read_text(folder() / "1/series.csv"), read_text(folder() / "2/series.csv"));
    EXPECT_NE(read_text(folder() / "1/series.csv"), read_text(folder() / "other/series.csv"));
}

// Halving the step divides the strong error by 2^order: 1 for additive noise, for milstein, and for heun where the noise commutes.
TEST_F(Command, ErrorsOfHalvedNoiseGoByTheStrongOrder) {
    struct Case { const char *law, *scheme; double order; };
    const char* turning = "neuron p\ninit p = 0.3\nactivation d/dt p = q*white() with calculus stratonovich\n"
                          "activation d/dt q = white() + p*white() with calculus stratonovich\n";
    for (const Case& one : {Case{"activation d/dt q = -q + white()\n", "euler_maruyama", 1},
                            Case{"activation d/dt q = -q + q*white() with calculus ito\n", "euler_maruyama", 0.5},
                            Case{"activation d/dt q = -q + q*white() with calculus ito\n", "milstein", 1},
                            Case{"activation d/dt q = -q + q*white() with calculus ito\n", "heun", 1},
                            Case{turning, "heun", 0.5}}) {
        const std::string file = model("model one\nneuron q\ninit q = 1\n" + std::string(one.law) + "observe q\nrun { scheme = " + one.scheme +
                                       "  dt = 0.01  until = 1  observe q every 10 }\n").string();
        const Ran ran = run({"run", file, "-o", "out", "--no-plots", "--halve", "--json"});
        ASSERT_EQ(ran.status, 0) << ran.err;
        const auto halved = nlohmann::json::parse(ran.out).at("halved");
        EXPECT_EQ(halved.at("strong_order").get<double>(), one.order) << one.law << one.scheme;
        const auto q = halved.at("observables").at("q");
        const double power = std::pow(2, one.order);
        EXPECT_NEAR(q.at("error").get<double>() / std::abs(q.at("difference").get<double>()), power / (power - 1), 1e-9);
        fs::remove_all(folder() / "out");
    }
    const Ran text = run({"run", model("model one\nneuron q\nactivation d/dt q = q*white() with calculus ito\ninit q = 1\nobserve q\n"
                                       "run { scheme = euler_maruyama  dt = 0.1  steps = 10 }\n").string(), "--halve", "-o", "again", "--no-plots"});
    EXPECT_TRUE(contains(text.out, "of which `euler_maruyama` follows single ones to order 1/2")) << text.out;
}

// With another path the halved run would differ by the spread of the particle, about 0.5.
TEST_F(Command, HalvedStepsFollowTheSamePath) {
    const std::string file = model("model one\nneuron q\nactivation d/dt q = -q + white()\nobserve q\n"
                                   "run { scheme = heun  dt = 0.001  until = 2  observe q every 100 }\n").string();
    const Ran ran = run({"run", file, "-o", "out", "--no-plots", "--halve", "--json"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const auto halved = nlohmann::json::parse(ran.out).at("halved").at("observables").at("q");
    EXPECT_LT(std::abs(halved.at("difference").get<double>()), 2e-3);
    EXPECT_GT(std::abs(halved.at("difference").get<double>()), 0);
}

TEST_F(Command, MetricThatEndsIsToldWithPlaceAndTime) {
    const std::string file = model("model ending\ntrainable q\nmetric g = sqrt(q)\nloss U = q\n"
                                   "learning q descends U with metric g\ninit q = 1\nobserve q\n"
                                   "run { scheme = euler  dt = 0.1  steps = 50  observe q every 1 }\n").string();
    const Ran ran = run({"run", file, "-o", "out", "--no-plots"});
    EXPECT_EQ(ran.status, 4) << ran.out << ran.err;
    EXPECT_TRUE(contains(ran.err, "the metric `g` is not positive at `q` at step 8, t = 0.8: its least leading minor is not a number")) << ran.err;
    EXPECT_GT(read_series(folder() / "out/series.csv").rows.size(), 3U);
}

} // namespace
} // namespace nphys::cli
