// One Update as sweeps: its sums first, then a sweep for each domain, then copies or exchanges where a second buffer was needed.
// Goes in: assignments that all read the state before any of them writes. Comes out: a Schedule that means the same when its items
// run one after the other, each in place.
#pragma once

#include <map>
#include <memory>

#include "compiler/loops/sweeps.h"

namespace nphys::loops {

class UpdateLowering {
public:
    UpdateLowering(Workshop& workshop, Type arithmetic) : shop_(workshop), arithmetic_(arithmetic) {}

    [[nodiscard]] Schedule lower(const dynamics::Update& update);
    [[nodiscard]] Schedule assign(ScalarId slot, algebra::Expr value);

private:
    using Expr = algebra::Expr;
    using Axes = std::vector<AxisId>;

    // A graph as a factor of the body of a sum, and which of its indices is summed innermost.
    struct GraphFactor {
        Expr element;
        algebra::SymbolId symbol;
        algebra::IndexId row, column;
        bool by_columns = false;
    };

    void add_assignment(const model::Component& component);
    [[nodiscard]] model::Component with_canonical_indices(const model::Component& component);
    [[nodiscard]] Sweep& sweep_over(const Axes& axes);
    [[nodiscard]] Axes domain_of(const Location& location) const;
    [[nodiscard]] Values values_for(const Axes& order);

    void separate_hazards(Schedule& after);
    [[nodiscard]] bool must_have_second_buffer(std::size_t sweep, const Target& target) const;
    void use_second_buffer(BufferId buffer, Schedule& after);
    [[nodiscard]] bool covers_all(const Target& target) const;
    [[nodiscard]] bool passes_the_caches() const;
    [[nodiscard]] Schedule sequential(const dynamics::Update& update);

    NodeId extract(Expr reduce, const Axes& order);
    [[nodiscard]] std::optional<GraphFactor> graph_factor(Expr body, const std::vector<algebra::IndexId>& reduced) const;
    [[nodiscard]] SparseLoop sparse_loop(const GraphFactor& factor, NodeId& weight);
    [[nodiscard]] Form form_of(const Sweep& sweep, NodeId body) const;
    [[nodiscard]] std::size_t contiguity(NodeId body, AxisId axis) const;
    void put_contiguous_last(NodeId body, Axes& reduced) const;
    NodeId add_reduction(Sweep sweep, NodeId body, Combine combine);
    void note(Expr sum, ContractionForm form, std::string reason);

    // dense_contractions.cpp: sums that are products of matrices
    [[nodiscard]] std::optional<NodeId> product(Expr sum, Expr body, const Axes& inner, const Axes& order, Values& values);
    [[nodiscard]] NodeId operand(const std::vector<NodeId>& factors, bool is_read, const Axes& axes);
    [[nodiscard]] NodeId computed_before(const std::vector<NodeId>& factors, const Axes& axes);

    Workshop& shop_;
    Type arithmetic_;
    std::vector<Sweep> reductions_;
    std::vector<Sweep> sweeps_;
    std::map<std::vector<std::uint32_t>, std::unique_ptr<Values>> values_;
    std::unordered_map<std::uint32_t, NodeId> reduced_;
    std::map<std::pair<NodeId, Axes>, NodeId> operands_;   // that were computed for a product, by what they are
    bool has_products_ = true;
};

} // namespace nphys::loops
