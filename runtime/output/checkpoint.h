#pragma once
// checkpoint.h5: all that is needed to go on.
//
// In: step, time, seed, the arrays of the state as they stand in memory, and a text that says which model this is. Out:
// a file, or what a file holds. Holds: the file is replaced as a whole (written beside, synced, renamed), so there is
// always a good one.
//
//     write_checkpoint(folder / "checkpoint.h5", {.step = 500, .t = 50, .seed = 1, .identity = hash, .arrays = …});

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "runtime/output/fields.h"
#include "runtime/result.h"

namespace nphys::runtime {

struct StateArray {
    std::string name{};
    Precision precision = Precision::f64;
    std::int64_t count = 0;
    const void* data = nullptr;     // what is written
    std::vector<std::byte> bytes{}; // what was read
};

struct Checkpoint {
    std::int64_t step = 0;
    double t = 0;
    std::uint64_t seed = 0;
    std::string identity{};
    std::map<std::string, double> numbers{}; // whatever else a run must remember: dt of rk45, initial(e) …
    std::vector<StateArray> arrays{};
};

[[nodiscard]] Status write_checkpoint(const std::filesystem::path& path, const Checkpoint& checkpoint);
[[nodiscard]] Result<Checkpoint> read_checkpoint(const std::filesystem::path& path);

} // namespace nphys::runtime
