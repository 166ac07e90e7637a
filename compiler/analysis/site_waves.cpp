#include "compiler/analysis/site_waves.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace nphys::analysis {

namespace {

constexpr double resolved = 0.5;   // radians, or shares of e, in a step
constexpr std::size_t followed_modes = 12;

} // namespace

double Site::excess(const LinearStep& step, const Mode& mode, double dt) const {
    const WaveVector k = zone_.wave_vector(mode);
    const double growth = std::log(spectral_radius(step.amplification(k)));
    if (!(growth > growth_tolerance))
        return growth;
    const Law law = law_at(mode);
    const double demanded = dt * law.growth;
    if (demanded > growth_tolerance && dt * law.speed < resolved)
        return 0;
    return growth - demanded;
}

Site::Law Site::law_at(const Mode& mode) const {
    const auto [place, is_new] = laws_.try_emplace(mode);
    if (is_new) {
        const std::vector<Complex> rates = eigenvalues(law_.generator(zone_.wave_vector(mode)));
        place->second = {0, 0};
        for (const Complex& rate : rates) {
            place->second.speed = std::max(place->second.speed, std::abs(rate));
            place->second.growth = std::max(place->second.growth, rate.real());
        }
    }
    return place->second;
}

double Site::slowest_decay(const Mode& mode) const {
    double largest = -INFINITY;
    for (const Complex& rate : eigenvalues(law_.generator(zone_.wave_vector(mode))))
        largest = std::max(largest, rate.real());
    return largest;
}

Site::Worst Site::worst(double dt, const std::vector<Mode>& modes, bool climb) const {
    const LinearStep step = at(dt);
    Worst worst;
    const auto value = [&](const Mode& mode) { return excess(step, mode, dt); };
    for (const Mode& mode : modes) {
        const double here = value(mode);
        if (here > worst.excess)
            worst = {mode, here};
    }
    if (!climb)
        return worst;
    worst.mode = zone_.climbed(worst.mode, value);
    worst.excess = value(worst.mode);
    return worst;
}

bool Site::grows(double dt, std::vector<Mode>& modes) const {
    const LinearStep step = at(dt);
    const auto found = std::find_if(modes.begin(), modes.end(), [&](const Mode& mode) { return excess(step, mode, dt) > growth_tolerance; });
    if (found == modes.end())
        return false;
    std::rotate(modes.begin(), found, found + 1);
    return true;
}

std::vector<Mode> Site::fastest() const {
    std::vector<std::pair<double, Mode>> by_speed;
    for (const Mode& mode : zone_.coarse())
        by_speed.emplace_back(-speed(mode), mode);
    std::sort(by_speed.begin(), by_speed.end());
    std::vector<Mode> modes{zone_.climbed(by_speed.front().second, [&](const Mode& mode) { return speed(mode); })};
    for (std::size_t i = 0; i < by_speed.size() && i < followed_modes; ++i)
        modes.push_back(by_speed[i].second);
    return modes;
}

namespace {

// Growth that was only too slow to be told from none: below a threshold the mode is damped, or does not grow at all, which
// its eigenvalues show far from any limit.
bool is_no_threshold(const Site& site, const Mode& mode, double limit) {
    const double below = 0.5 * limit, above = 2 * limit;
    const double slow = site.excess(site.at(below), mode, below), fast = site.excess(site.at(above), mode, above);
    return limit * site.speed(mode) < 0.1 && slow > 0 && fast > 4 * slow && fast < 1e4 * slow;
}

} // namespace

std::optional<Limit> limit_of(const Site& site, const Brillouin& zone, double precision) {
    std::vector<Mode> modes = site.fastest();
    const double speed = site.speed(modes.front());
    if (!(speed > 0) || !std::isfinite(speed))
        return std::nullopt;
    const double smallest = 1e-3 / speed;
    const Site::Worst start = site.worst(smallest, zone.coarse(), false);
    if (start.excess > growth_tolerance) {
        const LinearStep step = site.at(smallest);
        return Limit{0, zone.climbed(start.mode, [&](const Mode& mode) { return site.excess(step, mode, smallest); })};
    }
    for (int round = 0;; ++round) {
        double stable = smallest, unstable = 0.05 / speed;
        while (!site.grows(unstable, modes)) {
            stable = unstable, unstable *= 1.5;
            if (unstable * speed > 100)
                return std::nullopt;
        }
        while (unstable - stable > precision * unstable) {
            const double middle = 0.5 * (stable + unstable);
            (site.grows(middle, modes) ? unstable : stable) = middle;
        }
        const double below = stable * (1 - std::max(precision, 1e-6));
        const Site::Worst all = site.worst(below, zone.coarse(), true);
        if (all.excess <= growth_tolerance || round == 4) {
            const Mode mode = site.worst(unstable * (1 + std::max(precision, 1e-9)), modes, false).mode;
            return Limit{is_no_threshold(site, mode, stable) ? 0 : stable, mode};
        }
        modes = {all.mode};
    }
}

std::vector<Shift> sample_sites(const algebra::Space* lattice, bool one_is_enough) {
    Shift middle{};
    if (lattice == nullptr)
        return {middle};
    for (std::size_t axis = 0; axis < lattice->axes.size(); ++axis)
        middle[axis] = lattice->axes[axis].first + lattice->axes[axis].extent / 2;
    std::vector<Shift> sites{middle};
    constexpr std::array golden{0.7548776662, 0.5698402910, 0.8191725134, 0.4301597090};
    for (int i = 1; i < 12 && !one_is_enough; ++i) {
        Shift site{};
        for (std::size_t axis = 0; axis < lattice->axes.size(); ++axis) {
            const double share = std::fmod(0.5 + i * golden[axis], 1.0);
            site[axis] = lattice->axes[axis].first +
                         static_cast<std::int64_t>(share * static_cast<double>(lattice->axes[axis].extent));
        }
        sites.push_back(site);
    }
    return sites;
}

bool limit_differs(const model::Model& model, const Site& site, const Brillouin& zone) {
    const bool maps = std::all_of(model.laws.begin(), model.laws.end(),
                                  [](const model::Law& law) { return law.kind != model::LawKind::flow; }) &&
                      std::any_of(model.laws.begin(), model.laws.end(),
                                  [](const model::Law& law) { return law.kind == model::LawKind::map; });
    if (!maps || !model.hamiltonians.empty() || model.activation_time || model.learning_time)
        return false;
    const LinearStep law = site.at(0);
    bool any = false;
    for (const Mode& mode : zone.coarse())
        for (const Complex& rate : eigenvalues(law.generator(zone.wave_vector(mode)))) {
            if (std::abs(rate.imag()) < 1e-6)
                continue;
            if (std::abs(std::abs(1.0 + rate) - 1) > 1e-9)
                return false;
            any = true;
        }
    return any;
}

} // namespace nphys::analysis
