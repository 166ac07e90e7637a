#include "compiler/analysis/gauge.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::analysis {

namespace {

constexpr std::size_t longest_residual = 160;
constexpr std::array wave_lengths{16.0, 32.0, 64.0}; // sites

class Transformation {
public:
    explicit Transformation(LearningSystem& system) : system_(system), pool_(system.pool) {
        for (const model::Tensor& tensor : system.model.tensors)
            if (is_state(tensor))
                if (const model::Tensor* primed = named(tensor.name + "'"))
                    add(tensor.symbol, *primed);
    }

    [[nodiscard]] std::vector<std::string> names() const {
        std::vector<std::string> result;
        for (const auto& [tensor, definitions] : definitions_)
            result.push_back(pool_.symbol(SymbolId(tensor)).name);
        return result;
    }

    // The formula with the primed variables in the place of the variables.
    Expr primed(Expr formula) {
        for (const auto& [tensor, definitions] : definitions_)
            formula = algebra::inline_definitions(pool_, formula, SymbolId(tensor), definitions);
        return dynamics::with_tensors(pool_, formula, back_);
    }

    // d/dt of X' at the component of X, by the laws of what it is made of.
    Expr rate_of_primed(const model::Component& component, Expr own_rate) {
        if (!definitions_.contains(component.tensor.value))
            return own_rate;
        const Expr value = primed(component.value);
        std::vector<Expr> sum;
        for (const auto& [variables, rates] : {std::pair{&system_.neurons, &system_.activation},
                                               std::pair{&system_.trainables, &system_.learning}}) {
            const LinearMap slope = system_.maps.derivative({value}, *variables, *variables);
            sum.push_back(system_.maps.product(slope, {variables, variables, *rates}).rows.front());
        }
        return pool_.add(std::move(sum));
    }

    // Those that a free function alone makes different from 0: they stand beside derivatives.
    [[nodiscard]] bool is_connection(SymbolId tensor) const { return connections_.contains(tensor.value); }

private:
    static bool is_state(const model::Tensor& tensor) {
        return tensor.role == model::Role::neuron || tensor.role == model::Role::trainable;
    }
    const model::Tensor* named(const std::string& name) const {
        const auto found = std::ranges::find_if(system_.model.tensors, [&](const model::Tensor& tensor) {
            return tensor.name == name && tensor.role == model::Role::let && !tensor.stored;
        });
        return found == system_.model.tensors.end() ? nullptr : &*found;
    }

    // The values stand in copies of the state, so that all variables change at once.
    void add(SymbolId tensor, const model::Tensor& primed) {
        if (back_.empty())
            for (const model::Tensor& state : system_.model.tensors)
                if (is_state(state)) {
                    const algebra::Symbol symbol = pool_.symbol(state.symbol);
                    const SymbolId copy = pool_.add_symbol(symbol);
                    forth_[state.symbol.value] = copy;
                    back_[copy.value] = state.symbol;
                }
        std::vector<algebra::Definition>& definitions = definitions_[tensor.value];
        for (const model::Component& component : primed.definition) {
            definitions.push_back({component.target, dynamics::with_tensors(pool_, component.value, forth_)});
            const Expr alone = algebra::rewrite_leaves(pool_, component.value, [&](Expr leaf) {
                const auto* element = pool_.get<algebra::Element>(leaf);
                return element != nullptr && element->tensor == tensor ? pool_.integer(0) : leaf;
            });
            const auto others = algebra::dependence(pool_, alone).tensors;
            const auto moves = [&](SymbolId other) {
                return std::ranges::count(system_.neurons.tensors, other) > 0 ||
                       std::ranges::count(system_.trainables.tensors, other) > 0;
            };
            if (!others.empty() && std::ranges::none_of(others, moves))
                connections_.insert(tensor.value);
        }
    }

