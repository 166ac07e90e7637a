#pragma once
// Tables of numbers and words from text files.
//
// In: a csv file: separators comma, semicolon, tab or blanks (found out), comments from `#`, quoted cells, with or
// without a header (found out: no cell of it is a number). Out: its columns, or an Error with line and column. Holds:
// all rows are equally long; nothing has been guessed about a cell that is not a number until it is asked for.
//
//     Result<Table> iris = read_csv("iris.csv");                  // 5.1,3.5,1.4,0.2,setosa
//     Result<std::vector<double>> length = numbers(*iris, 1);     // columns count from 1
//     Result<Classes> species = classes(*iris, 5);                // labels 1..3, names setosa …

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime {

struct CsvOptions {
    std::optional<bool> header{};    // found out where not said
    std::optional<char> separator{}; // ',' ';' '\t' or ' ' (any number of blanks)
};

struct Table {
    std::string file{};
    std::vector<std::string> names{}; // empty without a header
    std::int64_t rows = 0;
    std::int64_t columns = 0;
    std::vector<std::string> cells{};  // row-major, blanks trimmed, quotes taken off
    std::vector<std::int64_t> lines{}; // the line of the file on which each row begins

    [[nodiscard]] const std::string& cell(std::int64_t row, std::int64_t column) const { // from 1
        return cells[static_cast<std::size_t>((row - 1) * columns + column - 1)];
    }
};

[[nodiscard]] Result<Table> read_csv(const std::filesystem::path& path, const CsvOptions& options = {});
[[nodiscard]] Result<Table> parse_csv(std::string_view text, std::string_view file, const CsvOptions& options = {});

// Column counted from 1 or by its name in the header; nullopt where there is none.
[[nodiscard]] std::optional<std::int64_t> find_column(const Table& table, std::string_view name);

// A column, or columns first..last row by row, as finite numbers.
[[nodiscard]] Result<std::vector<double>> numbers(const Table& table, std::int64_t column);
[[nodiscard]] Result<std::vector<double>> numbers(const Table& table, std::int64_t first, std::int64_t last);

struct Classes {
    std::vector<std::string> names{};   // in numerical or else alphabetical order
    std::vector<std::int64_t> labels{}; // one for each row, counted from 1
};
[[nodiscard]] Result<Classes> classes(const Table& table, std::int64_t column);

// A number as it may stand in a file: `1`, `-2.5e-3`, `+.5`; all of the text.
[[nodiscard]] std::optional<double> number_of(std::string_view text);

} // namespace nphys::runtime
