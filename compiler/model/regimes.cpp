#include "compiler/model/regimes.h"

#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/model/elaborate.h"
#include "compiler/model/estimates.h"
#include "compiler/model/laws.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {

using syntax::Expression;

namespace {

// The local power of a metric, d ln g / d ln κ, of the estimate at a component.
struct LocalPower {
    Context& context;
    const Law& law;

    [[nodiscard]] Expr at(const Component& component) const {
        Pool& pool = context.pool;
        const Estimate& estimate = *law.estimate;
        const Expr covariance = pool.element(estimate.covariance, {});
        const Expr power = pool.divide(pool.multiply({covariance, algebra::partial(pool, *law.metric, estimate.covariance, {})}),
                                       *law.metric);
        const Expr stored = pool.element(estimate.kept.at(component.tensor), component.target);
        const Expr begun = pool.subtract(pool.integer(1), pool.power(estimate.decay, steps()));
        const Expr corrected = pool.select(pool.apply(algebra::Op::greater, {steps(), pool.integer(0)}),
                                           pool.divide(stored, begun), stored);
        return algebra::replace(pool, power, {{covariance.id, estimate.corrected ? corrected : stored}});
    }

private:
    // That learning has done.
    [[nodiscard]] Expr steps() const {
        Pool& pool = context.pool;
        return pool.apply(algebra::Op::floor, {pool.divide(pool.time(), period())});
    }
    // Of learning, or of the boundary, which it then follows.
    [[nodiscard]] Expr period() const {
        std::optional<Expr> found;
        for (const syntax::Statement& statement : context.scopes.front().tree->statements)
            if (const auto* node = std::get_if<syntax::Timescale>(&statement.node))
                for (const syntax::Timescale::Period& period : node->periods)
                    if (period.scale == syntax::Scale::learning || (period.scale == syntax::Scale::boundary && !found))
                        found = elaborate_number(context, period.value, of_scope(context.scopes.front()));
        return found.value_or(context.pool.integer(1));
    }
};

// The laws that descend with a metric.
std::vector<const Law*> laws_with(Context& context, const Declaration& metric) {
    std::vector<const Law*> laws;
    const Environment environment = of_scope(context.scopes.front());
    for (const syntax::Statement& statement : context.scopes.front().tree->statements) {
        const auto* node = std::get_if<syntax::Law>(&statement.node);
        if (node == nullptr || node->form != syntax::LawForm::descends)
            continue;
        for (const syntax::Option& option : node->options)
            if (option.key.text == "metric" && option.value &&
                declaration_named(context, *option.value, environment) == &metric)
                if (const auto& law = descent_law(context, *node, statement, environment); law && law->estimate)
                    laws.push_back(&*law);
    }
    return laws;
}

Expr number_of(Context& context, const Law& law, std::int64_t regime) {
    Pool& pool = context.pool;
    std::vector<Expr> terms;
    for (const Component& component : law.components) {
        const Expr power = LocalPower{context, law}.at(component);
        const Expr above = pool.apply(algebra::Op::greater_equal, {power, pool.rational(regime == 2 ? 1 : 3, 4)});
        Expr is_it = pool.apply(algebra::Op::less, {power, pool.rational(regime == 1 ? 1 : 3, 4)});
        if (regime == 2)
            is_it = pool.multiply({is_it, above});
        Expr number = regime == 3 ? above : is_it;
        for (const Place& place : component.target)
            if (!place.is_literal())
                number = pool.sum(place.index, number);
        terms.push_back(number);
    }
    return pool.add(std::move(terms));
}

} // namespace

Value regimes(Context& context, const syntax::Call& call, Span span, const Environment& environment) {
    const auto* argument = call.arguments.size() == 1 ? std::get_if<Expression>(&call.arguments.front().value) : nullptr;
    const Declaration* metric = argument == nullptr ? nullptr : declaration_named(context, *argument, environment);
    const bool known = metric != nullptr && metric->kind == NameKind::metric && is_estimated(context, *metric);
    if (!known) {
        context.tell(Code::regimes_of_no_metric, span, syntax::print(Expression{span, call}))
            .help("name a metric of estimated noise: `regimes(g)`");
        return Poison{};
    }
    const std::vector<const Law*> laws = laws_with(context, *metric);
    const bool alone = std::ranges::all_of(laws, [](const Law* law) { return law->estimate->structure == Kept::diagonal; });
    if (!alone) {
        context.tell(Code::regimes_of_joined, span, syntax::print(Expression{span, call}))
            .help("estimate each variance alone: `noise κ diagonal from …`");
        return Poison{};
    }
    Whole numbers({slot_of(range_set(context, 1, 3))}, 1,
                  [&context, laws](std::span<const Place> places) -> std::optional<Expr> {
                      std::vector<Expr> terms;
                      for (const Law* law : laws)
                          terms.push_back(number_of(context, *law, places.front().offset[0]));
                      return context.pool.add(std::move(terms));
                  });
    numbers.name = "regimes";
    return numbers;
}

} // namespace nphys::model
