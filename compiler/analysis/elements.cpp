#include "compiler/analysis/elements.h"

namespace nphys::analysis {

namespace {

Elements::Tensor shape_of(const Pool& pool, SymbolId tensor) {
    Elements::Tensor shape;
    for (const algebra::Slot& slot : pool.symbol(tensor).slots) {
        const algebra::Space& space = pool.space(slot.space);
        if (!space.is_lattice() && space.axes.size() == 1)
            shape.extents.emplace_back(slot.first, slot.last - slot.first + 1);
        else
            for (const algebra::Axis& axis : space.axes)
                shape.extents.emplace_back(axis.first, axis.extent);
    }
    return shape;
}

} // namespace

std::optional<std::size_t> Elements::number(SymbolId tensor, std::span<const std::int64_t> numbers) const {
    const auto found = tensors.find(tensor.value);
    if (found == tensors.end())
        return std::nullopt;
    std::size_t flat = 0;
    for (std::size_t axis = 0; axis < numbers.size(); ++axis) {
        const auto [first, extent] = found->second.extents[axis];
        flat = flat * static_cast<std::size_t>(extent) + static_cast<std::size_t>(numbers[axis] - first);
    }
    return found->second.first + flat;
}

Elements elements_of(const dynamics::Program& program) {
    const std::set<std::uint32_t> moved = moved_tensors(program);
    Elements result;
    const auto add = [&](const std::vector<SymbolId>& tensors) {
        for (const SymbolId tensor : tensors) {
            if (!moved.contains(tensor.value))
                continue;
            Elements::Tensor shape = shape_of(*program.pool, tensor);
            shape.first = result.count;
            std::size_t size = 1;
            for (const auto& [first, extent] : shape.extents)
                size *= static_cast<std::size_t>(extent);
            result.count += size;
            result.tensors.emplace(tensor.value, std::move(shape));
        }
    };
    add(program.state);
    result.state_count = result.count;
    if (!program.solver && program.series.empty()) // its vectors are no part of a step as a map
        add(program.temporaries);
    add(solved_tensors(program));
    return result;
}

} // namespace nphys::analysis
