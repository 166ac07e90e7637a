#pragma once
// The pictures of a run, from its files alone.
//
// In: a run folder (series.csv, fields.h5, run.json). Out: plots/*.png and plots/*.svg in it: observables over time;
// of each field its last save (line in 1-D, the middle slice as image in 2-D and 3-D), in 1-D also space against time;
// for pairs of single variables the phase portrait. Holds: the list of files made.
//
//     for (const auto& file : *draw_run("runs/klein_gordon-…")) print(file);

#include <filesystem>
#include <string>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime {

struct RunPictureOptions {
    bool png = true;
    bool svg = true;
    bool fields = true;
};

[[nodiscard]] Result<std::vector<std::filesystem::path>> draw_run(const std::filesystem::path& folder,
                                                                  const RunPictureOptions& options = {});

// The picture of a sweep, from sweep.csv and the folders of its runs: each observable against the parameter, at the end and at its
// extremes; with two parameters at the end, a curve for each value of the first.
[[nodiscard]] Result<std::vector<std::filesystem::path>> draw_sweep(const std::filesystem::path& folder,
                                                                    const RunPictureOptions& options = {});

} // namespace nphys::runtime
