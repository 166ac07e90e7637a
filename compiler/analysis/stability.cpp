#include "compiler/analysis/stability.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "compiler/analysis/brillouin.h"
#include "compiler/dynamics/clock.h"

namespace nphys::analysis {

namespace {

constexpr double tolerance = 1e-7; // of a growth factor: eigenvalues that meet cannot be told apart better
constexpr double resolved = 0.5;   // radians, or shares of e, in a step
constexpr std::size_t followed_modes = 12;
constexpr std::size_t sites_in_detail = 2; // of those around which a law is linearised: where it is fastest

// The growth of plane waves around one site.
class Site {
public:
    Site(const dynamics::Program& program, const Fields& fields, const Values& values, const Brillouin& zone,
         const Shift& site)
        : program_(program), fields_(fields), values_(values), zone_(zone), site_(site), law_(at(0)) {}

    [[nodiscard]] const Nature& nature() const { return law_.nature(); }
    [[nodiscard]] LinearStep at(double dt) const { return {program_, fields_, values_, site_, dt}; }

    // What the scheme adds to the growth that the law itself demands. Where the step resolves a mode that the law lets
    // grow, the difference of the two is its error, not an instability.
    [[nodiscard]] double excess(const LinearStep& step, const Mode& mode, double dt) const {
        const WaveVector k = zone_.wave_vector(mode);
        const double growth = std::log(spectral_radius(step.amplification(k)));
        if (!(growth > tolerance))
            return growth;
        const Law law = law_at(mode);
        const double demanded = dt * law.growth;
        if (demanded > tolerance && dt * law.speed < resolved)
            return 0;
        return growth - demanded;
    }

    [[nodiscard]] double speed(const Mode& mode) const { return law_at(mode).speed; }
    [[nodiscard]] double law_growth(const Mode& mode) const { return law_at(mode).growth; }

