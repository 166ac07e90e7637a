// A comparison for people, for programs, over time and as a picture; see comparison.h.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/base/unicode.h"
#include "compiler/driver/comparison.h"
#include "runtime/output/run_folder.h"
#include "runtime/output/run_record.h"
#include "runtime/plots/picture.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;

std::string in_errors(double difference, double error) { return error > 0 ? fmt::format("{:.2f}", std::abs(difference) / error) : ""; }

std::string by_chance(const std::optional<double>& chance) { return chance ? fmt::format(" ({:.3g} by chance)", *chance) : ""; }

std::string gaps_text(const std::vector<Gap>& gaps) {
    if (gaps.empty()) return {};
    std::string text = fmt::format("{}{:>12}{:>16}{:>16}{:>14}{:>14}\n", padded("observable, farthest", 24), "t", "first", "second", "difference", "std. errors");
    for (const Gap& gap : gaps)
        text += fmt::format("{}{:>12.6g}{:>16.9g}{:>16.9g}{:>14.3g}{:>14}\n", padded(gap.name, 24), gap.time, gap.left, gap.right, gap.difference(),
                            in_errors(gap.difference(), gap.error));
    return text;
}

// About ten of them, the last one for certain.
std::vector<std::size_t> shown(std::size_t count) {
    constexpr std::size_t most = 10;
    std::vector<std::size_t> rows;
    const std::size_t stride = std::max<std::size_t>(1, (count + most - 1) / most);
    for (std::size_t back = 0; back < count; back += stride) rows.push_back(count - 1 - back);
    std::ranges::reverse(rows);
    return rows;
}

std::string densities_text(const std::vector<Separation>& densities) {
    if (densities.empty()) return {};
    std::string text = fmt::format("{}{:>12}{:>16}{:>16}{:>18}{:>16}\n", padded("densities", 24), "t", "L1 distance", "by chance", "Kullback-Leibler", "by chance");
    const auto number = [](const std::optional<double>& value) { return value ? fmt::format("{:.4g}", *value) : std::string(); };
    for (const std::size_t row : shown(densities.size())) {
        const Separation& at = densities[row];
        text += fmt::format("{}{:>12.6g}{:>16.6g}{:>16}{:>18.6g}{:>16}\n", padded("", 24), at.time, at.l1, number(at.l1_by_chance), at.divergence, number(at.divergence_by_chance));
    }
    for (const Moment& moment : densities.back().moments)
        text += fmt::format("{}{:>12.6g}{:>16.9g}{:>16.9g}{:>14.3g}{:>14}\n", padded(moment.name, 24), densities.back().time, moment.left, moment.right,
                            std::abs(moment.left - moment.right), in_errors(moment.left - moment.right, moment.error));
    return text;
}

std::string fields_text(const std::vector<FieldDistance>& fields) {
    if (fields.empty()) return {};
    std::string text = fmt::format("{}{:>12}{:>16}\n", padded("field, last in common", 24), "t", "L1 distance");
    for (const FieldDistance& one : fields) text += fmt::format("{}{:>12.6g}{:>16.6g}\n", padded(one.name, 24), one.time, one.l1);
    return text;
}

using Json = nlohmann::ordered_json;

// JSON has no infinity.
Json finite(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }
Json optional(const std::optional<double>& value) { return value ? Json(*value) : Json(nullptr); }

Json json_of(const Comparison& comparison) {
    Json observables = Json::array(), densities = Json::array(), fields = Json::array();
    for (const Gap& gap : comparison.gaps)
        observables.push_back({{"name", gap.name}, {"t", gap.time}, {"first", gap.left}, {"second", gap.right}, {"difference", gap.difference()}, {"standard_error", gap.error}});
    for (const Separation& at : comparison.densities) {
        Json moments = Json::array();
        for (const Moment& moment : at.moments)
            moments.push_back({{"name", moment.name}, {"first", moment.left}, {"second", moment.right}, {"standard_error", moment.error}});
        densities.push_back({{"t", at.time}, {"l1", at.l1}, {"l1_by_chance", optional(at.l1_by_chance)}, {"kullback_leibler", finite(at.divergence)},
                             {"kullback_leibler_by_chance", optional(at.divergence_by_chance)}, {"moments", moments}});
    }
    for (const FieldDistance& one : comparison.fields) fields.push_back({{"name", one.name}, {"t", one.time}, {"l1", one.l1}});
    return {{"first", comparison.left}, {"second", comparison.right}, {"observables", observables}, {"densities", densities}, {"fields", fields}};
}

