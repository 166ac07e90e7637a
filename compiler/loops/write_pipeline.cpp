// Pipelines as loops: two phases, each over blocks on all threads; see pipeline.h.
#include <algorithm>

#include "compiler/loops/write.h"

namespace nphys::loops {

void ScheduleWriter::write(const Pipeline& pipeline) {
    if (pipeline.stages.size() == 1) {
        write(pipeline.stages.front().sweep);
    } else {
        write_pass(pipeline, build_.integer(1));
    }
    for (std::int32_t step = 0; step < pipeline.steps; ++step)
        build_.advance_step();
}

// A cycle that is one pipeline does several steps in a pass.
void ScheduleWriter::repeat(const Schedule& schedule, IntegerId times) {
    const auto* pipeline = schedule.size() == 1 ? std::get_if<Pipeline>(&schedule.front()) : nullptr;
    const std::int64_t most = pipeline != nullptr ? steps_in_one_pass(shop_, *pipeline) : 1;
    if (most == 1) {
        build_.loop(LoopKind::serial, "cycle", build_.integer(0), times, [&](IntegerId) {
            const SiteWriter::Scope scope(sites_);
            write(schedule);
        });
        return;
    }
    const IntegerId passes = build_.divide(build_.add(times, most - 1), most);
    build_.loop(LoopKind::serial, "pass", build_.integer(0), passes, [&](IntegerId pass) {
        const SiteWriter::Scope scope(sites_);
        const IntegerId done = build_.multiply(pass, most);
        const IntegerId steps = build_.let("steps", build_.minimum(build_.integer(most), build_.subtract(times, done)));
        write_pass(*pipeline, steps);
        build_.loop(LoopKind::serial, "cycle", build_.integer(0), steps, [&](IntegerId) {
            for (std::int32_t step = 0; step < pipeline->steps; ++step)
                build_.advance_step();
        });
    });
}

void ScheduleWriter::write_pass(const Pipeline& pipeline, IntegerId steps) {
    const SiteWriter::Scope scope(sites_);
    const bool is_repeated = !build_.is_constant(steps);
    const Sweep& first = pipeline.stages.front().sweep;
    const Units units = units_of(first);
    if (!is_repeated) {
        for (const Stage& stage : pipeline.stages)
            sites_.hoist(roots_of(stage.sweep), SiteWriter::Hoist::all);
    }
    const std::int64_t more = pipeline.low_per_step + pipeline.high_per_step;
    const IntegerId smallest =
        build_.add(build_.multiply(build_.subtract(steps, 1), more), pipeline.smallest_block);
    const bool is_threaded = is_parallel(first, units);
    const IntegerId blocks =
        is_threaded ? build_.let("blocks", build_.minimum(build_.threads(), build_.divide(build_.integer(units.count), smallest)))
                    : build_.integer(1);
    const bool has_borders = pipeline.low + pipeline.high > 0 || (is_repeated && more > 0);
    const auto all_blocks = [&](IntegerId phase) {
        const auto one = [&](IntegerId block) {
            const SiteWriter::Scope inner(sites_);
            const IntegerId count = build_.integer(units.count);
            const IntegerId begin = build_.let("block_begin", build_.divide(build_.multiply(count, block), blocks));
            const IntegerId end = build_.let("block_end", build_.divide(build_.multiply(count, build_.add(block, 1)), blocks));
            write_block(pipeline, steps, phase, begin, end);
        };
        if (is_threaded)
            build_.loop(LoopKind::parallel, "block", build_.integer(0), blocks, one);
        else
            one(build_.integer(0));
    };
    build_.comment(first.label);
    if (has_borders)
        build_.loop(LoopKind::serial, "phase", build_.integer(0), build_.integer(2), all_blocks);
    else
        all_blocks(build_.integer(0));
}

// Phase 0: the block itself, stages one lag behind the other. Phase 1: the border at its beginning, stage after stage.
void ScheduleWriter::write_block(const Pipeline& pipeline, IntegerId steps, IntegerId phase, IntegerId begin, IntegerId end) {
    const auto stages = static_cast<std::int64_t>(pipeline.stages.size());
    const auto scaled = [&](std::int64_t once, IntegerId step, std::int64_t per_step) {
        return build_.add(build_.multiply(step, per_step), once);
    };
    const IntegerId before_last = build_.subtract(steps, 1);
    const IntegerId low = scaled(pipeline.low, before_last, pipeline.low_per_step);
    const IntegerId high = scaled(pipeline.high, before_last, pipeline.high_per_step);
    std::int64_t lag = 0;
    for (const Stage& stage : pipeline.stages)
        lag = std::max(lag, stage.lag);
    // In phase 1 each stage waits until the one before is through the whole border.
    const IntegerId width = build_.let("width", build_.add(low, high));
    const IntegerId all_lag = scaled(lag, before_last, pipeline.lag_per_step);
    const auto choose = [&](IntegerId block, IntegerId border) {
        return build_.add(block, build_.multiply(phase, build_.subtract(border, block)));
    };
    const IntegerId first = build_.let("first", choose(begin, build_.subtract(begin, high)));
    const IntegerId last = build_.let("last", choose(build_.add(end, all_lag),
                                                     build_.add(build_.add(begin, low), build_.multiply(width, build_.multiply(steps, stages)))));
    build_.loop(LoopKind::serial, "front", first, last, [&](IntegerId front) {
        const SiteWriter::Scope at_front(sites_);
        const auto all_stages = [&](IntegerId step) {
            const SiteWriter::Scope at_step(sites_);
            if (!build_.is_constant(steps))
                sites_.count_steps(build_.multiply(step, pipeline.steps));
            for (std::size_t k = 0; k < pipeline.stages.size(); ++k) {
                const Stage& stage = pipeline.stages[k];
                const IntegerId in_order = build_.add(build_.multiply(step, stages), static_cast<std::int64_t>(k));
                const IntegerId behind = choose(scaled(stage.lag, step, pipeline.lag_per_step), build_.multiply(width, in_order));
                const IntegerId stage_low = scaled(stage.low, step, pipeline.low_per_step);
                const IntegerId stage_high = scaled(stage.high, step, pipeline.high_per_step);
                const IntegerId from = choose(build_.add(begin, stage_low), build_.subtract(begin, stage_high));
                const IntegerId to = choose(build_.subtract(end, stage_high), build_.add(begin, stage_low));
                write_stage(pipeline, k, from, to, build_.let("place", build_.subtract(front, behind)));
            }
        };
        if (build_.is_constant(steps))
            all_stages(build_.integer(0));
        else
            build_.loop(LoopKind::serial, "behind", build_.integer(0), steps, all_stages);
    });
}

void ScheduleWriter::write_stage(const Pipeline& pipeline, std::size_t stage, IntegerId first, IntegerId last, IntegerId place) {
    const Sweep& sweep = pipeline.stages[stage].sweep;
    if (sweep.targets.empty())
        return;
    const IntegerId is_due = build_.multiply(build_.less(build_.subtract(first, 1), place), build_.less(place, last));
    build_.comment(sweep.label);
    build_.when(is_due, [&] {
        const SiteWriter::Scope scope(sites_);
        unit(sweep, build_.let("unit", build_.remainder(place, units_of(sweep).count)));
    });
}

} // namespace nphys::loops
