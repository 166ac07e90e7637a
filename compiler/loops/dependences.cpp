#include "compiler/loops/dependences.h"

#include <algorithm>

namespace nphys::loops {

Dependences::Dependences(const Workshop& shop, const std::vector<Sweep>& stages, std::size_t axis)
    : shop_(shop), stages_(stages), axis_(stages.front().axes[axis]), units_(units_of(shop, stages.front())) {
    if (axis > 0)
        units_ = {shop.extent(axis_), 0};
    for (const Sweep& stage : stages)
        reads_.push_back(reads_of(stage));
}

std::vector<Distances> Dependences::between(std::size_t earlier, std::size_t later) {
    std::vector<Distances> ahead;
    for (const Target& written : stages_[earlier].targets) {
        for (const NodeId read : reads_[later]) {
            if (const auto d = distances(written, read))
                ahead.push_back(*d);
        }
        for (const Target& overwritten : stages_[later].targets) {
            if (overwritten.buffer == written.buffer)
                ahead.push_back({});
        }
    }
    for (const Target& overwritten : stages_[later].targets) {
        for (const NodeId read : reads_[earlier]) {
            if (const auto d = distances(overwritten, read))
                ahead.push_back({-d->high, -d->low});
        }
    }
    return ahead;
}

std::vector<NodeId> Dependences::reads_of(const Sweep& stage) const {
    std::vector<NodeId> roots;
    for (const Target& target : stage.targets)
        roots.push_back(target.value);
    return shop_.graph().reads(roots);
}

// In units, from the place that is written to the places that are read.
std::optional<Distances> Dependences::distances(const Target& written, NodeId id) {
    const Node& read = shop_.graph()[id];
    if (read.buffer != written.buffer)
        return std::nullopt;
    for (std::size_t a = 0; a < written.positions.size(); ++a) {
        if (written.positions[a].axis != axis_)
            continue;
        if (read.positions[a].axis != axis_) {
            fixed_ = false;
            return std::nullopt;
        }
        const Distances d = in_units(read.positions[a].offset - written.positions[a].offset, shop_.shape(read.buffer)[a]);
        reach_ = std::max({reach_, -d.low, d.high});
        return d;
    }
    fixed_ = false;
    return std::nullopt;
}

// A site that many places on lies so many chunks on, or one less; one more where the last chunk is shorter than that.
Distances Dependences::in_units(std::int64_t sites, const Extent& extent) const {
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

} // namespace nphys::loops