std::string pair_of(const Comparison& comparison) { return comparison.left + " – " + comparison.right; }

// ---- distances.csv ---------------------------------------------------------------------------------------------------------------

runtime::Status write_table_of(const fs::path& file, const std::vector<Comparison>& comparisons) {
    std::vector<std::string> columns{"first", "second", "t", "l1", "l1_by_chance", "kullback_leibler", "kullback_leibler_by_chance"};
    std::vector<std::vector<std::string>> rows;
    const auto text = [](const std::optional<double>& value) { return value ? runtime::number_text(*value) : std::string("nan"); };
    for (const Comparison& comparison : comparisons)
        for (const Separation& at : comparison.densities) {
            std::vector<std::string> row{comparison.left, comparison.right, runtime::number_text(at.time), runtime::number_text(at.l1), text(at.l1_by_chance),
                                         runtime::number_text(at.divergence), text(at.divergence_by_chance)};
            for (const Moment& moment : at.moments) {
                if (rows.empty())
                    for (const char* what : {", first", ", second", ", stderr"}) columns.push_back(moment.name + what);
                for (const double value : {moment.left, moment.right, moment.error}) row.push_back(runtime::number_text(value));
            }
            rows.push_back(std::move(row));
        }
    return runtime::write_table(file, columns, rows);
}

// ---- plots/levels ----------------------------------------------------------------------------------------------------------------

using runtime::Curve;
using runtime::Panel;

// One panel for each axis of the grid: what all have at the last time of the first pair.
runtime::Result<std::vector<Panel>> density_panels(const std::vector<Side>& sides, double time) {
    std::vector<Panel> panels;
    for (const Side& side : sides) {
        const auto density = DensityOnGrid::open(side.folder);
        if (!density) return tl::unexpected(density.error());
        if (!*density) continue;
        const auto& axes = (*density)->axes();
        const auto pairs = common_times((*density)->times(), {time});
        if (pairs.empty() || (!panels.empty() && panels.size() != axes.size())) continue;
        const auto probabilities = (*density)->probabilities(pairs.front().first);
        if (!probabilities) return tl::unexpected(probabilities.error());
        for (std::size_t axis = panels.size(); axis < axes.size(); ++axis)
            panels.push_back({.y_label = fmt::format("density at t = {:.6g}", time), .curves = {}, .x_label = axes[axis].name, .y_scale = runtime::Scale::linear});
        for (std::size_t axis = 0; axis < axes.size(); ++axis) {
            Curve curve{side.label, axes[axis].coordinates, marginal(axes, *probabilities, axis)};
            curve.bars = (*density)->is_sampled();
            panels[axis].curves.push_back(std::move(curve));
        }
    }
    return panels;
}

// Where two begin alike their distance is round-off, which no axis should show.
template <class Value>
Curve over_time(const std::string& name, const std::vector<Separation>& densities, const Value& value) {
    constexpr double smallest = 1e-6;
    Curve curve{name, {}, {}};
    for (const Separation& at : densities) {
        const std::optional<double> number = value(at);
        if (!number || !(*number > smallest) || !std::isfinite(*number)) continue;
        curve.x.push_back(at.time);
        curve.y.push_back(*number);
    }
    return curve;
}

