// --resume: an interrupted run goes on from its checkpoint and ends as if nothing had happened, byte for byte.
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

// Long enough to be interrupted: some seconds.
const std::string long_run = "model long\nuse lattice\nlattice plane(x, y) = periodic(128, 128)\nindex i in plane\n"
                             "neuron φ[i]\ntrainable π[i]\n"
                             "loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/4*Σ[i]((φ[i]^2 - 1)^2)\n"
                             "activation φ[i] ← φ[i] + π[i]\nlearning π descends H\n"
                             "init φ = 0.1*cos(0.3*x) + 0.1*sin(0.2*y) + normal(0, 0.1)\n"
                             "observe energy = 1/2*π[i]^2 + H\n"
                             "expect abs(energy/initial(energy) - 1) < 1e-2\n"
                             "run { scheme = leapfrog  dt = 0.02  steps = 40'000  observe energy, φ[(3,4)] every 100\n"
                             "      save φ every 10'000 }\n";

// Interrupts once the series has some rows, so that there is something to go on from.
void interrupt(pid_t process, const fs::path& series) {
    for (int tries = 0; tries < 600; ++tries) {
        std::error_code missing;
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        if (fs::file_size(series, missing) > 200 && !missing)
            break;
    }
    kill(process, SIGINT);
}

TEST_F(Command, InterruptedRunGoesOnAsIfNothingHadHappened) {
    const std::string file = model(long_run, "long.nphys").string();
    const Ran stopped = run({"run", file, "-o", "out", "--no-plots"},
                            [&](pid_t process) { interrupt(process, folder() / "out/series.csv"); });
    ASSERT_EQ(stopped.status, 130) << stopped.out << stopped.err;
    ASSERT_TRUE(fs::exists(folder() / "out/checkpoint.h5"));
    EXPECT_EQ(nlohmann::json::parse(read_text(folder() / "out/run.json")).at("status"), "interrupted");
    const std::size_t rows = read_series(folder() / "out/series.csv").rows.size();
    EXPECT_LT(rows, 401U);

    const Ran resumed = run({"run", file, "-o", "out", "--resume", "--no-plots"});
    ASSERT_EQ(resumed.status, 0) << resumed.err;
    ASSERT_EQ(run({"run", file, "-o", "whole", "--no-plots"}).status, 0);
    EXPECT_EQ(read_text(folder() / "out/series.csv"), read_text(folder() / "whole/series.csv"));
    const Ran fields = run_command({"h5diff", "out/fields.h5", "whole/fields.h5"}, folder());
    EXPECT_EQ(fields.status, 0) << fields.out;
    EXPECT_EQ(nlohmann::json::parse(read_text(folder() / "out/run.json")).at("status"), "done");
}

// The past of a delay and an average is kept in the checkpoint, row by row, and so is every copy.
TEST_F(Command, AnEnsembleWithMemoriesGoesOnAsIfNothingHadHappened) {
    const std::string text = "model many\nneuron v\nactivation d/dt v = -delay(v, 0.02)\ninit v = normal(1, 0.3)\n"
                             "observe centre = mean(v)\nobserve spread = variance(v)\nobserve slow = average(v, 0.05)\n"
                             "observe arrival = mean(first(v < 0.5))\n"
                             "run { scheme = euler  dt = 0.001  steps = 4'000'000  ensemble = 200\n"
                             "      observe centre, spread, slow, arrival every 1000 }\n";
    const std::string file = model(text, "many.nphys").string();
    const Ran stopped = run({"run", file, "-o", "out", "--no-plots"},
                            [&](pid_t process) { interrupt(process, folder() / "out/series.csv"); });
    ASSERT_EQ(stopped.status, 130) << stopped.out << stopped.err;
    const std::size_t rows = read_series(folder() / "out/series.csv").rows.size();
    const std::string shorter = model(std::string(text).replace(text.find("4'000'000"), 9, std::to_string(1000 * (rows + 3))), "many.nphys").string();
    ASSERT_EQ(run({"run", shorter, "-o", "out", "--resume", "--no-plots"}).status, 0);
    ASSERT_EQ(run({"run", shorter, "-o", "whole", "--no-plots"}).status, 0);
    EXPECT_EQ(read_text(folder() / "out/series.csv"), read_text(folder() / "whole/series.csv"));
}

TEST_F(Command, ResumingAFinishedRunChangesNothing) {
    const std::string file = model(small_model()).string();
    ASSERT_EQ(run({"run", file, "-o", "out", "--no-plots"}).status, 0);
    const std::string before = read_text(folder() / "out/series.csv");
    const Ran again = run({"run", file, "-o", "out", "--resume", "--no-plots"});
    EXPECT_EQ(again.status, 0);
    EXPECT_TRUE(contains(again.out, ", which it had reached before")) << again.out;
    EXPECT_EQ(read_text(folder() / "out/series.csv"), before);
}

TEST_F(Command, ResumeRefusesAnotherModel) {
    const std::string file = model(small_model()).string();
    ASSERT_EQ(run({"run", file, "-o", "out", "--no-plots"}).status, 0);
    const std::string before = read_text(folder() / "out/series.csv");
    const Ran other = run({"run", file, "-p", "mass=1", "-o", "out", "--resume", "--no-plots"});
    EXPECT_EQ(other.status, 5);
    EXPECT_TRUE(contains(other.err, "is of another model, run, step or parameters")) << other.err;
    EXPECT_EQ(read_text(folder() / "out/series.csv"), before);
}

TEST_F(Command, ResumeNeedsAFolderWithACheckpoint) {
    const std::string file = model(small_model()).string();
    EXPECT_EQ(run({"run", file, "--resume"}).status, 2);
    const Ran nowhere = run({"run", file, "-o", "nowhere", "--resume"});
    EXPECT_EQ(nowhere.status, 5);
    EXPECT_TRUE(contains(nowhere.err, "nowhere")) << nowhere.err;
    EXPECT_FALSE(fs::exists(folder() / "nowhere"));
}

} // namespace
} // namespace nphys::cli
