#include "compiler/dynamics/tape.h"

#include <algorithm>
#include <fmt/format.h>

namespace nphys::dynamics {

SymbolId Tape::neuron(SymbolId tensor, std::int64_t step) {
    const std::int64_t kept = step - first_kept();
    if (step == steps_ || kept < 0)
        return tensor;
    return numbered(tensor, kept % segment_ == 0 ? step : first_kept() + kept % segment_);
}

SymbolId Tape::within(SymbolId tensor, std::int64_t step) {
    const std::int64_t kept = step - 1 - first_kept();
    return numbered(tensor, kept < 0 ? 0 : first_kept() + kept % segment_ + 1);
}

SymbolId Tape::numbered(SymbolId tensor, std::int64_t number) {
    const auto [known, is_new] = made_.try_emplace({tensor.value, number});
    if (is_new)
        known->second = like(tensor, fmt::format("{}_{}", program_.pool->symbol(tensor).name, number));
    return known->second;
}

SymbolId Tape::like(SymbolId tensor, const std::string& name) {
    algebra::Symbol symbol = program_.pool->symbol(tensor);
    symbol.name = name;
    const SymbolId made = program_.pool->add_symbol(std::move(symbol));
    program_.temporaries.push_back(made);
    program_.stands_for.emplace_back();
    return made;
}

Segment Tape::segment_of(std::int64_t step) const {
    const std::int64_t first = step - (step - first_kept()) % segment_;
    return {first, std::min(first + segment_, steps_)};
}

} // namespace nphys::dynamics
