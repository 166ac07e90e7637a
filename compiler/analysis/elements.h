#pragma once
// All numbers that a Program moves, counted through: every site of every lattice, every node, every component.
//
// Goes in: a Program. Comes out: the number of each element, those of the state first, then those of temporaries.
//
// Example: φ[i], π[i] on 64 sites are the elements 0..63 and 64..127, whatever the edges of the lattice are.

#include <map>
#include <optional>
#include <span>

#include "compiler/analysis/fields.h"

namespace nphys::analysis {

struct Elements {
    struct Tensor {
        std::size_t first = 0;                                      // the number of its first element
        std::vector<std::pair<std::int64_t, std::int64_t>> extents; // of each axis of each slot: first place, how many
    };
    std::map<std::uint32_t, Tensor> tensors;
    std::size_t state_count = 0, count = 0;

    // Nothing for tensors that do not move.
    [[nodiscard]] std::optional<std::size_t> number(SymbolId tensor, std::span<const std::int64_t> numbers) const;
    [[nodiscard]] bool moves(SymbolId tensor) const { return tensors.contains(tensor.value); }
};

[[nodiscard]] Elements elements_of(const dynamics::Program& program);

} // namespace nphys::analysis
