#pragma once
// The command line: which command, on which files, how.
//
// Goes in: argv. Comes out: Options, or the exit status when there is nothing more to do (help was printed, or the line is wrong).
//
// Example: `nphysc run kg.nphys -p N=128 --threads 2` is {command: run, file: "kg.nphys", parameters: {{"N", 128}}, threads: 2}.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace nphys::driver {

// What the process returns to the shell.
enum ExitStatus : int {
    all_well = 0,
    model_is_wrong = 1,
    command_line_is_wrong = 2,
    expectation_failed = 3,
    numbers_broke_down = 4,
    environment_failed = 5,
    our_bug = 70,
    interrupted = 130,
};

enum class Command : std::uint8_t { run, check, explain, dual, emit, fmt, plot, compare, fresh };

enum class EngineKind : std::uint8_t { jit, interpreter };

struct Options {
    Command command = Command::run;
    std::vector<std::string> files;                // model files; of `plot` a run folder; of `new` a name
    std::map<std::string, double> parameters;      // -p
    std::optional<std::string> run_name;           // --run
    std::optional<std::string> level;              // --level, of a run at several
    std::optional<std::uint64_t> seed;
    std::optional<std::string> folder;             // -o
    int threads = 0;                               // 0: one for each core
    EngineKind engine = EngineKind::jit;
    bool resume = false, halve = false, plots = true;
    bool json = false, quiet = false, time = false;
    bool gradient = false;                         // check: derived gradients against complex steps
    // check
    std::string gauge;                             // statements that declare a transformation
    // explain
    std::string dump;                              // stage, or empty
    bool assembly = false, latex = false;
    bool dispersion = false, regimes = false;      // the topic, instead of laws and kernels
    // fmt
    bool ascii = false, unicode = false, only_check = false;
};

[[nodiscard]] std::variant<Options, int> parse_command_line(int argument_count, char** arguments);

} // namespace nphys::driver
