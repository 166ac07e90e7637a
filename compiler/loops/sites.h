// Writes values of nodes at the site where the loops stand.
// Goes in: nodes, and for each loop axis that is open the integer it stands at with the range it may have. Comes out: definitions
// in the block that is open, each node once. Holds afterwards: edge rules cost nothing where the range proves that no edge
// can be met; what does not depend on the inner axis was computed outside of its loop, if `hoist` was called there.
//
// Example: with x bound to 1..N-1, read φ{x-1} is one load; with x bound to the constant 0 on a periodic axis it is phi[N-1].
#pragma once

#include <optional>
#include <set>
#include <unordered_map>

#include "compiler/loops/build.h"
#include "compiler/loops/sweeps.h"

namespace nphys::loops {

struct Binding {
    IntegerId value;
    std::int64_t low = 0, high = 0; // low <= value < high
};

class SiteWriter {
public:
    enum class Hoist : std::uint8_t { uniform, all, all_but_memory };

    SiteWriter(FunctionBuilder& build, const Workshop& shop) : build_(build), shop_(shop), graph_(shop.graph()) {
        scopes_.emplace_back();
    }

    // A scope for each block of the function that is being built.
    class Scope {
    public:
        explicit Scope(SiteWriter& writer) : writer_(writer) { writer.scopes_.emplace_back(); }
        ~Scope() { writer_.scopes_.pop_back(); }
        Scope(const Scope&) = delete;
        Scope& operator=(const Scope&) = delete;

    private:
        SiteWriter& writer_;
    };

    void bind(AxisId axis, Binding binding) { scopes_.back().bindings[axis] = binding; }
    // Steps that were done since the slot of t was set, besides those that nodes know of.
    void count_steps(IntegerId steps) { scopes_.back().steps = steps; }

    // Computes here what can be computed here of the roots.
    void hoist(const std::vector<NodeId>& roots, Hoist what);
    [[nodiscard]] ValueId value(NodeId id);
    // The element of a target; it must lie inside.
    [[nodiscard]] IntegerId index(BufferId buffer, const std::vector<Position>& positions);

private:
    // A position after the edge rule. Invalid ids: always inside, sign always +.
    struct Reached { IntegerId place, inside, sign; };
    using ReachedKey = std::tuple<AxisId, std::int64_t, std::int64_t, algebra::Edge>;
    // The part of an element's index that is known outside of the innermost loop.
    struct Base { IntegerId index; std::vector<bool> included; };
    struct ScopeData {
        std::map<AxisId, Binding> bindings;
        std::unordered_map<NodeId, ValueId> values;
        std::map<ReachedKey, Reached> reached;
        std::unordered_map<NodeId, Base> bases;
        std::map<IntegerId, IntegerId> lets;
        std::map<std::pair<IntegerId, Type>, ValueId> numbers; // of integers; truths are "is not 0"
        IntegerId steps;
    };

    [[nodiscard]] const Binding* binding(AxisId axis) const;
    [[nodiscard]] bool is_bound(const Node& node) const;
    [[nodiscard]] const ValueId* known(NodeId id) const;
    void hoist(NodeId id, Hoist what, std::set<NodeId>& seen);
    void prepare_read(NodeId id);

    [[nodiscard]] IntegerId let(const char* name, IntegerId value);
    [[nodiscard]] ValueId number_of(IntegerId integer, Type type);
    [[nodiscard]] IntegerId value_of(Position position);
    [[nodiscard]] bool is_inside(Position position, std::int64_t first, std::int64_t last) const;
    [[nodiscard]] Reached reach(Position position, Extent extent);

    [[nodiscard]] ValueId compute(const Node& node);
    [[nodiscard]] ValueId compute_arithmetic(const Node& node);
    [[nodiscard]] ValueId read(NodeId id, const Node& node);
    [[nodiscard]] ValueId draw(const Node& node);
    [[nodiscard]] ValueId increment(const Node& node, Draw draw, std::int64_t times);
    [[nodiscard]] ValueId guarded(ValueId value, const Reached& reached);
    [[nodiscard]] IntegerId steps_counted() const;
    [[nodiscard]] IntegerId step_after(std::int32_t steps);
    [[nodiscard]] ValueId time(std::int32_t steps);
    [[nodiscard]] IntegerId indicator(const Node& node);
    [[nodiscard]] std::optional<bool> known_truth(NodeId id);

    FunctionBuilder& build_;
    const Workshop& shop_;
    const Graph& graph_;
    std::vector<ScopeData> scopes_;
};

} // namespace nphys::loops
