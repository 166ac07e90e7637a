#include "compiler/dynamics/regimes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "compiler/algebra/dense.h"
#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::Expr;

constexpr double least = -16, most = 16, step = 0.125; // decades of κ

class Power {
public:
    Power(const model::Model& model, algebra::SymbolId covariance, Expr metric) : model_(model) {
        algebra::Pool& pool = *model.pool;
        const Expr derivative = algebra::partial(pool, metric, covariance, {});
        formula = simplified(pool, pool.divide(pool.multiply({pool.element(covariance, {}), derivative}), metric));
    }

    [[nodiscard]] double of(double eigenvalue) const {
        algebra::Environment environment;
        environment.parameter = [this](algebra::SymbolId symbol) { return model_.parameter_value(symbol); };
        environment.element = [&](algebra::SymbolId, std::span<const std::int64_t>) { return eigenvalue; };
        return algebra::evaluate(*model_.pool, formula, environment).real();
    }
    [[nodiscard]] double at(double decade) const { return of(std::pow(10.0, decade)); }

    // Where it first rises through a value, as a power of ten; what only comes near it in round-off does not.
    [[nodiscard]] std::optional<double> passes(double value) const {
        std::optional<double> below;
        for (double decade = least; decade <= most; decade += step) {
            const double power = at(decade);
            if (power < value)
                below = decade;
            else if (power > value * (1 + 1e-9))
                return below ? std::optional(between(*below, decade, value)) : std::nullopt;
        }
        return std::nullopt;
    }

    Expr formula;

private:
    [[nodiscard]] double between(double low, double high, double value) const {
        for (int halving = 0; halving < 50; ++halving) {
            const double middle = (low + high) / 2;
            (at(middle) < value ? low : high) = middle;
        }
        return high;
    }

    const model::Model& model_;
};

// The eigenvalues of a given κ, if they are known before the run.
class Directions {
public:
    Directions(const model::Model& model, const model::Law& law) : model_(model), pool_(*model.pool), law_(law) {}

    std::optional<std::vector<double>> run() {
        const model::GivenRegimes& given = *law_.regimes;
        if (!given.joined.empty())
            return given.joined;
        for (const Expr entry : given.noise.entries)
            if (!algebra::dependence(pool_, entry).tensors.empty() || pool_.facts(entry).time)
                return std::nullopt;
        environment_.parameter = [this](algebra::SymbolId symbol) { return model_.parameter_value(symbol); };
        const std::size_t size = law_.components.size();
        if (!is_diagonal())
            visit(0, 0, [&] { add_matrix(); });
        else
            for (std::size_t row = 0; row < size; ++row)
                visit(row, 0, [&] { values_.push_back(entry(row * (size + 1))); });
        std::ranges::sort(values_);
        return std::move(values_);
    }

private:
    [[nodiscard]] bool is_diagonal() const {
        const std::size_t size = law_.components.size();
        for (std::size_t k = 0; k < size * size; ++k)
            if (k % (size + 1) != 0 && !pool_.is_zero(law_.regimes->noise.entries[k]))
                return false;
        return true;
    }

    // All places of the long indices of a component. What κ joins has them in common.
    template <class Visit>
    void visit(std::size_t row, std::size_t slot, const Visit& there) {
        const std::vector<algebra::Place>& target = law_.components[row].target;
        if (slot == target.size())
            return there();
        if (target[slot].is_literal())
            return visit(row, slot + 1, there);
        each_place(target[slot].index, 0, [&] { visit(row, slot + 1, there); });
    }

    template <class Visit>
    void each_place(algebra::IndexId index, int axis, const Visit& visit) {
        if (axis == static_cast<int>(pool_.space_of(index).axes.size()))
            return visit();
        const auto extent = pool_.extent(index, axis);
        for (std::int64_t number = extent.first; number <= extent.last; ++number) {
            environment_.places[index.value].offset[axis] = number;
            each_place(index, axis + 1, visit);
        }
    }

    [[nodiscard]] double entry(std::size_t number) const {
        return algebra::evaluate(pool_, law_.regimes->noise.entries[number], environment_).real();
    }

    void add_matrix() {
        const std::size_t size = law_.components.size();
        algebra::DenseMatrix matrix{size, size, {}};
        for (std::size_t number = 0; number < size * size; ++number)
            matrix.values.emplace_back(entry(number));
        if (const auto found = algebra::eigenvalues(matrix))
            for (const std::complex<double> value : *found)
                values_.push_back(value.real());
    }

    const model::Model& model_;
    const algebra::Pool& pool_;
    const model::Law& law_;
    algebra::Environment environment_;
    std::vector<double> values_;
};

// Each direction, if they are few, and how many are of each regime.
void add_directions(const std::vector<double>& eigenvalues, const Power& power, const std::string& covariance, std::vector<std::string>& text) {
    constexpr std::size_t few = 8;
    std::array<std::size_t, 3> count{};
    for (const double eigenvalue : eigenvalues) {
        const double alpha = power.of(eigenvalue);
        const std::size_t regime = alpha < 0.25 ? 0 : alpha <= 0.75 ? 1 : 2;
        ++count[regime];
        if (eigenvalues.size() <= few)
            text.push_back(fmt::format("direction with {} = {:.4g}: α = {:.4g}, {}", covariance, eigenvalue, alpha,
                                       std::array{"fast", "intermediate", "slow"}[regime]));
    }
    text.push_back(fmt::format("{} fast, {} intermediate, {} slow", count[0], count[1], count[2]));
}

std::string variables_of(const model::Model& model, const model::Law& law) {
    std::vector<std::string> names;
    for (const model::Component& component : law.components) {
        const std::string& name = model.pool->symbol(component.tensor).name;
        if (std::find(names.begin(), names.end(), name) == names.end())
            names.push_back(name);
    }
    std::string text;
    for (std::size_t n = 0; n < names.size(); ++n)
        text += (n == 0 ? "" : n + 1 == names.size() ? " and " : ", ") + names[n];
    return text;
}

} // namespace

std::vector<Regimes> regimes(const model::Model& model) {
    std::vector<Regimes> all;
    for (const model::Law& law : model.laws) {
        const bool is_of_state = law.state_matrix && law.state_matrix->is_noise;
        if (!law.estimate && !law.regimes && !is_of_state)
            continue;
        const algebra::SymbolId symbol = is_of_state ? model.pool->eigenvalue_symbol() : law.estimate ? law.estimate->covariance : law.regimes->covariance;
        const Power power(model, symbol, is_of_state ? law.state_matrix->metric : law.estimate ? *law.metric : law.regimes->metric);
        Regimes found{variables_of(model, law), power.formula, {}, law.estimate.has_value()};
        const std::string& covariance = model.pool->symbol(symbol).name;
        for (const auto& [value, name] : {std::pair{0.25, "1/4"}, {0.5, "1/2"}, {0.75, "3/4"}})
            if (const auto decade = power.passes(value))
                found.text.push_back(fmt::format("α = {} at {} = {:.4g}", name, covariance, std::pow(10.0, *decade)));
        if (found.text.empty())
            found.text.push_back(fmt::format("α = {:.3g} at {} = 1", power.at(0), covariance));
        if (const auto known = law.regimes ? Directions(model, law).run() : std::nullopt)
            add_directions(*known, power, covariance, found.text);
        else
            found.text.push_back("`observe kinds = regimes(g)` counts along the run");
        all.push_back(std::move(found));
    }
    return all;
}

} // namespace nphys::dynamics
