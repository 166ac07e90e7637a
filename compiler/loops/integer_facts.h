// What can be said about the integers of a function without running it.
// Goes in: a function. Comes out: for each integer a range that its values lie in, and its form as a sum of multiples
// of variables. Holds: ranges are never too small; where `attained` is set, both ends really occur (if the code runs at
// all).
//
// Example: in  parallel b in 0..threads { vector x in 64*b/threads..64*(b + 1)/threads { … phi[x + 1] } }
//   range(x + 1) == {1, 64, attained},  linear(x + 1) == 1*x + 1
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::loops {

struct Range {
    static constexpr std::int64_t infinite = std::int64_t{1} << 60;
    std::int64_t low = -infinite, high = infinite; // ends included
    bool attained = false;
    std::set<std::uint32_t> loops; // variables of loops that it, or the loops of it, vary with

    [[nodiscard]] bool is_empty() const { return low > high; }
    [[nodiscard]] bool is_constant() const { return low == high; }
};

// constant + Σ factor * atom. Atoms are variables of loops, and integers that are not sums (`64*b/threads`, loads).
struct Linear {
    std::map<std::uint32_t, std::int64_t> terms; // by IntegerId of the atom; no factor is 0
    std::int64_t constant = 0;

    [[nodiscard]] std::int64_t factor(IntegerId atom) const {
        const auto found = terms.find(atom.value);
        return found == terms.end() ? 0 : found->second;
    }
    bool operator==(const Linear&) const = default;
};
[[nodiscard]] Linear difference(const Linear& a, const Linear& b);

class IntegerFacts {
public:
    explicit IntegerFacts(const Function& function);

    [[nodiscard]] Range range(IntegerId id) const;
    [[nodiscard]] const Range& range(VariableId id) const { return ranges_[id.index()]; }
    [[nodiscard]] Linear linear(IntegerId id) const; // variables of Let are replaced by what they stand for
    [[nodiscard]] bool depends_on(IntegerId id, VariableId loop) const;
    // The loop whose variable this is; null for a Let.
    [[nodiscard]] const For* loop_of(VariableId id) const { return loops_[id.index()]; }

private:
    void visit(const Block& block);
    void visit_loop(const For& loop);
    [[nodiscard]] Range combined(const Integer& expression) const;
    [[nodiscard]] std::optional<Range> part_of_blocks(const Integer& division) const;

    const Function& function_;
    std::vector<Range> ranges_; // by VariableId
    std::vector<const For*> loops_;
    std::vector<IntegerId> lets_; // what a Let stands for
};

} // namespace nphys::loops
