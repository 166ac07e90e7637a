#pragma once
// Sets of small numbers, interned: equal sets are one number, and the union of two sets is computed once.
// Example: `sets.unite(sets.single(3), sets.single(5))` is the number of {3, 5}; `sets[...]` lists it in ascending order.

#include <cstdint>
#include <map>
#include <unordered_map>
#include <vector>

namespace nphys::algebra {

class IdSets {
public:
    using Set = std::uint32_t;
    static constexpr Set empty = 0;

    IdSets();
    [[nodiscard]] Set single(std::uint32_t id);
    [[nodiscard]] Set unite(Set left, Set right);
    [[nodiscard]] Set without(Set set, std::uint32_t id);
    [[nodiscard]] bool contains(Set set, std::uint32_t id) const;
    [[nodiscard]] const std::vector<std::uint32_t>& operator[](Set set) const { return sets_[set]; }

private:
    Set intern(std::vector<std::uint32_t> members);

    std::vector<std::vector<std::uint32_t>> sets_;
    std::map<std::vector<std::uint32_t>, Set> by_members_;
    std::unordered_map<std::uint64_t, Set> unions_;
};

} // namespace nphys::algebra
