#include "compiler/driver/compare_series.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace nphys::driver {
namespace {

using runtime::Series;

// Two moments are the same up to round-off in the time.
bool same_time(double left, double right) { return std::abs(left - right) <= 1e-9 * std::max({1.0, std::abs(left), std::abs(right)}); }

double error_at(const Series& series, const std::string& observable, std::size_t row) {
    const auto found = std::ranges::find(series.observables, runtime::name_of_error(observable));
    if (found == series.observables.end()) return 0;
    const double value = series.values[static_cast<std::size_t>(found - series.observables.begin())][row];
    return std::isfinite(value) ? value : 0;
}

} // namespace

double Gap::difference() const { return std::abs(left - right); }
double Gap::weight() const { return error > 0 ? difference() / error : difference(); }

std::vector<std::pair<std::size_t, std::size_t>> common_times(const std::vector<double>& left, const std::vector<double>& right) {
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t a = 0, b = 0; a < left.size() && b < right.size();) {
        if (same_time(left[a], right[b])) pairs.emplace_back(a++, b++);
        else if (left[a] < right[b]) ++a;
        else ++b;
    }
    return pairs;
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

} // namespace nphys::driver
