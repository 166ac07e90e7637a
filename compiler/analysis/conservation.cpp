#include "compiler/analysis/conservation.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/analysis/form_ground.h"
#include "compiler/analysis/law_program.h"
#include "compiler/analysis/matrix_algebra.h"
#include "compiler/analysis/quadratic_forms.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::analysis {

namespace {

constexpr double round_off = 1e-10;

// The rates of change of an observable, as gradients by all variables: they vanish where it is conserved.
class Flow {
public:
    explicit Flow(LearningSystem& system) : system_(system) {}

    Kept keeps(Expr observable) {
        const LinearMap by_neurons = along(observable, system_.neurons, system_.activation),
                        by_trainables = along(observable, system_.trainables, system_.learning);
        const std::vector<Expr> gained = gradient(pool().add(
                                    {by_neurons.rows.front(), algebra::partial_by_time(pool(), observable)})),
                                lost = gradient(pool().negate(by_trainables.rows.front()));
        const Comparison found = system_.judge.compare(gained, lost);
        return found.agreement == Agreement::exact          ? Kept::exactly
               : found.agreement == Agreement::to_round_off ? Kept::to_round_off
                                                            : Kept::not_kept;
    }

    std::vector<Expr> gradient(Expr value) {
        std::vector<Expr> result;
        for (const Variables* variables : {&system_.neurons, &system_.trainables})
            for (const model::Component& component : variables->components)
                result.push_back(algebra::partial(pool(), value, component.tensor, component.target));
        return result;
    }

private:
    Pool& pool() { return system_.pool; }

    LinearMap along(Expr observable, const Variables& variables, const std::vector<Expr>& rates) {
        const LinearMap slope = system_.maps.derivative({observable}, variables, variables);
        return system_.maps.product(slope, {&variables, &variables, rates});
    }

    LearningSystem& system_;
};

// The second derivatives of a quadratic observable as a matrix for each wave vector.
class Hessian {
public:
    Hessian(LearningSystem& system, Expr observable) : program_(system.constants) {
        Flow flow(system);
        const std::vector<Expr> gradient = flow.gradient(observable);
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
        if (obstacle_.empty()) {
            result.flow = search([&](const SquareMatrix& form, std::size_t wave) {
                const SquareMatrix& g = generators_[wave];
                return sum(product(dagger(g), form), product(form, g));
            });
            result.scheme = search([&](const SquareMatrix& form, std::size_t wave) {
                const SquareMatrix& m = steps_[wave];
                return difference(product(dagger(m), product(form, m)), form);
            });
        }
        if (dynamics::is_map(program_.scheme))
            result.flow = {"the run iterates the map itself", {}, 0};
        if (!obstacle_.empty())
            result.flow.obstacle = result.scheme.obstacle = obstacle_;
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
                    : !nature.linear         ? "the law is not linear"
                    : !nature.uniform        ? "the law is not the same at every site"
                    : !nature.steady         ? "the law depends on time"
                    : !law_.zone().exact()   ? "the lattice has edges"
                                             : "";
        ground_.emplace(law_.lattice(), law_.step().reach());
        for (const WaveVector& k : ground_->waves()) {
            generators_.push_back(law_.step().generator(k));
            steps_.push_back(step.amplification(k));
        }
    }

    // Squares of neurons and of trainables first, an energy or a charge, then their products, too: on the site, then as
    // far as the laws reach, then twice as far, until there is one.
    FormSearch search(const Defect& defect) {
        FormSearch result = search(defect, true);
        return result.forms.empty() ? search(defect, false) : result;
    }

    FormSearch search(const Defect& defect, bool one_kind) {
        FormSearch result;
        const FormProblem problem{law_.fields().state_count, ground_->waves(), defect};
        const std::vector<Shift> both = ground_->neighbours();
        std::vector<Shift> shifts{Shift{}};
        const std::size_t furthest = law_.lattice() == nullptr ? 0 : 2;
        for (result.reach = 0; result.reach <= furthest && result.forms.empty(); ++result.reach) {
            std::vector<FormTerm> terms = terms_for(problem.fields, shifts, [&](const Shift& shift) { return ground_->least(shift); });
            if (one_kind)
                terms = of_one_kind(std::move(terms));
            if (terms.size() > most_terms)
                break;
            for (const Form& form : conserved_forms(problem, terms))
                if (holds(problem, form))
                    result.forms.push_back(printed(form));
            if (!result.forms.empty())
                return result;
            shifts = ground_->sums(shifts, both);
        }
        return result;
    }

    // As printed, with its coefficients rounded.
    static bool holds(const FormProblem& problem, const Form& form) {
        double size = 0, lost = 0;
        for (std::size_t wave = 0; wave < problem.waves.size(); ++wave) {
            const SquareMatrix matrix = matrix_of(form, problem.fields, problem.waves[wave]);
            size = std::max(size, size_of(matrix));
            lost = std::max(lost, size_of(problem.defect(matrix, wave)));
        }
        return size > 1e-6 && lost <= 1e3 * round_off * size; // a form that is 0 everywhere is none
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
        ObservableFate result{observable.name, Kept::undecided, Kept::undecided, 0, {}};
        const Expr value = observable.components.front().value;
        if (system_.motion.velocities.empty() && !dynamics::is_map(program_.scheme))
            result.by_flow = Flow(system_).keeps(value);
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
