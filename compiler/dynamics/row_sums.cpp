#include "compiler/dynamics/row_sums.h"

#include <algorithm>
#include <optional>

#include "compiler/algebra/transform.h"

namespace nphys::dynamics {

namespace {

using namespace algebra;
using Result = tl::expected<Expr, std::string>;

class RowSum {
public:
    RowSum(Pool& pool, const std::vector<SymbolId>& state) : pool_(pool), state_(state) {}

    Result of(Expr expression) {
        if (!moves(expression))
            return pool_.integer(0);
        const Node node = pool_[expression]; // by value: the pool grows
        if (std::holds_alternative<Element>(node))
            return pool_.integer(1);
        if (const auto* sum = std::get_if<Add>(&node))
            return of(*sum);
        if (const auto* product = std::get_if<Multiply>(&node))
            return of(*product);
        if (const auto* choice = std::get_if<Select>(&node))
            return of(*choice);
        if (const auto* all = std::get_if<Reduce>(&node); all != nullptr && all->operation == Reduction::sum)
            return of(all->body).map([&](Expr each) { return pool_.sum(all->index, each); });
        return not_linear();
    }

private:
    bool moves(Expr expression) const {
        return std::ranges::any_of(state_, [&](SymbolId tensor) { return depends_on(pool_, expression, tensor); });
    }
    static Result not_linear() { return tl::unexpected(std::string("its law has a part that is not linear")); }

    Result of(const Add& sum) {
        std::vector<Expr> all;
        for (const Expr term : sum.terms) {
            const Result one = of(term);
            if (!one)
                return one;
            all.push_back(*one);
        }
        return pool_.add(std::move(all));
    }
    // One factor may move; the others scale it.
    Result of(const Multiply& product) {
        std::vector<Expr> moving, others;
        for (const Expr factor : product.factors)
            (moves(factor) ? moving : others).push_back(factor);
        if (moving.size() != 1)
            return not_linear();
        return of(moving.front()).map([&](Expr each) {
            return pool_.multiply({pool_.apply(Op::abs, {pool_.multiply(others)}), each});
        });
    }
    Result of(const Select& choice) {
        if (moves(choice.condition))
            return not_linear();
        const Result chosen = of(choice.chosen), otherwise = of(choice.otherwise);
        if (!chosen || !otherwise)
            return chosen ? otherwise : chosen;
        return pool_.select(choice.condition, *chosen, *otherwise);
    }

    Pool& pool_;
    const std::vector<SymbolId>& state_;
};

} // namespace

tl::expected<Expr, std::string> row_sum(Pool& pool, Expr rate, const std::vector<SymbolId>& state) {
    return RowSum(pool, state).of(rate);
}

} // namespace nphys::dynamics
