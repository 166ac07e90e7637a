// How far two runs agree: observables that both have, with their standard errors, and fields of the same shape.
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/messages.h"
#include "runtime/output/fields.h"
#include "runtime/output/series.h"

namespace nphys::driver {
namespace {

using runtime::FieldsReader;
using runtime::Series;
using runtime::StoredField;

// Two moments are the same up to round-off in the time.
bool same_time(double left, double right) { return std::abs(left - right) <= 1e-9 * std::max({1.0, std::abs(left), std::abs(right)}); }

// Pairs of places in two ascending lists of times.
std::vector<std::pair<std::size_t, std::size_t>> common_times(const std::vector<double>& left, const std::vector<double>& right) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t a = 0, b = 0; a < left.size() && b < right.size();) {
        if (same_time(left[a], right[b])) pairs.emplace_back(a++, b++);
        else if (left[a] < right[b]) ++a;
        else ++b;
    }
    return pairs;
}

// Of one observable, where the two are farthest from each other: in standard errors, if there are any, else in itself.
struct Gap {
    std::string name;
    double time = 0, left = 0, right = 0, error = 0;
    [[nodiscard]] double difference() const { return std::abs(left - right); }
    [[nodiscard]] double weight() const { return error > 0 ? difference() / error : difference(); }
};

double error_at(const Series& series, const std::string& observable, std::size_t row) {
    const auto found = std::ranges::find(series.observables, runtime::name_of_error(observable));
    if (found == series.observables.end()) return 0;
    const double value = series.values[static_cast<std::size_t>(found - series.observables.begin())][row];
    return std::isfinite(value) ? value : 0;
}

std::vector<Gap> gaps_of(const Series& left, const Series& right) {
    std::vector<Gap> gaps;
    const auto pairs = common_times(left.t, right.t);
    for (std::size_t a = 0; a < left.observables.size(); ++a) {
        const auto found = std::ranges::find(right.observables, left.observables[a]);
        if (found == right.observables.end() || left.observables[a].find("_stderr") != std::string::npos) continue;
        const auto b = static_cast<std::size_t>(found - right.observables.begin());
        std::optional<Gap> widest;
        for (const auto& [row, other] : pairs) {
            Gap gap{left.observables[a], left.t[row], left.values[a][row], right.values[b][other], 0};
            gap.error = std::hypot(error_at(left, gap.name, row), error_at(right, gap.name, other));
            if (std::isfinite(gap.difference()) && (!widest || gap.weight() > widest->weight())) widest = gap;
        }
        if (widest) gaps.push_back(*widest);
    }
    return gaps;
}

// Of one field at the last moment that both have: Σ|a - b|/Σ|a|, and Σ a ln(a/b)/Σ a of two densities.
struct Distance {
    std::string name;
    double time = 0, l1 = 0;
    std::optional<double> divergence;
};

Distance distance_of(const std::string& name, double time, const std::vector<double>& left, const std::vector<double>& right) {
    Distance distance{name, time, 0, std::nullopt};
    double size = 0, divergence = 0, sum_left = 0, sum_right = 0;
    bool densities = true;
    for (std::size_t n = 0; n < left.size(); ++n) {
        distance.l1 += std::abs(left[n] - right[n]);
        size += std::abs(left[n]);
        densities = densities && left[n] >= 0 && right[n] >= 0;
        sum_left += left[n];
        sum_right += right[n];
        if (left[n] > 0 && right[n] > 0) divergence += left[n] * std::log(left[n] / right[n]);
    }
    distance.l1 = size > 0 ? distance.l1 / size : distance.l1;
    if (densities && sum_left > 0 && sum_right > 0) distance.divergence = divergence / sum_left - std::log(sum_left / sum_right);
    return distance;
}