    LearningSystem& system_;
    Pool& pool_;
    std::map<std::uint32_t, std::vector<algebra::Definition>> definitions_;
    dynamics::Renaming forth_, back_;
    std::set<std::uint32_t> connections_;
};

class Examination {
public:
    explicit Examination(LearningSystem& system) : system_(system), transformation_(system) {}

    GaugeReport report() {
        GaugeReport result{transformation_.names(), {}, {}};
        if (result.transformed.empty())
            return result;
        law(system_.neurons, system_.activation, result);
        law(system_.trainables, system_.learning, result);
        for (const model::Observable& observable : system_.model.observables)
            if (!observable.hidden && observable.components.size() == 1 &&
                observable.components.front().target.empty())
                result.observables.push_back(invariance(observable));
        return result;
    }

private:
    void law(const Variables& variables, const std::vector<Expr>& rates, GaugeReport& result) {
        for (std::size_t row = 0; row < rates.size(); ++row) {
            const model::Component& component = variables.components[row];
            const Expr left = transformation_.rate_of_primed(component, rates[row]),
                       right = transformation_.primed(rates[row]);
            result.laws.push_back(compared(
                fmt::format("d/dt {}", algebra::print_element(system_.pool, component.tensor, component.target)), left,
                right));
        }
    }

    Covariance compared(std::string what, Expr left, Expr right) {
        Covariance result{std::move(what), Agreement::exact, {}, {}, {}};
        const Comparison found = system_.judge.compare(left, right);
        result.agreement = found.agreement;
        if (found.holds())
            return result;
        const std::string text = algebra::print(system_.pool, dynamics::simplified(system_.pool, found.difference));
        result.residual = text.size() <= longest_residual ? text : "";
        for (const double length : wave_lengths)
            result.sizes.push_back(system_.judge.largest(
                found.difference, [&](SymbolId tensor, std::span<const std::int64_t> numbers) {
                    return smooth(tensor, numbers, length);
                }));
        const double last = result.sizes.back(), before = result.sizes[result.sizes.size() - 2];
        if (last > 0)
            result.order = std::log2(before / last) - 1;
        return result;
    }

    // A wave of that many sites; connections are of the size of a derivative.
    double smooth(SymbolId tensor, std::span<const std::int64_t> numbers, double length) const {
        double phase = 0.7 * static_cast<double>(tensor.value % 17);
        std::size_t at = 0;
        for (const algebra::Slot& slot : system_.pool.symbol(tensor).slots) {
            const algebra::Space& space = system_.pool.space(slot.space);
            for (std::size_t axis = 0; axis < space.axes.size(); ++axis, ++at)
                phase += static_cast<double>(numbers[at]) *
                         (space.is_lattice() ? 6.283185307 / length * (1 - 0.3 * static_cast<double>(axis)) : 1.9);
        }
        return std::sin(phase) * (transformation_.is_connection(tensor) ? 6.283185307 / length : 1);
    }

    // Equal where the derivatives by every variable are: then they differ by a constant, which is that at rest.
    Covariance invariance(const model::Observable& observable) {
        const Expr value = observable.components.front().value;
        Covariance result{observable.name, Agreement::exact, {}, {}, {}};
        std::vector<Expr> left, right;
        const Expr primed = transformation_.primed(value);
        for (const model::Tensor& tensor : system_.model.tensors)
            if (tensor.role == model::Role::neuron || tensor.role == model::Role::trainable)
                for (const std::vector<Place>& target : dynamics::all_targets(system_.pool, tensor.symbol)) {
                    left.push_back(algebra::partial(system_.pool, primed, tensor.symbol, target));
                    right.push_back(algebra::partial(system_.pool, value, tensor.symbol, target));
                }
        result.agreement = system_.judge.compare(left, right).agreement;
        return result;
    }

    LearningSystem& system_;
    Transformation transformation_;
};

} // namespace

GaugeReport gauge_covariance(LearningSystem& system) {
    return Examination(system).report();
}

} // namespace nphys::analysis
