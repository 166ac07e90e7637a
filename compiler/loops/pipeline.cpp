#include "compiler/loops/pipeline.h"

#include <algorithm>
#include <set>

#include "compiler/loops/dependences.h"
#include "compiler/loops/memory.h"

namespace nphys::loops {

namespace {

// Chunks end at multiples of this, so that they fill vectors.
constexpr std::int64_t chunk_multiple = 64;
constexpr std::int64_t most_steps_in_one_pass = 8;
// Borders are done with less locality: not more than this part of a block.
constexpr std::int64_t border_part = 8;

// What a stage needs of an earlier one: more lag, more room at the low and at the high end of a block.
struct Need { std::int64_t lag = 0, low = 0, high = 0; };

// Nothing: no dependence.
std::optional<Need> need(Dependences& dependences, std::size_t earlier, std::size_t later) {
    std::optional<Need> all;
    for (const Distances& ahead : dependences.between(earlier, later)) {
        const Need need{ahead.high, -ahead.low, ahead.high};
        if (!all)
            all = need;
        all = Need{std::max(all->lag, need.lag), std::max(all->low, need.low), std::max(all->high, need.high)};
    }
    return all;
}

Offsets later_by(const Offsets& offsets, const Need& need) {
    return {offsets.lag + need.lag, offsets.low + need.low, offsets.high + need.high};
}

void raise(Offsets& offsets, const Offsets& least) {
    offsets = {std::max(offsets.lag, least.lag), std::max(offsets.low, least.low), std::max(offsets.high, least.high)};
}

std::optional<Track> track_along(const Workshop& shop, const std::vector<Sweep>& sweeps, std::size_t axis) {
    Dependences dependences(shop, sweeps, axis);
    Track track;
    track.stages.resize(sweeps.size());
    for (std::size_t later = 0; later < sweeps.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            if (const auto needed = need(dependences, earlier, later))
                raise(track.stages[later], later_by(track.stages[earlier], *needed));
        }
        raise(track.most, track.stages[later]);
    }
    for (std::size_t before = 0; before < sweeps.size(); ++before) {
        for (std::size_t after = 0; after < sweeps.size(); ++after) {
            if (const auto needed = need(dependences, before, after)) {
                const Offsets least = later_by(track.stages[before], *needed);
                const Offsets& own = track.stages[after];
                raise(track.per_step, {least.lag - own.lag, least.low - own.low, least.high - own.high});
            }
        }
    }
    track.smallest_block = track.most.low + track.most.high + dependences.reach() + 1;
    if (!dependences.fixed() || dependences.units() < track.smallest_block)
        return std::nullopt;
    return track;
}

// Bytes of all arrays that the stages touch.
std::int64_t bytes_touched(const Workshop& shop, const Pipeline& pipeline) {
    std::set<BufferId> buffers;
    for (const Sweep& sweep : pipeline.stages) {
        for (const Target& target : sweep.targets) {
            buffers.insert(target.buffer);
            for (const NodeId read : shop.graph().reads({target.value}))
                buffers.insert(shop.graph()[read].buffer);
        }
    }
    std::int64_t bytes = 0;
    for (const BufferId buffer : buffers) {
        const Buffer& of = shop.placed().module.buffers[buffer.index()];
        bytes += of.size * bytes_of(of.type);
    }
    return bytes;
}

std::int64_t border(const Track& track, std::int64_t steps) {
    return track.most.low + track.most.high + (steps - 1) * (track.per_step.low + track.per_step.high);
}

bool has_room(const Track& track, std::int64_t units, std::int64_t steps) {
    return units >= track.smallest_block + (steps - 1) * (track.per_step.low + track.per_step.high);
}

// Planes (or rows) between the first and the last stage.
std::int64_t in_flight(const Track& track, std::int64_t steps) {
    return track.most.lag + (steps - 1) * track.per_step.lag + 2;
}

} // namespace

Units units_of(const Workshop& shop, const Sweep& sweep) {
    const auto& axes = sweep.axes.empty() ? sweep.reduced : sweep.axes;
    if (axes.empty())
        return {1, 1};
    const std::int64_t extent = shop.extent(axes.front());
    const bool has_planes = axes.size() > 1 || sweep.form == Form::lanes || sweep.sparse;
    if (has_planes)
        return {extent, 0};
    const std::int64_t chunk = std::max<std::int64_t>(shop.options().chunk / chunk_multiple, 1) * chunk_multiple;
    return {(extent + chunk - 1) / chunk, chunk};
}

std::optional<Pipeline> pipeline_of(const Workshop& shop, std::vector<Sweep> sweeps, std::int32_t steps) {
    auto planes = track_along(shop, sweeps, 0);
    if (!planes)
        return std::nullopt;
    Pipeline pipeline;
    pipeline.planes = std::move(*planes);
    if (sweeps.front().axes.size() > 2)
        pipeline.rows = track_along(shop, sweeps, 1);
    pipeline.stages = std::move(sweeps);
    pipeline.steps = steps;
    return pipeline;
}

Tiling tiling_of(const Workshop& shop, const Pipeline& pipeline) {
    const LowerOptions& options = shop.options();
    const Units units = units_of(shop, pipeline.stages.front());
    const std::int64_t bytes = bytes_touched(shop, pipeline);
    const std::int64_t close = options.close_bytes * 5 / 8, plane = std::max<std::int64_t>(bytes / units.count, 1);
    const bool is_chosen = options.time_steps > 0;
    if (!is_chosen && bytes <= close)
        return {};
    std::int64_t most = is_chosen ? options.time_steps : most_steps_in_one_pass;
    while (most > 1 && (!has_room(pipeline.planes, units.count, most) ||
                        (!is_chosen && border(pipeline.planes, most) * border_part > units.count)))
        --most;
    // Whole planes, if they fit.
    for (std::int64_t steps = most; steps > 1; --steps) {
        if (options.strip_rows == 0 && (is_chosen || in_flight(pipeline.planes, steps) * plane <= close))
            return {steps, 0};
    }
    // Or with ease into the last cache: planes far apart in memory compete for sets of the nearer one, and strips do most.
    for (std::int64_t steps = most; steps > 1; --steps) {
        if (options.strip_rows == 0 && in_flight(pipeline.planes, steps) * plane * 3 <= options.cache_bytes)
            return {steps, 0};
    }
    // Strips of rows, if they are wide enough that what is read twice is less than half.
    if (pipeline.rows) {
        const std::int64_t rows = shop.extent(pipeline.stages.front().axes[1]);
        for (std::int64_t steps = most; steps > 1; --steps) {
            if (!has_room(*pipeline.rows, rows, steps))
                continue;
            const std::int64_t skew = in_flight(*pipeline.rows, steps);
            const std::int64_t fitting = close / std::max<std::int64_t>(in_flight(pipeline.planes, steps) * (plane / rows), 1) - skew;
            if (options.strip_rows > 0)
                return {steps, options.strip_rows};
            if (fitting >= skew)
                return {steps, std::min(fitting, rows)};
        }
    }
    for (std::int64_t steps = most; steps > 1; --steps) {
        if (is_chosen || in_flight(pipeline.planes, steps) * plane * 2 <= options.cache_bytes)
            return {steps, 0};
    }
    return {};
}

} // namespace nphys::loops
