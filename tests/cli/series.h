#pragma once
// series.csv, read by nobody's reader but this: no code of nphysc is in it.
//
// In: the file. Out: column names and rows of numbers. Holds: every row is as long as the head.
//
//     read_series(folder / "series.csv").column("energy").back()

#include <filesystem>
#include <string>
#include <vector>

namespace nphys::cli {

struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<double>> rows;

    // Empty if there is no such column.
    [[nodiscard]] std::vector<double> column(const std::string& name) const;
};

[[nodiscard]] Table read_series(const std::filesystem::path& file);

} // namespace nphys::cli
