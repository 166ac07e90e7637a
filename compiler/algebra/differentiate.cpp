#include <algorithm>
#include <unordered_map>

#include "compiler/algebra/children.h"
#include "compiler/algebra/derivative_of_op.h"
#include "compiler/algebra/directional.h"
#include "compiler/algebra/move.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

// What is differentiated by: which nodes depend on it, and the derivative of a leaf that does.
struct Variable {
    std::function<bool(const Facts&)> concerns;
    std::function<Expr(Expr leaf)> derivative_of_leaf;
    std::vector<Place> place; // its indices may not be captured
};

class Differentiator {
public:
    Differentiator(Pool& pool, const Variable& variable) : pool_(pool), variable_(variable) {}

    Expr operator()(Expr expression) {
        if (!variable_.concerns(pool_.facts(expression)))
            return pool_.integer(0);
        if (const auto known = done_.find(expression.id); known != done_.end())
            return known->second;
        const Expr result = derivative(expression);
        done_.emplace(expression.id, result);
        return result;
    }

private:
    Expr derivative(Expr expression) {
        const Node& node = pool_[expression];
        if (const auto* sum = std::get_if<Add>(&node))
            return of_sum(*sum);
        if (const auto* product = std::get_if<Multiply>(&node))
            return of_product(*product);
        if (const auto* power = std::get_if<Power>(&node))
            return of_power(expression, *power);
        if (const auto* apply = std::get_if<Apply>(&node))
            return of_function(*apply);
        if (const auto* spectral = std::get_if<Spectral>(&node))
            return of_spectral(*spectral);
        if (const auto* select = std::get_if<Select>(&node)) {
            const Expr chosen = (*this)(select->chosen), otherwise = (*this)(select->otherwise);
            return pool_.select(select->condition, chosen, otherwise);
        }
        if (const auto* reduce = std::get_if<Reduce>(&node))
            return of_reduction(expression, *reduce);
        if (std::holds_alternative<AtStart>(node) || std::holds_alternative<AtEnd>(node))
            return pool_.integer(0);
        return variable_.derivative_of_leaf(expression);
    }

    Expr of_sum(const Add& sum) {
        std::vector<Expr> terms;
        for (const Expr term : sum.terms)
            terms.push_back((*this)(term));
        return pool_.add(std::move(terms));
    }

    Expr of_product(const Multiply& product) {
        std::vector<Expr> terms;
        for (std::size_t number = 0; number < product.factors.size(); ++number) {
            const Expr inner = (*this)(product.factors[number]);
            if (pool_.is_zero(inner))
                continue;
            std::vector<Expr> factors = product.factors;
            factors[number] = inner;
            terms.push_back(pool_.multiply(std::move(factors)));
        }
        return pool_.add(std::move(terms));
    }

    // d(x^n) = n x^(n-1) dx + x^n log(x) dn
    Expr of_power(Expr expression, const Power& power) {
        const Expr by_base = (*this)(power.base), by_exponent = (*this)(power.exponent);
        std::vector<Expr> terms;
        if (!pool_.is_zero(by_base))
            terms.push_back(pool_.multiply(
                {power.exponent, pool_.power(power.base, pool_.subtract(power.exponent, pool_.integer(1))), by_base}));
        if (!pool_.is_zero(by_exponent))
            terms.push_back(pool_.multiply({expression, pool_.apply(Op::log, {power.base}), by_exponent}));
        return pool_.add(std::move(terms));
    }

    Expr of_function(const Apply& apply) {
        std::vector<Expr> derivatives;
        bool all_zero = true;
        for (const Expr argument : apply.arguments) {
            derivatives.push_back((*this)(argument));
            all_zero = all_zero && pool_.is_zero(derivatives.back());
        }
        return all_zero ? pool_.integer(0) : derivative_of_op(pool_, apply.op, apply.arguments, derivatives);
    }

    // By what its function depends on, and along the entries of its matrix.
    Expr of_spectral(const Spectral& spectral) {
        const Spectral given = spectral; // the pool grows
        std::vector<Expr> terms;
        Spectral by_function = given;
        by_function.function = (*this)(given.function);
        if (!pool_.is_zero(by_function.function))
            terms.push_back(pool_.spectral(std::move(by_function)));
        for (std::size_t entry = 0; entry < given.entries.size(); ++entry) {
            const Expr inner = (*this)(given.entries[entry]);
            if (pool_.is_zero(inner))
                continue;
            Spectral along = given;
            along.directions.push_back(static_cast<std::uint16_t>(entry));
            terms.push_back(pool_.multiply({inner, pool_.spectral(std::move(along))}));
        }
        return pool_.add(std::move(terms));
    }

