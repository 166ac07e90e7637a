#include "compiler/dynamics/metric_watch.h"

#include <algorithm>
#include <optional>

#include "compiler/algebra/matrix.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/copies.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::Place;
using algebra::Pool;

bool changes(const Pool& pool, const std::vector<Expr>& entries) {
    return std::ranges::any_of(entries, [&](Expr entry) { return algebra::depends_on_fields(pool, entry) || pool.facts(entry).time; });
}

// Positive where the matrix is (Sylvester).
std::optional<Expr> least_minor(Pool& pool, const algebra::SymbolicMatrix& matrix) {
    std::vector<Expr> minors;
    for (std::size_t size = 1; size <= matrix.size; ++size) {
        algebra::SymbolicMatrix leading{size, {}};
        for (std::size_t place = 0; place < size * size; ++place)
            leading.entries.push_back(matrix.at(place / size, place % size));
        const auto minor = algebra::determinant(pool, leading);
        if (!minor)
            return std::nullopt;
        minors.push_back(minors.empty() ? *minor : pool.apply(algebra::Op::min, {minors.back(), *minor}));
    }
    return minors.back();
}

// Where metrics are local, components at equal places of long indices share one matrix.
std::vector<Place> long_places(const Component& component) {
    std::vector<Place> places;
    for (const Place& place : component.target)
        if (!place.is_literal())
            places.push_back(place);
    return places;
}

} // namespace

void watch_metrics(const model::Model& model, Program& program) {
    Pool& pool = *program.pool;
    Update update{.label = "the least leading minors of metrics", .assignments = {}};
    for (WatchedMetric& metric : program.metrics) {
        metric.number = program.in_memory(metric.number);
        program.outputs.push_back(metric.number);
    }
    for (const model::Law& law : model.laws) {
        if (!law.given_metric || law.components.empty() || !changes(pool, law.given_metric->entries))
            continue;
        const std::optional<Expr> least = least_minor(pool, {law.components.size(), law.given_metric->entries});
        if (!least)
            continue;
        const Component& first = law.components.front();
        const std::string variable = pool.symbol(first.tensor).name;
        algebra::Symbol symbol{.name = variable, .slots = {}};
        const Expr plain = simplified(pool, *least);
        Component watched{{}, long_places(first), in_copy(program, plain)};
        for (const Place& place : watched.target) {
            const algebra::Index& index = pool.index(place.index);
            symbol.slots.push_back({index.space, index.first, index.last});
        }
        if (program.copies && pool.has_index(watched.value, program.copies->index)) {
            symbol.slots.push_back({program.copies->space, 1, program.copies->number});
            watched.target.push_back(Place{program.copies->index});
        }
        symbol.row_slots = symbol.slots.size();
        watched.tensor = pool.add_symbol(std::move(symbol));
        program.outputs.push_back(watched.tensor);
        program.metrics.push_back({law.given_metric->name, variable, watched.tensor});
        update.assignments.push_back(std::move(watched));
    }
    if (!update.assignments.empty())
        program.observe.emplace_back(std::move(update));
}

} // namespace nphys::dynamics
