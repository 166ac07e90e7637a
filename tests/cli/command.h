#pragma once
// A command typed by a user, and what came of it.
//
// In: words and the folder in which they are typed. Out: standard output, standard error (both pipes, so never a
// terminal) and the exit status. Holds: no shell in between; a process that a signal ended has status 128 + signal.
//
//     const Ran ran = nphysc({"run", "kg.nphys", "-o", "out"}, folder);
//     EXPECT_EQ(ran.status, 0) << ran.err;

#include <filesystem>
#include <functional>
#include <gtest/gtest.h>
#include <string>
#include <sys/types.h>
#include <vector>

namespace nphys::cli {

struct Ran {
    int status = -1;
    std::string out;
    std::string err;
    double seconds = 0;
};

using Words = std::vector<std::string>;

// `meanwhile` is called once the process has begun: to interrupt it, for instance.
[[nodiscard]] Ran run_command(const Words& words, const std::filesystem::path& in,
                              const std::function<void(pid_t)>& meanwhile = {});
[[nodiscard]] Ran nphysc(Words words, const std::filesystem::path& in,
                         const std::function<void(pid_t)>& meanwhile = {});

[[nodiscard]] std::string read_text(const std::filesystem::path& file);
void write_text(const std::filesystem::path& file, const std::string& text);
[[nodiscard]] bool contains(const std::string& text, const std::string& part);

[[nodiscard]] std::filesystem::path example(const std::string& name);
// Copies of the examples, to be formatted at will.
[[nodiscard]] std::vector<std::filesystem::path> all_examples();

// A small field: 32 sites, energy and φ[3] recorded, φ saved. `run` is the text of its run block.
[[nodiscard]] std::string small_model(const std::string& run = "scheme = leapfrog  dt = 0.1  steps = 40  observe energy, "
                                                               "φ[3] every 10  save φ every 20");

// An empty folder for each test, gone after it.
class Command : public testing::Test {
protected:
    void SetUp() override;
    void TearDown() override;
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_; }
    // Writes the text to `name` in the folder.
    [[nodiscard]] std::filesystem::path model(const std::string& text, const std::string& name = "small.nphys") const;
    [[nodiscard]] Ran run(Words words, const std::function<void(pid_t)>& meanwhile = {}) const {
        return nphysc(std::move(words), folder_, meanwhile);
    }

private:
    std::filesystem::path folder_;
};

} // namespace nphys::cli
