// Every example, 100 steps of each of its runs: interpreter, JIT with one and two threads, and emitted C++ agree to 1e-13.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gtest/gtest.h>

#include "tests/agreement/emitted.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> examples() {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(NPHYS_EXAMPLES))
        if (entry.path().extension() == ".nphys") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

std::string text_of(const fs::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

// Sizes are made smaller where a file has them as parameters: the interpreter is slow.
How how(const fs::path& file, const std::string& run, driver::EngineKind engine, int threads) {
    How how{.engine = engine, .threads = threads, .lowering = {}, .request = {}, .folder = NPHYS_EXAMPLES};
    if (!run.empty()) how.request.run = run;
    if (text_of(file).find("param N = 64") != std::string::npos || text_of(file).find("param N = 96") != std::string::npos ||
        text_of(file).find("param N = 24") != std::string::npos) how.request.parameters["N"] = 16;
    if (text_of(file).find("param M = 32") != std::string::npos) how.request.parameters["M"] = 8;
    return how;
}

std::vector<double> state_after(const fs::path& file, const How& how, std::int64_t steps) {
    Running run = running(text_of(file), how);
    EXPECT_TRUE(run.good()) << file << "\n" << run.error;
    if (!run.good()) return {};
    if (run->adaptive()) EXPECT_TRUE(run->advance_to(1e300, steps));
    else run.advance(std::min(steps, run.compilation->program.steps));
    return flat_state(*run.simulation);
}

class Examples : public testing::TestWithParam<fs::path> {};

TEST_P(Examples, agree_in_interpreter_jit_and_cpp) {
    const std::int64_t steps = text_of(GetParam()).find("epochs") == std::string::npos ? 100 : 10; // each of them shows a batch
    using enum driver::EngineKind;
    Running first = running(text_of(GetParam()), how(GetParam(), "", jit, 1));
    ASSERT_TRUE(first.good()) << first.error;
    std::vector<std::string> runs = first.compilation->model.run_names;
    if (runs.empty()) runs.emplace_back();
    std::map<std::string, std::vector<double>> judges; // the interpreter takes most of the time
    for (const std::string& run : runs) {
        const std::vector<double>& judge = judges[run] = state_after(GetParam(), how(GetParam(), run, interpreter, 1), steps);
        EXPECT_LE(distance(state_after(GetParam(), how(GetParam(), run, jit, 1), steps), judge), 1e-13) << run;
        EXPECT_LE(distance(state_after(GetParam(), how(GetParam(), run, jit, 2), steps), judge), 1e-13) << run;
    }
    if (first->adaptive()) return;
    const auto emitted = state_of_emitted(*first.compilation, std::min(steps, first.compilation->program.steps));
    ASSERT_TRUE(emitted) << emitted.error();
    EXPECT_LE(distance(*emitted, judges.at(first.compilation->model.run.name)), 1e-13);
}

INSTANTIATE_TEST_SUITE_P(all, Examples, testing::ValuesIn(examples()), [](const auto& info) { return info.param.stem().string(); });

} // namespace
} // namespace nphys::test
