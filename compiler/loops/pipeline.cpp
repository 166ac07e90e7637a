#include "compiler/loops/pipeline.h"

#include <algorithm>
#include <set>

#include "compiler/loops/memory.h"

namespace nphys::loops {

namespace {

// Chunks end at multiples of this, so that they fill vectors.
constexpr std::int64_t chunk_multiple = 64;
constexpr std::int64_t most_steps_in_one_pass = 8;

// What a stage needs of an earlier one: more lag, more room at the low and at the high end of a block.
struct Need { std::int64_t lag = 0, low = 0, high = 0; };

struct Distances { std::int64_t low = 0, high = 0; };

class Analysis {
public:
    Analysis(const Workshop& shop, const std::vector<Sweep>& stages) : shop_(shop), stages_(stages), units_(units_of(shop, stages.front())) {
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
        const AxisId outermost = stages_.front().axes.front();
        for (std::size_t a = 0; a < written.positions.size(); ++a) {
            if (written.positions[a].axis != outermost)
                continue;
            if (read.positions[a].axis != outermost) {
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
    Units units_;
    std::vector<std::vector<NodeId>> reads_;
    std::int64_t reach_ = 0;
};

void settle_stages(Analysis& analysis, std::vector<Stage>& stages) {
    for (std::size_t later = 0; later < stages.size(); ++later) {
        for (std::size_t earlier = 0; earlier < later; ++earlier) {
            const auto need = analysis.need(earlier, later);
            if (!need)
                continue;
            Stage& stage = stages[later];
            stage.lag = std::max(stage.lag, stages[earlier].lag + need->lag);
            stage.low = std::max(stage.low, stages[earlier].low + need->low);
            stage.high = std::max(stage.high, stages[earlier].high + need->high);
        }
    }
}

void settle_steps(Analysis& analysis, Pipeline& pipeline) {
    const auto& stages = pipeline.stages;
    for (std::size_t before = 0; before < stages.size(); ++before) {
        for (std::size_t after = 0; after < stages.size(); ++after) {
            const auto need = analysis.need(before, after);
            if (!need)
                continue;
            const Stage& first = stages[before];
            const Stage& second = stages[after];
            pipeline.lag_per_step = std::max(pipeline.lag_per_step, first.lag + need->lag - second.lag);
            pipeline.low_per_step = std::max(pipeline.low_per_step, first.low + need->low - second.low);
            pipeline.high_per_step = std::max(pipeline.high_per_step, first.high + need->high - second.high);
        }
    }
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
    Pipeline pipeline;
    Analysis analysis(shop, sweeps);
    for (const Sweep& sweep : sweeps)
        pipeline.stages.push_back({sweep, 0, 0, 0});
    settle_stages(analysis, pipeline.stages);
    settle_steps(analysis, pipeline);
    if (!analysis.possible)
        return std::nullopt;
    std::int64_t low = 0, high = 0;
    for (const Stage& stage : pipeline.stages) {
        low = std::max(low, stage.low);
        high = std::max(high, stage.high);
    }
    pipeline.low = low;
    pipeline.high = high;
    pipeline.steps = steps;
    pipeline.smallest_block = low + high + analysis.reach() + 1;
    if (units_of(shop, sweeps.front()).count < pipeline.smallest_block)
        return std::nullopt;
    return pipeline;
}

std::int64_t steps_in_one_pass(const Workshop& shop, const Pipeline& pipeline) {
    const Units units = units_of(shop, pipeline.stages.front().sweep);
    const std::int64_t more = pipeline.low_per_step + pipeline.high_per_step;
    std::set<BufferId> buffers;
    for (const Stage& stage : pipeline.stages) {
        for (const Target& target : stage.sweep.targets) {
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
    const std::int64_t wanted = shop.options().time_steps;
    std::int64_t steps = wanted > 0 ? wanted : most_steps_in_one_pass;
    const auto in_flight = [&](std::int64_t count) {
        return (pipeline.stages.back().lag + (count - 1) * pipeline.lag_per_step + 2) * (bytes / units.count);
    };
    if (wanted == 0 && bytes <= shop.options().close_bytes)
        return 1;
    while (steps > 1 && wanted == 0 && in_flight(steps) > shop.options().cache_bytes)
        steps /= 2;
    while (steps > 1 && units.count < pipeline.smallest_block + (steps - 1) * more)
        --steps;
    return steps;
}

} // namespace nphys::loops
