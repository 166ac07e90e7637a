#include "compiler/analysis/duality.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/analysis/duality_conditions.h"
#include "compiler/analysis/invertible.h"
#include "compiler/analysis/potential.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::analysis {

namespace {

// The one loss that all learning descends.
std::optional<Expr> written_loss(const model::Model& model) {
    std::optional<Expr> loss;
    for (const model::Law& law : model.laws) {
        if (law.dynamics != model::Dynamics::learning)
            continue;
        if (law.kind != model::LawKind::descent || law.rate)
            return std::nullopt;
        for (const model::Component& component : law.components) {
            if (loss && !(*loss == component.value))
                return std::nullopt;
            loss = component.value;
        }
    }
    return loss;
}

class Dual {
public:
    Dual(LearningSystem& system, Duality& result) : system_(system), maps_(system.maps), result_(result) {}

    void find() {
        if (!system_.model.hamiltonians.empty())
            given_hamiltonian();
        else if (result_.against_hamiltonian() == nullptr)
            derive_hamiltonian();
        if (const auto loss = written_loss(system_.model))
            result_.loss = DualFormula{"H", "as written", *loss, true};
        else if (result_.against_loss() == nullptr)
            derive_loss();
    }

private:
    Pool& pool() { return system_.pool; }
    Expr half() { return pool().rational(1, 2); }

    void given_hamiltonian() {
        std::vector<Expr> energies;
        for (const model::Hamiltonian& hamiltonian : system_.model.hamiltonians)
            energies.push_back(hamiltonian.energy);
        result_.hamiltonian =
            DualFormula{system_.model.hamiltonians.front().name, "as written", pool().add(std::move(energies)), true};
    }

    // Numbers that round-off has left beside larger ones are dropped, others rounded to what data can say.
    Expr tidied(Expr value) {
        double largest = 0;
        const auto look = [&](Expr leaf) {
            if (const auto* real = pool().get<algebra::Real>(leaf))
                largest = std::max(largest, std::abs(real->value));
            return leaf;
        };
        static_cast<void>(algebra::rewrite_leaves(pool(), value, look));
        return algebra::rewrite_leaves(pool(), value, [&](Expr leaf) {
            const auto* real = pool().get<algebra::Real>(leaf);
            if (real == nullptr)
                return leaf;
            const double number = real->value;
            return std::abs(number) < 1e-15 * largest
                       ? pool().integer(0)
                       : pool().real(std::strtod(fmt::format("{:.14g}", number).c_str(), nullptr));
        });
    }

    // (2.14): E = ½β² + β(W - 1)φ + 𝒱(φ), with β = Bπ.
    void derive_hamiltonian() {
        const std::optional<Expr> potential = potential_energy();
        if (!potential) {
            result_.without_hamiltonian = "the potential 𝒱(φ) = -∫ dφ·B dπ/dt has no closed form";
            return;
        }
        const std::vector<Expr> beta = maps_.of_fields(system_.bias), turn = maps_.of_fields(system_.weight);
        std::vector<Expr> moving;
        for (std::size_t row = 0; row < beta.size(); ++row)
            moving.push_back(pool().add({pool().multiply({half(), beta[row]}), turn[row]}));
        const Expr energy = pool().add({maps_.inner(system_.neurons, beta, moving), *potential});
        result_.hamiltonian =
            DualFormula{free_name("E"), is_of_linear_form(*potential) ? "(2.21)" : "(2.14)", tidied(energy)};
    }

    // Whether 𝒱 = ½φBBᵀφ.
    bool is_of_linear_form(Expr potential) {
        const std::vector<Expr> slope = maps_.of_fields(maps_.transposed(system_.bias));
        const Expr form = pool().multiply({half(), maps_.inner(system_.trainables, slope, slope)});
        return system_.judge.compare(form, potential).holds();
    }

    std::optional<Expr> potential_energy() {
        std::vector<Expr> gradient;
        for (const Expr row : force(system_).rows)
            gradient.push_back(pool().negate(row));
        if (const auto loss = written_loss(system_.model))
            if (const Expr alone = without_trainables(*loss); is_gradient(alone, gradient))
                return alone;
        return checked_potential(gradient);
    }

    Expr without_trainables(Expr expression) {
        return algebra::rewrite_leaves(pool(), expression, [&](Expr leaf) {
            const auto* element = pool().get<algebra::Element>(leaf);
            const bool is_trainable =
                element != nullptr && std::ranges::count(system_.trainables.tensors, element->tensor) > 0;
            return is_trainable ? pool().integer(0) : leaf;
        });
    }

    std::optional<Expr> checked_potential(const std::vector<Expr>& gradient) {
        const std::optional<Expr> found = potential(maps_, system_.neurons, gradient);
        return found && is_gradient(*found, gradient) ? found : std::nullopt;
    }

    std::vector<Expr> slopes(Expr value, const Variables& variables) {
        std::vector<Expr> result;
        for (const model::Component& component : variables.components)
            result.push_back(algebra::partial(pool(), value, component.tensor, component.target));
        return result;
    }

    bool is_gradient(Expr value, const std::vector<Expr>& gradient) {
        return system_.judge.compare(slopes(value, system_.neurons), gradient).holds();
    }

    // (2.16) where B has an inverse at each site, else the loss that follows from φ - Bπ = constant.
    void derive_loss() {
        std::optional<DualFormula> found = loss_of_paper();
        if (!found)
            found = loss_along_leaves();
        if (found && gives_back_the_law(found->value)) {
            found->value = tidied(found->value);
            result_.loss = std::move(found);
        } else {
            result_.without_loss = "the line integral that is the loss has no closed form";
        }
    }