runtime::Result<std::vector<Distance>> distances_of(const FieldsReader& left, const FieldsReader& right) {
    std::vector<Distance> distances;
    const auto pairs = common_times(left.times(), right.times());
    if (pairs.empty()) return distances;
    for (const StoredField& field : left.fields()) {
        const auto other = std::ranges::find_if(right.fields(), [&](const StoredField& one) {
            return one.name == field.name && std::ranges::equal(one.extents.begin() + 1, one.extents.end(), field.extents.begin() + 1, field.extents.end());
        });
        if (other == right.fields().end()) continue;
        const auto a = left.read(field, static_cast<std::int64_t>(pairs.back().first));
        const auto b = right.read(*other, static_cast<std::int64_t>(pairs.back().second));
        if (!a) return tl::unexpected(a.error());
        if (!b) return tl::unexpected(b.error());
        distances.push_back(distance_of(field.name, left.times()[pairs.back().first], *a, *b));
    }
    return distances;
}

runtime::Result<std::vector<Distance>> distances_between(const std::filesystem::path& left, const std::filesystem::path& right) {
    if (!std::filesystem::exists(left / "fields.h5") || !std::filesystem::exists(right / "fields.h5")) return std::vector<Distance>();
    const auto a = FieldsReader::open(left / "fields.h5");
    if (!a) return tl::unexpected(a.error());
    const auto b = FieldsReader::open(right / "fields.h5");
    if (!b) return tl::unexpected(b.error());
    return distances_of(*a, *b);
}

void print(const std::vector<Gap>& gaps, const std::vector<Distance>& distances) {
    if (!gaps.empty()) fmt::print("{:<24}{:>12}{:>16}{:>16}{:>14}{:>14}\n", "observable, farthest", "t", "first", "second", "difference", "std. errors");
    for (const Gap& gap : gaps)
        fmt::print("{:<24}{:>12.6g}{:>16.9g}{:>16.9g}{:>14.3g}{:>14}\n", gap.name, gap.time, gap.left, gap.right, gap.difference(),
                   gap.error > 0 ? fmt::format("{:.2f}", gap.weight()) : "");
    if (!distances.empty()) fmt::print("{:<24}{:>12}{:>16}{:>22}\n", "field, last in common", "t", "L1 distance", "Kullback-Leibler");
    for (const Distance& one : distances)
        fmt::print("{:<24}{:>12.6g}{:>16.6g}{:>22}\n", one.name, one.time, one.l1, one.divergence ? fmt::format("{:.6g}", *one.divergence) : "");
    if (gaps.empty() && distances.empty()) fmt::print("the two runs have no observable and no field of the same shape in common\n");
}

nlohmann::ordered_json json_of(const std::vector<Gap>& gaps, const std::vector<Distance>& distances) {
    nlohmann::ordered_json observables = nlohmann::ordered_json::array(), fields = nlohmann::ordered_json::array();
    for (const Gap& gap : gaps)
        observables.push_back({{"name", gap.name}, {"t", gap.time}, {"first", gap.left}, {"second", gap.right}, {"difference", gap.difference()},
                               {"standard_error", gap.error}});
    for (const Distance& one : distances)
        fields.push_back({{"name", one.name}, {"t", one.time}, {"l1", one.l1}, {"kullback_leibler", one.divergence ? nlohmann::ordered_json(*one.divergence) : nullptr}});
    return {{"observables", observables}, {"fields", fields}};
}

} // namespace

int compare(const Options& options) {
    const std::filesystem::path left = options.files[0], right = options.files[1];
    std::vector<Gap> gaps;
    const bool has_series = std::filesystem::exists(left / "series.csv") && std::filesystem::exists(right / "series.csv");
    for (const std::filesystem::path& folder : {left, right})
        if (!std::filesystem::exists(folder / "run.json"))
            return tell_failure({runtime::ErrorKind::file, "`" + folder.string() + "` is not the folder of a run", "give the folders that `nphysc run` has written"});
    if (has_series) {
        const auto a = runtime::read_series(left / "series.csv"), b = runtime::read_series(right / "series.csv");
        if (!a || !b) return tell_failure(a ? b.error() : a.error());
        gaps = gaps_of(*a, *b);
    }
    const auto distances = distances_between(left, right);
    if (!distances) return tell_failure(distances.error());
    if (options.json) fmt::print("{}\n", json_of(gaps, *distances).dump(2));
    else print(gaps, *distances);
    return all_well;
}

} // namespace nphys::driver
