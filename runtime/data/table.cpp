#include "runtime/data/table.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace nphys::runtime {
namespace {

tl::unexpected<Error> cell_failure(const Table& table, std::int64_t row, std::int64_t column, std::string message,
                                   std::string help) {
    const std::int64_t line = table.lines[static_cast<std::size_t>(row - 1)];
    return tl::unexpected<Error>(Error{ErrorKind::format,
                                       fmt::format("`{}`, line {}, column {}: {}", table.file, line, column, message),
                                       std::move(help), line, column});
}

std::string help_for(std::string_view cell) {
    if (cell.empty())
        return "give a value for each cell, or take the row out";
    std::string with_point(cell);
    std::ranges::replace(with_point, ',', '.');
    if (with_point != cell && number_of(with_point))
        return "write the decimal point as `.`";
    return "use the column as labels, `class(…)`, or leave it out";
}

Result<double> number_at(const Table& table, std::int64_t row, std::int64_t column) {
    const std::string& cell = table.cell(row, column);
    const std::optional<double> number = number_of(cell);
    if (!number)
        return cell_failure(table, row, column,
                            cell.empty() ? "the cell is empty" : fmt::format("`{}` is not a number", cell),
                            help_for(cell));
    if (!std::isfinite(*number))
        return cell_failure(table, row, column, fmt::format("`{}` is not a finite number", cell),
                            "take the row out, or put in a value");
    return *number;
}

// Labels that are all numbers are ordered as numbers: 10 after 9.
std::vector<std::string> ordered_names(std::vector<std::string> names) {
    const bool numeric =
        std::ranges::all_of(names, [](const std::string& name) { return number_of(name).has_value(); });
    if (numeric)
        std::ranges::sort(names, {}, [](const std::string& name) { return std::pair(*number_of(name), name); });
    return names;
}

} // namespace

std::optional<double> number_of(std::string_view text) {
    if (text.size() > 1 && text[0] == '+' && text[1] != '-')
        text.remove_prefix(1);
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (end != text.data() + text.size() || text.empty())
        return std::nullopt;
    if (error == std::errc::result_out_of_range)
        return std::strtod(std::string(text).c_str(), nullptr); // 1e-400 is 0, 1e400 an infinity
    if (error != std::errc())
        return std::nullopt;
    return value;
}

std::optional<std::int64_t> find_column(const Table& table, std::string_view name) {
    const auto found = std::ranges::find(table.names, name);
    if (found == table.names.end())
        return std::nullopt;
    return found - table.names.begin() + 1;
}

Result<std::vector<double>> numbers(const Table& table, std::int64_t first, std::int64_t last) {
    if (first < 1 || last > table.columns || first > last)
        return failure(ErrorKind::format,
                       fmt::format("`{}` has {} columns, no {}..{}", table.file, table.columns, first, last));
    std::vector<double> result;
    result.reserve(static_cast<std::size_t>(table.rows * (last - first + 1)));
    for (std::int64_t row = 1; row <= table.rows; ++row)
        for (std::int64_t column = first; column <= last; ++column) {
            const Result<double> number = number_at(table, row, column);
            if (!number)
                return tl::unexpected(number.error());
            result.push_back(*number);
        }
    return result;
}

Result<std::vector<double>> numbers(const Table& table, std::int64_t column) {
    return numbers(table, column, column);
}

Result<Classes> classes(const Table& table, std::int64_t column) {
    if (column < 1 || column > table.columns)
        return failure(ErrorKind::format,
                       fmt::format("`{}` has {} columns, no column {}", table.file, table.columns, column));
    std::map<std::string, std::int64_t> label_of;
    for (std::int64_t row = 1; row <= table.rows; ++row) {
        if (table.cell(row, column).empty())
            return cell_failure(table, row, column, "the label is missing", help_for(""));
        label_of.emplace(table.cell(row, column), 0);
    }
    Classes result;
    for (const auto& [name, label] : label_of)
        result.names.push_back(name);
    result.names = ordered_names(std::move(result.names));
    for (std::size_t place = 0; place < result.names.size(); ++place)
        label_of[result.names[place]] = static_cast<std::int64_t>(place) + 1;
    for (std::int64_t row = 1; row <= table.rows; ++row)
        result.labels.push_back(label_of[table.cell(row, column)]);
    return result;
}

} // namespace nphys::runtime
