#include "compiler/dynamics/tape.h"

#include <fmt/format.h>

namespace nphys::dynamics {

SymbolId Tape::neuron(SymbolId tensor, std::int64_t step) {
    return step == steps_ || step < steps_ - kept_ ? tensor : within(tensor, step);
}

SymbolId Tape::within(SymbolId tensor, std::int64_t step) {
    const std::int64_t number = step < steps_ - kept_ ? 0 : step;
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

} // namespace nphys::dynamics
