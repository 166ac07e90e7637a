// What nphysc says about each program of diagnostics/: its messages and its exit status, to the last character.
//
// Beside NAME.nphys stands NAME.expected. The command is `nphysc check NAME.nphys`, unless the first line of the
// program says otherwise, in the words of the shell: `# nphysc run NAME.nphys -p m=3`. With NPHYS_ACCEPT set in the
// environment the expected files are written anew; read what has changed before you commit it.
#include "compiler/base/diagnostics.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/wait.h>

namespace nphys {
namespace {

const std::filesystem::path folder = std::filesystem::path(NPHYS_GOLDEN) / "diagnostics";
constexpr std::size_t longest_expected_file = 100;

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::vector<std::string> program_names() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder))
        if (entry.path().extension() == ".nphys")
            names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

std::string command_for(const std::string& name) {
    constexpr std::string_view directive = "# nphysc ";
    const std::string text = read_file(folder / (name + ".nphys"));
    const std::string first_line = text.substr(0, text.find('\n'));
    const bool given = first_line.starts_with(directive);
    return given ? first_line.substr(directive.size()) : "check " + name + ".nphys";
}

// What goes to standard error, and how it ends.
std::string run(const std::string& arguments) {
    const std::string command =
        "cd '" + folder.string() + "' && LC_ALL=C '" NPHYSC "' " + arguments + " 2>&1 >/dev/null";
    std::FILE* pipe = popen(command.c_str(), "r");
    if (pipe == nullptr)
        return "cannot start nphysc";
    std::string text;
    std::array<char, 4096> buffer;
    for (std::size_t size = 0; (size = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
        text.append(buffer.data(), size);
    const int status = pclose(pipe);
    return text + (WIFEXITED(status) ? "status " + std::to_string(WEXITSTATUS(status)) : "killed") + "\n";
}

class Golden : public testing::TestWithParam<std::string> {};

TEST_P(Golden, says_what_is_expected) {
    const std::filesystem::path expected = folder / (GetParam() + ".expected");
    const std::string command = command_for(GetParam());
    const std::string said = run(command);
    if (std::getenv("NPHYS_ACCEPT") != nullptr)
        std::ofstream(expected, std::ios::binary) << said;
    ASSERT_TRUE(std::filesystem::exists(expected)) << "there is no " << expected << "; nphysc says:\n" << said;
    EXPECT_EQ(said, read_file(expected)) << "nphysc " << command;
    EXPECT_LE(static_cast<std::size_t>(std::count(said.begin(), said.end(), '\n')), longest_expected_file)
        << "nobody can review this";
}

std::string test_name(const testing::TestParamInfo<std::string>& name) {
    std::string result = name.param;
    std::replace_if(
        result.begin(), result.end(), [](unsigned char sign) { return std::isalnum(sign) == 0; }, '_');
    return result;
}

INSTANTIATE_TEST_SUITE_P(Diagnostics, Golden, testing::ValuesIn(program_names()), test_name);

TEST(Coverage, every_diagnostic_has_a_program_that_shows_it) {
    std::string all;
    for (const std::string& name : program_names())
        all += read_file(folder / (name + ".expected"));
    for (const CodeInfo& row : code_table)
        EXPECT_NE(all.find("[" + std::string(row.number) + "]"), std::string::npos)
            << row.name << " (" << row.number << ") is shown by no program of tests/golden/diagnostics";
}

TEST(Coverage, every_expected_file_belongs_to_a_program) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::filesystem::path& path = entry.path();
        EXPECT_TRUE(path.extension() != ".expected" ||
                    std::filesystem::exists(std::filesystem::path(path).replace_extension(".nphys")))
            << path;
    }
}

} // namespace
} // namespace nphys
