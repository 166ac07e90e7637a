// What nphysc derives and generates, to the last character: laws and updates of examples (explain/), loops of small
// models (loops/), emitted C++ of a small model (cpp/), what analysis says of examples (check/, dual/, dispersion/).
//
// explain/NAME.expected is for explain/NAME.nphys or, where there is none, examples/NAME.nphys, and ends where the
// kernels begin, whose costs the unit tests know.
// To accept new output: NPHYS_ACCEPT=1 ctest -R golden; then read the diff before you commit it.
#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "tests/cli/command.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

const fs::path golden = NPHYS_GOLDEN;
constexpr long longest_expected_file = 100;

// Compares, or accepts.
void expect_golden(const fs::path& file, const std::string& text) {
    if (std::getenv("NPHYS_ACCEPT") != nullptr)
        write_text(file, text);
    ASSERT_TRUE(fs::exists(file)) << "there is no " << file << "; nphysc writes:\n" << text;
    EXPECT_EQ(text, read_text(file));
    EXPECT_LE(std::ranges::count(text, '\n'), longest_expected_file) << "nobody can review this";
}

std::vector<std::string> names_in(const std::string& part, const std::string& ending) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(golden / part))
        if (entry.path().extension() == ending)
            names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

TEST_F(Command, ExplainedLawsAreAsExpected) {
    const std::vector<std::string> names = names_in("explain", ".expected");
    EXPECT_GE(names.size(), 6U);
    for (const std::string& name : names) {
        const fs::path own = golden / "explain" / (name + ".nphys");
        const Ran ran = run({"explain", (fs::exists(own) ? own : example(name)).string()});
        EXPECT_EQ(ran.status, 0) << ran.err;
        expect_golden(golden / "explain" / (name + ".expected"), ran.out.substr(0, ran.out.find("kernels\n")));
    }
}

TEST_F(Command, AnalysesAreAsExpected) {
    const std::pair<std::string, Words> analyses[] = {
        {"check", {"check"}}, {"dual", {"dual"}}, {"dispersion", {"explain", "dispersion"}}};
    for (const auto& [part, words] : analyses) {
        const std::vector<std::string> names = names_in(part, ".expected");
        EXPECT_GE(names.size(), 4U) << part;
        for (const std::string& name : names) {
            Words command = words;
            command.push_back(example(name).string());
            const Ran ran = run(command);
            EXPECT_TRUE(ran.err.empty()) << ran.err;
            expect_golden(golden / part / (name + ".expected"), ran.out);
        }
    }
}

TEST_F(Command, LoweredLoopsAreAsExpected) {
    const std::vector<std::string> names = names_in("loops", ".nphys");
    EXPECT_GE(names.size(), 3U);
    for (const std::string& name : names) {
        const Ran ran = run({"explain", (golden / "loops" / (name + ".nphys")).string(), "--dump", "loops"});
        EXPECT_EQ(ran.status, 0) << ran.err;
        expect_golden(golden / "loops" / (name + ".expected"), ran.out);
    }
}

TEST_F(Command, EmittedCodeIsAsExpected) {
    for (const std::string& name : names_in("cpp", ".nphys")) {
        ASSERT_EQ(run({"emit", (golden / "cpp" / (name + ".nphys")).string(), "-o", "out"}).status, 0);
        for (const std::string ending : {".hpp", ".cpp"})
            expect_golden(golden / "cpp" / (name + ending + ".expected"), read_text(folder() / "out" / (name + ending)));
    }
}

} // namespace
} // namespace nphys::cli