    // H = ∫dφ·(BBᵀ)⁻¹∂𝒱 + ½π(W - 1)π, for then ∂H/∂φ = -B⁻ᵀ dπ/dt at π = 0.
    std::optional<DualFormula> loss_of_paper() {
        const auto matrix = matrix_at_site(maps_, system_.bias);
        if (!matrix || !same_shapes(pool(), system_.neurons, system_.trainables))
            return std::nullopt;
        const auto inverse = algebra::inverse(pool(), *matrix);
        const std::vector<Expr> decay = maps_.of_fields(system_.decay);
        const LinearMap symmetric = maps_.transposed(system_.decay);
        if (!inverse || !system_.judge.compare(symmetric.rows, system_.decay.rows).holds())
            return std::nullopt;
        const LinearMap at_neurons = maps_.carried_over(pull(system_), system_.neurons, system_.neurons);
        std::vector<Expr> gradient;
        for (std::size_t row = 0; row < matrix->size; ++row) {
            std::vector<Expr> sum;
            for (std::size_t column = 0; column < matrix->size; ++column)
                sum.push_back(pool().multiply({inverse->at(column, row), at_neurons.rows[column]}));
            gradient.push_back(pool().negate(pool().add(std::move(sum))));
        }
        const std::optional<Expr> potential = checked_potential(gradient);
        if (!potential)
            return std::nullopt;
        std::vector<Expr> moving;
        for (const Expr row : decay)
            moving.push_back(pool().multiply({pool().rational(-1, 2), row}));
        const Expr rest = maps_.inner(system_.trainables, elements(system_.trainables), moving);
        return DualFormula{free_name("H"), "(2.16)", pool().add({*potential, rest})};
    }

    // H = -π dπ/dt(φ, 0) + ½π A(Bπ) - ½π(V - 1)π: dH/dπ along φ - Bπ = constant is -dπ/dt, for linear learning.
    std::optional<DualFormula> loss_along_leaves() {
        if (system_.depends_on_state(system_.back) || system_.depends_on_state(system_.decay))
            return std::nullopt;
        const std::vector<Expr> still = pull(system_).rows, decay = maps_.of_fields(system_.decay),
                                through = maps_.of_fields(maps_.product(system_.back, system_.bias));
        std::vector<Expr> rows;
        for (std::size_t row = 0; row < still.size(); ++row)
            rows.push_back(pool().add({pool().negate(still[row]), pool().multiply({half(), through[row]}),
                                       pool().multiply({pool().rational(-1, 2), decay[row]})}));
        return DualFormula{free_name("H"), "the loss with ∂H/∂φ = -Aᵀπ",
                           maps_.inner(system_.trainables, elements(system_.trainables), rows)};
    }

    bool gives_back_the_law(Expr loss) {
        const LinearMap by_neurons{&system_.neurons, &system_.neurons, slopes(loss, system_.neurons)};
        const LinearMap through = maps_.product(maps_.transposed(system_.bias), by_neurons);
        std::vector<Expr> descent = slopes(loss, system_.trainables);
        for (std::size_t row = 0; row < descent.size(); ++row)
            descent[row] = pool().negate(pool().add({descent[row], through.rows[row]}));
        return system_.judge.compare(descent, system_.learning).holds();
    }

    static std::vector<Expr> elements(const Variables& variables) {
        std::vector<Expr> result;
        for (const model::Component& component : variables.components)
            result.push_back(component.value);
        return result;
    }

    // A name that the model does not use.
    std::string free_name(std::string name) const {
        const auto taken = [&](const std::string& word) {
            const auto same = [&](const auto& one) { return one.name == word; };
            return std::ranges::any_of(system_.model.tensors, same) ||
                   std::ranges::any_of(system_.model.parameters, same) ||
                   std::ranges::any_of(system_.model.observables, same);
        };
        while (taken(name))
            name += "'";
        return name;
    }

    LearningSystem& system_;
    MapAlgebra& maps_;
    Duality& result_;
};

std::vector<NamedMap> named_maps(LearningSystem& system) {
    std::vector<NamedMap> result;
    const auto add = [&](const char* name, const LinearMap& map) {
        NamedMap named{name, {}, {}};
        if (const model::Tensor* tensor = system.declared(map, name))
            named.declared = tensor->name;
        const std::vector<Expr> rows = system.maps.of_fields(map);
        for (std::size_t row = 0; row < rows.size(); ++row) {
            const model::Component& component = map.to->components[row];
            const std::string place = algebra::print_element(system.pool, component.tensor, component.target);
            named.rows.push_back(fmt::format(
                "{}: {}", place, algebra::print(system.pool, dynamics::simplified(system.pool, rows[row]))));
        }
        result.push_back(std::move(named));
    };
    add("W", system.maps.sum(system.weight, system.maps.identity(system.neurons)));
    add("B", system.bias);
    add("A", system.back);
    add("V", system.maps.sum(system.decay, system.maps.identity(system.trainables)));
    return result;
}

} // namespace

const Condition& Duality::condition(ConditionKind kind) const {
    return *std::ranges::find(conditions, kind, &Condition::kind);
}

const Condition* Duality::against_hamiltonian() const {
    for (const ConditionKind kind : {ConditionKind::activation_linear, ConditionKind::learning_mirrors,
                                     ConditionKind::force_is_gradient, ConditionKind::bias_invertible})
        if (!condition(kind).holds())
            return &condition(kind);
    return nullptr;
}

const Condition* Duality::against_loss() const {
    for (const ConditionKind kind : {ConditionKind::activation_linear, ConditionKind::loss_exists})
        if (!condition(kind).holds())
            return &condition(kind);
    return nullptr;
}

Duality duality(LearningSystem& system) {
    Duality result;
    result.conditions = duality_conditions(system);
    result.maps = named_maps(system);
    Dual(system, result).find();
    return result;
}

} // namespace nphys::analysis
