#pragma once
// run.json: what was run, with what, where, and how it went.
//
// In: the facts that the driver knows. Out: the file; the machine, the libraries and the times are added here. Holds:
// numbers read back as the same doubles; NaN and infinities are written as strings.
//
//     write_run_record(folder / "run.json", {.model = "klein_gordon", .seed = 1, .parameters = {{"m", 0.5}}});

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime {

struct RunRecord {
    std::string version{}; // of nphysc
    std::string model{};
    std::string title{};
    std::string source{}; // path of the model file, as given
    std::string run{};    // name of the run block; empty for the unnamed one
    std::vector<std::pair<std::string, double>> parameters{};
    std::string scheme{};
    std::string precision{};
    std::uint64_t seed = 0;
    double dt = 0;
    std::int64_t copies = 1;
    std::int64_t sites = 0;
    std::int32_t threads = 1;
    std::int64_t steps = 0;                                // done
    double t = 0;                                          // reached
    std::string started{};                                 // utc_time()
    std::string finished{};                                // empty while running
    std::vector<std::pair<std::string, double>> seconds{}; // parse, compile, run …
    std::string status{};                                  // running, done, expectation failed, broke down, interrupted
    std::vector<std::pair<std::string, double>> last{};    // observables at the end
    std::vector<std::pair<std::string, std::string>> notes{}; // anything else: backend, vector width …
};

[[nodiscard]] std::string run_record_json(const RunRecord& record);
[[nodiscard]] Status write_run_record(const std::filesystem::path& path, const RunRecord& record);
[[nodiscard]] Result<RunRecord> read_run_record(const std::filesystem::path& path);

} // namespace nphys::runtime
