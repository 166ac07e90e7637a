// Pipelines as loops: two phases for each axis that is cut into blocks; see pipeline.h.
#include <algorithm>

#include "compiler/loops/write.h"

namespace nphys::loops {

// One pass over memory. `steps` is constant 1, or a number up to what the tiling allows.
struct ScheduleWriter::Pass {
    const Pipeline& pipeline;
    IntegerId steps;
    std::int64_t strip = 0;
    bool is_repeated = false;
};

// A block begin..end of one axis, in phase 0 its inside, in phase 1 the border at its beginning.
struct ScheduleWriter::Border {
    const Track& track;
    IntegerId phase, begin, end;
    FunctionBuilder& build;

    [[nodiscard]] IntegerId choose(IntegerId inside, IntegerId at_border) const {
        return build.add(inside, build.multiply(phase, build.subtract(at_border, inside)));
    }
    // What a stage does: first..last-1.
    [[nodiscard]] IntegerId first(IntegerId low, IntegerId high) const {
        return choose(build.add(begin, low), build.subtract(begin, high));
    }
    [[nodiscard]] IntegerId last(IntegerId low, IntegerId high) const {
        return choose(build.subtract(end, high), build.add(begin, low));
    }
};

IntegerId ScheduleWriter::at_step(std::int64_t once, IntegerId step, std::int64_t per_step) {
    return build_.add(build_.multiply(step, per_step), once);
}

void ScheduleWriter::write(const Pipeline& pipeline) {
    if (pipeline.stages.size() == 1)
        write(pipeline.stages.front());
    else
        write_pass(pipeline, build_.integer(1), 0);
    for (std::int32_t step = 0; step < pipeline.steps; ++step)
        build_.advance_step();
}

// A cycle that is one pipeline does several steps in a pass.
void ScheduleWriter::repeat(const Schedule& schedule, IntegerId times) {
    const auto* pipeline = schedule.size() == 1 ? std::get_if<Pipeline>(&schedule.front()) : nullptr;
    const Tiling tiling = pipeline != nullptr ? tiling_of(shop_, *pipeline) : Tiling{};
    if (tiling.steps == 1) {
        build_.loop(LoopKind::serial, "cycle", build_.integer(0), times, [&](IntegerId) {
            const SiteWriter::Scope scope(sites_);
            write(schedule);
        });
        return;
    }
    const IntegerId passes = build_.divide(build_.add(times, tiling.steps - 1), tiling.steps);
    build_.loop(LoopKind::serial, "pass", build_.integer(0), passes, [&](IntegerId pass) {
        const SiteWriter::Scope scope(sites_);
        const IntegerId left = build_.subtract(times, build_.multiply(pass, tiling.steps));
        const IntegerId steps = build_.let("steps", build_.minimum(build_.integer(tiling.steps), left));
        write_pass(*pipeline, steps, tiling.strip);
        build_.loop(LoopKind::serial, "cycle", build_.integer(0), steps, [&](IntegerId) {
            for (std::int32_t step = 0; step < pipeline->steps; ++step)
                build_.advance_step();
        });
    });
}

void ScheduleWriter::write_pass(const Pipeline& pipeline, IntegerId steps, std::int64_t strip) {
    const SiteWriter::Scope scope(sites_);
    const Pass pass{pipeline, steps, strip, !build_.is_constant(steps)};
    const Sweep& first = pipeline.stages.front();
    const Units units = units_of(first);
    if (!pass.is_repeated) {
        for (const Sweep& stage : pipeline.stages)
            sites_.hoist(roots_of(stage), SiteWriter::Hoist::all);
    }
    const Track& track = pipeline.planes;
    const IntegerId count = build_.integer(units.count);
    const IntegerId smallest =
        at_step(track.smallest_block, build_.subtract(steps, 1), track.per_step.low + track.per_step.high);
    const bool is_threaded = std::any_of(pipeline.stages.begin(), pipeline.stages.end(),
                                         [&](const Sweep& stage) { return is_parallel(stage, units); });
    const IntegerId blocks =
        is_threaded ? build_.let("blocks", build_.minimum(build_.threads(), build_.divide(count, smallest))) : build_.integer(1);
    const auto all_blocks = [&](IntegerId phase) {
        const auto one = [&](IntegerId block) {
            const SiteWriter::Scope inner(sites_);
            const IntegerId begin = build_.let("block_begin", build_.divide(build_.multiply(count, block), blocks));
            const IntegerId end = build_.let("block_end", build_.divide(build_.multiply(count, build_.add(block, 1)), blocks));
            write_block(pass, {track, phase, begin, end, build_});
        };
        if (is_threaded)
            build_.loop(LoopKind::parallel, "block", build_.integer(0), blocks, one);
        else
            one(build_.integer(0));
    };
    const bool has_borders = track.most.low + track.most.high > 0 ||
                             (pass.is_repeated && track.per_step.low + track.per_step.high > 0);
    build_.comment(first.label);
    if (has_borders)
        build_.loop(LoopKind::serial, "phase", build_.integer(0), build_.integer(2), all_blocks);
    else
        all_blocks(build_.integer(0));
}

void ScheduleWriter::write_block(const Pass& pass, const Border& planes) {
    if (pass.strip > 0)
        write_strips(pass, planes);
    else
        write_fronts(pass, planes, nullptr, build_.integer(0));
}

// Strip j of a stage that lags by l rows: rows strip*j - l .. strip*(j + 1) - l - 1, as far as they are inside. Then the border.
void ScheduleWriter::write_strips(const Pass& pass, const Border& planes) {
    const Track& track = *pass.pipeline.rows;
    const IntegerId rows = build_.integer(shop_.extent(pass.pipeline.stages.front().axes[1]));
    const IntegerId lag = at_step(track.most.lag, build_.subtract(pass.steps, 1), track.per_step.lag);
    const IntegerId strips = build_.divide(build_.add(build_.add(rows, lag), pass.strip - 1), pass.strip);
    build_.loop(LoopKind::serial, "row_phase", build_.integer(0), build_.integer(2), [&](IntegerId phase) {
        const SiteWriter::Scope scope(sites_);
        const Border border{track, phase, build_.integer(0), rows, build_};
        const IntegerId count = border.choose(strips, build_.integer(1));
        build_.loop(LoopKind::serial, "strip", build_.integer(0), count, [&](IntegerId strip) {
            const SiteWriter::Scope inner(sites_);
            write_fronts(pass, planes, &border, strip);
        });
    });
}

// In phase 0 stages follow each other by their lags; in phase 1 each waits until the one before is through the whole border.
void ScheduleWriter::write_fronts(const Pass& pass, const Border& planes, const Border* rows, IntegerId strip) {
    const Track& track = planes.track;
    const auto stages = static_cast<std::int64_t>(pass.pipeline.stages.size());
    const IntegerId before_last = build_.subtract(pass.steps, 1);
    const IntegerId low = at_step(track.most.low, before_last, track.per_step.low);
    const IntegerId high = at_step(track.most.high, before_last, track.per_step.high);
    const IntegerId width = build_.let("width", build_.add(low, high));
    const IntegerId all_lag = at_step(track.most.lag, before_last, track.per_step.lag);
    const IntegerId border_end = build_.add(build_.add(planes.begin, low), build_.multiply(width, build_.multiply(pass.steps, stages)));
    const IntegerId first = build_.let("first", planes.choose(planes.begin, build_.subtract(planes.begin, high)));
    const IntegerId last = build_.let("last", planes.choose(build_.add(planes.end, all_lag), border_end));
    build_.loop(LoopKind::serial, "front", first, last, [&](IntegerId front) {
        const SiteWriter::Scope at_front(sites_);
        const auto all_stages = [&](IntegerId step) {
            const SiteWriter::Scope scope(sites_);
            if (pass.is_repeated)
                sites_.count_steps(build_.multiply(step, pass.pipeline.steps));
            const auto turn_of = [&](std::size_t k) {
                const Offsets& own = track.stages[k];
                const IntegerId in_order = build_.add(build_.multiply(step, stages), static_cast<std::int64_t>(k));
                const IntegerId behind =
                    planes.choose(at_step(own.lag, step, track.per_step.lag), build_.multiply(width, in_order));
                const IntegerId own_low = at_step(own.low, step, track.per_step.low);
                const IntegerId own_high = at_step(own.high, step, track.per_step.high);
                const IntegerId place = build_.let("place", build_.subtract(front, behind));
                const IntegerId is_due = build_.multiply(build_.less(build_.subtract(planes.first(own_low, own_high), 1), place),
                                                         build_.less(place, planes.last(own_low, own_high)));
                return StageTurn{k, step, place, is_due};
            };
            for (std::size_t k = 0; k < pass.pipeline.stages.size(); ++k) {
                const StageTurn turn = turn_of(k);
                if (const auto pair = joined(shop_, pass.pipeline, k))
                    write_pair(pass, planes, *pair, turn, turn_of(++k), rows, strip);
                else
                    write_stage(pass, turn, rows, strip);
            }
        };
        if (pass.is_repeated)
            build_.loop(LoopKind::serial, "behind", build_.integer(0), pass.steps, all_stages);
        else
            all_stages(build_.integer(0));
    });
}

// At a border of planes, where stages wait for each other, they are apart.
void ScheduleWriter::write_pair(const Pass& pass, const Border& planes, const Joined& pair, const StageTurn& first,
                                const StageTurn& second, const Border* rows, IntegerId strip) {
    const Sweep& one = pass.pipeline.stages[first.stage];
    const Sweep& other = pass.pipeline.stages[second.stage];
    const IntegerId inside = build_.subtract(build_.integer(1), planes.phase);
    build_.comment(pair.sweep.label);
    if (rows == nullptr) {
        const IntegerId both = build_.let("both", build_.multiply(inside, build_.multiply(first.is_due, second.is_due)));
        build_.when(both, [&] { plane(pair.sweep, second.place, pair.ahead); });
        build_.when(build_.subtract(first.is_due, both), [&] { plane(one, first.place, 0); });
        build_.when(build_.subtract(second.is_due, both), [&] { plane(other, second.place, 0); });
        return;
    }
    build_.when(build_.maximum(first.is_due, second.is_due), [&] {
        const SiteWriter::Scope scope(sites_);
        const RowRange of_first = in_strip(pass, first, *rows, strip), of_second = in_strip(pass, second, *rows, strip);
        const IntegerId begin = build_.minimum(of_first.begin, of_second.begin);
        const IntegerId end = build_.maximum(of_first.end, of_second.end);
        build_.loop(LoopKind::serial, "row", begin, end, [&](IntegerId here) {
            const SiteWriter::Scope at_row(sites_);
            const auto is_due = [&](const StageTurn& turn, const RowRange& range) {
                const IntegerId is_in = build_.multiply(build_.less(build_.subtract(range.begin, 1), here), build_.less(here, range.end));
                return build_.let("is_due", build_.multiply(turn.is_due, is_in));
            };
            const IntegerId first_due = is_due(first, of_first), second_due = is_due(second, of_second);
            const IntegerId both = build_.let("both", build_.multiply(inside, build_.multiply(first_due, second_due)));
            build_.when(both, [&] { row_of_plane(pair.sweep, second.place, here, pair.ahead); });
            build_.when(build_.subtract(first_due, both), [&] { row_of_plane(one, first.place, here, 0); });
            build_.when(build_.subtract(second_due, both), [&] { row_of_plane(other, second.place, here, 0); });
        });
    });
}

void ScheduleWriter::write_stage(const Pass& pass, const StageTurn& turn, const Border* rows, IntegerId strip) {
    const Sweep& sweep = pass.pipeline.stages[turn.stage];
    if (sweep.targets.empty())
        return;
    build_.comment(sweep.label);
    build_.when(turn.is_due, [&] {
        if (rows == nullptr)
            return plane(sweep, turn.place, 0);
        const SiteWriter::Scope scope(sites_);
        at_plane(sweep, turn.place, 0);
        const RowRange range = in_strip(pass, turn, *rows, strip);
        build_.loop(LoopKind::serial, "row", range.begin, range.end, [&](IntegerId here) { row_of(sweep, here); });
    });
}

ScheduleWriter::RowRange ScheduleWriter::in_strip(const Pass& pass, const StageTurn& turn, const Border& rows, IntegerId strip) {
    const Track& track = rows.track;
    const Offsets& own = track.stages[turn.stage];
    const IntegerId low = at_step(own.low, turn.step, track.per_step.low);
    const IntegerId high = at_step(own.high, turn.step, track.per_step.high);
    const IntegerId lag = at_step(own.lag, turn.step, track.per_step.lag);
    const IntegerId begin = build_.subtract(build_.multiply(strip, pass.strip), lag);
    const IntegerId first = rows.first(low, high), last = rows.last(low, high);
    // At the border, strip 0 has all rows.
    const IntegerId from = build_.let("row_begin", rows.choose(build_.maximum(first, begin), first));
    const IntegerId to = build_.let("row_end", rows.choose(build_.minimum(last, build_.add(begin, pass.strip)), last));
    return {from, to};
}

// Binds the outermost axis; from no such plane do positions `ahead` reach beyond an edge.
void ScheduleWriter::at_plane(const Sweep& sweep, IntegerId place, std::int64_t ahead) {
    const LoopAxis axis = shop_.graph()[sweep.axes.front()];
    const IntegerId here = build_.let("unit", build_.remainder(place, units_of(sweep).count));
    sites_.bind(sweep.axes.front(), {build_.add(here, axis.begin), axis.begin, axis.end - ahead});
    sites_.hoist(roots_of(sweep), SiteWriter::Hoist::all);
}

void ScheduleWriter::plane(const Sweep& sweep, IntegerId place, std::int64_t ahead) {
    const SiteWriter::Scope scope(sites_);
    if (units_of(sweep).chunk > 0)
        return unit(sweep, build_.let("unit", build_.remainder(place, units_of(sweep).count)));
    at_plane(sweep, place, ahead);
    nest(sweep.axes, 1, roots_of(sweep), nullptr, [&] { store_targets(sweep); }, true);
}

void ScheduleWriter::row_of_plane(const Sweep& sweep, IntegerId place, IntegerId here, std::int64_t ahead) {
    const SiteWriter::Scope scope(sites_);
    at_plane(sweep, place, ahead);
    row_of(sweep, here);
}

void ScheduleWriter::row_of(const Sweep& sweep, IntegerId here) {
    const SiteWriter::Scope scope(sites_);
    const auto roots = roots_of(sweep);
    const LoopAxis axis = shop_.graph()[sweep.axes[1]];
    const IntegerId place = build_.add(build_.remainder(here, axis.end - axis.begin), axis.begin);
    sites_.bind(sweep.axes[1], {build_.let(axis.name, place), axis.begin, axis.end});
    sites_.hoist(roots, SiteWriter::Hoist::all);
    nest(sweep.axes, 2, roots, nullptr, [&] { store_targets(sweep); }, true);
}

} // namespace nphys::loops
