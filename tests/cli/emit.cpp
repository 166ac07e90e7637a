// emit: C++ that compiles without warnings under both compilers and gives the numbers of `nphysc run`.
#include <cmath>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

bool is_installed(const std::string& program, const fs::path& in) {
    return run_command({"sh", "-c", "command -v " + program}, in).status == 0;
}

std::vector<std::string> compilers(const fs::path& in) {
    std::vector<std::string> found{"g++"};
    for (const char* clang : {"clang++-19", "clang++"})
        if (is_installed(clang, in)) {
            found.emplace_back(clang);
            break;
        }
    return found;
}

// Relative to the largest value of the column, for reductions may differ in the last bits.
void expect_close(const Table& ours, const Table& theirs) {
    ASSERT_EQ(ours.rows.size(), theirs.rows.size());
    for (std::size_t n = 2; n < ours.columns.size(); ++n) {
        const std::vector<double> expected = ours.column(ours.columns[n]);
        const std::vector<double> found = theirs.column(ours.columns[n]);
        ASSERT_EQ(found.size(), expected.size()) << ours.columns[n];
        double scale = 0;
        for (const double value : expected)
            scale = std::max(scale, std::abs(value));
        for (std::size_t row = 0; row < expected.size(); ++row)
            EXPECT_NEAR(found[row], expected[row], 1e-12 * scale) << ours.columns[n] << " in row " << row;
    }
}

class Emit : public Command {
protected:
    // Emits, compiles with each compiler, runs, and compares with nphysc.
    void agrees(const fs::path& file, const std::string& name, const Words& run_words) const {
        Words words{"run", file.string(), "-o", "ours", "--no-plots"};
        words.insert(words.end(), run_words.begin(), run_words.end());
        ASSERT_EQ(run(words).status, 0);
        words = {"emit", file.string(), "-o", "cpp"};
        words.insert(words.end(), run_words.begin(), run_words.end());
        const Ran emitted = run(words);
        ASSERT_EQ(emitted.status, 0) << emitted.err;
        for (const char* part : {".hpp", ".cpp"})
            EXPECT_TRUE(fs::exists(folder() / "cpp" / (name + part))) << emitted.out;
        for (const std::string& compiler : compilers(folder())) {
            const Ran built = run_command({compiler, "-std=c++20", "-O2", "-ffp-contract=off", "-Wall", "-Wextra", "-Wpedantic",
                                           "-Werror", "cpp/main.cpp", "cpp/" + name + ".cpp", "-o", "program", "-pthread"},
                                          folder());
            ASSERT_EQ(built.status, 0) << compiler << "\n" << built.err;
            const Ran ran = run_command({"./program", "--threads", "2"}, folder());
            ASSERT_EQ(ran.status, 0) << ran.err;
            expect_close(read_series(folder() / "ours/series.csv"), read_series(folder() / "series.csv"));
        }
    }
};

TEST_F(Emit, FieldAgrees) { agrees(model(small_model()), "small", {}); }

TEST_F(Emit, BoxWithMixedEdgesAgrees) { agrees(example("klein_gordon_2d"), "klein_gordon_2d", {}); }

TEST_F(Emit, ChosenRunAndParameterAgree) {
    agrees(example("single_neuron"), "single_neuron", {"--run", "flow", "-p", "ω=0.7"});
}

TEST_F(Emit, OwnParametersAreTakenAndCheckedByTheProgram) {
    ASSERT_EQ(run({"emit", model(small_model()).string(), "-o", "cpp"}).status, 0);
    ASSERT_EQ(run_command({"g++", "-std=c++20", "cpp/main.cpp", "cpp/small.cpp", "-o", "program", "-pthread"}, folder()).status, 0);
    EXPECT_EQ(run_command({"./program", "mass=2", "--steps", "10", "--every", "5"}, folder()).status, 0);
    EXPECT_EQ(read_series(folder() / "series.csv").rows.size(), 3U);
    for (const char* wrong : {"mass=20", "weight=1", "mass"})
        EXPECT_NE(run_command({"./program", wrong}, folder()).status, 0) << wrong;
    const Ran help = run_command({"./program", "--help"}, folder());
    EXPECT_EQ(help.status, 0);
    EXPECT_TRUE(contains(help.out, "run_small [NAME=VALUE ...]")) << help.out;
}

TEST_F(Emit, ComesWithABuildThatWorks) {
    if (!is_installed("cmake", folder()))
        GTEST_SKIP() << "cmake is not installed";
    ASSERT_EQ(run({"emit", model(small_model()).string(), "-o", "cpp"}).status, 0);
    const Ran configured = run_command({"cmake", "-S", "cpp", "-B", "build"}, folder());
    ASSERT_EQ(configured.status, 0) << configured.err;
    const Ran built = run_command({"cmake", "--build", "build"}, folder());
    ASSERT_EQ(built.status, 0) << built.out << built.err;
    EXPECT_EQ(run_command({"build/run_small"}, folder()).status, 0);
}

TEST_F(Emit, NeedsAFolderItCanWrite) {
    EXPECT_EQ(run({"emit", model(small_model()).string()}).status, 2);
    write_text(folder() / "a_file", "dear");
    EXPECT_EQ(run({"emit", model(small_model()).string(), "-o", "a_file/cpp"}).status, 5);
    EXPECT_EQ(read_text(folder() / "a_file"), "dear");
}

} // namespace
} // namespace nphys::cli
