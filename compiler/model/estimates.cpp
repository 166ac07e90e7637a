#include "compiler/model/estimates.h"

#include <algorithm>

#include "compiler/algebra/evaluate.h"
#include "compiler/base/suggest.h"
#include "compiler/model/complex.h"
#include "compiler/model/elaborate.h"
#include "compiler/model/settle.h"
#include "compiler/syntax/print.h"
#include "compiler/syntax/walk.h"

namespace nphys::model {
namespace {

using syntax::Expression;

const syntax::Noise* estimated_noise(const Declaration& declaration) {
    const auto* noise = std::get_if<syntax::Noise>(&declaration.statement->node);
    return noise != nullptr && noise->source ? noise : nullptr;
}

// The estimated noises that a formula names.
std::vector<const Declaration*> noises_in(Context& context, const Expression& formula, const Scope& scope) {
    std::vector<const Declaration*> noises;
    syntax::for_each_expression(formula, [&](const Expression& part) {
        const auto* name = std::get_if<syntax::Name>(&part.node);
        const Declaration* found = name == nullptr ? nullptr : find(context, scope, *name).declaration;
        if (found != nullptr && found->kind == NameKind::noise && estimated_noise(*found) != nullptr &&
            std::ranges::find(noises, found) == noises.end())
            noises.push_back(found);
    });
    return noises;
}

// The call of a name with so many arguments, all of them expressions.
const syntax::Call* call_of(const Expression& expression, std::string_view name, std::size_t arguments) {
    const auto* call = std::get_if<syntax::Call>(&syntax::ungrouped(expression).node);
    const syntax::Name* callee = call == nullptr ? nullptr : syntax::as_name(*call->callee);
    const bool fits = callee != nullptr && callee->text == name && call->arguments.size() == arguments &&
                      std::ranges::all_of(call->arguments, [](const syntax::Argument& argument) {
                          return !argument.key && std::holds_alternative<Expression>(argument.value);
                      });
    return fits ? call : nullptr;
}

const Expression& argument(const syntax::Call& call, std::size_t k) {
    return std::get<Expression>(call.arguments[k].value);
}

struct Source {
    Estimate estimate;
    const Expression* loss = nullptr;
};

struct NoiseReader {
    Context& context;
    const Declaration& declaration;
    const syntax::Noise& noise;
    Environment environment;

    [[nodiscard]] std::optional<Expr> decay(const Expression& expression) const {
        const auto value = elaborate_real(context, expression, environment, "a decay");
        if (!value)
            return std::nullopt;
        return is_decay(context, *value, expression.span) ? value : std::nullopt;
    }

    [[nodiscard]] std::optional<Kept> structure() const {
        if (!noise.structure) {
            context.tell(Code::estimate_without_structure, noise.target.name.span, noise.target.name.written)
                .help("write `noise {} diagonal from …`, or `block`, `kronecker`, `full`", noise.target.name.written);
            return std::nullopt;
        }
        const std::vector<std::string> words{"diagonal", "block", "full", "kronecker"};
        const auto found = std::ranges::find(words, noise.structure->text);
        if (found != words.end())
            return static_cast<Kept>(found - words.begin());
        auto& told = context.tell(Code::unknown_structure, noise.structure->span, noise.structure->written);
        if (const auto nearest = suggest(noise.structure->text, words))
            told.help("did you mean `{}`?", *nearest);
        return std::nullopt;
    }

