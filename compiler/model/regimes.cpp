#include "compiler/model/regimes.h"

#include <cmath>

#include "compiler/algebra/dense.h"
#include "compiler/algebra/transform.h"
#include "compiler/model/arithmetic.h"
#include "compiler/model/elaborate.h"
#include "compiler/model/estimates.h"
#include "compiler/model/joined_metric.h"
#include "compiler/model/laws.h"
#include "compiler/model/matrices.h"
#include "compiler/model/metric.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"
#include "compiler/syntax/walk.h"

namespace nphys::model {

using syntax::Expression;

namespace {

// Of learning, or of the boundary, which it then follows.
Expr period_of_learning(Context& context) {
    std::optional<Expr> found;
    for (const syntax::Statement& statement : context.scopes.front().tree->statements)
        if (const auto* node = std::get_if<syntax::Timescale>(&statement.node))
            for (const syntax::Timescale::Period& period : node->periods)
                if (period.scale == syntax::Scale::learning || (period.scale == syntax::Scale::boundary && !found))
                    found = elaborate_number(context, period.value, of_scope(context.scopes.front()));
    return found.value_or(context.pool.integer(1));
}

// What keeps eigenvalues of a matrix that joins variables, so that observables can read them.
SymbolId eigenvalues_for(Context& context, SymbolId variable) {
    algebra::Symbol symbol = context.pool.symbol(variable);
    symbol.name = "eigenvalues_" + symbol.name;
    const SymbolId kept = context.pool.add_symbol(std::move(symbol));
    context.kept.insert(kept);
    return kept;
}

// The eigenvalue of κ in the direction that a component stands for.
struct Direction {
    Context& context;
    Law& law;

    [[nodiscard]] Expr of(std::size_t row) const {
        const Component& component = law.components[row];
        if (!law.state_matrix)
            return law.estimate ? estimated(component) : given(row);
        if (!law.state_matrix->kept)
            law.state_matrix->kept = eigenvalues_for(context, component.tensor);
        return context.pool.element(*law.state_matrix->kept, component.target);
    }

private:
    [[nodiscard]] Expr estimated(const Component& component) const {
        Pool& pool = context.pool;
        if (law.estimate->structure != Kept::diagonal) {
            const auto [kept, is_new] = law.estimate->kept.try_emplace(component.tensor);
            if (is_new)
                kept->second = eigenvalues_for(context, component.tensor);
            return pool.element(kept->second, component.target);
        }
        const Expr stored = pool.element(law.estimate->kept.at(component.tensor), component.target);
        if (!law.estimate->corrected)
            return stored;
        const Expr steps = pool.apply(algebra::Op::floor, {pool.divide(pool.time(), period_of_learning(context))}); // of learning, done
        const Expr begun = pool.subtract(pool.integer(1), pool.power(law.estimate->decay, steps));
        return pool.select(pool.apply(algebra::Op::greater, {steps, pool.integer(0)}), pool.divide(stored, begun), stored);
    }

    [[nodiscard]] Expr given(std::size_t row) const {
        const std::size_t size = law.components.size();
        algebra::Spectral eigenvalue{.part = algebra::SpectralPart::value, .function = {}, .entries = {}, .directions = {}};
        eigenvalue.row = static_cast<std::uint16_t>(row);
        bool is_diagonal = true;
        for (std::size_t r = 0; r < size; ++r)
            for (std::size_t c = 0; c <= r; ++c) {
                eigenvalue.entries.push_back(law.regimes->noise.entries[r * size + c]);
                is_diagonal = is_diagonal && (r == c || context.pool.is_zero(eigenvalue.entries.back()));
            }
        return is_diagonal ? law.regimes->noise.entries[row * (size + 1)] : context.pool.spectral(std::move(eigenvalue));
    }
};

// The laws that descend with a metric.
std::vector<Law*> laws_with(Context& context, const Declaration& metric) {
    std::vector<Law*> laws;
    const Environment environment = of_scope(context.scopes.front());
    for (const syntax::Statement& statement : context.scopes.front().tree->statements) {
        const auto* node = std::get_if<syntax::Law>(&statement.node);
        if (node == nullptr || node->form != syntax::LawForm::descends)
            continue;
        for (const syntax::Option& option : node->options)
            if (option.key.text == "metric" && option.value &&
                declaration_named(context, *option.value, environment) == &metric)
                if (auto& law = descent_law(context, *node, statement, environment); law && (law->estimate || law->regimes || (law->state_matrix && law->state_matrix->is_noise)))
                    laws.push_back(&*law);
    }
    return laws;
}

// 1 if a direction with this eigenvalue is of the regime.
Expr is_of(Pool& pool, const Law& law, Expr eigenvalue, std::int64_t regime) {
    const Expr covariance = law.state_matrix ? pool.eigenvalue() : pool.element(law.estimate ? law.estimate->covariance : law.regimes->covariance, {});
    const Expr metric = law.state_matrix ? law.state_matrix->metric : law.estimate ? *law.metric : law.regimes->metric;
    const SymbolId symbol = pool.get<algebra::Element>(covariance)->tensor;
    const Expr formula = pool.divide(pool.multiply({covariance, algebra::partial(pool, metric, symbol, {})}), metric);
    const Expr power = algebra::replace(pool, formula, {{covariance.id, eigenvalue}});
    const Expr above = pool.apply(algebra::Op::greater_equal, {power, pool.rational(regime == 2 ? 1 : 3, 4)});
    const Expr below = pool.apply(algebra::Op::less, {power, pool.rational(regime == 1 ? 1 : 3, 4)});
    return regime == 1 ? below : regime == 3 ? above : pool.multiply({below, above});
}

Expr number_of(Context& context, Law& law, std::int64_t regime) {
    Pool& pool = context.pool;
    std::vector<Expr> terms;
    if (law.regimes && !law.regimes->joined.empty()) {
        for (const double eigenvalue : law.regimes->joined)
            terms.push_back(is_of(pool, law, pool.real(eigenvalue), regime));
        return pool.add(std::move(terms));
    }
    for (std::size_t row = 0; row < law.components.size(); ++row) {
        Expr number = is_of(pool, law, Direction{context, law}.of(row), regime);
        for (const Place& place : law.components[row].target)
            if (!place.is_literal())
                number = pool.sum(place.index, number);
        terms.push_back(number);
    }
    return pool.add(std::move(terms));
}

std::vector<double> eigenvalues_of_numbers(Context& context, const Whole& matrix) {
    const Numbers numbers = numbers_of(context, matrix);
    algebra::DenseMatrix dense;
    dense.rows = dense.columns = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(numbers.size()))));
    for (std::size_t k = 0; k < numbers.size(); ++k)
        dense.values.push_back(numbers[k]);
    std::vector<double> values;
    if (const auto found = algebra::eigenvalues(dense))
        for (const std::complex<double> value : *found)
            values.push_back(value.real());
    return values;
}

