#include "compiler/model/draws.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/model/later.h"
#include "compiler/model/spaces.h"
#include "compiler/model/wording.h"

namespace nphys::model {
namespace {

SymbolId symbol_of(Context& context, Distribution distribution, Span span, const Environment& environment) {
    const auto known = std::ranges::find(context.model.draws, span, &Draw::span);
    if (known != context.model.draws.end())
        return known->symbol;
    std::vector<Slot> slots;
    for (const Binding& binding : environment.indices)
        slots.push_back(slot_of(binding.set));
    const auto number = static_cast<std::uint32_t>(context.model.draws.size());
    const SymbolId symbol =
        context.pool.add_symbol({.name = fmt::format("draw{}", number + 1), .slots = slots, .row_slots = slots.size()});
    context.model.draws.push_back({symbol, distribution, number, span});
    return symbol;
}

} // namespace

Value draw(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
           const Environment& environment) {
    if (!environment.in_initial)
        return tell_later(context, Code::later_draws, span, "a random number outside `init`");
    if (call.arguments.size() != 2) {
        context.tell(Code::argument_count, span, name.written, counted(std::size_t{2}, "argument", "arguments"),
                     call.arguments.size());
        return Poison{};
    }
    std::optional<Expr> arguments[2];
    for (std::size_t k = 0; k < 2; ++k) {
        const auto* expression = std::get_if<syntax::Expression>(&call.arguments[k].value);
        if (expression == nullptr || call.arguments[k].key) {
            context.tell(Code::argument_form, call.arguments[k].span, name.written);
            return Poison{};
        }
        arguments[k] = elaborate_number(context, *expression, environment);
        if (!arguments[k])
            return Poison{};
    }
    const bool normal = name.text == "normal";
    std::vector<Place> places;
    for (const Binding& binding : environment.indices)
        places.push_back(binding.place);
    const SymbolId symbol =
        symbol_of(context, normal ? Distribution::normal : Distribution::uniform, span, environment);
    const Expr number = context.pool.element(symbol, std::move(places));
    const Expr scale = normal ? *arguments[1] : context.pool.subtract(*arguments[1], *arguments[0]);
    return context.pool.add({*arguments[0], context.pool.multiply({scale, number})});
}

} // namespace nphys::model
