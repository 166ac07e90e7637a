#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "compiler/base/unicode.h"
#include "compiler/driver/analysis_text.h"

namespace nphys::driver {
namespace {

using analysis::Branches;
using analysis::Dispersion;
using analysis::DispersionPoint;

constexpr std::size_t stride = 4; // of the points that are printed: the corners are among them

// Distinct frequencies, those below zero left out where each has its mirror.
std::string frequencies(const Branches& branches) {
    double sum = 0;
    for (const double frequency : branches.frequency) sum += frequency;
    const bool mirrored = std::abs(sum) < 1e-9;
    std::string text;
    double last = INFINITY;
    for (const double frequency : branches.frequency) {
        if ((mirrored && frequency < -1e-9) || std::abs(frequency - last) < 1e-9 * (1 + std::abs(frequency))) continue;
        text += fmt::format("{}{:.6g}", text.empty() ? "" : " ", frequency);
        last = frequency;
    }
    return text;
}

double largest(const std::vector<double>& values) {
    return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

std::string wave_vector(const analysis::WaveVector& k, std::size_t axes) {
    std::string text;
    for (std::size_t axis = 0; axis < axes; ++axis)
        text += fmt::format("{}{:.3g}", axis > 0 ? ", " : "", k[axis] / std::numbers::pi);
    return axes > 1 ? "π (" + text + ")" : text + " π";
}

std::string table(const Dispersion& dispersion, const std::string& scheme) {
    const std::size_t width = dispersion.axes > 2 ? 26 : 18;
    const std::string mode = padded("k", width), law = padded("ω, lattice", 24), continuum = padded("ω, continuum", 24);
    std::string text = dispersion.is_map ? fmt::format("  {}{}growth in a step\n", mode, padded("ω, " + scheme, 24))
                                         : fmt::format("  {}{}{}{}group velocity\n", mode, law, continuum, padded("ω, " + scheme, 24));
    for (std::size_t at = 0; at < dispersion.path.size(); at += stride) {
        const DispersionPoint& point = dispersion.path[at];
        text += "  " + padded(dispersion.axes == 0 ? "" : wave_vector(point.k, dispersion.axes), width);
        if (!dispersion.is_map) text += padded(frequencies(point.law), 24) + padded(frequencies(point.continuum), 24);
        text += padded(frequencies(point.scheme), 24);
        if (dispersion.is_map) text += fmt::format("{:.6g}", std::exp(largest(point.scheme.growth)));
        else if (!point.group_velocity.empty()) text += fmt::format("{:.4g}", largest(point.group_velocity) + 0.0);
        text += "\n";
    }
    return text;
}

std::string spurious_text(const Dispersion& dispersion) {
    std::string text;
    constexpr std::size_t most = 6;
    for (std::size_t number = 0; number < std::min(most, dispersion.spurious.size()); ++number) {
        const analysis::SpuriousZero& zero = dispersion.spurious[number];
        text += fmt::format("spurious slow mode at k = {}: ω = {:.6g}, in the continuum {:.6g}{}\n", zero.place, zero.frequency,
                            zero.continuum, zero.on_lattice ? "" : " (between the modes of this lattice)");
    }
    if (dispersion.spurious.size() > most) text += fmt::format("and {} more\n", dispersion.spurious.size() - most);
    return text;
}

double worst_growth(const Dispersion& dispersion, Branches DispersionPoint::*which) {
    double worst = -INFINITY;
    for (const DispersionPoint& point : dispersion.path) worst = std::max(worst, largest((point.*which).growth));
    return worst;
}

nlohmann::ordered_json branches_json(const Branches& branches) { return {{"frequency", branches.frequency}, {"growth", branches.growth}}; }

} // namespace

bool same_curve(const std::vector<double>& left, const std::vector<double>& right) {
    return std::ranges::equal(left, right, [](double a, double b) { return std::abs(a - b) < 1e-9 * (1 + std::abs(a)); });
}

std::string dispersion_text(const std::string& model, const std::string& scheme, const Dispersion& dispersion) {
    if (!dispersion.obstacle.empty()) return fmt::format("{}: no dispersion relation: {}\n", model, dispersion.obstacle);
    std::string text = fmt::format("{}: waves exp(i(k x - ω t)), k in radians per site", model);
    text += dispersion.exact ? "\n" : fmt::format(", around the initial state in the middle, since {}\n", dispersion.reason);
    text += dispersion.is_map ? "\n" : fmt::format("{} with dt = {:.6g}; group velocity of the fastest branch, in sites per unit of time\n\n", scheme, dispersion.dt);
    text += table(dispersion, scheme) + "\n" + spurious_text(dispersion);
    if (!dispersion.is_map)
        if (const double growth = worst_growth(dispersion, &DispersionPoint::law); growth > 1e-9)
            text += fmt::format("the law itself lets waves grow, at most like exp({:.6g} t)\n", growth);
    if (const double growth = worst_growth(dispersion, &DispersionPoint::scheme); growth > 1e-9)
        text += fmt::format("{}: waves grow by at most {:.6g} in a step\n", scheme, std::exp(growth * dispersion.dt));
    return text;
}

nlohmann::ordered_json dispersion_json(const std::string& model, const std::string& scheme, const Dispersion& dispersion) {
    if (!dispersion.obstacle.empty()) return {{"model", model}, {"obstacle", dispersion.obstacle}};
    nlohmann::ordered_json path = nlohmann::ordered_json::array(), zeros = nlohmann::ordered_json::array();
    for (const DispersionPoint& point : dispersion.path)
        path.push_back({{"k", std::vector<double>(point.k.begin(), point.k.begin() + static_cast<std::ptrdiff_t>(dispersion.axes))},
                        {"length", point.length},
                        {"law", branches_json(point.law)},
                        {"continuum", branches_json(point.continuum)},
                        {"scheme", branches_json(point.scheme)},
                        {"group_velocity", point.group_velocity}});
    for (const analysis::SpuriousZero& zero : dispersion.spurious)
        zeros.push_back({{"k", zero.place}, {"frequency", zero.frequency}, {"continuum", zero.continuum}, {"on_lattice", zero.on_lattice}});
    return {{"model", model},           {"scheme", scheme},       {"dt", dispersion.dt},
            {"exact", dispersion.exact}, {"reason", dispersion.reason}, {"path", path},
            {"spurious", zeros},        {"zone_points", dispersion.zone_points}, {"zone_growth", dispersion.zone_growth}};
}

} // namespace nphys::driver
