#include "compiler/analysis/stability.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>

#include "compiler/analysis/delayed.h"
#include "compiler/analysis/elements.h"
#include "compiler/analysis/implicit.h"
#include "compiler/analysis/site_waves.h"
#include "compiler/analysis/whole_stability.h"
#include "compiler/dynamics/clock.h"

namespace nphys::analysis {

namespace {

constexpr std::size_t sites_in_detail = 2; // of those around which a law is linearised: where it is fastest
constexpr std::size_t quick = 2048;        // numbers that can be looked at together before a run

class Reporter {
public:
    Reporter(const model::Model& model, const dynamics::Program& program, Depth depth)
        : model_(model), program_(program), depth_(depth), scheme_(dynamics::spelling(program.scheme)) {}

    StabilityReport report() {
        if (std::ranges::any_of(model_.laws, [](const model::Law& law) { return law.state_matrix.has_value(); }))
            return without("the metric joins places and changes as the run goes: its eigenvectors are found for every rate");
        FieldsOrReason fields = fields_of(program_);
        if (!fields.fields)
            return as_a_whole(fields.reason);
        const Pool& pool = *program_.pool;
        const algebra::Space* lattice = fields.fields->lattice ? &pool.space(*fields.fields->lattice) : nullptr;
        const Values values(model_, program_);
        const Brillouin zone(lattice, even_axes(*fields.fields, values, lattice));
        const std::vector<Shift> first = sample_sites(lattice, true);
        const Site middle(program_, *fields.fields, values, zone, first.front());
        const Nature nature = middle.nature();
        if (!nature.obstacle.empty())
            return as_a_whole(nature.obstacle);
        describe(nature, zone);
        if (dynamics::is_map(program_.stepping()))
            return map(middle, zone);
        report_.limit_is_another_system = report_.certainty == Certainty::exact && limit_differs(model_, middle, zone);
        if (program_.is_the_flow())
            return continuous(middle, zone);
        std::vector<Site> sites;
        for (const Shift& place : sample_sites(lattice, nature.linear && nature.uniform))
            sites.emplace_back(program_, *fields.fields, values, zone, place);
        if (is_stable_at_the_step(fastest(sites), zone))
            return std::move(report_);
        if (!waves_are_modes(nature, zone))
            return as_a_whole(report_.reason, [&] { look(sites, zone); });
        if (report_.certainty == Certainty::exact && is_a_stable(program_) && lets_nothing_grow(middle, zone))
            return at_any_step(middle, zone);
        look(sites, zone);
        report_.law_decays = report_.certainty == Certainty::exact && report_.law_growth <= negligible;
        tell();
        return std::move(report_);
    }

private:
    static constexpr double negligible = 1e-6; // of a rate

    static bool lets_nothing_grow(const Site& site, const Brillouin& zone) {
        return std::ranges::all_of(zone.coarse(), [&](const Mode& mode) { return site.law_growth(mode) <= negligible; });
    }

    // How long a step is does not matter for stability, but for what becomes of fast modes.
    StabilityReport at_any_step(const Site& site, const Brillouin& zone) {
        report_.any_step = report_.law_decays = true;
        const Mode mode = site.fastest().front();
        place(mode, zone);
        std::string text = fmt::format("{}: stable at any dt", scheme_);
        if (program_.dt > 0) {
            report_.fastest_factor = spectral_radius(site.at(program_.dt).amplification(zone.wave_vector(mode)));
            text += fmt::format("; a step of {:g} multiplies the fastest mode{} by {:.6g}, the law by {:.6g}", program_.dt, at_mode(),
                                *report_.fastest_factor, std::exp(program_.dt * site.slowest_decay(mode)));
        }
        report_.text.push_back(text);
        return std::move(report_);
    }

    static bool waves_are_modes(const Nature& nature, const Brillouin& zone) { return nature.uniform && zone.exact(); }

    StabilityReport without(const std::string& reason) {
        report_.certainty = Certainty::none;
        report_.reason = reason;
        report_.text.push_back(fmt::format("stability was not analysed: {}", reason));
        return std::move(report_);
    }

    // Where waves are not the modes: from the matrix of all that moves; where that takes too long, from single sites, if
    // they tell anything.
    StabilityReport as_a_whole(const std::string& reason, const std::function<void()>& by_sites = {}) {
        if (is_too_much(by_sites != nullptr))
            return by_sites ? from_sites(by_sites, "") : without(reason);
        const WholeStability whole = whole_stability(model_, program_);
        if (!whole.obstacle.empty())
            return by_sites ? from_sites(by_sites, whole.obstacle) : without(whole.obstacle);
        take(whole);
        if (dynamics::is_map(program_.stepping()))
            tell_map(whole);
        else
            tell_limit(fmt::format(" ({}{})", whole.how, around(whole)));
        if (!whole.law_text.empty())
            report_.text.push_back(whole.law_text + around(whole));
        return std::move(report_);
    }

    // Before a run, and for rows of a table.
    [[nodiscard]] bool is_too_much(bool have_sites) const {
        if (depth_ == Depth::full)
            return false;
        if (depth_ == Depth::at_the_step && (have_sites || program_.dt > 0))
            return true;
        return elements_of(program_).state_count > few_numbers;
    }

    // What single sites call unstable before a run is so only if all of them together are; that is looked at where it is
    // quick. They do not tell whether the law lets modes grow.
    StabilityReport from_sites(const std::function<void()>& look, const std::string& obstacle) {
        look();
        report_.law_growth = 0;
        const bool beyond = report_.limit && program_.dt > *report_.limit;
        if (depth_ == Depth::at_the_step && beyond && elements_of(program_).state_count <= quick)
            if (const WholeStability whole = whole_stability(model_, program_); whole.obstacle.empty())
                take(whole);
        tell();
        if (!obstacle.empty())
            report_.text.push_back(fmt::format("whether the law itself lets modes grow was not looked at: {}", obstacle));
        return std::move(report_);
    }

