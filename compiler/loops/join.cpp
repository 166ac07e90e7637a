#include "compiler/loops/join.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "compiler/loops/dependences.h"

namespace nphys::loops {

namespace {

// Both alone are written out too, and with more arithmetic than this a row that is read once more is nothing.
constexpr std::size_t most_nodes_joined = 128;

bool is_same_place(const Target& target, const Node& read) {
    return target.buffer == read.buffer && target.positions == read.positions;
}

// What of the first stage the next one needs lies at the same site of the plane that the first one is at, or in planes before.
bool meet_at_a_site(const Workshop& shop, const Pipeline& pipeline, std::size_t first, std::int64_t ahead) {
    const std::vector<Sweep>& stages = pipeline.stages;
    const std::vector<Distances> planes = Dependences(shop, stages, 0).between(first, first + 1);
    for (std::size_t axis = 1; axis < stages.front().axes.size(); ++axis) {
        Dependences along(shop, stages, axis);
        const std::vector<Distances> distances = along.between(first, first + 1);
        if (!along.fixed())
            return false;
        for (std::size_t n = 0; n < planes.size(); ++n)
            if (planes[n].high >= ahead && distances[n] != Distances{})
                return false;
    }
    return true;
}

Sweep shifted(Graph& graph, Sweep sweep, std::int64_t places) {
    const AxisId axis = sweep.axes.front();
    for (Target& target : sweep.targets) {
        target.value = graph.rewrite(target.value, [&](NodeId leaf) { return graph.shifted(leaf, axis, places); });
        for (Position& position : target.positions)
            if (position.axis == axis)
                position.offset += places;
    }
    return sweep;
}

} // namespace

std::optional<Joined> joined(Workshop& shop, const Pipeline& pipeline, std::size_t first) {
    const std::vector<Sweep>& stages = pipeline.stages;
    if (first + 1 >= stages.size() || stages.front().axes.size() < 2 || stages[first].targets.empty() || stages[first + 1].targets.empty())
        return std::nullopt;
    const std::int64_t ahead = pipeline.planes.stages[first + 1].lag - pipeline.planes.stages[first].lag;
    if (ahead <= 0 || !meet_at_a_site(shop, pipeline, first, ahead))
        return std::nullopt;
    Joined pair{merged(shop.graph(), shifted(shop.graph(), stages[first], ahead), stages[first + 1]), ahead};
    std::vector<NodeId> roots;
    for (const Target& target : pair.sweep.targets)
        roots.push_back(target.value);
    if (std::as_const(shop).graph().size_below(roots) > most_nodes_joined)
        return std::nullopt;
    pair.sweep.label = stages[first].label + ", " + stages[first + 1].label;
    return pair;
}

Sweep merged(Graph& graph, Sweep earlier, const Sweep& later) {
    std::vector<Target> targets = earlier.targets;
    for (const Target& target : later.targets) {
        Target here = target;
        here.value = graph.rewrite(target.value, [&](NodeId id) {
            const Node& read = graph[id];
            if (read.kind != NodeKind::read)
                return NodeId{};
            for (const Target& written : earlier.targets) {
                if (is_same_place(written, read))
                    return written.value;
            }
            return NodeId{};
        });
        const auto same = std::find_if(targets.begin(), targets.end(), [&](const Target& other) {
            return other.buffer == here.buffer && other.positions == here.positions;
        });
        if (same != targets.end())
            *same = std::move(here);
        else
            targets.push_back(std::move(here));
    }
    earlier.targets = std::move(targets);
    if (earlier.label != later.label)
        earlier.label += "; " + later.label;
    return earlier;
}

} // namespace nphys::loops