// The one noise that a formula names, if it is given.
const Expression* given_noise_in(Context& context, const Expression& formula, const Scope& scope) {
    const Expression* noise = nullptr;
    bool is_one = true;
    syntax::for_each_expression(formula, [&](const Expression& part) {
        const auto* name = std::get_if<syntax::Name>(&part.node);
        const Declaration* found = name == nullptr ? nullptr : find(context, scope, *name).declaration;
        if (found == nullptr || found->kind != NameKind::noise)
            return;
        is_one = is_one && !is_estimated(context, *found) && (noise == nullptr || std::get<syntax::Name>(noise->node).text == name->text);
        noise = &part;
    });
    return is_one ? noise : nullptr;
}

} // namespace

Value regimes(Context& context, const syntax::Call& call, Span span, const Environment& environment) {
    const auto* argument = call.arguments.size() == 1 ? std::get_if<Expression>(&call.arguments.front().value) : nullptr;
    const Declaration* metric = argument == nullptr ? nullptr : declaration_named(context, *argument, environment);
    const std::vector<Law*> laws = metric != nullptr && metric->kind == NameKind::metric ? laws_with(context, *metric) : std::vector<Law*>{};
    if (laws.empty()) {
        context.tell(Code::regimes_of_no_metric, span, syntax::print(Expression{span, call}))
            .help("name a metric that a law descends with and that is a formula in its noise: `metric g = sqrt(ε^2 + κ)`, `regimes(g)`");
        return Poison{};
    }
    Whole numbers({slot_of(range_set(context, 1, 3))}, 1,
                  [&context, laws](std::span<const Place> places) -> std::optional<Expr> {
                      std::vector<Expr> terms;
                      for (Law* law : laws)
                          terms.push_back(number_of(context, *law, places.front().offset[0]));
                      return context.pool.add(std::move(terms));
                  });
    numbers.name = "regimes";
    return numbers;
}

std::optional<FunctionOfNoise> function_of_noise(Context& context, const Declaration& metric) {
    const auto* node = metric.kind != NameKind::metric ? nullptr : std::get_if<syntax::Metric>(&metric.statement->node);
    if (node == nullptr || node->structure)
        return std::nullopt;
    FunctionOfNoise found{given_noise_in(context, node->value, *metric.scope), metric.scope, {}};
    if (found.noise == nullptr)
        return std::nullopt;
    syntax::for_each_expression(node->value, [&](const Expression& part) { // what is wrong in other declarations is told
        const auto* name = std::get_if<syntax::Name>(&part.node);
        Declaration* other = name == nullptr ? nullptr : find(context, *metric.scope, *name).declaration;
        if (other != nullptr)
            (void)settle(context, *other);
    });
    const std::size_t told = context.diagnostics.size();
    Environment of_number = of_scope(*metric.scope);
    of_number.arguments.emplace_back(syntax::print(*found.noise), context.pool.eigenvalue());
    const auto formula = elaborate_number(context, node->value, of_number);
    context.diagnostics.keep_first(told); // it is no function of the whole noise
    if (!formula)
        return std::nullopt;
    found.metric = *formula;
    return found;
}

void take_regimes(Context& context, const Expression& metric, const Environment& environment, Law& law) {
    const Declaration* declaration = declaration_named(context, metric, environment);
    const auto function = declaration == nullptr ? std::nullopt : function_of_noise(context, *declaration);
    if (!function)
        return;
    const std::size_t told = context.diagnostics.size();
    Pool& pool = context.pool;
    GivenRegimes found{.covariance = pool.add_symbol({.name = syntax::print(*function->noise), .slots = {}}), .metric = {}, .noise = {}, .joined = {}};
    const Environment outside = of_scope(*function->scope);
    const auto matrix = matrix_of_law(context, law, *function->noise, outside);
    if (!matrix)
        return context.diagnostics.keep_first(told); // of a state: it has regimes only along the run
    found.metric = algebra::replace(pool, function->metric, {{pool.eigenvalue().id, pool.element(found.covariance, {})}});
    found.noise = *matrix;
    if (joins_places(matrix)) {
        const Value value = elaborate(context, *function->noise, outside);
        found.joined = eigenvalues_of_numbers(context, *as_matrix(std::get<Whole>(value)));
    }
    law.regimes = std::move(found);
}

} // namespace nphys::model
