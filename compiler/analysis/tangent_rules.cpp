#include "compiler/analysis/tangent_rules.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/symmetric.h"
#include "compiler/algebra/transform.h"

namespace nphys::analysis {

namespace {

void accumulate(std::vector<std::pair<int, double>>& into, const std::vector<std::pair<int, double>>& slopes,
                double factor) {
    for (const auto& [source, value] : slopes) {
        const auto same =
            std::find_if(into.begin(), into.end(), [&](const auto& entry) { return entry.first == source; });
        if (same == into.end())
            into.emplace_back(source, factor * value);
        else
            same->second += factor * value;
    }
}

} // namespace

const Tangent& TangentRules::evaluate(Expr expression) {
    static const Tangent nothing;
    if (!nature_.obstacle.empty())
        return nothing;
    const auto found = known_.find(expression.id);
    if (found != known_.end())
        return found->second;
    Tangent result = std::visit([this](const auto& node) { return of(node); }, pool_[expression]);
    return known_.insert_or_assign(expression.id, std::move(result)).first->second;
}

Tangent TangentRules::fail(std::string reason) {
    if (nature_.obstacle.empty())
        nature_.obstacle = std::move(reason);
    return {};
}

void TangentRules::note_factor(const Tangent& factor) {
    if (factor.by_place)
        nature_.uniform = false;
    if (factor.by_time)
        nature_.steady = false;
}

Tangent TangentRules::of(const algebra::Rational& node) {
    return number(static_cast<double>(node.numerator) / static_cast<double>(node.denominator));
}
Tangent TangentRules::of(const algebra::Pi&) {
    return number(std::numbers::pi);
}
Tangent TangentRules::of(const algebra::ImaginaryUnit&) {
    return fail("the law is complex");
}
Tangent TangentRules::of(const algebra::Time&) {
    return {0, {}, false, true};
}

void TangentRules::add(Tangent& sum, const Tangent& term) {
    sum.value += term.value;
    accumulate(sum.slopes, term.slopes, 1);
    sum.by_place |= term.by_place, sum.by_time |= term.by_time;
}

Tangent TangentRules::of(const algebra::Add& node) {
    Tangent sum;
    for (const Expr expression : node.terms)
        add(sum, evaluate(expression));
    return sum;
}

// What is 0 by structure.
bool TangentRules::is_guarded(const algebra::Multiply& node) {
    return guards() && std::ranges::any_of(node.factors, [&](Expr factor) {
        const bool is_guard = pool_.get<algebra::Delta>(factor) != nullptr || pool_.get<algebra::Within>(factor) != nullptr;
        return is_guard && evaluate(factor).value == 0;
    });
}

Tangent TangentRules::of(const algebra::Multiply& node) {
    if (is_guarded(node))
        return number(0);
    Tangent product = number(1);
    for (const Expr expression : node.factors) {
        const Tangent& factor = evaluate(expression);
        if (!factor.slopes.empty() && !product.slopes.empty())
            nature_.linear = false;
        if (!factor.slopes.empty())
            note_factor(product);
        if (!product.slopes.empty())
            note_factor(factor);
        Tangent next{
            product.value * factor.value, {}, product.by_place || factor.by_place, product.by_time || factor.by_time};
        accumulate(next.slopes, product.slopes, factor.value);
        accumulate(next.slopes, factor.slopes, product.value);
        product = std::move(next);
    }
    return product;
}

Tangent TangentRules::of(const algebra::Power& node) {
    const Tangent &base = evaluate(node.base), &exponent = evaluate(node.exponent);
    Tangent result{
        std::pow(base.value, exponent.value), {}, base.by_place || exponent.by_place, base.by_time || exponent.by_time};
    if (base.slopes.empty() && exponent.slopes.empty())
        return result;
    nature_.linear = false;
    if (!base.slopes.empty())
        accumulate(result.slopes, base.slopes, exponent.value * std::pow(base.value, exponent.value - 1));
    if (!exponent.slopes.empty())
        accumulate(result.slopes, exponent.slopes, result.value * std::log(base.value));
    return result;
}

Tangent TangentRules::of(const algebra::Apply& node) {
    std::vector<const Tangent*> arguments;
    std::vector<double> numbers;
    Tangent result;
    for (const Expr expression : node.arguments) {
        arguments.push_back(&evaluate(expression));
        numbers.push_back(arguments.back()->value);
        result.by_place |= arguments.back()->by_place, result.by_time |= arguments.back()->by_time;
    }
    result.value = algebra::op_value(node.op, numbers.data());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        if (arguments[i]->slopes.empty())
            continue;
        nature_.linear = false;
        // A central difference: good to ten digits, which is more than a linearisation means.
        const double width = 1e-5 * std::max(1.0, std::abs(numbers[i]));
        std::vector<double> above = numbers, below = numbers;
        above[i] += width, below[i] -= width;
        accumulate(result.slopes, arguments[i]->slopes,
                   (algebra::op_value(node.op, above.data()) - algebra::op_value(node.op, below.data())) / (2 * width));
    }
    return result;
}

// The function of the eigenvalues is one of numbers that do not move.
Tangent TangentRules::of(const algebra::Spectral& node) {
    for (const std::uint32_t id : pool_.members(pool_.facts(node.function).symbols)) {
        const algebra::SymbolId symbol(id);
        if (symbol != pool_.eigenvalue_symbol() && pool_.symbol(symbol).kind == algebra::SymbolKind::tensor)
            return fail("a function of a matrix depends on the fields otherwise, too");
    }
    algebra::Environment environment;
    environment.parameter = [this](algebra::SymbolId symbol) { return values_.parameter(symbol); };
    environment.step = dt_;
    const auto function = [&](std::complex<double> number) {
        environment.element = [&](algebra::SymbolId, std::span<const std::int64_t>) { return number; };
        return algebra::evaluate(pool_, node.function, environment);
    };
    std::vector<const Tangent*> entries;
    std::vector<double> numbers;
    Tangent result;
    result.by_time = pool_.facts(node.function).time;
    for (const Expr entry : node.entries) {
        entries.push_back(&evaluate(entry));
        numbers.push_back(entries.back()->value);
        result.by_place |= entries.back()->by_place, result.by_time |= entries.back()->by_time;
    }
    result.value = algebra::spectral_number(node, numbers, function);
    for (std::size_t k = 0; k < entries.size(); ++k) {
        if (entries[k]->slopes.empty())
            continue;
        nature_.linear = false;
        algebra::Spectral along = node;
        along.directions.push_back(static_cast<std::uint16_t>(k));
        accumulate(result.slopes, entries[k]->slopes, algebra::spectral_number(along, numbers, function));
    }
    return result;
}

Tangent TangentRules::of(const algebra::Select& node) {
    const Tangent& condition = evaluate(node.condition);
    if (!condition.slopes.empty())
        nature_.linear = false;
    Tangent chosen = evaluate(condition.value != 0 ? node.chosen : node.otherwise);
    note_factor(condition);
    chosen.by_place |= condition.by_place, chosen.by_time |= condition.by_time;
    return chosen;
}

} // namespace nphys::analysis
