#include "compiler/algebra/cost.h"

#include <algorithm>
#include <cmath>
#include <unordered_set>

#include "compiler/algebra/children.h"

namespace nphys::algebra {

namespace {

class Counter {
public:
    explicit Counter(const Pool& pool) : pool_(pool) {}

    std::size_t operator()(Expr expression) {
        if (!depends_on_fields(pool_, expression) && !pool_.facts(expression).coordinates && !pool_.facts(expression).structure) return 0;
        if (!seen_.insert(expression.id).second) return 0;
        std::size_t count = own(pool_[expression]);
        for_each_child(pool_[expression], [&](Expr child) { count += (*this)(child); });
        return count;
    }

private:
    // Factors that are the same everywhere are one factor together.
    std::size_t links(const std::vector<Expr>& children) const {
        std::size_t varying = 0;
        bool has_constant = false;
        for (const Expr child : children) {
            const bool is_varying = depends_on_fields(pool_, child) || pool_.facts(child).coordinates || pool_.facts(child).structure;
            varying += is_varying ? 1 : 0;
            has_constant = has_constant || !is_varying;
        }
        return varying + (has_constant ? 1 : 0) - 1;
    }

    std::size_t of_power(const Power& power) const {
        const auto number = pool_.exact_number(power.exponent);
        const auto exponent = number ? as_integer(*number) : std::nullopt;
        if (!exponent) return number && std::abs(value_of(*number)) == 0.5 ? 4 : 32;
        std::size_t count = *exponent < 0 ? 4 : 0;
        for (std::int64_t rest = std::abs(*exponent); rest > 1; rest /= 2) count += rest % 2 == 1 ? 2 : 1;
        return count;
    }

    std::size_t own(const Node& node) const {
        if (const auto* sum = std::get_if<Add>(&node)) return links(sum->terms);
        if (const auto* product = std::get_if<Multiply>(&node)) return links(product->factors);
        if (const auto* power = std::get_if<Power>(&node)) return of_power(*power);
        if (const auto* apply = std::get_if<Apply>(&node)) return static_cast<std::size_t>(op_flops(apply->op));
        return std::holds_alternative<Select>(node) || std::holds_alternative<Reduce>(node) ? 1 : 0;
    }

    const Pool& pool_;
    std::unordered_set<std::uint32_t> seen_;
};

} // namespace

bool depends_on_fields(const Pool& pool, Expr expression) {
    return std::ranges::any_of(pool.members(pool.facts(expression).symbols), [&](std::uint32_t id) { return pool.symbol(SymbolId{id}).kind == SymbolKind::tensor; });
}

std::size_t operations(const Pool& pool, Expr expression) { return Counter(pool)(expression); }

} // namespace nphys::algebra
