#include "compiler/loops/update.h"

#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/loops/memory.h"

namespace nphys::loops {

using algebra::Place;
using model::Component;

namespace {

std::vector<std::uint32_t> key_of(const std::vector<AxisId>& axes) {
    std::vector<std::uint32_t> key;
    for (const AxisId axis : axes)
        key.push_back(axis.value);
    return key;
}

bool reads_buffer(const Graph& graph, const Sweep& sweep, BufferId buffer) {
    std::vector<NodeId> roots;
    for (const Target& target : sweep.targets)
        roots.push_back(target.value);
    const auto reads = graph.reads(roots);
    return std::any_of(reads.begin(), reads.end(), [&](NodeId id) { return graph[id].buffer == buffer; });
}

} // namespace

// Equal sets get equal index variables, so that equal expressions of different assignments are one.
Component UpdateLowering::with_canonical_indices(const Component& component) {
    Component result = component;
    algebra::Substitution substitution;
    std::vector<algebra::IndexId> taken;
    for (Place& place : result.target) {
        if (place.is_literal())
            continue;
        std::size_t ordinal = 0;
        algebra::IndexId canonical = shop_.canonical(place.index, ordinal);
        while (std::find(taken.begin(), taken.end(), canonical) != taken.end())
            canonical = shop_.canonical(place.index, ++ordinal);
        taken.push_back(canonical);
        Place here;
        here.index = canonical;
        substitution.emplace_back(place.index, here);
        place.index = canonical;
    }
    if (!substitution.empty())
        result.value = algebra::substitute(shop_.pool_, result.value, substitution);
    return result;
}

UpdateLowering::Axes UpdateLowering::domain_of(const Location& location) const {
    Axes axes;
    for (const Position& position : location.positions) {
        if (position.axis.valid())
            axes.push_back(position.axis);
    }
    return axes;
}

Values UpdateLowering::values_for(const Axes& order) {
    return {shop_.pool_, shop_.graph_, shop_.placed_, shop_.names_, arithmetic_, order,
            [this, order](Expr reduce) { return extract(reduce, order); },
            [this](Expr element) {
                const auto* node = shop_.pool_.get<algebra::Element>(element);
                const BufferId buffer = shop_.dense(node->tensor);
                std::vector<Position> positions;
                for (std::size_t s = 0; s < node->positions.size(); ++s) {
                    TensorLayout one;
                    one.axes = {{0, 0, shop_.pool_.symbol(node->tensor).slots[s].first, shop_.shape(buffer)[s].size,
                                 algebra::Edge::strict}};
                    one.components = {{{}, buffer}};
                    positions.push_back(locate(shop_.pool_, shop_.graph_, one, {node->positions[s]}).positions.front());
                }
                return shop_.graph_.convert(shop_.graph_.read(buffer, Type::f64, positions), arithmetic_);
            }};
}

Sweep& UpdateLowering::sweep_over(const Axes& axes) {
    const auto found = std::find_if(sweeps_.begin(), sweeps_.end(), [&](const Sweep& s) { return s.axes == axes; });
    if (found != sweeps_.end())
        return *found;
    sweeps_.emplace_back();
    sweeps_.back().axes = axes;
    return sweeps_.back();
}

void UpdateLowering::add_assignment(const Component& given) {
    const Component component = with_canonical_indices(given);
    const Location location =
        locate(shop_.pool_, shop_.graph_, shop_.names_.tensor(component.tensor), component.target);
    const Axes axes = domain_of(location);
    auto& values = values_[key_of(axes)];
    if (!values)
        values = std::make_unique<Values>(values_for(axes));
    const NodeId value = (*values)(component.value);
    const Type stored = shop_.placed_.module.buffers[location.buffer.index()].type;
    sweep_over(axes).targets.push_back({location.buffer, location.positions, shop_.graph_.convert(value, stored)});
}

Schedule UpdateLowering::lower(const dynamics::Update& update) {
    if (update.sequential)
        return sequential(update);
    for (const Component& component : update.assignments)
        add_assignment(component);
    Schedule after;
    separate_hazards(after);
    Schedule schedule;
    for (Sweep& sweep : reductions_) {
        sweep.label = update.label;
        schedule.emplace_back(std::move(sweep));
    }
    for (Sweep& sweep : sweeps_) {
        sweep.label = update.label;
        schedule.emplace_back(std::move(sweep));
    }
    std::move(after.begin(), after.end(), std::back_inserter(schedule));
    return schedule;
}

// One assignment after the other, each element of it seeing those before it.
Schedule UpdateLowering::sequential(const dynamics::Update& update) {
    Schedule schedule;
    for (const Component& component : update.assignments) {
        UpdateLowering alone(shop_, arithmetic_);
        alone.has_products_ = false;
        alone.add_assignment(component);
        Sweep sweep = std::move(alone.sweeps_.front());
        sweep.sequential = true;
        sweep.label = update.label;
        sweep.at_each = std::move(alone.reductions_);
        schedule.emplace_back(std::move(sweep));
    }
    return schedule;
}

Schedule UpdateLowering::assign(ScalarId slot, Expr value) {
    Values values = values_for({});
    const NodeId node = values(value);
    Schedule schedule;
    for (Sweep& sweep : reductions_)
        schedule.emplace_back(std::move(sweep));
    schedule.emplace_back(Assign{slot, shop_.graph_.convert(node, Type::f64)});
    return schedule;
}

// ---- Reading before writing -------------------------------------------------------------------------------------------------

bool UpdateLowering::must_have_second_buffer(std::size_t n, const Target& target) const {
    for (std::size_t later = n + 1; later < sweeps_.size(); ++later) {
        if (reads_buffer(shop_.graph_, sweeps_[later], target.buffer))
            return true;
    }
    if (sweeps_[n].axes.empty())
        return false; // all is read before anything is written
    std::vector<NodeId> roots;
    for (const Target& other : sweeps_[n].targets)
        roots.push_back(other.value);
    const auto reads = shop_.graph_.reads(roots);
    return std::any_of(reads.begin(), reads.end(), [&](NodeId id) {
        const Node& read = shop_.graph_[id];
        return read.buffer == target.buffer && !is_aligned(read.positions, target.positions);
    });
}

void UpdateLowering::separate_hazards(Schedule& after) {
    std::vector<BufferId> unsafe;
    for (std::size_t n = 0; n < sweeps_.size(); ++n) {
        for (const Target& target : sweeps_[n].targets) {
            const bool is_known = std::find(unsafe.begin(), unsafe.end(), target.buffer) != unsafe.end();
            if (!is_known && must_have_second_buffer(n, target))
                unsafe.push_back(target.buffer);
        }
    }
    for (const BufferId buffer : unsafe)
        use_second_buffer(buffer, after);
}

bool UpdateLowering::covers_all(const Target& target) const {
    const auto& shape = shop_.shape(target.buffer);
    for (std::size_t a = 0; a < shape.size(); ++a) {
        const Position& position = target.positions[a];
        if (!position.axis.valid() || shop_.graph_[position.axis].begin + position.offset != 0 ||
            shop_.extent(position.axis) != shape[a].size)
            return false;
    }
    return true;
}

// What is written to a second buffer is not read again before the whole state went by.
bool UpdateLowering::passes_the_caches() const {
    const LowerOptions& options = shop_.options();
    if (options.streaming != Choice::automatic)
        return options.streaming == Choice::on;
    std::int64_t bytes = 0;
    for (const Buffer& buffer : shop_.placed_.module.buffers)
        bytes += buffer.role == BufferRole::state ? 2 * buffer.size * bytes_of(buffer.type) : 0;
    return bytes > options.cache_bytes;
}

void UpdateLowering::use_second_buffer(BufferId buffer, Schedule& after) {
    const BufferId next = shop_.next_of(buffer);
    const Type type = shop_.placed_.module.buffers[buffer.index()].type;
    std::vector<std::pair<Axes, Target>> written;
    for (Sweep& sweep : sweeps_) {
        for (Target& target : sweep.targets) {
            if (target.buffer != buffer)
                continue;
            written.emplace_back(sweep.axes, target);
            target.buffer = next;
        }
    }
    if (written.size() == 1 && covers_all(written.front().second)) {
        for (Sweep& sweep : sweeps_) {
            for (Target& target : sweep.targets)
                target.streaming |= target.buffer == next && passes_the_caches();
        }
        after.emplace_back(Exchange{buffer, next});
        return;
    }
    for (auto& [axes, target] : written) {
        Sweep copy;
        copy.axes = axes;
        copy.label = "copy back";
        target.value = shop_.graph_.read(next, type, target.positions);
        copy.targets.push_back(std::move(target));
        after.emplace_back(std::move(copy));
    }
}

} // namespace nphys::loops
