#pragma once
// Looking for something in an expression, each shared part once.
//
// Example: somewhere(pool, e, [&](Expr part) { return pool.get<algebra::AtEnd>(part) != nullptr; })

#include <unordered_set>
#include <vector>

#include "compiler/algebra/children.h"

namespace nphys::model {

template <class Predicate>
[[nodiscard]] bool somewhere(const algebra::Pool& pool, algebra::Expr expression, Predicate&& predicate) {
    std::vector<algebra::Expr> waiting{expression};
    std::unordered_set<std::uint32_t> seen{expression.id};
    while (!waiting.empty()) {
        const algebra::Expr part = waiting.back();
        waiting.pop_back();
        if (predicate(part))
            return true;
        algebra::for_each_child(pool[part], [&](algebra::Expr child) {
            if (seen.insert(child.id).second)
                waiting.push_back(child);
        });
    }
    return false;
}

} // namespace nphys::model
