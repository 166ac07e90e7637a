#include "tests/cli/series.h"

#include <algorithm>
#include <fstream>
#include <gtest/gtest.h>
#include <string_view>

namespace nphys::cli {
namespace {

// A cell in quotes may hold a comma: `"φ[1,2]"`.
std::vector<std::string> cells(std::string_view line) {
    std::vector<std::string> found(1);
    bool quoted = false;
    for (const char c : line) {
        if (c == '"')
            quoted = !quoted;
        else if (c == ',' && !quoted)
            found.emplace_back();
        else if (c != '\r')
            found.back() += c;
    }
    return found;
}

} // namespace

std::vector<double> Table::column(const std::string& name) const {
    const auto found = std::ranges::find(columns, name);
    if (found == columns.end())
        return {};
    std::vector<double> values;
    for (const std::vector<double>& row : rows)
        values.push_back(row[static_cast<std::size_t>(found - columns.begin())]);
    return values;
}

Table read_series(const std::filesystem::path& file) {
    Table table;
    std::ifstream stream(file);
    std::string line;
    EXPECT_TRUE(std::getline(stream, line)) << file << " is empty or missing";
    table.columns = cells(line);
    while (std::getline(stream, line)) {
        std::vector<double> row;
        for (const std::string& cell : cells(line))
            row.push_back(std::stod(cell));
        EXPECT_EQ(row.size(), table.columns.size()) << file << ": " << line;
        table.rows.push_back(std::move(row));
    }
    return table;
}

} // namespace nphys::cli
