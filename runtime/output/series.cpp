#include "runtime/output/series.h"

#include <algorithm>
#include <cerrno>
#include <fmt/format.h>

#include "runtime/data/table.h"
#include "runtime/output/run_folder.h"

namespace nphys::runtime {
namespace {

std::string header_of(const std::vector<std::string>& observables) {
    std::string header = "step,t";
    for (const std::string& name : observables) {
        const bool plain = name.find_first_of(",\"") == std::string::npos;
        header += plain ? fmt::format(",{}", name) : fmt::format(",\"{}\"", name); // `q[1,2]`
    }
    return header + '\n';
}

std::string row_of(std::int64_t step, double t, std::span<const double> values) {
    std::string row = fmt::format("{},{}", step, number_text(t));
    for (const double value : values) {
        row += ',';
        row += number_text(value);
    }
    row += '\n';
    return row;
}

} // namespace

Result<SeriesWriter> SeriesWriter::create(const std::filesystem::path& path,
                                          const std::vector<std::string>& observables) {
    std::FILE* const file = std::fopen(path.c_str(), "wxe");
    if (file == nullptr)
        return file_failure("write", path.string(), errno);
    SeriesWriter writer(path.string(), file);
    const std::string header = header_of(observables);
    if (std::fputs(header.c_str(), file) < 0)
        return file_failure("write", path.string(), errno);
    return writer;
}

Result<SeriesWriter> SeriesWriter::resume(const std::filesystem::path& path,
                                          const std::vector<std::string>& observables, std::int64_t last_step) {
    const Result<Series> series = read_series(path);
    if (!series)
        return tl::unexpected(series.error());
    if (series->observables != observables)
        return failure(ErrorKind::format, fmt::format("`{}` holds other observables than this run", path.string()),
                       "go on with the same model and the same list of observables");
    std::string kept = header_of(observables);
    std::vector<double> values(observables.size());
    for (std::size_t row = 0; row < series->step.size(); ++row) {
        const auto step = static_cast<std::int64_t>(series->step[row]);
        if (step > last_step)
            break;
        for (std::size_t place = 0; place < values.size(); ++place)
            values[place] = series->values[place][row];
        kept += row_of(step, series->t[row], values);
    }
    if (Status written = write_text(path, kept); !written)
        return tl::unexpected(written.error());
    std::FILE* const file = std::fopen(path.c_str(), "ae");
    if (file == nullptr)
        return file_failure("write", path.string(), errno);
    return SeriesWriter(path.string(), file);
}

Status SeriesWriter::append(std::int64_t step, double t, std::span<const double> values) {
    const std::string row = row_of(step, t, values);
    if (std::fwrite(row.data(), 1, row.size(), file_.get()) != row.size())
        return file_failure("write", path_, errno);
    return {};
}

Status SeriesWriter::flush() {
    if (std::fflush(file_.get()) != 0)
        return file_failure("write", path_, errno);
    return {};
}

std::string name_of_error(const std::string& observable) {
    const std::size_t bracket = std::min(observable.find('['), observable.size());
    return observable.substr(0, bracket) + "_stderr" + observable.substr(bracket);
}

Result<Series> read_series(const std::filesystem::path& path) {
    const Result<Table> table = read_csv(path, {.header = true, .separator = ','});
    if (!table) {
        // A run that broke down at once has written no record.
        const Result<std::string> text = read_text(path);
        if (text && text->starts_with("step,t") && text->find('\n') + 1 == text->size())
            return Series{};
        return tl::unexpected(table.error());
    }
    if (table->names.size() < 2 || table->names[0] != "step" || table->names[1] != "t")
        return failure(ErrorKind::format, fmt::format("`{}` is not a series of a run", path.string()),
                       "its columns are step, t, and the observables");
    Series series;
    series.observables.assign(table->names.begin() + 2, table->names.end());
    series.values.resize(series.observables.size());
    for (std::int64_t row = 1; row <= table->rows; ++row)
        for (std::int64_t column = 1; column <= table->columns; ++column) {
            const std::optional<double> number = number_of(table->cell(row, column));
            if (!number)
                return failure(ErrorKind::format,
                               fmt::format("`{}`, line {}: `{}` is not a number", path.string(),
                                           table->lines[static_cast<std::size_t>(row - 1)], table->cell(row, column)));
            (column == 1   ? series.step
             : column == 2 ? series.t
                           : series.values[static_cast<std::size_t>(column - 3)])
                .push_back(*number);
        }
    return series;
}

} // namespace nphys::runtime