    // Σ df(i); Σ df(i) Π_{j≠i} f(j), which needs no division; Σ df(i) where f(i) is the extreme value.
    Expr of_reduction(Expr expression, const Reduce& reduce) {
        IndexId index = reduce.index;
        Expr body = reduce.body;
        for (const Place& place : variable_.place) {
            if (place.index == reduce.index)
                index = pool_.fresh_index(reduce.index);
        }
        if (index != reduce.index)
            body = move_places(pool_, body, {Move{reduce.index, Place{index}, false, {}, {}}});
        const Expr inner = (*this)(body);
        switch (reduce.operation) {
        case Reduction::sum:
            return pool_.sum(index, inner);
        case Reduction::product:
            return pool_.sum(index, pool_.multiply({inner, product_of_others(reduce, index)}));
        case Reduction::maximum:
        case Reduction::minimum:
            break;
        }
        return pool_.sum(index, pool_.select(pool_.apply(Op::equal, {body, expression}), inner, pool_.integer(0)));
    }

    Expr product_of_others(const Reduce& reduce, IndexId index) {
        const IndexId other = pool_.fresh_index(reduce.index);
        const Expr body = move_places(pool_, reduce.body, {Move{reduce.index, Place{other}, false, {}, {}}});
        const Expr is_same = pool_.delta(pool_.index(index).space, Place{index}, Place{other});
        return pool_.reduce(Reduction::product, other, pool_.select(is_same, pool_.integer(1), body));
    }

    Pool& pool_;
    const Variable& variable_;
    std::unordered_map<std::uint32_t, Expr> done_;
};

} // namespace

Expr partial(Pool& pool, Expr expression, SymbolId tensor, const std::vector<Place>& place) {
    const auto concerns = [&](const Facts& facts) { return pool.contains(facts.symbols, tensor.value); };
    const auto of_leaf = [&](Expr leaf) {
        const std::vector<Place> positions = pool.get<Element>(leaf)->positions;
        std::vector<Expr> factors;
        for (std::size_t slot = 0; slot < positions.size(); ++slot)
            factors.push_back(pool.delta(pool.symbol(tensor).slots[slot].space, positions[slot], place[slot]));
        return pool.multiply(std::move(factors));
    };
    const Variable variable{concerns, of_leaf, place};
    return Differentiator(pool, variable)(expression);
}

Expr directional(Pool& pool, Expr expression, const std::unordered_map<std::uint32_t, SymbolId>& directions) {
    const auto concerns = [&](const Facts& facts) {
        return std::ranges::any_of(directions, [&](const auto& one) { return pool.contains(facts.symbols, one.first); });
    };
    const auto of_leaf = [&](Expr leaf) {
        const Element element = *pool.get<Element>(leaf);
        return pool.element(directions.at(element.tensor.value), element.positions);
    };
    const Variable variable{concerns, of_leaf, {}};
    return Differentiator(pool, variable)(expression);
}

Expr partial_by_parameter(Pool& pool, Expr expression, SymbolId parameter) {
    const auto concerns = [&](const Facts& facts) { return pool.contains(facts.symbols, parameter.value); };
    const Variable variable{concerns, [&](Expr) { return pool.integer(1); }, {}};
    return Differentiator(pool, variable)(expression);
}

Expr partial_by_time(Pool& pool, Expr expression) {
    const Variable variable{[](const Facts& facts) { return facts.time; },
                            [&](Expr leaf) { return pool.integer(pool.get<Time>(leaf) != nullptr ? 1 : 0); },
                            {}};
    return Differentiator(pool, variable)(expression);
}

Expr partial_by_coordinate(Pool& pool, Expr expression, SpaceId space, int axis) {
    const auto of_leaf = [&](Expr leaf) {
        const auto* coordinate = pool.get<Coordinate>(leaf);
        const bool is_it =
            coordinate != nullptr && coordinate->axis == axis && pool.index(coordinate->place.index).space == space;
        return pool.integer(is_it ? 1 : 0);
    };
    const Variable variable{[](const Facts& facts) { return facts.coordinates; }, of_leaf, {}};
    return Differentiator(pool, variable)(expression);
}

} // namespace nphys::algebra
