#include "compiler/loops/pipeline.h"

#include <algorithm>
#include <set>

#include "compiler/loops/memory.h"

namespace nphys::loops {

namespace {

// Chunks end at multiples of this, so that they fill vectors.
constexpr std::int64_t chunk_multiple = 64;
constexpr std::int64_t most_steps_in_one_pass = 8;
// Borders are done with less locality: not more than this part of a block.
constexpr std::int64_t border_part = 4;

// What a stage needs of an earlier one: more lag, more room at the low and at the high end of a block.
struct Need { std::int64_t lag = 0, low = 0, high = 0; };

struct Distances { std::int64_t low = 0, high = 0; };

class Analysis {
public:
    Analysis(const Workshop& shop, const std::vector<Sweep>& stages, std::size_t axis)
        : shop_(shop), stages_(stages), axis_(stages.front().axes[axis]), units_(units_of(shop, stages.front())) {
        if (axis > 0)
            units_ = {shop.extent(axis_), 0};
        for (const Sweep& stage : stages)
            reads_.push_back(reads_of(stage));
    }

    // Nothing: no dependence. `possible` becomes false where a dependence has no fixed distance.
    std::optional<Need> need(std::size_t earlier, std::size_t later) {
        std::optional<Need> all;
        const auto require = [&](Need need) {
            if (!all)
                all = need;
            all = Need{std::max(all->lag, need.lag), std::max(all->low, need.low), std::max(all->high, need.high)};
        };
        for (const Target& written : stages_[earlier].targets) {
            for (const NodeId read : reads_[later]) {
                if (const auto d = distances(written, read))
                    require({d->high, -d->low, d->high});
            }
            for (const Target& overwritten : stages_[later].targets) {
                if (overwritten.buffer == written.buffer)
                    require({});
            }
        }
        for (const Target& overwritten : stages_[later].targets) {
            for (const NodeId read : reads_[earlier]) {
                if (const auto d = distances(overwritten, read))
                    require({-d->low, d->high, -d->low});
            }
        }
        return all;
    }

    [[nodiscard]] std::int64_t reach() const { return reach_; }
    [[nodiscard]] std::int64_t units() const { return units_.count; }

    bool possible = true;

private:
    [[nodiscard]] std::vector<NodeId> reads_of(const Sweep& stage) const {
        std::vector<NodeId> roots;
        for (const Target& target : stage.targets)
            roots.push_back(target.value);
        return shop_.graph().reads(roots);
    }

    // In units, from the place that is written to the places that are read.
    std::optional<Distances> distances(const Target& written, NodeId id) {
        const Node& read = shop_.graph()[id];
        if (read.buffer != written.buffer)
            return std::nullopt;
        for (std::size_t a = 0; a < written.positions.size(); ++a) {
            if (written.positions[a].axis != axis_)
                continue;
            if (read.positions[a].axis != axis_) {
                possible = false;
                return std::nullopt;
            }
            const Distances d = in_units(read.positions[a].offset - written.positions[a].offset, shop_.shape(read.buffer)[a]);
            reach_ = std::max({reach_, -d.low, d.high});
            return d;
        }
        possible = false;
        return std::nullopt;
    }

    // A site that many places on lies so many chunks on, or one less; one more where the last chunk is shorter than that.
    [[nodiscard]] Distances in_units(std::int64_t sites, const Extent& extent) const {
        Distances d{sites, sites};
        if (units_.chunk > 0) {
            const std::int64_t far = sites < 0 ? -sites : sites;
            const std::int64_t last = extent.size % units_.chunk;
            std::int64_t chunks = (far + units_.chunk - 1) / units_.chunk;
            if (last != 0 && far > last)
                ++chunks;
            d = {sites < 0 ? -chunks : 0, sites > 0 ? chunks : 0};
        }
        if (extent.edge == algebra::Edge::reflecting) // a mirror turns distances around
            d = {std::min(d.low, -d.high), std::max(d.high, -d.low)};
        return d;
    }

    const Workshop& shop_;
    const std::vector<Sweep>& stages_;
    AxisId axis_;
    Units units_;
    std::vector<std::vector<NodeId>> reads_;
    std::int64_t reach_ = 0;
};

Offsets later_by(const Offsets& offsets, const Need& need) {
    return {offsets.lag + need.lag, offsets.low + need.low, offsets.high + need.high};
}

void raise(Offsets& offsets, const Offsets& least) {
    offsets = {std::max(offsets.lag, least.lag), std::max(offsets.low, least.low), std::max(offsets.high, least.high)};
}

std::optional<Track> track_along(const Workshop& shop, const std::vector<Sweep>& sweeps, std::size_t axis) {
    Analysis analysis(shop, sweeps, axis);
    Track track;
    track.stages.resize(sweeps.size());
    for (std::size_t later = 0; later < sweeps.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            if (const auto need = analysis.need(earlier, later))
                raise(track.stages[later], later_by(track.stages[earlier], *need));
        }
        raise(track.most, track.stages[later]);
    }
    for (std::size_t before = 0; before < sweeps.size(); ++before) {
        for (std::size_t after = 0; after < sweeps.size(); ++after) {
            if (const auto need = analysis.need(before, after)) {
                const Offsets least = later_by(track.stages[before], *need);
                const Offsets& own = track.stages[after];
                raise(track.per_step, {least.lag - own.lag, least.low - own.low, least.high - own.high});
            }
        }
    }
    track.smallest_block = track.most.low + track.most.high + analysis.reach() + 1;
    if (!analysis.possible || analysis.units() < track.smallest_block)
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
