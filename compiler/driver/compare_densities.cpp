#include "compiler/driver/compare_densities.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "compiler/driver/compare_series.h"
#include "runtime/output/run_record.h"

namespace nphys::driver {
namespace {

using runtime::Axis;
using runtime::FieldsReader;
using runtime::StoredField;

const StoredField* field_named(const FieldsReader& reader, const std::string& name) {
    const auto found = std::ranges::find(reader.fields(), name, &StoredField::name);
    return found == reader.fields().end() || found->space.empty() ? nullptr : &*found;
}

std::vector<double> squares_of_parts(const std::vector<double>& parts) {
    std::vector<double> squares;
    for (std::size_t n = 0; n + 1 < parts.size(); n += 2) squares.push_back(parts[n] * parts[n] + parts[n + 1] * parts[n + 1]);
    return squares;
}

double spacing(const Axis& axis) {
    return axis.coordinates.size() < 2 ? 1 : (axis.coordinates.back() - axis.coordinates.front()) / static_cast<double>(axis.coordinates.size() - 1);
}

// The second and fourth moment about the mean are those of the middles of the cells, on both sides.
struct AlongAxis { double mean = 0, variance = 0, fourth = 0; };

AlongAxis along(const Axis& axis, const std::vector<double>& density) {
    AlongAxis result;
    const double width = spacing(axis);
    const auto sum = [&](auto&& of) {
        double total = 0;
        for (std::size_t n = 0; n < density.size(); ++n) total += width * density[n] * of(axis.coordinates[n]);
        return total;
    };
    result.mean = sum([](double x) { return x; });
    result.variance = sum([&](double x) { return std::pow(x - result.mean, 2); });
    result.fourth = sum([&](double x) { return std::pow(x - result.mean, 4); });
    return result;
}

// Squares of standard errors over the copies.
double error_of_mean(const AlongAxis& of, const DensityOnGrid& density) {
    return density.is_sampled() ? of.variance / static_cast<double>(density.copies()) : 0;
}
double error_of_variance(const AlongAxis& of, const DensityOnGrid& density) {
    return density.is_sampled() ? (of.fourth - of.variance * of.variance) / static_cast<double>(density.copies()) : 0;
}

std::vector<Moment> moments_of(const DensityOnGrid& left, const DensityOnGrid& right, const std::vector<double>& p, const std::vector<double>& q) {
    std::vector<Moment> moments;
    for (std::size_t axis = 0; axis < left.axes().size(); ++axis) {
        const Axis& of = left.axes()[axis];
        const AlongAxis a = along(of, marginal(left.axes(), p, axis)), b = along(of, marginal(left.axes(), q, axis));
        moments.push_back({"mean of " + of.name, a.mean, b.mean, std::sqrt(error_of_mean(a, left) + error_of_mean(b, right))});
        moments.push_back({"variance of " + of.name, a.variance, b.variance, std::sqrt(error_of_variance(a, left) + error_of_variance(b, right))});
    }
    return moments;
}

// Σ p ln(p/q), infinite where q has none of what p has.
double divergence_of(const std::vector<double>& p, const std::vector<double>& q) {
    double sum = 0;
    for (std::size_t n = 0; n < p.size(); ++n)
        if (p[n] > 0) sum += q[n] > 0 ? p[n] * std::log(p[n] / q[n]) : std::numeric_limits<double>::infinity();
    return sum;
}

// The mean of |share - p| over draws of N: a normal distance where Np is large, 2p where the cell is mostly empty.
double chance_of_distance(double p, double draws) {
    return p <= 0 ? 0 : std::min(std::sqrt(2 * p / (std::numbers::pi * draws)), 2 * p);
}
// The mean of s ln(s/p) - s + p for the share s: (1 - p)/2N where Np is large, p (½ - ln Np) where it is small.
double chance_of_divergence(double p, double draws) {
    if (p <= 0) return 0;
    return p * draws >= 1 ? (1 - p) / (2 * draws) : p * (0.5 - std::log(p * draws));
}

Separation separation(const DensityOnGrid& left, const DensityOnGrid& right, const std::vector<double>& p, const std::vector<double>& q) {
    Separation result;
    for (std::size_t n = 0; n < p.size(); ++n) result.l1 += std::abs(p[n] - q[n]);
    const bool turned = right.is_sampled() && !left.is_sampled();
    result.divergence = turned ? divergence_of(q, p) : divergence_of(p, q);
    result.moments = moments_of(left, right, p, q);
    if (!left.is_sampled() && !right.is_sampled()) return result;
    const auto share = [](const DensityOnGrid& density) { return density.is_sampled() ? 1 / static_cast<double>(density.copies()) : 0.0; };
    const double draws = 1 / (share(left) + share(right));
    double distance = 0, divergence = 0;
    for (std::size_t n = 0; n < p.size(); ++n) {
        const double law = !left.is_sampled() ? p[n] : !right.is_sampled() ? q[n] : (p[n] + q[n]) / 2;
        distance += chance_of_distance(law, draws);
        divergence += chance_of_divergence(law, draws);
    }
    result.l1_by_chance = distance;
    result.divergence_by_chance = divergence;
    return result;
}

} // namespace

runtime::Result<std::optional<DensityOnGrid>> DensityOnGrid::open(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder / "fields.h5")) return std::nullopt;
    auto reader = FieldsReader::open(folder / "fields.h5");
    if (!reader) return tl::unexpected(reader.error());
    const StoredField* field = field_named(*reader, "P");
    if (field == nullptr) field = field_named(*reader, "ψ");
    if (field == nullptr || std::ranges::find(field->axes, "copy") != field->axes.end()) return std::nullopt;
    StoredField chosen = *field;
    DensityOnGrid density(std::move(*reader), std::move(chosen));
    if (const runtime::Status read = density.read_weights(); !read) return tl::unexpected(read.error());
    if (field_named(density.reader_, "P_stderr") != nullptr) {
        const auto record = runtime::read_run_record(folder / "run.json");
        if (!record) return tl::unexpected(record.error());
        density.copies_ = record->copies;
    }
    return std::optional<DensityOnGrid>(std::move(density));
}

