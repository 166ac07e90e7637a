#pragma once
// A run with all its levels.
//
// Goes in: the inquiry and what it was compiled to; a folder. Comes out: what there is to tell. A run at one level fills the folder
// itself. Of a run at several, each has a folder of its own below, and above them stand their series and fields side by side,
// distances.csv and a picture of all of them: see side_by_side.h, comparison.h.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "compiler/driver/run_once.h"

namespace nphys::driver {

struct WholeRun {
    Outcome outcome; // of several levels the worst status, and all observables by their names side by side
    std::string text;
    nlohmann::ordered_json summary;
};

[[nodiscard]] bool has_several_levels(const Compilation& compilation, const Options& options);
[[nodiscard]] int run_whole(const Inquiry& inquiry, const Compilation& compilation, const Options& options, const std::filesystem::path& folder, WholeRun& whole);

} // namespace nphys::driver
