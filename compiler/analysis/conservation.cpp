#include "compiler/analysis/conservation.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <optional>

#include "compiler/algebra/print.h"
#include "compiler/analysis/delayed.h"
#include "compiler/analysis/form_ground.h"
#include "compiler/analysis/law_program.h"
#include "compiler/analysis/matrix_algebra.h"
#include "compiler/analysis/quadratic_forms.h"
#include "compiler/analysis/whole_forms.h"
#include "compiler/analysis/whole_stability.h"
#include "compiler/analysis/whole_step.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::analysis {

namespace {

constexpr double round_off = 1e-10;
const std::string not_linear_text = "the law is not linear";

// The second derivatives of a quadratic observable as a matrix for each wave vector.
class Hessian {
public:
    Hessian(LearningSystem& system, Expr observable) : program_(system.constants) {
        const std::vector<Expr> gradient = FlowFates(system).gradient(observable);
        dynamics::Motion motion;
        std::size_t row = 0;
        for (const Variables* variables : {&system.neurons, &system.trainables})
            for (const model::Component& component : variables->components)
                motion.moved.push_back({.tensor = component.tensor,
                                        .target = component.target,
                                        .rate = gradient[row++],
                                        .next = {},
                                        .next_in_place = {},
                                        .dynamics = model::Dynamics::activation,
                                        .with_momentum = false,
                                        .source = {},
                                        .span = {}});
        law_ = std::make_unique<LawSpectrum>(system.model, motion, program_);
    }
    [[nodiscard]] std::string obstacle() const {
        if (!law_->obstacle().empty())
            return law_->obstacle();
        return law_->step().nature().constant() ? "" : "it is no quadratic form that is the same at every site";
    }
    [[nodiscard]] SquareMatrix at(const WaveVector& k) const { return law_->step().generator(k); }

private:
    dynamics::Program program_;
    std::unique_ptr<LawSpectrum> law_;
};

class Conserved {
public:
    Conserved(const model::Model& model, const dynamics::Program& program)
        : program_(program), system_(model), law_(model, system_.motion, system_.constants), values_(model, program),
          fields_(fields_of(program)) {}

    Conservation all() {
        Conservation result;
        find_step();
        if (const std::string reason = not_linear(); !reason.empty())
            result.flow.obstacle = result.scheme.obstacle = reason;
        else if (obstacle_.empty())
            search_waves(result);
        else
            search_whole(result);
        if (dynamics::is_map(program_.scheme))
            result.flow = {"the run iterates the map itself", {}, 0};
        for (const model::Observable& observable : system_.model.observables)
            if (!observable.hidden && observable.components.size() == 1 &&
                observable.components.front().target.empty())
                result.observables.push_back(fate(observable));
        return result;
    }

private:
    void find_step() {
        obstacle_ = !law_.obstacle().empty() ? law_.obstacle() : fields_.fields ? "" : fields_.reason;
        if (!obstacle_.empty())
            return;
        const LinearStep step(program_, *fields_.fields, values_, middle_site(law_.lattice()), program_.dt);
        const Nature& nature = step.nature();
        obstacle_ = !nature.obstacle.empty() ? nature.obstacle
                    : !nature.linear         ? not_linear_text
                    : !nature.uniform        ? "the law is not the same at every site"
                    : !nature.steady         ? "the law depends on time"
                    : !law_.zone().exact()   ? "the lattice has edges"
                                             : "";
        if (!obstacle_.empty())
            return;
        ground_.emplace(law_.lattice(), law_.step().reach());
        for (const WaveVector& k : ground_->waves()) {
            generators_.push_back(law_.step().generator(k));
            steps_.push_back(step.amplification(k));
        }
    }

    // What no search of linear maps answers for: fields that push themselves, chance, the past, a push from outside.
    std::string not_linear() {
        if (obstacle_ == not_linear_text)
            return obstacle_;
        FlowFates fates(system_);
        if (fates.is_random())
            return "chance moves the state";
        if (remembers(system_.model))
            return "the law remembers the past";
        if (!system_.model.drives.empty() || system_.model.presentation)
            return "a boundary drives the state";
        for (const dynamics::Moved& moved : system_.motion.moved)
            if (!fates.vanishes(fates.without_state(moved.rate)))
                return "the law moves what is at rest at 0";
        return {};
    }

    void search_waves(Conservation& result) {
        result.flow = search([&](std::size_t wave, std::size_t number) { return probe_of_flow(generators_[wave], ground_->waves()[wave], number); });
        result.scheme = follows_flow() ? result.flow : search([&](std::size_t wave, std::size_t number) {
            return probe_of_step(steps_[wave], ground_->waves()[wave], number);
        });
    }

    // Cayley's form of a law and its exponential conserve what the law conserves.
    [[nodiscard]] bool follows_flow() const { return program_.solver || program_.is_the_flow(); }

    void search_whole(Conservation& result) {
        const auto refuse = [&](const std::string& reason) {
            result.flow.obstacle = result.scheme.obstacle = obstacle_ + ", and " + reason;
        };
        const Elements elements = elements_of(program_);
        if (elements.state_count > most_numbers)
            return refuse(fmt::format("{} numbers move, too many to look at together", elements.state_count));
        const WholeStep step(program_, elements, values_, program_.dt);
        const Nature& nature = step.nature();
        if (!nature.obstacle.empty())
            return refuse(nature.obstacle);
        if (!nature.linear || !nature.steady) {
            result.flow.obstacle = result.scheme.obstacle = nature.linear ? "the law depends on time" : not_linear_text;
            return;
        }
        const WholeForms forms(system_.pool, program_, elements, step.law());
        if (!dynamics::is_map(program_.scheme))
            result.flow = forms.of_flow();
        if (follows_flow())
            result.scheme = result.flow;
        else if (!step.without_step().empty())
            result.scheme.obstacle = step.without_step();
        else
            result.scheme = forms.of_step([&](std::vector<double>& state) { step.move(state); });
    }

