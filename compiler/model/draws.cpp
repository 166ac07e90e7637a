#include "compiler/model/draws.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

#include "compiler/algebra/evaluate.h"
#include "compiler/model/spaces.h"
#include "compiler/model/wording.h"

namespace nphys::model {
namespace {

// The law of a random number that follows from standard ones and the arguments.
struct RandomLaw {
    std::string_view name;
    std::size_t arguments;
    Distribution standard;
    std::size_t draws; // standard numbers that one takes
    Expr (*value)(Pool& pool, const std::vector<Expr>& standard, const std::vector<Expr>& arguments);
};

Expr normal(Pool& pool, const std::vector<Expr>& standard, const std::vector<Expr>& arguments) {
    return pool.add({arguments[0], pool.multiply({arguments[1], standard[0]})});
}
Expr uniform(Pool& pool, const std::vector<Expr>& standard, const std::vector<Expr>& arguments) {
    return pool.add({arguments[0], pool.multiply({pool.subtract(arguments[1], arguments[0]), standard[0]})});
}
Expr bernoulli(Pool& pool, const std::vector<Expr>& standard, const std::vector<Expr>& arguments) {
    return pool.apply(algebra::Op::less, {standard[0], arguments[0]});
}
Expr exponential(Pool& pool, const std::vector<Expr>& standard, const std::vector<Expr>& arguments) {
    return pool.negate(pool.divide(pool.apply(algebra::Op::log, {standard[0]}), arguments[0]));
}
// The difference of two exponential numbers.
Expr laplace(Pool& pool, const std::vector<Expr>& standard, const std::vector<Expr>& arguments) {
    const Expr right = pool.apply(algebra::Op::log, {standard[0]}), left = pool.apply(algebra::Op::log, {standard[1]});
    return pool.add({arguments[0], pool.multiply({arguments[1], pool.subtract(left, right)})});
}
Expr poisson(Pool& pool, const std::vector<Expr>& standard, const std::vector<Expr>& arguments) {
    return pool.apply(algebra::Op::poisson_quantile, {standard[0], arguments[0]});
}

constexpr std::array<RandomLaw, 6> laws{{{"normal", 2, Distribution::normal, 1, normal},
                                         {"uniform", 2, Distribution::uniform, 1, uniform},
                                         {"bernoulli", 1, Distribution::uniform, 1, bernoulli},
                                         {"exponential", 1, Distribution::uniform, 1, exponential},
                                         {"laplace", 2, Distribution::uniform, 2, laplace},
                                         {"poisson", 1, Distribution::uniform, 1, poisson}}};

// All places over which a number is drawn anew: also those around the function in which it stands.
std::vector<Binding> drawn_over(const Environment& environment) {
    std::vector<Binding> bindings = environment.drawn_over;
    bindings.insert(bindings.end(), environment.indices.begin(), environment.indices.end());
    return bindings;
}

SymbolId symbol_of(Context& context, Distribution distribution, Span span, const Environment& environment,
                   const std::vector<Slot>& slots) {
    std::vector<Span> place = environment.calls;
    place.push_back(span);
    for (const Draw& known : context.model.draws)
        if (known.place == place && known.timing == environment.drawing &&
            context.pool.symbol(known.symbol).slots == slots)
            return known.symbol;
    const auto number = static_cast<std::uint32_t>(context.model.draws.size());
    const char* name = environment.drawing == DrawTiming::white ? "white" : "draw";
    const SymbolId symbol = context.pool.add_symbol(
        {.name = fmt::format("{}{}", name, number + 1), .slots = slots, .row_slots = slots.size()});
    context.model.draws.push_back({symbol, distribution, environment.drawing, number, std::move(place)});
    return symbol;
}

std::optional<std::vector<Expr>> arguments_of(Context& context, const syntax::Call& call, const syntax::Name& name,
                                              const Environment& environment) {
    std::vector<Expr> values;
    for (const syntax::Argument& argument : call.arguments) {
        const auto* expression = std::get_if<syntax::Expression>(&argument.value);
        if (expression == nullptr || argument.key) {
            context.tell(Code::argument_form, argument.span, name.written);
            return std::nullopt;
        }
        const auto value = elaborate_number(context, *expression, environment);
        if (!value)
            return std::nullopt;
        values.push_back(*value);
    }
    return values;
}

// Told where it is a negative constant.
bool is_mean_of_poisson(Context& context, Expr mean, Span span) {
    const auto value = algebra::constant_value(
        context.pool, mean, [&](SymbolId symbol) { return context.model.parameter_value(symbol); });
    if (!value || !(value->real() < 0))
        return true;
    context.tell(Code::poisson_mean_negative, span, value->real());
    return false;
}

} // namespace

Expr standard_draw(Context& context, Distribution distribution, Span span, const Environment& environment) {
    std::vector<Slot> slots;
    std::vector<Place> places;
    for (const Binding& binding : drawn_over(environment)) {
        slots.push_back(slot_of(binding.set));
        places.push_back(binding.place);
    }
    return context.pool.element(symbol_of(context, distribution, span, environment, slots), std::move(places));
}

bool is_distribution(std::string_view name) {
    return std::ranges::find(laws, name, &RandomLaw::name) != laws.end();
}

Value draw(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
           const Environment& environment) {
    const RandomLaw& law = *std::ranges::find(laws, name.text, &RandomLaw::name);
    if (call.arguments.size() != law.arguments) {
        context.tell(Code::argument_count, span, name.written, counted(law.arguments, "argument", "arguments"),
                     call.arguments.size());
        return Poison{};
    }
    const auto arguments = arguments_of(context, call, name, environment);
    if (!arguments)
        return Poison{};
    if (law.name == "poisson" && !is_mean_of_poisson(context, arguments->front(), call.arguments.front().span))
        return Poison{};
    std::vector<Expr> standard{standard_draw(context, law.standard, span, environment)};
    if (law.draws == 2) // the name alone is the place of the second one
        standard.push_back(standard_draw(context, law.standard, name.span, environment));
    return law.value(context.pool, standard, *arguments);
}

Value white_noise(Context& context, Span span, const Environment& environment) {
    Environment here = environment;
    here.drawing = DrawTiming::white;
    return standard_draw(context, Distribution::normal, span, here);
}

void number_streams(Model& model) {
    std::vector<Draw*> in_order;
    for (Draw& draw : model.draws)
        in_order.push_back(&draw);
    std::ranges::stable_sort(in_order, {}, [](const Draw* draw) { return draw->place; });
    for (std::size_t n = 0; n < in_order.size(); ++n)
        in_order[n]->stream = static_cast<std::uint32_t>(n);
}

} // namespace nphys::model
