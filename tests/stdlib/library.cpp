// Each module of the standard library holds what it expects of its constants; each model beside this file holds what it
// expects of the operators that modules define.
#include <algorithm>

#include "tests/cli/command.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> files_in(const fs::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".nphys")
            names.push_back(entry.path().string());
    std::ranges::sort(names);
    return names;
}

TEST_F(Command, EveryModuleHoldsWhatItExpectsOfItself) {
    const std::vector<std::string> modules = files_in(NPHYS_STDLIB);
    EXPECT_GE(modules.size(), 7U);
    for (const std::string& module : modules) {
        const Ran ran = run({"check", module});
        EXPECT_EQ(ran.status, 0) << module << '\n' << ran.err;
        EXPECT_TRUE(ran.err.empty()) << module << '\n' << ran.err;
    }
}

TEST_F(Command, OperatorsOfTheLibraryAreWhatTheModelsExpect) {
    const std::vector<std::string> models = files_in(NPHYS_STDLIB_TESTS);
    EXPECT_GE(models.size(), 6U);
    for (const std::string& model : models) {
        const Ran ran = run({"run", model, "-q", "-o", fs::path(model).stem().string()});
        EXPECT_EQ(ran.status, 0) << model << '\n' << ran.err;
    }
}

} // namespace
} // namespace nphys::cli
