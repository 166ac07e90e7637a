#include "compiler/analysis/dispersion.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>

#include "compiler/dynamics/clock.h"

namespace nphys::analysis {

namespace {

constexpr double pi = std::numbers::pi;
constexpr std::size_t intervals = 96; // of the path: 1, 3 or 4 segments of equally many

Branches sorted(std::vector<std::pair<double, double>> modes) {
    std::ranges::sort(modes, [](const auto& a, const auto& b) { return a.first > b.first; });
    Branches result;
    for (const auto& [frequency, growth] : modes)
        result.frequency.push_back(frequency + 0.0), result.growth.push_back(growth + 0.0);
    return result;
}

double without_noise(double value, double scale) {
    return std::abs(value) < 1e-12 * std::max(scale, 1.0) ? 0 : value;
}

// e^(λt) is e^(-iωt) with ω = -Im λ.
Branches of_generator(const SquareMatrix& generator) {
    std::vector<std::pair<double, double>> modes;
    const double scale = spectral_radius(generator);
    for (const Complex& rate : eigenvalues(generator))
        modes.emplace_back(without_noise(-rate.imag(), scale), without_noise(rate.real(), scale));
    return sorted(std::move(modes));
}

Branches of_step(const SquareMatrix& step, double dt) {
    std::vector<std::pair<double, double>> modes;
    for (const Complex& factor : eigenvalues(step))
        modes.emplace_back(without_noise(-std::arg(factor) / dt, 1 / dt),
                           without_noise(std::log(std::abs(factor)) / dt, 1 / dt));
    return sorted(std::move(modes));
}

struct Way {
    std::vector<WaveVector> ends;
    std::vector<Corner> corners;
};

// Γ X; Γ X M Γ; Γ X M R Γ.
Way way_through(std::size_t axes) {
    static constexpr std::array names{"Γ", "X", "M", "R", "H"};
    Way way;
    WaveVector k{};
    const auto add = [&](const char* name) {
        double length = 0;
        if (!way.ends.empty()) {
            for (std::size_t axis = 0; axis < axes; ++axis)
                length += std::pow(k[axis] - way.ends.back()[axis], 2);
            length = way.corners.back().length + std::sqrt(length);
        }
        std::string place;
        for (std::size_t axis = 0; axis < axes; ++axis)
            place += std::string(axis > 0 ? ", " : "") + (k[axis] == 0 ? "0" : "π");
        way.ends.push_back(k);
        way.corners.push_back({length, name, axes > 1 ? "(" + place + ")" : place});
    };
    add(names[0]);
    for (std::size_t axis = 0; axis < axes; ++axis) {
        k[axis] = pi;
        add(names[axis + 1]);
    }
    if (axes > 1) {
        k = {};
        add(names[0]);
    }
    return way;
}

double lowest(const Branches& branches) {
    double least = INFINITY;
    for (const double frequency : branches.frequency)
        least = std::min(least, std::abs(frequency));
    return least;
}

class Waves {
public:
    Waves(const model::Model& model, const dynamics::Program& program)
        : program_(program), law_(model, motion_of(model), constants_of(model)),
          values_(model, program), fields_(fields_of(program)) {}

    Dispersion found() {
        if (!law_.obstacle().empty() || !fields_.fields) {
            result_.obstacle = law_.obstacle().empty() ? fields_.reason : law_.obstacle();
            return result_;
        }
        result_.is_map = dynamics::is_map(program_.scheme);
        result_.dt = program_.dt;
        result_.axes = law_.lattice() == nullptr ? 0 : law_.lattice()->axes.size();
        const LinearStep step(program_, *fields_.fields, values_, middle_site(law_.lattice()), program_.dt);
        describe(step.nature());
        if (!result_.obstacle.empty())
            return result_;
        walk(step);
        if (!result_.is_map) {
            result_.gap = lowest(of_generator(law_.step().generator({})));
            result_.spurious = spurious_zeros(law_);
        }
        if (result_.axes == 2)
            look_at_zone(step);
        return std::move(result_);
    }

private:
    void describe(const Nature& nature) {
        result_.obstacle = nature.obstacle;
        result_.exact = nature.constant() && law_.zone().exact();
        result_.reason = !nature.linear          ? "the law is not linear"
                         : !nature.uniform       ? "the law is not the same at every site"
                         : !nature.steady        ? "the law depends on time"
                         : !law_.zone().exact()  ? "the lattice has edges"
                                                 : "";
    }

    void walk(const LinearStep& step) {
        const Way way = way_through(result_.axes);
        result_.corners = way.corners;
        const std::size_t segments = std::max<std::size_t>(way.ends.size(), 2) - 1;
        const std::size_t each = intervals / segments;
        for (std::size_t segment = 0; segment + 1 < way.ends.size(); ++segment)
            for (std::size_t n = segment == 0 ? 0 : 1; n <= each; ++n)
                add_point(step, way, segment, static_cast<double>(n) / static_cast<double>(each));
        if (way.ends.size() == 1)
            result_.path.push_back(at(step, {}, 0));
    }

    void add_point(const LinearStep& step, const Way& way, std::size_t segment, double share) {
        const WaveVector &from = way.ends[segment], &to = way.ends[segment + 1];
        WaveVector k{}, ahead{}, behind{};
        const double length = way.corners[segment + 1].length - way.corners[segment].length;
        constexpr double small = 1e-5;
        for (std::size_t axis = 0; axis < k.size(); ++axis) {
            const double direction = (to[axis] - from[axis]) / length;
            k[axis] = from[axis] + share * (to[axis] - from[axis]);
            ahead[axis] = k[axis] + small * direction, behind[axis] = k[axis] - small * direction;
        }
        DispersionPoint point = at(step, k, way.corners[segment].length + share * length);
        if (!result_.is_map) {
            const Branches more = of_generator(law_.step().generator(ahead)),
                           less = of_generator(law_.step().generator(behind));
            for (std::size_t branch = 0; branch < more.frequency.size(); ++branch)
                point.group_velocity.push_back(
                    without_noise(more.frequency[branch] - less.frequency[branch], 10) / (2 * small));
        }
        result_.path.push_back(std::move(point));
    }

    DispersionPoint at(const LinearStep& step, const WaveVector& k, double length) const {
        DispersionPoint point;
        point.k = k;
        point.length = length;
        point.scheme = of_step(step.amplification(k), program_.dt);
        if (!result_.is_map) {
            point.law = of_generator(law_.step().generator(k));
            point.continuum = of_generator(law_.step().long_waves(k));
        }
        return point;
    }

    void look_at_zone(const LinearStep& step) {
        result_.zone_points = 65;
        for (std::size_t row = 0; row < result_.zone_points; ++row)
            for (std::size_t column = 0; column < result_.zone_points; ++column) {
                const auto along = [&](std::size_t n) {
                    return -pi + 2 * pi * static_cast<double>(n) / static_cast<double>(result_.zone_points - 1);
                };
                const double growth = std::log(spectral_radius(step.amplification({along(column), along(row), 0, 0})));
                result_.zone_growth.push_back(std::abs(growth) < 1e-12 ? 0 : growth);
            }
    }

    const dynamics::Program& program_;
    LawSpectrum law_;
    Values values_;
    FieldsOrReason fields_;
    Dispersion result_;
};

} // namespace

Dispersion dispersion(const model::Model& model, const dynamics::Program& program) {
    return Waves(model, program).found();
}

} // namespace nphys::analysis
