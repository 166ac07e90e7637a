#pragma once
// One run from step 0 (or a checkpoint) to its end, with everything that it leaves in its folder.
//
// Goes in: a complete Compilation, the options of the command, the folder. Comes out: how it went. Holds: the folder is complete
// and readable however the run ended.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "compiler/driver/expectations.h"
#include "compiler/driver/options.h"
#include "compiler/driver/pipeline.h"
#include "compiler/driver/simulation.h"

namespace nphys::driver {

// error: the standard error of the last value over the copies of an ensemble.
struct Drift { std::string name; double first = 0, last = 0, lowest = 0, highest = 0; std::optional<double> error; };

struct Outcome {
    int status = all_well;
    std::vector<Drift> observables;
    std::vector<Failure> failures;
    std::vector<std::string> warnings;  // of what should have stayed small
    std::string breakdown;              // which element is no number
    std::optional<SingularMetric> singular; // where the state was finite still
    std::optional<Solves> solves;       // of an implicit scheme
    bool stalled = false;               // the adaptive step became too small to go on
    std::int64_t steps = 0, first_step = 0; // at the end; where a run that goes on began
    double time = 0, seconds = 0;       // of the model; of the clock
    double machine_code = 0;            // seconds that memory and machine code took
    double sites = 0;                   // elements of state updated in each step
    std::string started;
};

// Failures of the environment and bugs are told on standard error and give the status.
[[nodiscard]] Outcome run_once(const Compilation& compilation, const Options& options, const std::filesystem::path& folder);

} // namespace nphys::driver