    // Squares of neurons and of trainables first, an energy or a charge, then their products, too: on the site, then as
    // far as the laws reach, then twice as far, until there is one.
    using MakeProbe = std::function<Probe(std::size_t wave, std::size_t number)>;
    FormSearch search(const MakeProbe& probe) {
        FormSearch result = search(probe, true);
        return result.forms.empty() ? search(probe, false) : result;
    }

    FormSearch search(const MakeProbe& probe, bool one_kind) {
        FormSearch result;
        const std::vector<Shift> both = ground_->neighbours();
        std::vector<Shift> shifts{Shift{}};
        const std::size_t furthest = law_.lattice() == nullptr ? 0 : 2;
        for (result.reach = 0; result.reach <= furthest && result.forms.empty(); ++result.reach) {
            std::vector<FormTerm> terms = terms_for(law_.fields().state_count, shifts, [&](const Shift& shift) { return ground_->least(shift); });
            if (one_kind)
                terms = of_one_kind(std::move(terms));
            if (terms.size() > most_terms)
                break;
            const std::vector<Probe> probes = probes_of(probe, terms.size(), 0), others = probes_of(probe, terms.size(), 1);
            for (const Form& form : conserved_forms(probes, terms))
                if (change_of(form, others) <= round_off) // as printed, with its coefficients rounded
                    result.forms.push_back(printed(form));
            if (!result.forms.empty())
                return result;
            shifts = ground_->sums(shifts, both);
        }
        return result;
    }

    // All waves, often enough for so many terms.
    std::vector<Probe> probes_of(const MakeProbe& make, std::size_t terms, std::size_t salt) const {
        const std::size_t waves = ground_->waves().size();
        std::vector<Probe> probes;
        for (std::size_t number = 0; number < std::max(probes_for(terms), waves); ++number)
            probes.push_back(make(number % waves, 2 * number + salt));
        return probes;
    }

    std::vector<FormTerm> of_one_kind(std::vector<FormTerm> terms) const {
        const auto learns = [&](std::size_t field) {
            return std::ranges::count(system_.trainables.tensors, law_.fields().fields[field].tensor) > 0;
        };
        std::erase_if(terms, [&](const FormTerm& term) { return learns(term.first) != learns(term.second); });
        return terms;
    }

    // Σ[i](…) in the user's names.
    ConservedForm printed(const Form& form) {
        Pool& pool = system_.pool;
        std::vector<Expr> terms;
        algebra::IndexId site;
        if (law_.lattice() != nullptr) {
            const algebra::SpaceId space = *law_.fields().lattice;
            site = pool.add_index({"i", space, 1, 1});
        }
        for (const FormTerm& term : form)
            terms.push_back(pool.multiply({dynamics::coefficient(pool, term.coefficient),
                                           element(term.first, site, Shift{}), element(term.second, site, term.shift)}));
        Expr value = pool.add(std::move(terms));
        if (site.valid())
            value = pool.sum(site, value);
        return {value, algebra::print(pool, value)};
    }

    Expr element(std::size_t number, algebra::IndexId site, const Shift& shift) {
        const Field& field = law_.fields().fields[number];
        std::vector<Place> places;
        std::size_t at = 0;
        const std::vector<algebra::Slot> slots = system_.pool.symbol(field.tensor).slots;
        for (const algebra::Slot& slot : slots) {
            Place place;
            if (system_.pool.space(slot.space).is_lattice()) {
                place.index = site;
                std::ranges::copy(shift, place.offset);
            } else {
                place.offset[0] = field.numbers[at++];
            }
            places.push_back(place);
        }
        return system_.pool.element(field.tensor, places);
    }

    ObservableFate fate(const model::Observable& observable) {
        ObservableFate result{.name = observable.name};
        const Expr value = observable.components.front().value;
        if (system_.motion.velocities.empty() && !dynamics::is_map(program_.scheme)) {
            const FlowFate flow = FlowFates(system_).of(value);
            result.by_flow = flow.kept, result.flow_reason = flow.reason;
        } else {
            result.flow_reason = "the run iterates the map itself";
        }
        if (!obstacle_.empty()) {
            result.reason = obstacle_;
            return result;
        }
        const Hessian hessian(system_, value);
        result.reason = hessian.obstacle();
        if (!result.reason.empty())
            return result;
        bool is_quadratic = false;
        for (std::size_t wave = 0; wave < ground_->waves().size(); ++wave) {
            const SquareMatrix form = hessian.at(ground_->waves()[wave]);
            const double size = size_of(form);
            is_quadratic = is_quadratic || size > 0;
            if (size > 0)
                result.drift = std::max(
                    result.drift,
                    size_of(difference(product(dagger(steps_[wave]), product(form, steps_[wave])), form)) / size);
        }
        if (!is_quadratic) {
            result.reason = "it is no quadratic form";
            return result;
        }
        result.by_scheme = result.drift < round_off ? Kept::exactly : Kept::not_kept;
        return result;
    }

    const dynamics::Program& program_;
    LearningSystem system_;
    LawSpectrum law_;
    Values values_;
    FieldsOrReason fields_;
    std::string obstacle_;
    std::optional<FormGround> ground_;
    std::vector<SquareMatrix> generators_, steps_;
};

} // namespace

Conservation conservation(const model::Model& model, const dynamics::Program& program) {
    return Conserved(model, program).all();
}

} // namespace nphys::analysis
