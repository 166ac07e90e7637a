#pragma once
// Defines what is known of a vector loop before any code is written for it.
//
// In: a function and one of its vector loops. Out: which statements are the same for all iterations, how each index
// moves with the loop variable, how many lanes and how many vectors at a time.
//
//     vector x in 0..N { v1 = scalar c; v2 = load phi[N*y + x + 1]; … }
//     v1 is uniform; N*y + x + 1 has the terms {N*y: 1}, constant 1 and stride 1: a contiguous load

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::backend {

// (loop variable + shift) mod size: a neighbour on a periodic axis. size >= lanes, so that a vector wraps at most once.
struct Wrap {
    std::int64_t shift = 0;
    std::int64_t size = 0;
    bool operator==(const Wrap&) const = default;
};

// constant + stride * (loop variable) + wrap + Σ factor * term, terms being the same for all iterations. With a wrap
// the stride is 0.
struct LinearForm {
    std::int64_t constant = 0;
    std::int64_t stride = 0;
    std::map<loops::IntegerId, std::int64_t> terms = {};
    std::optional<Wrap> wrap = {};
    bool operator==(const LinearForm&) const = default;
    [[nodiscard]] bool is_contiguous() const { return stride == 1 || wrap.has_value(); }
};

// Iterations low … high - 1 stay on this side of all edges.
struct Interior {
    std::int64_t low = 0, high = 0;
};

class VectorPlan {
public:
    VectorPlan(const loops::Module& module, const loops::Function& function, const loops::For& loop,
               unsigned vector_bytes);

    [[nodiscard]] const std::string& problem() const { return problem_; } // why this is no vector loop, or empty
    [[nodiscard]] unsigned lanes() const { return lanes_; }               // of one vector
    [[nodiscard]] unsigned parts() const { return parts_; }               // vectors in one pass of the main loop
    [[nodiscard]] bool accumulates() const { return !accumulators_.empty(); }
    [[nodiscard]] const std::vector<const loops::Statement*>& uniform() const { return uniform_; }
    [[nodiscard]] const std::vector<const loops::Statement*>& varying() const { return varying_; }
    [[nodiscard]] const std::vector<const loops::Store*>& streams() const { return streams_; }
    // The first iteration has a number that 2 or 4 divides, whatever the numbers of blocks and threads; asked only where numbers are drawn.
    [[nodiscard]] bool draws() const { return draws_; }
    [[nodiscard]] bool begins_at_multiple_of(std::int64_t number) const { return begins_at_multiple_of_ % number == 0; }
    // Nothing where no access wraps.
    [[nodiscard]] const std::optional<Interior>& interior() const { return interior_; }
    [[nodiscard]] const std::set<loops::AccumulatorId>& accumulators() const { return accumulators_; }

    [[nodiscard]] bool varies(loops::IntegerId id) const;
    [[nodiscard]] bool varies(loops::ValueId value) const { return varying_values_.contains(value); }
    [[nodiscard]] bool stores(loops::BufferId buffer) const { return stored_.contains(buffer); }
    // What a variable of the body stands for, if it varies.
    [[nodiscard]] std::optional<loops::IntegerId> let(loops::VariableId variable) const {
        const auto found = varying_lets_.find(variable);
        return found == varying_lets_.end() ? std::nullopt : std::optional(found->second);
    }
    // Nothing where the index does not move in equal steps.
    [[nodiscard]] std::optional<LinearForm> linear(loops::IntegerId id) const;

private:
    void find_memory(const loops::Block& body);
    void classify(const loops::Statement& statement);
    [[nodiscard]] bool varies(const loops::Operation& operation) const;
    void choose_width(const loops::Module& module, unsigned vector_bytes);
    void find_interior();
    void find_interior(loops::IntegerId index);
    [[nodiscard]] std::optional<LinearForm> wrapped(const loops::Integer& remainder) const;

    const loops::Function& function_;
    const loops::For& loop_;
    std::string problem_;
    std::optional<Interior> interior_;
    unsigned lanes_ = 1, parts_ = 1;
    bool draws_ = false, draws_singles_ = false;
    std::int64_t begins_at_multiple_of_ = 1;
    std::vector<const loops::Statement*> uniform_, varying_;
    std::vector<const loops::Store*> streams_;
    std::set<loops::BufferId> stored_;
    std::set<loops::BufferId> touched_; // moving with the loop variable
    std::set<loops::AccumulatorId> accumulators_;
    std::set<loops::ValueId> varying_values_;
    std::map<loops::VariableId, loops::IntegerId> varying_lets_;
};

} // namespace nphys::backend
