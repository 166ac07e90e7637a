#include "compiler/analysis/gauge.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <numbers>
#include <set>

#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::analysis {

namespace {

constexpr std::size_t longest_residual = 160;
constexpr std::size_t samples = 32; // of smooth fields, the same for all lengths of waves
constexpr std::size_t waves = 3;    // in each field
constexpr double turn = 2 * std::numbers::pi;

// The exponent p of sizes that fall like length^-p: the slope of a line through their logarithms.
std::optional<double> power_of(const std::vector<double>& sizes) {
    double x = 0, y = 0, xx = 0, xy = 0;
    for (std::size_t n = 0; n < sizes.size(); ++n) {
        if (!(sizes[n] > 0))
            return std::nullopt;
        const double length = std::log(wave_lengths[n]), size = std::log(sizes[n]);
        x += length, y += size, xx += length * length, xy += length * size;
    }
    const auto count = static_cast<double>(sizes.size());
    return -(count * xy - x * y) / (count * xx - x * x);
}

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
    Examination(LearningSystem& system, std::uint64_t seed) : system_(system), transformation_(system), seed_(seed) {}

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
            result.sizes.push_back(system_.judge.root_mean_square(
                found.difference, samples,
                [&](SymbolId tensor, std::span<const std::int64_t> numbers, std::size_t sample) {
                    return smooth(tensor, numbers, length, sample);
                }));
        if (const std::optional<double> power = power_of(result.sizes))
            result.order = *power - 1;
        return result;
    }

    // Waves of that many sites in random directions; connections are of the size of a derivative.
    double smooth(SymbolId tensor, std::span<const std::int64_t> numbers, double length, std::size_t sample) const {
        std::uint64_t element = 1000003 * (seed_ * 7919 + sample) + tensor.value;
        std::vector<double> distances; // on the lattice
        std::size_t at = 0;
        for (const algebra::Slot& slot : system_.pool.symbol(tensor).slots) {
            const algebra::Space& space = system_.pool.space(slot.space);
            for (std::size_t axis = 0; axis < space.axes.size(); ++axis, ++at) {
                if (space.is_lattice())
                    distances.push_back(static_cast<double>(numbers[at]));
                else
                    element = 31 * element + static_cast<std::uint64_t>(numbers[at]);
            }
        }
        double sum = 0;
        for (std::size_t wave = 0; wave < waves; ++wave) {
            std::uint64_t next = 64 * (waves * element + wave);
            double phase = turn * scatter(next++);
            for (const double distance : distances)
                phase += turn / length * scatter(next++) * distance;
            sum += std::sin(phase);
        }
        return sum * (transformation_.is_connection(tensor) ? turn / length : 1);
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
    std::uint64_t seed_;
};

} // namespace

GaugeReport gauge_covariance(LearningSystem& system, std::uint64_t seed) {
    return Examination(system, seed).report();
}

} // namespace nphys::analysis
