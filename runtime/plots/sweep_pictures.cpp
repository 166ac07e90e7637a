// Sweeps as curves over their parameter.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <map>

#include "runtime/data/table.h"
#include "runtime/output/run_record.h"
#include "runtime/output/series.h"
#include "runtime/plots/album.h"
#include "runtime/plots/picture.h"

namespace nphys::runtime {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_panels = 6; // in one picture

// sweep.csv: run, parameters, observables at the end, status.
struct Sweep {
    std::vector<std::string> parameters, observables;
    std::map<std::string, std::vector<double>> columns;
    std::string title;
};

// What is no number, as of a run that broke down, is left out of the curves.
std::vector<double> column_of(const Table& table, std::int64_t column) {
    std::vector<double> values;
    for (std::int64_t row = 1; row <= table.rows; ++row)
        values.push_back(number_of(table.cell(row, column)).value_or(std::numeric_limits<double>::quiet_NaN()));
    return values;
}

Result<Sweep> read_sweep(const fs::path& folder) {
    const Result<Table> table = read_csv(folder / "sweep.csv");
    if (!table)
        return tl::unexpected(table.error());
    const Result<RunRecord> record = read_run_record(folder / "0001" / "run.json");
    if (!record)
        return tl::unexpected(record.error());
    Sweep sweep;
    sweep.title = record->title.empty() ? record->model : record->title;
    for (std::int64_t column = 1; column <= static_cast<std::int64_t>(table->names.size()); ++column) {
        const std::string& name = table->names[static_cast<std::size_t>(column - 1)];
        if (name == "run" || name == "status")
            continue;
        const bool is_parameter = std::ranges::any_of(record->parameters, [&](const auto& known) { return known.first == name; });
        (is_parameter ? sweep.parameters : sweep.observables).push_back(name);
        sweep.columns[name] = column_of(*table, column);
    }
    const std::vector<std::string> all = sweep.observables; // standard errors are bands, not curves
    std::erase_if(sweep.observables, [&](const std::string& name) {
        return std::ranges::any_of(all, [&](const std::string& other) { return name_of_error(other) == name; });
    });
    return sweep;
}

Curve curve_of(std::string name, const std::vector<double>& x, const std::vector<double>& y) {
    Curve curve{std::move(name)};
    for (std::size_t row = 0; row < std::min(x.size(), y.size()); ++row) {
        if (!std::isfinite(y[row]))
            continue;
        curve.x.push_back(x[row]);
        curve.y.push_back(y[row]);
    }
    return curve;
}

// At the end of each run, with its standard error where there are copies.
Curve curve_at_end(const Sweep& sweep, const std::vector<double>& x, const std::string& name) {
    const std::vector<double>& y = sweep.columns.at(name);
    Curve curve = curve_of("at the end", x, y);
    const auto error = sweep.columns.find(name_of_error(name));
    for (std::size_t row = 0; error != sweep.columns.end() && row < y.size(); ++row)
        if (std::isfinite(y[row]))
            curve.error.push_back(error->second[row]);
    return curve;
}

struct Extremes { std::vector<double> lowest, highest; };

// Over each run; what a run did not record is not a number.
Extremes extremes_of(const std::vector<Result<Series>>& runs, const std::string& observable) {
    Extremes extremes;
    for (const Result<Series>& series : runs) {
        double lowest = std::numeric_limits<double>::quiet_NaN(), highest = lowest;
        for (std::size_t number = 0; series && number < series->observables.size(); ++number) {
            if (series->observables[number] != observable)
                continue;
            for (const double value : series->values[number]) {
                lowest = std::fmin(lowest, value);
                highest = std::fmax(highest, value);
            }
        }
        extremes.lowest.push_back(lowest);
        extremes.highest.push_back(highest);
    }
    return extremes;
}

std::vector<Panel> over_one_parameter(const fs::path& folder, const Sweep& sweep) {
    const std::vector<double>& x = sweep.columns.at(sweep.parameters.front());
    std::vector<Result<Series>> runs;
    for (std::size_t number = 1; number <= x.size(); ++number)
        runs.push_back(read_series(folder / fmt::format("{:04}", number) / "series.csv"));
    std::vector<Panel> panels;
    for (const std::string& name : sweep.observables) {
        const Extremes extremes = extremes_of(runs, name);
        panels.push_back({name, {curve_at_end(sweep, x, name), curve_of("highest", x, extremes.highest),
                                 curve_of("lowest", x, extremes.lowest)}});
    }
    return panels;
}

std::vector<Panel> over_two_parameters(const Sweep& sweep) {
    const std::vector<double>&first = sweep.columns.at(sweep.parameters[0]), &second = sweep.columns.at(sweep.parameters[1]);
    std::vector<Panel> panels;
    for (const std::string& name : sweep.observables) {
        std::map<double, std::pair<std::vector<double>, std::vector<double>>> curves;
        const std::vector<double>& values = sweep.columns.at(name);
        for (std::size_t row = 0; row < values.size(); ++row) {
            curves[first[row]].first.push_back(second[row]);
            curves[first[row]].second.push_back(values[row]);
        }
        Panel panel{name, {}};
        for (const auto& [value, points] : curves)
            panel.curves.push_back(curve_of(fmt::format("{} = {:.6g}", sweep.parameters[0], value), points.first, points.second));
        panels.push_back(std::move(panel));
    }
    return panels;
}

} // namespace

Result<std::vector<fs::path>> draw_sweep(const fs::path& folder, const RunPictureOptions& options) {
    if (Status able = can_draw(); !able)
        return tl::unexpected(able.error());
    const Result<Sweep> sweep = read_sweep(folder);
    if (!sweep)
        return tl::unexpected(sweep.error());
    plots::Album album(folder, options);
    const std::size_t parameters = sweep->parameters.size();
    if (parameters == 0 || parameters > 2 || sweep->observables.empty())
        return album.files();
    const std::vector<Panel> panels = parameters == 1 ? over_one_parameter(folder, *sweep) : over_two_parameters(*sweep);
    for (std::size_t first = 0; first < panels.size(); first += most_panels) {
        const auto begin = panels.begin() + static_cast<std::ptrdiff_t>(first);
        const auto count = static_cast<std::ptrdiff_t>(std::min(most_panels, panels.size() - first));
        const std::vector<Panel> some(begin, begin + count);
        const std::string name = first == 0 ? "sweep" : fmt::format("sweep-{}", first / most_panels + 1);
        const PictureLabels labels{.title = sweep->title, .x_label = sweep->parameters.back()};
        if (Status drawn = album.add(name, [&](const fs::path& file) { return draw_panels(file, labels, some); }); !drawn)
            return tl::unexpected(drawn.error());
    }
    return album.files();
}

} // namespace nphys::runtime
