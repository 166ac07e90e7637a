// A model with two hundred laws: a chain of fields, each driven by the next.
#include <cstdio>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

constexpr int laws = 200;

std::string many_laws() {
    std::string text = "model many\nuse lattice\nlattice ring(x) = periodic(64)\nindex i in ring\n";
    for (int n = 0; n < laws; ++n) {
        const std::string field = "f" + std::to_string(n);
        const std::string next = "f" + std::to_string((n + 1) % laws);
        text += "neuron " + field + "[i]\n";
        text += "activation d/dt " + field + "[i] = 0.1*laplacian(" + field + ")[i] - " + field + "[i]^3 + sin(" + next + "[i])\n";
        text += "init " + field + "[i] = cos(x + " + std::to_string(n) + ")\n";
    }
    return text + "observe first = mean[i](f0[i]^2)\nrun { scheme = euler  dt = 0.01  steps = 10  observe first every 5 }\n";
}

TEST_F(Command, TwoHundredLawsCompileAndRun) {
    const std::string file = model(many_laws(), "many.nphys").string();
    const Ran ran = run({"run", file, "-o", "out", "--no-plots", "--time"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    EXPECT_EQ(read_series(folder() / "out/series.csv").rows.size(), 3U);
    RecordProperty("seconds", std::to_string(ran.seconds));
    std::printf("%d laws compiled and run in %.2f s\n%s", laws, ran.seconds, ran.err.c_str());
}

} // namespace
} // namespace nphys::cli
