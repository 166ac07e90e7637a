#pragma once
// The folder of a run, and small files in it.
//
// In: the model's name, and the folder asked for, if any. Out: a folder that was not there before (or was empty).
// Holds: an existing run is never overwritten; text files appear whole or not at all.
//
//     create_run_folder("klein_gordon", {})        // runs/klein_gordon-2026-01-31T12-00-00Z

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime {

[[nodiscard]] Result<std::filesystem::path> create_run_folder(std::string_view model,
                                                              const std::optional<std::filesystem::path>& wanted);

// `0003` below the folder of a sweep, for its third value (of at most 9999).
[[nodiscard]] Result<std::filesystem::path> create_numbered_folder(const std::filesystem::path& sweep,
                                                                   std::int64_t number);

[[nodiscard]] Status write_text(const std::filesystem::path& path, std::string_view text);
[[nodiscard]] Result<std::string> read_text(const std::filesystem::path& path);

// The shortest text that reads back as the same number; `nan`, `inf`, `-inf`.
[[nodiscard]] std::string number_text(double value);

// A whole csv file, such as sweep.csv; cells with separators or quotes are quoted.
[[nodiscard]] Status write_table(const std::filesystem::path& path, const std::vector<std::string>& columns,
                                 const std::vector<std::vector<std::string>>& rows);

// `2026-01-31T12:00:00Z`, now.
[[nodiscard]] std::string utc_time();

} // namespace nphys::runtime
