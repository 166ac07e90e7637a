#include "compiler/model/statistics.h"

#include <algorithm>
#include <array>

#include "compiler/algebra/transform.h"
#include "compiler/model/spaces.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

struct StatisticRow {
    std::string_view name;
    StatisticKind kind;
};
constexpr std::array<StatisticRow, 2> statistic_rows{{{"mean", StatisticKind::mean}, {"test", StatisticKind::test}}};

const StatisticRow* row_named(std::string_view name) {
    const auto found = std::ranges::find(statistic_rows, name, &StatisticRow::name);
    return found == statistic_rows.end() ? nullptr : &*found;
}

// The indices that are free in an argument, as places.
std::vector<Place> free_places(const Pool& pool, Expr argument) {
    std::vector<Place> places;
    for (const IndexId index : algebra::dependence(pool, argument).free_indices) {
        Place place;
        place.index = index;
        places.push_back(place);
    }
    return places;
}

std::vector<Slot> slots_at(const Pool& pool, const std::vector<Place>& places) {
    std::vector<Slot> slots;
    for (const Place& place : places) {
        const algebra::Index& index = pool.index(place.index);
        slots.push_back({index.space, index.first, index.last});
    }
    return slots;
}

// Whether a known statistic is the wanted one but for the names of its indices.
bool is_same(Pool& pool, const Statistic& known, const Statistic& wanted) {
    if (known.kind != wanted.kind || slots_at(pool, known.target) != slots_at(pool, wanted.target))
        return false;
    algebra::Substitution renamed;
    for (std::size_t k = 0; k < known.target.size(); ++k)
        renamed.emplace_back(known.target[k].index, wanted.target[k]);
    return algebra::substitute(pool, known.arguments.front(), renamed) == wanted.arguments.front();
}

SymbolId noted(Context& context, Statistic wanted, const std::string& name) {
    for (const Statistic& known : context.model.statistics)
        if (is_same(context.pool, known, wanted))
            return known.symbol;
    const std::vector<Slot> slots = slots_at(context.pool, wanted.target);
    wanted.symbol = context.pool.add_symbol({.name = name, .slots = slots, .row_slots = slots.size()});
    context.model.statistics.push_back(std::move(wanted));
    return context.model.statistics.back().symbol;
}

void refuse_in(Context& context, const std::vector<Component>& components, Span span, const char* what) {
    for (const Component& component : components)
        for (const Statistic& statistic : context.model.statistics)
            if (context.pool.has_symbol(component.value, statistic.symbol)) {
                context.tell(Code::statistic_in_law, statistic.span, context.pool.symbol(statistic.symbol).name, what)
                    .label(span, "read here")
                    .help("statistics stand in `observe` and `expect`");
                return;
            }
}

} // namespace

bool is_statistic(std::string_view name) {
    return row_named(name) != nullptr;
}

Value statistic(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
                const Environment& environment) {
    const auto* argument = call.arguments.size() == 1 && !call.arguments.front().key
                               ? std::get_if<syntax::Expression>(&call.arguments.front().value)
                               : nullptr;
    if (argument == nullptr) {
        context.tell(Code::argument_count, span, name.written, counted(std::size_t{1}, "argument", "arguments"),
                     call.arguments.size());
        return Poison{};
    }
    const auto value = elaborate_number(context, *argument, environment);
    if (!value)
        return Poison{};
    Statistic wanted{{}, row_named(name.text)->kind, free_places(context.pool, *value), {*value}, span};
    const std::vector<Place> places = wanted.target;
    const std::string text = syntax::print(syntax::Expression{span, call});
    return context.pool.element(noted(context, std::move(wanted), text), places);
}

void check_statistics(Context& context) {
    for (const Law& law : context.model.laws)
        refuse_in(context, law.components, law.span, "a law");
    for (const Drive& drive : context.model.drives)
        refuse_in(context, drive.components, drive.span, "a boundary");
    for (const Initial& initial : context.model.initials)
        refuse_in(context, initial.components, initial.span, "an initial value");
}

} // namespace nphys::model