std::vector<Panel> distance_panels(const std::vector<Comparison>& comparisons) {
    Panel l1{.y_label = "L1 distance", .curves = {}, .x_label = "", .y_scale = runtime::Scale::logarithmic};
    Panel divergence{.y_label = "Kullback–Leibler divergence", .curves = {}, .x_label = "t", .y_scale = runtime::Scale::logarithmic};
    for (const Comparison& comparison : comparisons) {
        const auto& all = comparison.densities;
        if (all.size() < 2) continue;
        l1.curves.push_back(over_time(pair_of(comparison), all, [](const Separation& at) { return std::optional(at.l1); }));
        divergence.curves.push_back(over_time(pair_of(comparison), all, [](const Separation& at) { return std::optional(at.divergence); }));
        if (!all.front().l1_by_chance) continue;
        l1.curves.push_back(over_time("by chance", all, [](const Separation& at) { return at.l1_by_chance; }));
        divergence.curves.push_back(over_time("by chance", all, [](const Separation& at) { return at.divergence_by_chance; }));
    }
    l1.x_label = "t";
    if (l1.curves.empty()) return {};
    return {std::move(l1), std::move(divergence)};
}

} // namespace

std::string comparison_text(const std::vector<Comparison>& comparisons) {
    std::string text;
    for (const Comparison& comparison : comparisons) {
        text += fmt::format("{}{}\n", text.empty() ? "" : "\n", pair_of(comparison));
        text += gaps_text(comparison.gaps) + densities_text(comparison.densities) + fields_text(comparison.fields);
        if (comparison.empty()) text += "the two runs have no observable and no field of the same shape in common\n";
    }
    return text;
}

std::string agreement_text(const std::vector<Comparison>& comparisons) {
    std::string text;
    for (const Comparison& comparison : comparisons) {
        if (!comparison.densities.empty()) {
            const Separation& last = comparison.densities.back();
            text += fmt::format("  {} at t = {:.6g}: L1 distance {:.3g}{}, Kullback-Leibler {:.3g}{}\n", pair_of(comparison), last.time, last.l1,
                                by_chance(last.l1_by_chance), last.divergence, by_chance(last.divergence_by_chance));
        }
        const auto widest = std::ranges::max_element(comparison.gaps, {}, [](const Gap& gap) { return gap.error > 0 ? gap.weight() : 0; });
        if (widest != comparison.gaps.end() && widest->error > 0)
            text += fmt::format("  {}: {} differs most, by {:.2f} standard errors at t = {:.6g}\n", pair_of(comparison), widest->name, widest->weight(), widest->time);
    }
    return text;
}

Json comparison_json(const std::vector<Comparison>& comparisons) {
    Json all = Json::array();
    for (const Comparison& comparison : comparisons) all.push_back(json_of(comparison));
    return {{"comparisons", all}};
}

runtime::Result<std::vector<fs::path>> write_comparison(const fs::path& folder, const std::vector<Side>& sides, const std::vector<Comparison>& comparisons, bool pictures) {
    const auto found = std::ranges::find_if(comparisons, [](const Comparison& one) { return !one.densities.empty(); });
    if (found == comparisons.end()) return std::vector<fs::path>();
    std::error_code error;
    fs::create_directories(folder / "plots", error);
    if (error) return runtime::failure(runtime::ErrorKind::file, fmt::format("cannot make the folder `{}`: {}", folder.string(), error.message()));
    std::vector<fs::path> files{folder / "distances.csv"};
    if (const runtime::Status written = write_table_of(files.front(), comparisons); !written) return tl::unexpected(written.error());
    if (!pictures || !runtime::can_draw()) return files;
    const auto record = runtime::read_run_record(sides.front().folder / "run.json");
    if (!record) return tl::unexpected(record.error());
    auto panels = density_panels(sides, found->densities.back().time);
    if (!panels) return tl::unexpected(panels.error());
    for (Panel& panel : distance_panels(comparisons)) panels->push_back(std::move(panel));
    for (const char* name : {"levels.png", "levels.svg"}) {
        files.push_back(folder / "plots" / name);
        if (const runtime::Status drawn = runtime::draw_panels(files.back(), {.title = record->title.empty() ? record->model : record->title}, *panels); !drawn) return tl::unexpected(drawn.error());
    }
    return files;
}

} // namespace nphys::driver