    // Spectral radius and largest real part of the continuous law, each mode once.
    struct Law { double speed, growth; };
    [[nodiscard]] Law law_at(const Mode& mode) const {
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

    struct Worst {
        Mode mode{};
        double excess = -INFINITY;
    };
    [[nodiscard]] Worst worst(double dt, const std::vector<Mode>& modes, bool climb) const {
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

    // Whether a mode grows beyond the law; the one that does is put first, since it is likely to be the next one too.
    [[nodiscard]] bool grows(double dt, std::vector<Mode>& modes) const {
        const LinearStep step = at(dt);
        const auto found = std::find_if(modes.begin(), modes.end(), [&](const Mode& mode) { return excess(step, mode, dt) > tolerance; });
        if (found == modes.end())
            return false;
        std::rotate(modes.begin(), found, found + 1);
        return true;
    }

    // The fastest modes of the law, fastest first.
    [[nodiscard]] std::vector<Mode> fastest() const {
        std::vector<std::pair<double, Mode>> by_speed;
        for (const Mode& mode : zone_.coarse())
            by_speed.emplace_back(-speed(mode), mode);
        std::sort(by_speed.begin(), by_speed.end());
        std::vector<Mode> modes{zone_.climbed(by_speed.front().second, [&](const Mode& mode) { return speed(mode); })};
        for (std::size_t i = 0; i < by_speed.size() && i < followed_modes; ++i)
            modes.push_back(by_speed[i].second);
        return modes;
    }

private:
    const dynamics::Program& program_;
    const Fields& fields_;
    const Values& values_;
    const Brillouin& zone_;
    Shift site_;
    LinearStep law_;
    mutable std::map<Mode, Law> laws_;
};

struct Limit {
    double dt;
    Mode mode;
};

// The largest dt up to which no mode grows beyond the law: doubling, then bisection, on the fastest modes; then a look
// at all of them, which joins what it finds. Nothing if no step up to a hundred times the fastest time is unstable.
std::optional<Limit> limit_of(const Site& site, const Brillouin& zone, double precision) {
    std::vector<Mode> modes = site.fastest();
    const double speed = site.speed(modes.front());
    if (!(speed > 0) || !std::isfinite(speed))
        return std::nullopt;
    const double smallest = 1e-3 / speed;
    const Site::Worst start = site.worst(smallest, zone.coarse(), false);
    if (start.excess > tolerance) {
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
        if (all.excess <= tolerance || round == 4)
            return Limit{stable, site.worst(unstable * (1 + std::max(precision, 1e-9)), modes, false).mode};
        modes = {all.mode};
    }
}

// Sites around which a law that is not the same everywhere is looked at: the middle and a scatter of others.
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

// Whether the model's laws are linear maps that turn modes, so that F - identity damps or grows them.
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

class Reporter {
public:
    Reporter(const model::Model& model, const dynamics::Program& program, Depth depth)
        : model_(model), program_(program), depth_(depth), scheme_(dynamics::spelling(program.scheme)) {}

    StabilityReport report() {
        FieldsOrReason fields = fields_of(program_);
        if (!fields.fields)
            return without(fields.reason);
        const Pool& pool = *program_.pool;
        const algebra::Space* lattice = fields.fields->lattice ? &pool.space(*fields.fields->lattice) : nullptr;
        const Values values(model_, program_);
        const Brillouin zone(lattice, even_axes(*fields.fields, values, lattice));
        const std::vector<Shift> first = sample_sites(lattice, true);
        const Site middle(program_, *fields.fields, values, zone, first.front());
        const Nature nature = middle.nature();
        if (!nature.obstacle.empty())
            return without(nature.obstacle);
        describe(nature, zone);
        if (dynamics::is_map(program_.stepping()))
            return map(middle, zone);
        report_.limit_is_another_system = report_.certainty == Certainty::exact && limit_differs(model_, middle, zone);
        if (program_.is_the_flow())
            return continuous(middle, zone);
        std::vector<Site> sites;
        for (const Shift& place : sample_sites(lattice, nature.linear && nature.uniform))
            sites.emplace_back(program_, *fields.fields, values, zone, place);
        if (is_stable_at_the_step(sites, zone))
            return std::move(report_);
        look(sites, zone);
        tell();
        return std::move(report_);
    }

private:
    StabilityReport without(const std::string& reason) {
        report_.reason = reason;
        report_.text.push_back(fmt::format("stability was not analysed: {}", reason));
        return std::move(report_);
    }

    // The axes with edges along which the step is even.
    Brillouin::Axes even_axes(const Fields& fields, const Values& values, const algebra::Space* lattice) const {
        Brillouin::Axes even{};
        const auto has_edges = [](const algebra::Axis& axis) {
            return axis.edge == algebra::Edge::open || axis.edge == algebra::Edge::reflecting;
        };
        if (lattice == nullptr || std::ranges::none_of(lattice->axes, has_edges))
            return even;
        const double dt = program_.dt > 0 ? program_.dt : 0.1;
        const LinearStep step(program_, fields, values, sample_sites(lattice, true).front(), dt);
        for (std::size_t axis = 0; axis < lattice->axes.size(); ++axis)
            even[axis] = has_edges(lattice->axes[axis]) && step.nature().obstacle.empty() && step.is_even(axis);
        return even;
    }

    void describe(const Nature& nature, const Brillouin& zone) {
        report_.certainty = nature.constant() && zone.exact() ? Certainty::exact : Certainty::estimate;
        if (!nature.linear)
            report_.reason = "the law is not linear";
        else if (!nature.uniform)
            report_.reason = "the law is not the same at every site";
        else if (!nature.steady)
            report_.reason = "the law depends on time";
        else if (!zone.exact())
            report_.reason = "the lattice has edges";
    }

    StabilityReport map(const Site& site, const Brillouin& zone) {
        if (report_.certainty != Certainty::exact)
            return without(report_.reason);
        const Site::Worst worst = site.worst(1, zone.coarse(), false);
        const LinearStep step = site.at(1);
        const auto growth = [&](const Mode& mode) {
            return spectral_radius(step.amplification(zone.wave_vector(mode)));
        };
        const Mode fastest = zone.climbed(
            growth(worst.mode) >= growth(zone.coarse().front()) ? worst.mode : zone.coarse().front(), growth);
        report_.growth = growth(fastest);
        place(fastest, zone);
        report_.text.push_back(report_.growth > 1 + tolerance
                                   ? fmt::format("{}: the fastest mode{} grows by a factor {:.6g} per step", scheme_,
                                                 at_mode(), report_.growth)
                                   : fmt::format("{}: no mode grows", scheme_));
        return std::move(report_);
    }

    bool is_stable_at_the_step(const std::vector<Site>& sites, const Brillouin& zone) const {
        return depth_ == Depth::at_the_step && program_.dt > 0 && !program_.adaptive &&
               std::ranges::all_of(sites, [&](const Site& site) {
                   return site.nature().obstacle.empty() &&
                          site.worst(program_.dt, zone.coarse(), true).excess <= tolerance;
               });
    }

    // The law itself, by steps of any length.
    StabilityReport continuous(const Site& site, const Brillouin& zone) {
        for (const Mode& mode : zone.coarse())
            report_.law_growth = std::max(report_.law_growth, site.law_growth(mode));
        report_.text.push_back(fmt::format("{}: follows the law itself at any dt", scheme_));
        tell_growth();
        return std::move(report_);
    }

    // The limit is where the law is fastest, so the fastest sites are looked at in detail.
    void look(const std::vector<Site>& sites, const Brillouin& zone) {
        const Mode corner = sites.front().fastest().front();
        std::vector<std::pair<double, const Site*>> fastest;
        for (const Site& site : sites)
            if (site.nature().obstacle.empty())
                fastest.emplace_back(site.speed(corner), &site);
        std::stable_sort(fastest.begin(), fastest.end(),
                         [](const auto& left, const auto& right) { return left.first > right.first; });
        const double precision = report_.certainty == Certainty::exact ? 1e-11 : 1e-5;
        for (std::size_t i = 0; i < fastest.size() && i < sites_in_detail; ++i) {
            if (i > 0 && fastest[i].first == fastest[i - 1].first)
                continue;
            const Site& site = *fastest[i].second;
            for (const Mode& mode : zone.coarse())
                report_.law_growth = std::max(report_.law_growth, site.law_growth(mode));
            const std::optional<Limit> limit = limit_of(site, zone, precision);
            if (!limit || (report_.limit && limit->dt >= *report_.limit))
                continue;
            report_.limit = limit->dt;
            place(limit->mode, zone);
            report_.growth =
                program_.dt > limit->dt ? std::max(1.0, std::exp(site.worst(program_.dt, zone.coarse(), true).excess)) : 1.0;
        }
    }

    void place(const Mode& mode, const Brillouin& zone) {
        const WaveVector k = zone.wave_vector(mode);
        report_.mode.assign(k.begin(), k.end());
        report_.mode_text = zone.print(mode);
    }

    std::string at_mode() const {
        return report_.mode_text.empty() ? "" : fmt::format(" at k = {}", report_.mode_text);
    }

    void tell() {
        const std::string estimated =
            report_.certainty == Certainty::exact
                ? ""
                : fmt::format(" (estimated around the initial state, since {})", report_.reason);
        if (!report_.limit)
            report_.text.push_back(fmt::format("{}: no limit of stability was found{}", scheme_, estimated));
        else if (*report_.limit == 0)
            report_.text.push_back(fmt::format("{}: unstable at every dt{}{}", scheme_,
                                               report_.mode_text.empty() ? "" : ", fastest mode" + at_mode(),
                                               estimated));
        else
            report_.text.push_back(fmt::format("{}: stable for dt ≤ {:.6g}{}{}", scheme_, *report_.limit,
                                               report_.mode_text.empty() ? "" : ", fastest mode" + at_mode(),
                                               estimated));
        tell_growth();
    }

    void tell_growth() {
        if (report_.law_growth > 1e-6)
            report_.text.push_back(
                fmt::format("the law itself lets modes grow, at most like exp({:.4g} t)", report_.law_growth));
    }

    const model::Model& model_;
    const dynamics::Program& program_;
    Depth depth_;
    std::string scheme_;
    StabilityReport report_;
};

} // namespace

StabilityReport stability(const model::Model& model, const dynamics::Program& program, Depth depth) {
    return Reporter(model, program, depth).report();
}

} // namespace nphys::analysis
