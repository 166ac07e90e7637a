#include "compiler/dynamics/regimes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <optional>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::Expr;

constexpr double least = -16, most = 16, step = 0.125; // decades of κ

class Power {
public:
    Power(const model::Model& model, const model::Law& law) : model_(model), covariance_(law.estimate->covariance) {
        algebra::Pool& pool = *model.pool;
        const Expr derivative = algebra::partial(pool, *law.metric, covariance_, {});
        formula = simplified(pool, pool.divide(pool.multiply({pool.element(covariance_, {}), derivative}), *law.metric));
    }

    [[nodiscard]] double at(double decade) const {
        algebra::Environment environment;
        environment.parameter = [this](algebra::SymbolId symbol) { return model_.parameter_value(symbol); };
        environment.element = [&](algebra::SymbolId, std::span<const std::int64_t>) { return std::pow(10.0, decade); };
        return algebra::evaluate(*model_.pool, formula, environment).real();
    }

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
    algebra::SymbolId covariance_;
};

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
        if (!law.estimate || !law.metric)
            continue;
        const Power power(model, law);
        Regimes found{variables_of(model, law), power.formula, {}};
        const std::string& covariance = model.pool->symbol(law.estimate->covariance).name;
        for (const auto& [value, name] : {std::pair{0.25, "1/4"}, {0.5, "1/2"}, {0.75, "3/4"}})
            if (const auto decade = power.passes(value))
                found.text.push_back(fmt::format("α = {} at {} = {:.4g}", name, covariance, std::pow(10.0, *decade)));
        if (found.text.empty())
            found.text.push_back(fmt::format("α = {:.3g} at {} = 1", power.at(0), covariance));
        all.push_back(std::move(found));
    }
    return all;
}

} // namespace nphys::dynamics
