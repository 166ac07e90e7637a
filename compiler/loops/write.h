// Schedules as loops: the functions of the module.
// Goes in: a schedule whose items are to run one after the other. Comes out: statements in the function that is being built. Holds
// afterwards: what is done with each element, and in which order sums are formed, does not depend on the number of threads or on
// fusion. The unit of all division of work is a plane of the outermost axis, or a chunk of a one-dimensional array.
//
// Example: a sweep over a 64³ lattice becomes  parallel block { serial z { serial y { site 0; vector x in 1..63; site 63 } } }
#pragma once

#include <functional>

#include "compiler/loops/join.h"
#include "compiler/loops/pipeline.h"
#include "compiler/loops/sites.h"

namespace nphys::loops {

class ScheduleWriter {
public:
    ScheduleWriter(FunctionBuilder& build, Workshop& shop) : build_(build), shop_(shop), sites_(build, shop) {}

    // What is the same everywhere and at all times is computed here, once.
    void prologue(const std::vector<const Schedule*>& schedules);
    void write(const Schedule& schedule);
    // The same repeated `times` times; several steps in one pass where that is possible.
    void repeat(const Schedule& schedule, IntegerId times);

private:
    using Axes = std::vector<AxisId>;
    using Action = std::function<void()>;

    struct Part { IntegerId begin, end, unit; std::int64_t count = 1; };   // of the inner axis, for chunks; unit of count

    void write(const Sweep& sweep);
    void write(const Pipeline& pipeline);
    void write(const Exchange& exchange) { build_.swap(exchange.a, exchange.b); }
    void write(const Advance&) { build_.advance_step(); }
    void write(const Assign& assign);
    void write(const Show& show);
    void write(const Turn& turn);
    void write(const Serve& serve);
    void write(const Iterate& repeat);

    [[nodiscard]] static std::vector<NodeId> roots_of(const Sweep& sweep);
    [[nodiscard]] const Axes& nest_of(const Sweep& sweep) const { return sweep.axes.empty() ? sweep.reduced : sweep.axes; }
    [[nodiscard]] Units units_of(const Sweep& sweep) const { return loops::units_of(shop_, sweep); }
    [[nodiscard]] bool is_parallel(const Sweep& sweep, const Units& units) const;
    void for_units(const Sweep& sweep, const Units& units, const std::function<void(IntegerId)>& body);

    // write_unit.cpp: what is done in one unit
    void unit(const Sweep& sweep, IntegerId unit);
    void pointwise_unit(const Sweep& sweep, IntegerId unit);
    void lanes_unit(const Sweep& sweep, IntegerId unit);
    void rows_unit(const Sweep& sweep, IntegerId unit);
    void total_unit(const Sweep& sweep, IntegerId unit);
    void lanes_at_site(const Sweep& sweep, const std::vector<NodeId>& roots);
    void finish_total(const Sweep& sweep, const Units& units);
    void store_targets(const Sweep& sweep);
    void accumulate_in_memory(const Sweep& sweep);
    void sequential(const Sweep& sweep);
    void call_product(const Sweep& sweep);              // write_product.cpp
    [[nodiscard]] Part part_of(const Sweep& sweep, const Axes& nest, IntegerId unit);

    // write_row.cpp: loops down to the site
    void nest(const Axes& axes, std::size_t depth, const std::vector<NodeId>& roots, const Part* part, const Action& at_site,
              bool may_wrap = false);
    void serial_nest(const Axes& axes, std::size_t depth, const std::vector<NodeId>& roots, SiteWriter::Hoist what,
                     const Action& at_site);
    void row(AxisId axis, const std::vector<NodeId>& roots, const Part* part, const Action& at_site, bool may_wrap = false);
    [[nodiscard]] bool wraps_around(AxisId axis, const std::vector<NodeId>& roots) const;
    void peeled(AxisId axis, std::int64_t begin, std::int64_t end, std::size_t size, const Action& at_site);
    void entries(const SparseLoop& sparse, const Action& at_site);
    [[nodiscard]] std::pair<std::int64_t, std::int64_t> clean_range(AxisId axis, const std::vector<NodeId>& roots) const;


    // write_pipeline.cpp
    struct Pass;
    struct Border;
    void write_pass(const Pipeline& pipeline, IntegerId steps, std::int64_t strip);
    void write_block(const Pass& pass, const Border& planes);
    void write_strips(const Pass& pass, const Border& planes);
    void write_fronts(const Pass& pass, const Border& planes, const Border* rows, IntegerId strip);
    // What a stage does at one front: a plane of its own, if it has one then.
    struct StageTurn { std::size_t stage; IntegerId step, place, is_due; };
    void write_stage(const Pass& pass, const StageTurn& turn, const Border* rows, IntegerId strip);
    void write_pair(const Pass& pass, const Border& planes, const Joined& pair, const StageTurn& first, const StageTurn& second,
                    const Border* rows, IntegerId strip);
    struct RowRange { IntegerId begin, end; };
    [[nodiscard]] RowRange in_strip(const Pass& pass, const StageTurn& turn, const Border& rows, IntegerId strip);
    void at_plane(const Sweep& sweep, IntegerId place, std::int64_t ahead);
    void plane(const Sweep& sweep, IntegerId place, std::int64_t ahead);
    void row_of_plane(const Sweep& sweep, IntegerId place, IntegerId here, std::int64_t ahead);
    void row_of(const Sweep& sweep, IntegerId here);
    [[nodiscard]] IntegerId at_step(std::int64_t once, IntegerId step, std::int64_t per_step);

    FunctionBuilder& build_;
    Workshop& shop_;
    SiteWriter sites_;
    std::unordered_map<std::uint32_t, AccumulatorId> accumulators_; // of the reduction that is open, by buffer
    std::unordered_map<std::uint32_t, BufferId> partial_;           // of total reductions, by target buffer
};

} // namespace nphys::loops