runtime::Status DensityOnGrid::read_weights() {
    const auto space = std::ranges::find(reader_.spaces(), field_.space, &runtime::Space::name);
    axes_ = space->axes;
    const StoredField* measure = field_named(reader_, "√g");
    if (measure == nullptr || reader_.times().empty()) return {};
    auto values = reader_.read(*measure, 0);
    if (!values) return tl::unexpected(values.error());
    weights_ = std::move(*values);
    return {};
}

bool DensityOnGrid::same_grid(const DensityOnGrid& other) const {
    const auto close = [](const Axis& a, const Axis& b) {
        return a.name == b.name && std::ranges::equal(a.coordinates, b.coordinates, [&](double x, double y) { return std::abs(x - y) <= 1e-6 * spacing(a); });
    };
    return std::ranges::equal(axes_, other.axes_, close);
}

runtime::Result<std::vector<double>> DensityOnGrid::probabilities(std::size_t save) const {
    auto read = reader_.read(field_, static_cast<std::int64_t>(save));
    if (!read) return read;
    std::vector<double> values = field_.axes.back() == runtime::part_axis ? squares_of_parts(*read) : std::move(*read);
    for (std::size_t n = 0; n < weights_.size() && n < values.size(); ++n) values[n] *= weights_[n];
    const double total = std::accumulate(values.begin(), values.end(), 0.0);
    for (double& value : values) value /= total;
    return values;
}

std::vector<double> marginal(const std::vector<Axis>& axes, const std::vector<double>& probabilities, std::size_t axis) {
    std::size_t inner = 1;
    for (std::size_t later = axis + 1; later < axes.size(); ++later) inner *= axes[later].coordinates.size();
    const std::size_t extent = axes[axis].coordinates.size();
    std::vector<double> result(extent, 0.0);
    for (std::size_t n = 0; n < probabilities.size(); ++n) result[n / inner % extent] += probabilities[n];
    for (double& value : result) value /= spacing(axes[axis]);
    return result;
}

runtime::Result<std::vector<Separation>> separations(const DensityOnGrid& left, const DensityOnGrid& right) {
    std::vector<Separation> all;
    for (const auto& [first, second] : common_times(left.times(), right.times())) {
        const auto p = left.probabilities(first), q = right.probabilities(second);
        if (!p) return tl::unexpected(p.error());
        if (!q) return tl::unexpected(q.error());
        all.push_back(separation(left, right, *p, *q));
        all.back().time = left.times()[first];
    }
    return all;
}

} // namespace nphys::driver
