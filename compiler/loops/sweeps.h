// Updates as sweeps over memory: the schedule, still without loops.
// Goes in: a procedure of a Program. Comes out: sweeps, exchanges of buffers and advances of time, in order. Holds afterwards: sums
// over index variables stand in sweeps of their own, before what reads them; within a sweep, an element is written only at
// the site where it is read, so a sweep can run in place, in any order of its sites. What would break this (a stencil that reads
// what it writes) is written to a second buffer that then changes places with the first.
//
// Example: φ[i] ← φ[i] + φ[i+e] writes phi_next, then swaps phi and phi_next.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "compiler/loops/lower.h"
#include "compiler/loops/nodes.h"
#include "compiler/loops/products.h"
#include "compiler/loops/values.h"

namespace nphys::loops {

enum class Form : std::uint8_t {
    pointwise, // a value for each site
    lanes,     // a reduction for each site, along contiguous memory, in an accumulator
    rows,      // a reduction for each site of a row at once, accumulated in memory
    total,     // a reduction over everything
    product,   // a sum for each site that is an entry of a product of matrices: a service of the runtime
};

// The innermost reduced axes of a graph: row `row` has entries; entry `entry` lies in column `column`.
struct SparseLoop {
    AxisId row, entry, column;
    BufferId begin, columns;
    std::int64_t row_shift = 0, column_shift = 0; // position = number in the buffers + shift
};

struct Target {
    BufferId buffer;
    std::vector<Position> positions;
    NodeId value;
    Combine combine = Combine::sum;
    bool streaming = false;
};

struct Sweep {
    Form form = Form::pointwise;
    std::vector<AxisId> axes;     // outermost first
    std::vector<AxisId> reduced;  // of reductions; without the axis of `sparse`
    std::optional<SparseLoop> sparse;
    std::optional<Product> product;   // the value of the target is the product of what its operands read
    std::vector<Target> targets;
    std::vector<Sweep> at_each;   // reductions that a sequential sweep does anew for each element
    bool sequential = false;
    std::string label;
};

// Along one axis: how far a stage lags behind, and what it leaves to the low and the high border of a block.
struct Offsets { std::int64_t lag = 0, low = 0, high = 0; };

// How the stages of a pipeline follow each other along one axis.
struct Track {
    std::vector<Offsets> stages;
    Offsets most;                        // of all stages
    Offsets per_step;                    // more with each step, when the pipeline is repeated
    std::int64_t smallest_block = 1;     // units that a block must have for one step
};

// Stages that run through the units of the outermost axis one behind the other; see pipeline.h.
struct Pipeline {
    std::vector<Sweep> stages;
    Track planes;
    std::optional<Track> rows;           // along the next axis, if it is not the innermost one
    std::int32_t steps = 0;              // advances of time in it
};

struct Exchange { BufferId a, b; };
struct Advance {};
struct Assign { ScalarId slot; NodeId value; };
// Rows of a data set, copied from its tables; `list` holds their numbers.
struct Show {
    struct Column { BufferId table, rows; std::int64_t width = 1; };
    BufferId list;
    std::vector<Column> columns;
    dynamics::ShowRows which;
};
// Row `step mod rows` of a ring of arrays goes to `past`, if that is valid, and is overwritten by `latest`.
struct Turn { BufferId ring, latest, past; std::int64_t rows = 1; };
struct Serve { std::string service; std::vector<std::variant<BufferId, std::int64_t, double>> arguments; };
struct Iterate;
using Item = std::variant<Sweep, Pipeline, Exchange, Advance, Assign, Show, Turn, Serve, Iterate>;
using Schedule = std::vector<Item>;
// As often as it takes until the slot is not 0; the body sets it.
struct Iterate {
    Schedule body;
    ScalarId until;
    std::int64_t most = 1;
    std::string label;
};

// What all schedules of a module share.
class Workshop {
public:
    Workshop(const model::Model& model, const dynamics::Program& program, const LowerOptions& options);

    [[nodiscard]] Schedule procedure(const dynamics::Procedure& procedure, Type arithmetic);
    // One component after the other, each seeing those before it.
    [[nodiscard]] Schedule in_order(const std::vector<model::Component>& components, Type arithmetic, const std::string& label);
    [[nodiscard]] Schedule together(const std::vector<model::Component>& components, Type arithmetic, const std::string& label);
    [[nodiscard]] Show show(const dynamics::ShowRows& rows);
    // A scalar slot that takes the value of an expression.
    [[nodiscard]] Schedule assignment(ScalarId slot, algebra::Expr value, Type arithmetic);

    [[nodiscard]] const std::vector<Extent>& shape(BufferId buffer) const { return shapes_[buffer.index()]; }
    [[nodiscard]] std::int64_t extent(AxisId axis) const { return graph_[axis].end - graph_[axis].begin; }
    [[nodiscard]] ScalarId slot(const std::string& name, const std::string& origin);
    BufferId temporary(const std::string& name, Type type, std::vector<Extent> shape, const std::string& origin);

    Graph& graph() { return graph_; }
    [[nodiscard]] const Graph& graph() const { return graph_; }
    [[nodiscard]] std::vector<Contraction>& contractions() { return contractions_; }
    [[nodiscard]] Placed& placed() { return placed_; }
    [[nodiscard]] const Placed& placed() const { return placed_; }
    [[nodiscard]] const LowerOptions& options() const { return options_; }

private:
    friend class UpdateLowering;

    void append(Schedule& schedule, const dynamics::Recall& recall) const;
    void append(Schedule& schedule, const dynamics::Service& service) const;
    void append(Schedule& schedule, const dynamics::Update& update, Type arithmetic);
    void append(Schedule& schedule, const dynamics::Repeat& repeat, Type arithmetic);

    algebra::IndexId canonical(algebra::IndexId index, std::size_t ordinal);
    BufferId next_of(BufferId buffer);
    [[nodiscard]] const SparseLayout& transposed(algebra::SymbolId graph);
    [[nodiscard]] BufferId dense(algebra::SymbolId graph);

    const model::Model& model_;
    algebra::Pool& pool_;
    LowerOptions options_;
    Placed placed_;
    Graph graph_;
    Names names_;
    std::vector<std::vector<Extent>> shapes_;
    std::vector<Contraction> contractions_;
    std::map<std::tuple<std::uint32_t, std::int64_t, std::int64_t, std::size_t>, algebra::IndexId> canonical_;
    std::unordered_map<std::uint32_t, BufferId> next_;
};

// Whether an access moves with the target: the same variable axes without displacement; literal places may differ.
[[nodiscard]] bool is_aligned(const std::vector<Position>& access, const std::vector<Position>& target);

} // namespace nphys::loops
