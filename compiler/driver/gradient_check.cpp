#include "compiler/driver/gradient_check.h"

#include <algorithm>
#include <cmath>
#include <complex>
#include <map>

#include <fmt/format.h>

#include "compiler/algebra/evaluate.h"
#include "compiler/driver/simulation.h"

namespace nphys::driver {
namespace {

using algebra::Place;
using algebra::SymbolId;
using Number = std::complex<double>;
using Places = std::unordered_map<std::uint32_t, Place>;

// The look at the first rows, from the formulas of the program; what it does not compute itself is read from memory.
class Look {
public:
    Look(const Compilation& compilation, Simulation& simulation)
        : program_(compilation.program), model_(compilation.model), pool_(*compilation.program.pool), simulation_(simulation) {}

    [[nodiscard]] std::vector<Number>& operator[](SymbolId symbol) {
        const auto [known, is_new] = values_.try_emplace(symbol.value);
        if (is_new)
            for (const double value : simulation_.field(symbol)) known->second.emplace_back(value);
        return known->second;
    }

    [[nodiscard]] Number loss(algebra::Expr loss) {
        for (const dynamics::Action& action : program_.before)
            if (const auto* update = std::get_if<dynamics::Update>(&action)) assign(update->assignments);
        return value(loss, {});
    }

private:
    Number value(algebra::Expr expression, const Places& places) {
        algebra::Environment environment;
        environment.parameter = [this](SymbolId symbol) { return model_.parameter_value(symbol); };
        environment.element = [this](SymbolId tensor, std::span<const std::int64_t> numbers) { return (*this)[tensor].at(flat(tensor, numbers)); };
        environment.step = program_.dt;
        environment.places = places;
        return algebra::evaluate(pool_, expression, environment);
    }

    [[nodiscard]] std::size_t flat(SymbolId tensor, std::span<const std::int64_t> numbers) const {
        std::size_t place = 0, at = 0;
        for (const algebra::Slot& slot : pool_.symbol(tensor).slots)
            place = place * static_cast<std::size_t>(slot.last - slot.first + 1) + static_cast<std::size_t>(numbers[at++] - slot.first);
        return place;
    }

    void assign(const std::vector<model::Component>& assignments) {
        std::vector<std::tuple<SymbolId, std::size_t, Number>> results;
        for (const model::Component& assignment : assignments) {
            std::vector<std::int64_t> numbers;
            Places places;
            each(assignment, 0, numbers, places, [&] { results.emplace_back(assignment.tensor, flat(assignment.tensor, numbers), value(assignment.value, places)); });
        }
        for (const auto& [tensor, place, number] : results) (*this)[tensor].at(place) = number;
    }

    template <class Visit>
    void each(const model::Component& component, std::size_t slot, std::vector<std::int64_t>& numbers, Places& places, const Visit& visit) {
        if (slot == component.target.size()) return visit();
        const Place& target = component.target[slot];
        const auto go_on = [&](std::int64_t number) {
            numbers.push_back(number);
            each(component, slot + 1, numbers, places, visit);
            numbers.pop_back();
        };
        if (target.is_literal()) return go_on(target.offset[0]);
        const algebra::Index& index = pool_.index(target.index);
        for (std::int64_t number = index.first; number <= index.last; ++number) {
            places[target.index.value].offset[0] = number;
            go_on(number);
        }
    }

    const dynamics::Program& program_;
    const model::Model& model_;
    const algebra::Pool& pool_;
    Simulation& simulation_;
    std::map<std::uint32_t, std::vector<Number>> values_;
};

// Whether everything in a program goes on into the complex plane.
bool is_analytic(const dynamics::Program& program) {
    const algebra::Pool& pool = *program.pool;
    for (std::uint32_t id = 0; id < pool.size(); ++id)
        if (const auto* apply = pool.get<algebra::Apply>(algebra::Expr{id}))
            if (apply->op == algebra::Op::abs || apply->op == algebra::Op::erf || apply->op == algebra::Op::atan2 || apply->op == algebra::Op::min ||
                apply->op == algebra::Op::max)
                return false;
    return true;
}

class Comparison {
public:
    Comparison(const Compilation& compilation, Simulation& simulation) : compilation_(compilation), simulation_(simulation), analytic_(is_analytic(compilation.program)) {}

    [[nodiscard]] double derivative(const dynamics::Gradient& gradient, std::size_t element) const {
        const auto loss = [&](Number by) {
            Look look(compilation_, simulation_);
            look[gradient.variable].at(element) += by;
            return look.loss(gradient.component.value);
        };
        constexpr double tiny = 1e-30, step = 1e-3;
        if (analytic_) return loss({0, tiny}).imag() / tiny;
        // Richardson: the error is of the fourth order.
        const auto quotient = [&](double h) { return (loss(h) - loss(-h)).real() / (2 * h); };
        return (4 * quotient(step / 2) - quotient(step)) / 3;
    }

    [[nodiscard]] double tolerance() const { return analytic_ ? 1e-9 : 1e-6; }

private:
    const Compilation& compilation_;
    Simulation& simulation_;
    bool analytic_;
};

} // namespace

std::string GradientAgreement::text() const {
    return fmt::format("gradient by {}: {} of {} elements, largest difference {:.2g} of {:.3g}", variable, compared, elements, difference, largest);
}

runtime::Result<std::vector<GradientAgreement>> compare_gradients(const Compilation& compilation, std::size_t most_elements) {
    auto simulation = Simulation::create(compilation, {});
    if (!simulation) return tl::unexpected(simulation.error());
    if (const runtime::Status set = (*simulation)->initialize(); !set) return tl::unexpected(set.error());
    const Comparison comparison(compilation, **simulation);
    std::map<std::string, GradientAgreement> found;
    std::vector<std::tuple<const dynamics::Gradient*, std::size_t, double>> expected;
    std::vector<SymbolId> done;
    for (const dynamics::Gradient& gradient : compilation.program.gradients) {
        if (std::ranges::find(done, gradient.component.tensor) != done.end()) continue;
        done.push_back(gradient.component.tensor);
        if (gradient.steps < compilation.model.presentation->steps) continue; // by design not the whole derivative
        const std::size_t elements = (*simulation)->field(gradient.variable).size();
        const std::size_t compared = std::min(elements, most_elements);
        for (std::size_t k = 0; k < compared; ++k) {
            const std::size_t element = elements * k / compared + (elements / compared) / 2;
            expected.emplace_back(&gradient, element, comparison.derivative(gradient, element));
        }
        GradientAgreement& agreement = found[compilation.program.pool->symbol(gradient.variable).name];
        agreement.variable = compilation.program.pool->symbol(gradient.variable).name;
        agreement.elements = elements;
        agreement.tolerance = compilation.program.single_precision ? 1e-3 : comparison.tolerance();
    }
    if (const runtime::Status moved = (*simulation)->advance(1); !moved) return tl::unexpected(moved.error());
    for (const auto& [gradient, element, value] : expected) {
        GradientAgreement& agreement = found[compilation.program.pool->symbol(gradient->variable).name];
        const double derived = (*simulation)->field(gradient->component.tensor).at(element);
        ++agreement.compared;
        agreement.difference = std::max(agreement.difference, std::abs(derived - value));
        agreement.largest = std::max(agreement.largest, std::abs(value));
    }
    std::vector<GradientAgreement> all;
    for (auto& [name, agreement] : found) all.push_back(std::move(agreement));
    return all;
}

} // namespace nphys::driver
