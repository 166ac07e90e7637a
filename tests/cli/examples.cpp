// Every run of every example, end to end: its expectations hold and its files are there.
#include <nlohmann/json.hpp>
#include <regex>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

struct ExampleRun {
    fs::path file;
    std::string run; // empty: the unnamed one
};

void PrintTo(const ExampleRun& example, std::ostream* out) {
    *out << example.file.filename().string() << " " << example.run;
}

std::vector<ExampleRun> all_runs() {
    std::vector<ExampleRun> runs;
    const std::regex head("(^|\n)run( +([a-z_]+))? *\\{");
    for (const fs::path& file : all_examples()) {
        const std::string text = read_text(file);
        for (auto it = std::sregex_iterator(text.begin(), text.end(), head); it != std::sregex_iterator(); ++it)
            runs.push_back({file, (*it)[3].str()});
    }
    return runs;
}

std::string test_name(const testing::TestParamInfo<ExampleRun>& info) {
    return info.param.file.stem().string() + (info.param.run.empty() ? "" : "_run_" + info.param.run);
}

class EveryExample : public Command, public testing::WithParamInterface<ExampleRun> {
protected:
    [[nodiscard]] Words words(const std::string& command) const {
        Words all{command, GetParam().file.string()};
        if (!GetParam().run.empty())
            all.insert(all.end(), {"--run", GetParam().run});
        return all;
    }
};

void expect_files(const fs::path& run, const fs::path& source) {
    EXPECT_EQ(read_text(run / source.filename()), read_text(source));
    EXPECT_EQ(nlohmann::json::parse(read_text(run / "run.json")).at("status"), "done");
    EXPECT_GT(read_series(run / "series.csv").rows.size(), 1U);
    const bool has_levels = fs::exists(run / "distances.csv"); // each of which keeps its own state
    EXPECT_NE(fs::exists(run / "checkpoint.h5"), has_levels);
    EXPECT_TRUE(fs::exists(run / "plots/series.png"));
    EXPECT_EQ(fs::exists(run / "fields.h5"), fs::exists(run / "fields.xdmf"));
}

TEST_P(EveryExample, MeetsItsExpectations) {
    Words all = words("run");
    all.insert(all.end(), {"-o", "out"});
    const Ran ran = run(all);
    ASSERT_EQ(ran.status, 0) << ran.err;
    const fs::path out = folder() / "out";
    const bool swept = fs::exists(out / "sweep.csv");
    expect_files(swept ? out / "0001" : out, GetParam().file);
}

// Printed, not asserted: a busy machine is no fault of ours.
TEST_P(EveryExample, IsCompiledQuickly) {
    Words all = words("explain");
    all.emplace_back("--time");
    const Ran ran = run(all);
    ASSERT_EQ(ran.status, 0) << ran.err;
    const std::size_t place = ran.out.rfind("together");
    ASSERT_NE(place, std::string::npos) << ran.out;
    const std::string total = ran.out.substr(place + 8, ran.out.find('\n', place) - place - 8);
    RecordProperty("source_to_first_step", total);
    std::printf("source to first step: %s\n", total.c_str());
}

INSTANTIATE_TEST_SUITE_P(Examples, EveryExample, testing::ValuesIn(all_runs()), test_name);

} // namespace
} // namespace nphys::cli
