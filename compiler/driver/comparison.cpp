#include "compiler/driver/comparison.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

#include "runtime/output/run_record.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;
using runtime::FieldsReader;
using runtime::StoredField;

// The names of the levels in the notes of a run: `ensemble, density`.
std::vector<std::string> levels_in(const runtime::RunRecord& record) {
    std::vector<std::string> levels;
    for (const auto& [key, value] : record.notes) {
        if (key != "levels") continue;
        for (std::size_t begin = 0; begin < value.size();) {
            const std::size_t end = std::min(value.find(", ", begin), value.size());
            levels.push_back(value.substr(begin, end - begin));
            begin = end + 2;
        }
    }
    return levels;
}

runtime::Result<std::vector<Gap>> compare_observables(const fs::path& left, const fs::path& right) {
    if (!fs::exists(left / "series.csv") || !fs::exists(right / "series.csv")) return std::vector<Gap>();
    const auto a = runtime::read_series(left / "series.csv"), b = runtime::read_series(right / "series.csv");
    if (!a || !b) return tl::unexpected(a ? b.error() : a.error());
    return gaps_of(*a, *b);
}

FieldDistance distance_of(const std::string& name, double time, const std::vector<double>& left, const std::vector<double>& right) {
    FieldDistance distance{name, time, 0};
    double size = 0;
    for (std::size_t n = 0; n < left.size(); ++n) {
        distance.l1 += std::abs(left[n] - right[n]);
        size += std::abs(left[n]);
    }
    distance.l1 = size > 0 ? distance.l1 / size : distance.l1;
    return distance;
}

// Densities are compared by themselves.
bool is_of_density(const std::string& name) { return name == "P" || name == "P_stderr" || name == "√g"; }

runtime::Result<std::vector<FieldDistance>> compare_fields(const fs::path& left, const fs::path& right) {
    std::vector<FieldDistance> distances;
    if (!fs::exists(left / "fields.h5") || !fs::exists(right / "fields.h5")) return distances;
    const auto a = FieldsReader::open(left / "fields.h5"), b = FieldsReader::open(right / "fields.h5");
    if (!a || !b) return tl::unexpected(a ? b.error() : a.error());
    const auto pairs = common_times(a->times(), b->times());
    if (pairs.empty()) return distances;
    for (const StoredField& field : a->fields()) {
        const auto other = std::ranges::find_if(b->fields(), [&](const StoredField& one) {
            return one.name == field.name && std::ranges::equal(one.extents.begin() + 1, one.extents.end(), field.extents.begin() + 1, field.extents.end());
        });
        if (other == b->fields().end() || (is_of_density(field.name) && !field.space.empty())) continue;
        const auto first = a->read(field, static_cast<std::int64_t>(pairs.back().first));
        const auto second = b->read(*other, static_cast<std::int64_t>(pairs.back().second));
        if (!first || !second) return tl::unexpected(first ? second.error() : first.error());
        distances.push_back(distance_of(field.name, a->times()[pairs.back().first], *first, *second));
    }
    return distances;
}

runtime::Result<std::vector<Separation>> compare_densities(const fs::path& left, const fs::path& right) {
    const auto a = DensityOnGrid::open(left), b = DensityOnGrid::open(right);
    if (!a || !b) return tl::unexpected(a ? b.error() : a.error());
    if (!*a || !*b || !(*a)->same_grid(**b)) return std::vector<Separation>();
    return separations(**a, **b);
}

runtime::Result<Comparison> compare_pair(const Side& left, const Side& right) {
    Comparison comparison{left.label, right.label, {}, {}, {}};
    auto gaps = compare_observables(left.folder, right.folder);
    if (!gaps) return tl::unexpected(gaps.error());
    auto densities = compare_densities(left.folder, right.folder);
    if (!densities) return tl::unexpected(densities.error());
    auto fields = compare_fields(left.folder, right.folder);
    if (!fields) return tl::unexpected(fields.error());
    comparison.gaps = std::move(*gaps);
    comparison.densities = std::move(*densities);
    comparison.fields = std::move(*fields);
    return comparison;
}

} // namespace

runtime::Result<std::vector<Side>> sides_of(const std::vector<std::string>& folders) {
    std::vector<Side> sides;
    for (const fs::path folder : folders) {
        if (!fs::exists(folder / "run.json"))
            return runtime::failure(runtime::ErrorKind::file, "`" + folder.string() + "` is not the folder of a run", "give the folders that `nphysc run` has written");
        const auto record = runtime::read_run_record(folder / "run.json");
        if (!record) return tl::unexpected(record.error());
        const std::vector<std::string> levels = levels_in(*record);
        const std::string name = fs::absolute(folder).lexically_normal().filename().string();
        if (levels.empty()) sides.push_back({folders.size() > 1 && name.empty() ? folder.string() : name, folder});
        for (const std::string& level : levels) sides.push_back({folders.size() > 1 ? name + "/" + level : level, folder / level});
    }
    if (sides.size() < 2)
        return runtime::failure(runtime::ErrorKind::file, "`" + folders.front() + "` is one run at one level, with nothing to compare it to",
                                "give the folder of a second run");
    return sides;
}

runtime::Result<std::vector<Comparison>> compare_sides(const std::vector<Side>& sides) {
    std::vector<Comparison> all;
    for (std::size_t left = 0; left < sides.size(); ++left)
        for (std::size_t right = left + 1; right < sides.size(); ++right) {
            auto pair = compare_pair(sides[left], sides[right]);
            if (!pair) return tl::unexpected(pair.error());
            all.push_back(std::move(*pair));
        }
    return all;
}

} // namespace nphys::driver