    void take(const WholeStability& whole) {
        report_.certainty = whole.limit_is_exact ? Certainty::exact : Certainty::estimate;
        report_.law_decays = whole.linear && whole.steady && whole.law_growth == 0 && !whole.law_text.empty();
        report_.any_step = (is_a_stable(program_) && report_.law_decays) || program_.is_the_flow();
        report_.limit = whole.limit, report_.growth = whole.growth, report_.law_growth = whole.law_growth;
        report_.reason = !whole.linear          ? "the law is not linear"
                         : !whole.steady        ? "the law depends on time"
                         : whole.limit_is_exact ? ""
                                                : whole.how;
        report_.mode.clear(), report_.mode_text.clear();
    }

    static std::string around(const WholeStability& whole) {
        return !whole.linear ? ", linearised around the initial state" : !whole.steady ? ", at t = 0" : "";
    }

    void tell_map(const WholeStability& whole) {
        const std::string how = fmt::format(" ({}{})", whole.how, around(whole));
        report_.text.push_back(whole.growth > 1 + growth_tolerance
                                   ? fmt::format("{}: the fastest mode grows by a factor {:.6g} per step{}", scheme_, whole.growth, how)
                                   : fmt::format("{}: no mode grows{}", scheme_, how));
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
            return site.nature().linear ? as_a_whole(report_.reason) : without(report_.reason);
        const Site::Worst worst = site.worst(1, zone.coarse(), false);
        const LinearStep step = site.at(1);
        const auto growth = [&](const Mode& mode) {
            return spectral_radius(step.amplification(zone.wave_vector(mode)));
        };
        const Mode fastest = zone.climbed(
            growth(worst.mode) >= growth(zone.coarse().front()) ? worst.mode : zone.coarse().front(), growth);
        report_.growth = growth(fastest);
        place(fastest, zone);
        report_.text.push_back(report_.growth > 1 + growth_tolerance
                                   ? fmt::format("{}: the fastest mode{} grows by a factor {:.6g} per step", scheme_,
                                                 at_mode(), report_.growth)
                                   : fmt::format("{}: no mode grows", scheme_));
        return std::move(report_);
    }

    // The fastest site is searched; others are climbed from its worst mode and its fastest ones.
    bool is_stable_at_the_step(const std::vector<const Site*>& sites, const Brillouin& zone) const {
        if (depth_ != Depth::at_the_step || !(program_.dt > 0) || program_.adaptive || sites.empty())
            return false;
        const Site::Worst worst = sites.front()->worst(program_.dt, zone.coarse(), true);
        if (worst.excess > growth_tolerance)
            return false;
        std::vector<Mode> modes = sites.front()->fastest();
        modes.push_back(worst.mode);
        return std::all_of(sites.begin() + 1, sites.end(),
                           [&](const Site* site) { return site->worst(program_.dt, modes, true).excess <= growth_tolerance; });
    }

    // The limit is where the law is fastest, so few sites are looked at in detail.
    static std::vector<const Site*> fastest(const std::vector<Site>& sites) {
        const Mode corner = sites.front().fastest().front();
        std::vector<std::pair<double, const Site*>> by_speed;
        for (const Site& site : sites)
            if (site.nature().obstacle.empty())
                by_speed.emplace_back(site.speed(corner), &site);
        std::ranges::stable_sort(by_speed, std::ranges::greater{}, [](const auto& one) { return one.first; });
        std::vector<const Site*> all;
        for (std::size_t i = 0; i < by_speed.size() && i < sites_in_detail; ++i)
            if (i == 0 || by_speed[i].first != by_speed[i - 1].first)
                all.push_back(by_speed[i].second);
        return all;
    }

    // The law itself, by steps of any length.
    StabilityReport continuous(const Site& site, const Brillouin& zone) {
        for (const Mode& mode : zone.coarse())
            report_.law_growth = std::max(report_.law_growth, site.law_growth(mode));
        report_.any_step = true;
        report_.text.push_back(fmt::format("{}: follows the law itself at any dt", scheme_));
        tell_growth();
        return std::move(report_);
    }

    void look(const std::vector<Site>& sites, const Brillouin& zone) {
        const double precision = report_.certainty == Certainty::exact ? 1e-11 : 1e-5;
        for (const Site* at : fastest(sites)) {
            const Site& site = *at;
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
        tell_limit(report_.certainty == Certainty::exact
                       ? ""
                       : fmt::format(" (estimated around the initial state, since {})", report_.reason));
        tell_growth();
    }

    void tell_limit(const std::string& estimated) {
        if (report_.any_step)
            report_.text.push_back(fmt::format("{}: stable at any dt{}", scheme_, estimated));
        else if (!report_.limit)
            report_.text.push_back(fmt::format("{}: no limit of stability was found{}", scheme_, estimated));
        else if (*report_.limit == 0)
            report_.text.push_back(fmt::format("{}: unstable at every dt{}{}", scheme_,
                                               report_.mode_text.empty() ? "" : ", fastest mode" + at_mode(),
                                               estimated));
        else
            report_.text.push_back(fmt::format("{}: stable for dt ≤ {:.6g}{}{}", scheme_, *report_.limit,
                                               report_.mode_text.empty() ? "" : ", fastest mode" + at_mode(),
                                               estimated));
    }

    void tell_growth() {
        if (report_.law_growth > negligible)
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
    return remembers(model) ? delayed_stability(model, program, depth) : Reporter(model, program, depth).report();
}

} // namespace nphys::analysis
