#include "compiler/driver/sweep.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/driver/messages.h"
#include "compiler/driver/whole_run.h"
#include "runtime/output/run_folder.h"
#include "runtime/output/series.h"
#include "runtime/plots/run_pictures.h"

namespace nphys::driver {
namespace {

using Values = std::map<std::string, double>;

// All combinations; the last sweep runs fastest.
std::vector<Values> combinations(const std::vector<model::Sweep>& sweeps) {
    std::vector<Values> all{{}};
    for (const model::Sweep& sweep : sweeps) {
        std::vector<Values> longer;
        for (const Values& values : all)
            for (const double value : sweep.values) {
                longer.push_back(values);
                longer.back()[sweep.parameter] = value;
            }
        all = std::move(longer);
    }
    return all;
}

std::vector<std::string> table_row(std::size_t number, const std::vector<model::Sweep>& sweeps, const Values& values, const Outcome& outcome) {
    std::vector<std::string> row{std::to_string(number)};
    for (const model::Sweep& sweep : sweeps) row.push_back(runtime::number_text(values.at(sweep.parameter)));
    for (const Drift& drift : outcome.observables) {
        row.push_back(runtime::number_text(drift.last));
        if (drift.error) row.push_back(runtime::number_text(*drift.error));
    }
    row.push_back(std::to_string(outcome.status));
    return row;
}

} // namespace

int run_sweep(const Compilation& compilation, const Options& options, const std::filesystem::path& folder) {
    const std::vector<model::Sweep>& sweeps = compilation.model.run.sweeps;
    const std::vector<Values> all = combinations(sweeps);
    std::vector<std::string> columns{"run"};
    for (const model::Sweep& sweep : sweeps) columns.push_back(sweep.parameter);
    std::vector<std::vector<std::string>> rows;
    nlohmann::ordered_json summaries = nlohmann::ordered_json::array();
    int worst = all_well;
    for (std::size_t n = 0; n < all.size(); ++n) {
        Inquiry inquiry = inquiry_of(options);
        for (const auto& [name, value] : all[n]) inquiry.request.parameters[name] = value;
        const auto one = compile(inquiry);
        if (one->diagnostics.has_errors()) return tell(one->diagnostics, one->library.sources(), options);
        const auto part = runtime::create_numbered_folder(folder, static_cast<std::int64_t>(n + 1));
        if (!part) return tell_failure(part.error());
        WholeRun whole;
        const int status = run_whole(inquiry, *one, options, *part, whole);
        const Outcome& outcome = whole.outcome;
        worst = std::max(worst, status);
        if (status == environment_failed || status == our_bug || status == interrupted || status == model_is_wrong) return status;
        if (n == 0)
            for (const Drift& drift : outcome.observables) {
                columns.push_back(drift.name);
                if (drift.error) columns.push_back(runtime::name_of_error(drift.name));
            }
        rows.push_back(table_row(n + 1, sweeps, all[n], outcome));
        if (options.json) {
            summaries.push_back(std::move(whole.summary));
            summaries.back()["sweep"] = all[n];
        } else if (!options.quiet) {
            std::string values;
            for (const auto& [name, value] : all[n]) values += fmt::format("{}{} = {:.6g}", values.empty() ? "" : ", ", name, value);
            fmt::print("[{}/{}] {}\n{}", n + 1, all.size(), values, whole.text);
        }
    }
    columns.push_back("status");
    if (const auto written = runtime::write_table(folder / "sweep.csv", columns, rows); !written) return tell_failure(written.error());
    if (options.plots)
        if (const auto pictures = runtime::draw_sweep(folder); !pictures && !options.quiet) fmt::print(stderr, "no picture of the sweep: {}\n", pictures.error().message);
    if (options.json) fmt::print("{}\n", nlohmann::ordered_json{{"table", (folder / "sweep.csv").string()}, {"runs", summaries}}.dump(2));
    else if (!options.quiet) fmt::print("{}\n", (folder / "sweep.csv").string());
    return worst;
}

} // namespace nphys::driver
