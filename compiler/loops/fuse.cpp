#include "compiler/loops/fuse.h"

#include <algorithm>
#include <set>

#include "compiler/loops/join.h"
#include "compiler/loops/pipeline.h"

namespace nphys::loops {

namespace {

// Gathers neighbours over one domain.
class Group {
public:
    Group(Workshop& shop, Schedule& out) : shop_(shop), out_(out) {}

    void add(Item item) {
        if (auto* sweep = std::get_if<Sweep>(&item); sweep != nullptr && sweep->form == Form::pointwise && !sweep->sequential)
            return add(std::move(*sweep));
        if (std::holds_alternative<Advance>(item) && !stages_.empty()) {
            ++steps_;
            return;
        }
        close();
        if (auto* repeat = std::get_if<Iterate>(&item))
            repeat->body = fuse(shop_, std::move(repeat->body));
        out_.push_back(std::move(item));
    }

    // Writes what was gathered.
    void close() {
        if (stages_.empty())
            return;
        std::optional<Pipeline> pipeline;
        if (!stages_.front().axes.empty())
            pipeline = pipeline_of(shop_, stages_, steps_);
        if (pipeline) {
            out_.emplace_back(std::move(*pipeline));
        } else {
            write_apart();
        }
        stages_.clear();
        steps_ = 0;
    }

private:
    void add(Sweep sweep) {
        const bool continues = !stages_.empty() && stages_.front().axes == sweep.axes;
        if (continues && append(after_steps(sweep)))
            return;
        close();
        stages_.push_back(std::move(sweep));
    }

    bool append(Sweep sweep) {
        if (can_merge(stages_.back(), sweep)) {
            stages_.back() = merged(shop_.graph(), std::move(stages_.back()), sweep);
            return true;
        }
        stages_.push_back(std::move(sweep));
        if (pipeline_of(shop_, stages_, steps_))
            return true;
        stages_.pop_back();
        return false;
    }

    // Time in it counts from the beginning of the group.
    [[nodiscard]] Sweep after_steps(Sweep sweep) const {
        if (steps_ == 0)
            return sweep;
        for (Target& target : sweep.targets) {
            target.value = shop_.graph().rewrite(target.value,
                                                 [&](NodeId id) { return shop_.graph().later(id, steps_); });
        }
        return sweep;
    }

    [[nodiscard]] std::vector<NodeId> reads_of(const Sweep& sweep) const {
        std::vector<NodeId> roots;
        for (const Target& target : sweep.targets)
            roots.push_back(target.value);
        return shop_.graph().reads(roots);
    }

    // Every dependence is within one site.
    [[nodiscard]] bool can_merge(const Sweep& earlier, const Sweep& later) const {
        const bool is_one_site = earlier.axes.empty();
        const auto stays_at_its_site = [&](const Sweep& writer, NodeId id) {
            const Node& read = shop_.graph()[id];
            return std::all_of(writer.targets.begin(), writer.targets.end(), [&](const Target& target) {
                return target.buffer != read.buffer || is_one_site || is_aligned(read.positions, target.positions);
            });
        };
        const auto later_reads = reads_of(later), earlier_reads = reads_of(earlier);
        return std::all_of(later_reads.begin(), later_reads.end(), [&](NodeId id) { return stays_at_its_site(earlier, id); }) &&
               std::all_of(earlier_reads.begin(), earlier_reads.end(), [&](NodeId id) { return stays_at_its_site(later, id); });
    }

    // One site, or too few units: stage after stage. Time was already counted from the beginning.
    void write_apart() {
        for (Sweep& stage : stages_)
            out_.emplace_back(std::move(stage));
        for (std::int32_t step = 0; step < steps_; ++step)
            out_.emplace_back(Advance{});
    }

    Workshop& shop_;
    Schedule& out_;
    std::vector<Sweep> stages_;
    std::int32_t steps_ = 0;
};

template <class Visit>
void for_each_sweep(Schedule& schedule, const Visit& visit) {
    for (Item& item : schedule) {
        if (auto* sweep = std::get_if<Sweep>(&item)) {
            visit(*sweep);
            for (Sweep& reduction : sweep->at_each)
                visit(reduction);
        } else if (auto* pipeline = std::get_if<Pipeline>(&item)) {
            for (Sweep& stage : pipeline->stages)
                visit(stage);
        } else if (auto* repeat = std::get_if<Iterate>(&item)) {
            for_each_sweep(repeat->body, visit);
        }
    }
}

} // namespace

Schedule fuse(Workshop& shop, Schedule schedule) {
    Schedule out;
    Group group(shop, out);
    for (Item& item : schedule)
        group.add(std::move(item));
    group.close();
    return out;
}

namespace {

void note_reads(const Workshop& shop, Schedule& schedule, std::set<BufferId>& read) {
    for_each_sweep(schedule, [&](Sweep& sweep) {
        for (const Target& target : sweep.targets) {
            for (const NodeId id : shop.graph().reads({target.value}))
                read.insert(shop.graph()[id].buffer);
        }
    });
    for (Item& item : schedule) {
        if (const auto* assign = std::get_if<Assign>(&item)) {
            for (const NodeId id : shop.graph().reads({assign->value}))
                read.insert(shop.graph()[id].buffer);
        } else if (const auto* exchange = std::get_if<Exchange>(&item)) {
            read.insert(exchange->a);
            read.insert(exchange->b);
        } else if (auto* repeat = std::get_if<Iterate>(&item)) {
            note_reads(shop, repeat->body, read);
        } else if (const auto* turn = std::get_if<Turn>(&item)) {
            read.insert(turn->latest);
        } else if (const auto* serve = std::get_if<Serve>(&item)) {
            for (const auto& argument : serve->arguments)
                if (const auto* buffer = std::get_if<BufferId>(&argument))
                    read.insert(*buffer);
        }
    }
}

} // namespace

void drop_unread(const Workshop& shop, const std::vector<Schedule*>& schedules) {
    std::set<BufferId> read;
    for (Schedule* schedule : schedules)
        note_reads(shop, *schedule, read);
    for (Schedule* schedule : schedules) {
        for_each_sweep(*schedule, [&](Sweep& sweep) {
            std::erase_if(sweep.targets, [&](const Target& target) {
                const Buffer& buffer = shop.placed().module.buffers[target.buffer.index()];
                return buffer.role == BufferRole::temporary && !read.contains(target.buffer);
            });
        });
    }
}

} // namespace nphys::loops
