#include <algorithm>

#include "compiler/algebra/transform.h"

namespace nphys::algebra {

Dependence dependence(const Pool& pool, Expr expression) {
    const Facts& facts = pool.facts(expression);
    Dependence result;
    for (const std::uint32_t id : pool.members(facts.symbols)) {
        const SymbolId symbol{id};
        (pool.symbol(symbol).kind == SymbolKind::parameter ? result.parameters : result.tensors).push_back(symbol);
    }
    for (const std::uint32_t id : pool.members(facts.indices))
        result.free_indices.push_back(IndexId{id});
    result.time = facts.time;
    result.step = facts.step;
    result.coordinates = facts.coordinates;
    return result;
}

bool depends_on_fields(const Pool& pool, Expr expression) {
    return std::ranges::any_of(pool.members(pool.facts(expression).symbols),
                               [&](std::uint32_t id) { return pool.symbol(SymbolId{id}).kind == SymbolKind::tensor; });
}

bool depends_on(const Pool& pool, Expr expression, SymbolId tensor) {
    return pool.has_symbol(expression, tensor);
}

} // namespace nphys::algebra