    [[nodiscard]] std::optional<Source> read() const {
        const auto kept = structure();
        if (!kept)
            return std::nullopt;
        if (!noise.decay) {
            context.tell(Code::estimate_without_decay, noise.target.name.span, noise.target.name.written)
                .help("write `decay 0.999`: it then remembers about the last thousand steps");
            return std::nullopt;
        }
        const auto remembered = decay(*noise.decay);
        if (!remembered)
            return std::nullopt;
        Source source{{.covariance = {}, .decay = *remembered, .mean = remembered, .corrected = true, .structure = *kept, .kept = {}}, &*noise.source};
        if (const auto* biased = call_of(*source.loss, "biased", 1)) {
            source.estimate.corrected = false;
            source.loss = &argument(*biased, 0);
        }
        if (const auto* uncentred = call_of(*source.loss, "uncentred", 1)) {
            source.estimate.mean.reset();
            source.loss = &argument(*uncentred, 0);
        } else if (const auto* centred = call_of(*source.loss, "centred", 2)) {
            source.estimate.mean = decay(argument(*centred, 1));
            source.loss = &argument(*centred, 0);
            if (!source.estimate.mean)
                return std::nullopt;
        }
        return source;
    }
};

std::optional<Source> source_of(Context& context, const Declaration& noise) {
    return NoiseReader{context, noise, *estimated_noise(noise), of_scope(*noise.scope)}.read();
}

// What keeps the estimates, so that observables can read it.
void declare_variances(Context& context, const Law& law, Estimate& estimate) {
    for (const Component& component : law.components) {
        const auto [kept, is_new] = estimate.kept.try_emplace(component.tensor);
        if (!is_new)
            continue;
        algebra::Symbol symbol = context.pool.symbol(component.tensor);
        symbol.name = "covariance_" + symbol.name;
        kept->second = context.pool.add_symbol(std::move(symbol));
        context.kept.insert(kept->second);
    }
}

// Whether the loss of the noise is that of the law; `any` is always.
bool is_loss_of(Context& context, const Expression& loss, const Declaration& noise, const Law& law) {
    const syntax::Name* name = syntax::as_name(loss);
    if (name != nullptr && name->text == "any" && noise.scope->tree->header.is_module)
        return true;
    const Value value = elaborate(context, loss, of_scope(*noise.scope));
    if (const auto* whole = std::get_if<Whole>(&value))
        return std::ranges::any_of(law.components, [&](const Component& component) {
            const Place first = component.target.empty() ? Place{} : component.target.back();
            const auto entry = whole->slots.size() == 1 ? whole->at(std::vector<Place>{first}) : std::nullopt;
            return entry && *entry == component.value;
        });
    const auto* number = std::get_if<Expr>(&value);
    return number != nullptr && std::ranges::all_of(law.components, [&](const Component& component) {
        return component.value == *number;
    });
}

} // namespace

bool is_estimated(Context& context, const Declaration& declaration) {
    if (declaration.kind == NameKind::noise)
        return estimated_noise(declaration) != nullptr;
    const auto* metric = std::get_if<syntax::Metric>(&declaration.statement->node);
    return metric != nullptr && !noises_in(context, metric->value, *declaration.scope).empty();
}

bool check_estimated(Context& context, const Declaration& declaration) {
    return declaration.kind == NameKind::metric || source_of(context, declaration).has_value();
}

const Declaration* declaration_named(Context& context, const Expression& value, const Environment& environment) {
    if (const syntax::Name* name = syntax::as_name(value))
        return find(context, *environment.scope, *name).declaration;
    const auto* member = std::get_if<syntax::Member>(&value.node);
    const auto* module = member == nullptr ? nullptr : std::get_if<syntax::Name>(&member->base->node);
    return module == nullptr ? nullptr : find_in_module(context, *environment.scope, *module, member->member).declaration;
}

bool is_decay(Context& context, Expr value, Span span) {
    const auto number = algebra::constant_value(context.pool, value, [&](SymbolId symbol) {
        return context.parameter_values.at(symbol.value);
    });
    if (!number || (number->real() >= 0 && number->real() < 1))
        return true;
    context.tell(Code::decay_out_of_range, span, number->real());
    return false;
}

bool take_estimated_metric(Context& context, const Declaration& metric, Span span, Law& law) {
    const auto& node = std::get<syntax::Metric>(metric.statement->node);
    const auto noises = noises_in(context, node.value, *metric.scope);
    if (noises.size() > 1) {
        context.tell(Code::metric_of_two_noises, node.value.span, node.target.name.written, noises[0]->text(),
                     noises[1]->text())
            .help("estimate one noise, and let the metric be a function of it");
        return false;
    }
    auto source = source_of(context, *noises.front());
    if (!source)
        return false;
    if (!is_loss_of(context, *source->loss, *noises.front(), law)) {
        context.tell(Code::noise_of_another_loss, span, noises.front()->text(), syntax::print(*source->loss))
            .label(source->loss->span, "its fluctuations are those of this gradient")
            .help("let the noise be estimated from the loss that the law descends");
        return false;
    }
    source->estimate.covariance = context.pool.add_symbol({.name = noises.front()->text(), .slots = {}});
    Environment environment = of_scope(*metric.scope);
    environment.arguments.emplace_back(noises.front()->text(), context.pool.element(source->estimate.covariance, {}));
    const auto formula = elaborate_number(context, node.value, environment);
    if (!formula)
        return false;
    if (source->estimate.structure == Kept::diagonal)
        declare_variances(context, law, source->estimate);
    law.estimate = source->estimate;
    law.metric = *formula;
    return true;
}

} // namespace nphys::model
