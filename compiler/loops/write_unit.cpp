// What is done in one unit of a sweep: a plane of its outermost axis, or a chunk of its only one.
#include <algorithm>

#include "compiler/loops/accumulate.h"
#include "compiler/loops/write.h"

namespace nphys::loops {

void ScheduleWriter::unit(const Sweep& sweep, IntegerId unit) {
    switch (sweep.form) {
    case Form::pointwise:
        return pointwise_unit(sweep, unit);
    case Form::lanes:
        return lanes_unit(sweep, unit);
    case Form::rows:
        return rows_unit(sweep, unit);
    case Form::total:
        return total_unit(sweep, unit);
    case Form::product:
        return; // has no units
    }
}

// The part of a one-dimensional nest that a unit covers; else the outermost axis is bound to the unit.
ScheduleWriter::Part ScheduleWriter::part_of(const Sweep& sweep, const Axes& nest, IntegerId unit) {
    const LoopAxis axis = shop_.graph()[nest.front()];
    const Units units = units_of(sweep);
    Part part{build_.integer(axis.begin), build_.integer(axis.end), unit, units.chunk > 0 ? units.count : 1};
    if (part.count > 1) {
        part.begin = build_.add(build_.multiply(unit, units.chunk), axis.begin);
        part.end = build_.minimum(build_.add(part.begin, units.chunk), build_.integer(axis.end));
    } else if (units.chunk == 0) {
        sites_.bind(nest.front(), {build_.add(unit, axis.begin), axis.begin, axis.end});
    }
    return part;
}

void ScheduleWriter::store_targets(const Sweep& sweep) {
    std::vector<ValueId> values;
    for (const Target& target : sweep.targets)
        values.push_back(sites_.value(target.value));
    for (std::size_t n = 0; n < values.size(); ++n) {
        const Target& target = sweep.targets[n];
        build_.store(target.buffer, sites_.index(target.buffer, target.positions), values[n], target.streaming);
    }
}

void ScheduleWriter::pointwise_unit(const Sweep& sweep, IntegerId unit) {
    const SiteWriter::Scope scope(sites_);
    const auto roots = roots_of(sweep);
    const Part part = part_of(sweep, sweep.axes, unit);
    sites_.hoist(roots, SiteWriter::Hoist::all);
    nest(sweep.axes, units_of(sweep).chunk > 0 ? 0 : 1, roots, &part, [&] { store_targets(sweep); }, true);
}

// ---- A reduction for each site ------------------------------------------------------------------------------------------------

void ScheduleWriter::lanes_at_site(const Sweep& sweep, const std::vector<NodeId>& roots) {
    const SiteWriter::Scope scope(sites_);
    for (const Target& target : sweep.targets)
        accumulators_[target.buffer.value] = build_.open(target.combine);
    const auto accumulate = [&] {
        for (const Target& target : sweep.targets)
            build_.accumulate(accumulators_.at(target.buffer.value), sites_.value(target.value));
    };
    if (sweep.sparse)
        serial_nest(sweep.reduced, 0, roots, SiteWriter::Hoist::all, [&] { entries(*sweep.sparse, accumulate); });
    else
        nest(sweep.reduced, 0, roots, nullptr, accumulate);
    for (const Target& target : sweep.targets)
        build_.store(target.buffer, sites_.index(target.buffer, target.positions),
                     build_.read(accumulators_.at(target.buffer.value)));
}

void ScheduleWriter::lanes_unit(const Sweep& sweep, IntegerId unit) {
    const SiteWriter::Scope scope(sites_);
    const auto roots = roots_of(sweep);
    static_cast<void>(part_of(sweep, sweep.axes, unit));
    sites_.hoist(roots, SiteWriter::Hoist::all);
    serial_nest(sweep.axes, 1, roots, SiteWriter::Hoist::all, [&] { lanes_at_site(sweep, roots); });
}

// ---- Reductions for a row of sites, in memory -----------------------------------------------------------------------------------

// acc = acc + value; a product is added by one fma.
void ScheduleWriter::accumulate_in_memory(const Sweep& sweep) {
    const Graph& graph = shop_.graph();
    for (const Target& target : sweep.targets) {
        const IntegerId place = sites_.index(target.buffer, target.positions);
        const ValueId before = build_.load(target.buffer, place);
        const Node& node = graph[target.value];
        const bool is_product = node.kind == NodeKind::compute && node.arithmetic == Arithmetic::multiply;
        ValueId after;
        if (target.combine == Combine::sum && is_product) {
            const ValueId left = sites_.value(node.arguments[0]);
            after = build_.fma(left, sites_.value(node.arguments[1]), before);
        } else {
            const ValueId value = sites_.value(target.value);
            if (target.combine == Combine::sum)
                after = build_.add(before, value);
            else if (target.combine == Combine::product)
                after = build_.multiply(before, value);
            else
                after = build_.select(build_.call(target.combine == Combine::maximum ? algebra::Op::greater : algebra::Op::less,
                                                  {value, before}),
                                      value, before);
        }
        build_.store(target.buffer, place, after);
    }
}

void ScheduleWriter::rows_unit(const Sweep& sweep, IntegerId unit) {
    const SiteWriter::Scope scope(sites_);
    const auto roots = roots_of(sweep);
    const Part part = part_of(sweep, sweep.axes, unit);
    const Part* chunk = units_of(sweep).chunk > 0 ? &part : nullptr;
    sites_.hoist(roots, SiteWriter::Hoist::all);
    const AxisId inner = sweep.axes.back();
    const Axes outer = chunk != nullptr ? Axes{} : Axes(sweep.axes.begin() + 1, sweep.axes.end() - 1);
    serial_nest(outer, 0, roots, SiteWriter::Hoist::all, [&] {
        row(inner, {}, chunk, [&] {
            for (const Target& target : sweep.targets)
                build_.store(target.buffer, sites_.index(target.buffer, target.positions),
                             build_.constant(neutral_of(target.combine)));
        });
        serial_nest(sweep.reduced, 0, roots, SiteWriter::Hoist::all,
                    [&] { row(inner, roots, chunk, [&] { accumulate_in_memory(sweep); }); });
    });
}

// ---- Reductions over everything ---------------------------------------------------------------------------------------------------

void ScheduleWriter::total_unit(const Sweep& sweep, IntegerId unit) {
    const SiteWriter::Scope scope(sites_);
    const auto roots = roots_of(sweep);
    const Part part = part_of(sweep, sweep.reduced, unit);
    sites_.hoist(roots, SiteWriter::Hoist::all);
    for (const Target& target : sweep.targets)
        accumulators_[target.buffer.value] = build_.open(target.combine);
    const auto accumulate = [&] {
        for (const Target& target : sweep.targets)
            build_.accumulate(accumulators_.at(target.buffer.value), sites_.value(target.value));
    };
    const std::size_t depth = units_of(sweep).chunk > 0 ? 0 : 1;
    if (sweep.sparse)
        serial_nest(sweep.reduced, depth, roots, SiteWriter::Hoist::all, [&] { entries(*sweep.sparse, accumulate); });
    else
        nest(sweep.reduced, depth, roots, &part, accumulate);
    for (const Target& target : sweep.targets) {
        const auto found = partial_.find(target.buffer.value);
        const BufferId buffer = found == partial_.end() ? target.buffer : found->second;
        const IntegerId place = found == partial_.end() ? build_.integer(0) : unit;
        build_.store(buffer, place, build_.read(accumulators_.at(target.buffer.value)));
    }
}

void ScheduleWriter::finish_total(const Sweep& sweep, const Units& units) {
    for (const Target& target : sweep.targets) {
        const auto found = partial_.find(target.buffer.value);
        if (found == partial_.end())
            continue;
        const AccumulatorId all = build_.open(target.combine);
        build_.comment("parts of sums put together");
        build_.loop(LoopKind::vector, "unit", build_.integer(0), build_.integer(units.count),
                    [&](IntegerId unit) { build_.accumulate(all, build_.load(found->second, unit)); });
        build_.store(target.buffer, build_.integer(0), build_.read(all));
    }
}

// ---- One element after the other ----------------------------------------------------------------------------------------------------

void ScheduleWriter::sequential(const Sweep& sweep) {
    const SiteWriter::Scope scope(sites_);
    const auto roots = roots_of(sweep);
    sites_.hoist(roots, SiteWriter::Hoist::all_but_memory);
    serial_nest(sweep.axes, 0, roots, SiteWriter::Hoist::all_but_memory, [&] {
        for (const Sweep& reduction : sweep.at_each) {
            Sweep here = reduction;
            std::erase_if(here.axes, [&](AxisId axis) {
                return std::find(sweep.axes.begin(), sweep.axes.end(), axis) != sweep.axes.end();
            });
            here.form = Form::lanes;
            const SiteWriter::Scope fresh(sites_);
            sites_.hoist(roots_of(here), SiteWriter::Hoist::all);
            serial_nest(here.axes, 0, roots_of(here), SiteWriter::Hoist::all, [&] { lanes_at_site(here, roots_of(here)); });
        }
        const SiteWriter::Scope element(sites_);
        store_targets(sweep);
    });
}

} // namespace nphys::loops
