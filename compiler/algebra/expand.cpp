#include <algorithm>
#include <unordered_map>

#include "compiler/algebra/children.h"
#include "compiler/algebra/expose.h"
#include "compiler/algebra/idle_guards.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

using Terms = std::vector<Expr>;

// Arguments of functions, denominators and conditions stay as they were written.
class Expander {
public:
    Expander(Pool& pool, std::size_t limit) : pool_(pool), limit_(limit) {}

    Expr operator()(Expr expression) {
        if (const auto known = done_.find(expression.id); known != done_.end())
            return known->second;
        const Expr result = expanded(expression);
        done_.emplace(expression.id, result);
        return result;
    }

private:
    Expr expanded(Expr expression) {
        const Node& node = pool_[expression];
        if (std::holds_alternative<Add>(node))
            return rebuild(pool_, expression, [this](Expr term) { return (*this)(term); });
        if (const auto* product = std::get_if<Multiply>(&node))
            return of_product(*product);
        if (const auto* power = std::get_if<Power>(&node))
            return of_power(expression, *power);
        const auto* reduce = std::get_if<Reduce>(&node);
        return reduce != nullptr && reduce->operation == Reduction::sum ? of_sum(*reduce) : expression;
    }

    Terms terms_of(Expr expression) const {
        const auto* sum = pool_.get<Add>(expression);
        return sum == nullptr ? Terms{expression} : sum->terms;
    }

    Expr of_product(const Multiply& product) {
        Terms terms = {pool_.integer(1)};
        std::vector<Expr> kept;
        for (const Expr factor : product.factors) {
            const Expr inner = (*this)(factor);
            const Terms parts = terms_of(inner);
            if (parts.size() > 1 && terms.size() * parts.size() > limit_)
                kept.push_back(inner);
            else
                terms = distributed(terms, parts);
        }
        if (!kept.empty()) {
            kept.push_back(pool_.add(std::move(terms)));
            return pool_.multiply(std::move(kept));
        }
        return pool_.add(std::move(terms));
    }

    Terms distributed(const Terms& left, const Terms& right) {
        if (right.size() == 1 && pool_.is_one(right.front()))
            return left;
        Terms all;
        for (const Expr first : left) {
            for (const Expr second : right)
                all.push_back(pool_.multiply({first, second}));
        }
        return all;
    }

    Expr of_power(Expr expression, const Power& power) {
        const auto number = pool_.exact_number(power.exponent);
        const auto exponent = number ? as_integer(*number) : std::nullopt;
        if (!exponent || *exponent < 2 || *exponent > 8)
            return expression;
        const Expr base = (*this)(power.base);
        const Terms parts = terms_of(base);
        if (parts.size() == 1)
            return pool_.power(base, power.exponent);
        Terms terms = parts;
        for (std::int64_t count = 1; count < *exponent; ++count) {
            terms = terms_of(pool_.add(distributed(terms, parts)));
            if (terms.size() * parts.size() > limit_)
                return pool_.power(base, power.exponent);
        }
        return pool_.add(std::move(terms));
    }

    Expr of_sum(const Reduce& reduce) {
        Terms sums;
        for (const Expr term : terms_of((*this)(reduce.body)))
            sums.push_back(pool_.sum(reduce.index, term));
        return pool_.add(std::move(sums));
    }

    Pool& pool_;
    std::size_t limit_;
    std::unordered_map<std::uint32_t, Expr> done_;
};

} // namespace

Expr expand(Pool& pool, Expr expression, std::size_t limit) {
    return without_idle_guards(pool, Expander(pool, limit)(expression));
}

} // namespace nphys::algebra
