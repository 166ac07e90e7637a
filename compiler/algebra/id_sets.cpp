#include "compiler/algebra/id_sets.h"

#include <algorithm>
#include <iterator>

namespace nphys::algebra {

IdSets::IdSets() {
    (void)intern({});
}

IdSets::Set IdSets::intern(std::vector<std::uint32_t> members) {
    const auto [position, is_new] = by_members_.try_emplace(members, static_cast<Set>(sets_.size()));
    if (is_new)
        sets_.push_back(std::move(members));
    return position->second;
}

IdSets::Set IdSets::single(std::uint32_t id) {
    return intern({id});
}

IdSets::Set IdSets::unite(Set left, Set right) {
    if (left == right || right == empty)
        return left;
    if (left == empty)
        return right;
    if (left > right)
        std::swap(left, right);
    const std::uint64_t key = (std::uint64_t{left} << 32) | right;
    if (const auto known = unions_.find(key); known != unions_.end())
        return known->second;
    std::vector<std::uint32_t> members;
    std::ranges::set_union(sets_[left], sets_[right], std::back_inserter(members));
    const Set result = intern(std::move(members));
    unions_.emplace(key, result);
    return result;
}

IdSets::Set IdSets::without(Set set, std::uint32_t id) {
    if (!contains(set, id))
        return set;
    std::vector<std::uint32_t> members = sets_[set];
    std::erase(members, id);
    return intern(std::move(members));
}

bool IdSets::contains(Set set, std::uint32_t id) const {
    return std::ranges::binary_search(sets_[set], id);
}

} // namespace nphys::algebra
