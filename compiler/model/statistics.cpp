#include "compiler/model/statistics.h"

#include <algorithm>
#include <array>

#include "compiler/algebra/transform.h"
#include "compiler/model/complex.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

struct StatisticRow {
    std::string_view name;
    StatisticKind kind;
    std::size_t quantities, arguments; // quantities stand first
};
constexpr std::array<StatisticRow, 6> statistic_rows{{{"mean", StatisticKind::mean, 1, 1},
                                                      {"test", StatisticKind::test, 1, 1},
                                                      {"variance", StatisticKind::variance, 1, 1},
                                                      {"covariance", StatisticKind::covariance, 2, 2},
                                                      {"quantile", StatisticKind::quantile, 1, 2},
                                                      {"histogram", StatisticKind::histogram, 1, 3}}};

struct MemoryRow {
    std::string_view name;
    MemoryKind kind;
    std::size_t arguments;
};
constexpr std::array<MemoryRow, 3> memory_rows{
    {{"first", MemoryKind::first, 1}, {"delay", MemoryKind::delay, 2}, {"average", MemoryKind::average, 2}}};

template <class Rows>
auto row_named(const Rows& rows, std::string_view name) -> decltype(rows.data()) {
    const auto found = std::ranges::find_if(rows, [&](const auto& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

constexpr std::int64_t most_bins = 100'000;

struct Reader {
    Context& context;
    const syntax::Call& call;
    const syntax::Name& name;
    Span span;
    const Environment& environment;

    [[nodiscard]] std::string text() const { return syntax::print(Expression{span, call}); }

    [[nodiscard]] bool has(std::size_t number) const {
        if (call.arguments.size() == number)
            return true;
        context.tell(Code::argument_count, span, name.written, counted(number, "argument", "arguments"),
                     call.arguments.size());
        return false;
    }

    [[nodiscard]] const Expression* expression(std::size_t k) const {
        const auto* expression = std::get_if<Expression>(&call.arguments[k].value);
        if (expression != nullptr && !call.arguments[k].key)
            return expression;
        context.tell(Code::argument_form, call.arguments[k].span, name.written);
        return nullptr;
    }

    [[nodiscard]] std::optional<std::vector<Expr>> quantities(std::size_t number) const {
        std::vector<Expr> all;
        for (std::size_t k = 0; k < number; ++k) {
            const Expression* written = expression(k);
            const auto value = written == nullptr ? std::nullopt
                                                  : elaborate_real(context, *written, environment,
                                                                   fmt::format("what `{}` takes", name.written));
            if (!value)
                return std::nullopt;
            all.push_back(*value);
        }
        return all;
    }

    // The order of a quantile.
    [[nodiscard]] bool read_order(Statistic& wanted) const {
        const Expression* written = expression(1);
        const auto order = written == nullptr ? std::nullopt : constant(context, *written, environment, "an order");
        if (!order)
            return false;
        if (*order <= 0 || *order >= 1) {
            context.tell(Code::quantile_out_of_range, written->span, *order)
                .help("the median is `quantile({}, 0.5)`", syntax::print(*expression(0)));
            return false;
        }
        wanted.numbers = {*order};
        return true;
    }

    // How many bins, and from where to where.
    [[nodiscard]] bool read_bins(Statistic& wanted) const {
        const Expression* number = expression(1);
        const auto bins = number == nullptr ? std::nullopt : whole_number(context, *number, environment, "a number of bins");
        if (!bins)
            return false;
        if (*bins < 1 || *bins > most_bins) {
            context.tell(Code::bins_out_of_range, number->span, *bins, most_bins);
            return false;
        }
        const auto* range = std::get_if<syntax::Range>(&call.arguments[2].value);
        if (range == nullptr || range->step || call.arguments[2].key) {
            context.tell(Code::histogram_needs_range, call.arguments[2].span)
                .help("write `{}({}, {}, -2..2)`", name.written, syntax::print(*expression(0)), *bins);
            return false;
        }
        const auto low = constant(context, *range->first, environment, "an end of a range");
        const auto high = constant(context, *range->last, environment, "an end of a range");
        if (!low || !high)
            return false;
        if (*low >= *high) {
            context.tell(Code::histogram_range_empty, range->span, *low, *high);
            return false;
        }
        wanted.bins = *bins;
        wanted.numbers = {*low, *high};
        return true;
    }

    // The time that a delay or an average goes back.
    [[nodiscard]] bool read_time(Memory& wanted) const {
        const Expression* written = expression(1);
        const auto time = written == nullptr ? std::nullopt : constant(context, *written, environment, "a time");
        if (!time)
            return false;
        if (*time <= 0) {
            context.tell(Code::time_back_not_positive, written->span, name.written, *time)
                .help("write `{}({}, 1)`", name.written, syntax::print(*expression(0)));
            return false;
        }
        wanted.span_of_time = *time;
        return true;
    }

    [[nodiscard]] bool is_condition() const {
        const Expression* written = expression(0);
        if (written == nullptr)
            return false;
        const Expression& inner = syntax::ungrouped(*written);
        const auto* unary = std::get_if<syntax::Unary>(&inner.node);
        if (std::holds_alternative<syntax::Comparison>(inner.node) ||
            std::holds_alternative<syntax::Logical>(inner.node) ||
            (unary != nullptr && unary->op == syntax::UnaryOperator::logical_not))
            return true;
        context.tell(Code::first_of_no_condition, written->span, syntax::print(*written))
            .help("compare it: `first({} > 0)`", syntax::print(*written));
        return false;
    }
};

std::vector<Slot> slots_at(const Pool& pool, const std::vector<Place>& places) {
    std::vector<Slot> slots;
    for (const Place& place : places) {
        const algebra::Index& index = pool.index(place.index);
        slots.push_back({index.space, index.first, index.last});
    }
    return slots;
}

// The same but for the names of the indices.
bool is_same(Pool& pool, const std::vector<Place>& known, const std::vector<Expr>& known_values,
             const std::vector<Place>& wanted, const std::vector<Expr>& wanted_values) {
    if (slots_at(pool, known) != slots_at(pool, wanted) || known_values.size() != wanted_values.size())
        return false;
    algebra::Substitution renamed;
    for (std::size_t k = 0; k < known.size(); ++k)
        renamed.emplace_back(known[k].index, wanted[k]);
    for (std::size_t k = 0; k < known_values.size(); ++k)
        if (algebra::substitute(pool, known_values[k], renamed) != wanted_values[k])
            return false;
    return true;
}

// A range of its own, with the middles of the bins as coordinates.
Slot bins_of(Context& context, const Statistic& histogram) {
    const double width = (histogram.numbers.back() - histogram.numbers.front()) / static_cast<double>(histogram.bins);
    algebra::Space space;
    space.name = "bins" + std::to_string(context.model.statistics.size() + 1);
    space.axes = {{.coordinate = "value",
                   .first = 1,
                   .extent = histogram.bins,
                   .edge = algebra::Edge::strict,
                   .origin = histogram.numbers.front() + width / 2,
                   .spacing = width}};
    return {context.pool.add_space(std::move(space)), 1, histogram.bins};
}

SymbolId noted(Context& context, Memory wanted, const std::string& name) {
    for (const Memory& known : context.model.memories)
        if (known.kind == wanted.kind && known.span_of_time == wanted.span_of_time &&
            is_same(context.pool, known.target, {known.argument}, wanted.target, {wanted.argument}))
            return known.symbol;
    const std::vector<Slot> slots = slots_at(context.pool, wanted.target);
    wanted.symbol = context.pool.add_symbol({.name = name, .slots = slots, .row_slots = slots.size()});
    context.model.memories.push_back(std::move(wanted));
    return context.model.memories.back().symbol;
}

// A histogram is a tensor over its bins.
Value over_bins(Context& context, SymbolId symbol, const std::vector<Place>& places, const std::string& name) {
    Whole bins({context.pool.symbol(symbol).slots.back()}, 1,
               [&context, symbol, places](std::span<const Place> bin) -> std::optional<Expr> {
                   std::vector<Place> all = places;
                   all.push_back(bin.front());
                   return context.pool.element(symbol, std::move(all));
               });
    bins.name = name;
    return bins;
}

} // namespace

std::vector<Place> free_places(const Pool& pool, const std::vector<Expr>& arguments) {
    std::vector<Place> places;
    for (const Expr argument : arguments)
        for (const IndexId index : algebra::dependence(pool, argument).free_indices) {
            Place place;
            place.index = index;
            if (std::ranges::find(places, place) == places.end())
                places.push_back(place);
        }
    return places;
}

SymbolId noted(Context& context, Statistic wanted, const std::string& name, std::optional<Slot> results) {
    for (const Statistic& known : context.model.statistics)
        if (known.kind == wanted.kind && known.numbers == wanted.numbers && known.bins == wanted.bins &&
            is_same(context.pool, known.target, known.arguments, wanted.target, wanted.arguments))
            return known.symbol;
    std::vector<Slot> slots = slots_at(context.pool, wanted.target);
    if (results)
        slots.back() = *results;
    if (wanted.bins > 0)
        slots.push_back(bins_of(context, wanted));
    wanted.symbol = context.pool.add_symbol({.name = name, .slots = slots, .row_slots = slots.size()});
    context.model.statistics.push_back(std::move(wanted));
    return context.model.statistics.back().symbol;
}

bool is_statistic(std::string_view name) {
    return row_named(statistic_rows, name) != nullptr;
}
bool is_memory(std::string_view name) {
    return row_named(memory_rows, name) != nullptr;
}

Value statistic(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
                const Environment& environment) {
    const StatisticRow& row = *row_named(statistic_rows, name.text);
    const Reader reader{context, call, name, span, environment};
    if (!reader.has(row.arguments))
        return Poison{};
    const auto arguments = reader.quantities(row.quantities);
    if (!arguments)
        return Poison{};
    Statistic wanted{{}, row.kind, free_places(context.pool, *arguments), *arguments, {}, 0, span};
    if ((row.kind == StatisticKind::quantile && !reader.read_order(wanted)) ||
        (row.kind == StatisticKind::histogram && !reader.read_bins(wanted)))
        return Poison{};
    const std::vector<Place> places = wanted.target;
    const SymbolId symbol = noted(context, std::move(wanted), reader.text());
    if (row.kind == StatisticKind::histogram)
        return over_bins(context, symbol, places, reader.text());
    return context.pool.element(symbol, places);
}

Value memory(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
             const Environment& environment) {
    const MemoryRow& row = *row_named(memory_rows, name.text);
    const Reader reader{context, call, name, span, environment};
    if (!reader.has(row.arguments) || (row.kind == MemoryKind::first && !reader.is_condition()))
        return Poison{};
    const auto arguments = reader.quantities(1);
    if (!arguments)
        return Poison{};
    Memory wanted{{}, row.kind, free_places(context.pool, *arguments), arguments->front(), 0, span};
    if (row.kind != MemoryKind::first && !reader.read_time(wanted))
        return Poison{};
    const std::vector<Place> places = wanted.target;
    return context.pool.element(noted(context, std::move(wanted), reader.text()), places);
}

} // namespace nphys::model
