#include "compiler/analysis/potential.h"

#include <algorithm>

#include "compiler/algebra/expose.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/linear_form.h"

namespace nphys::analysis {

namespace {

using namespace algebra;

class Integrator {
public:
    Integrator(Pool& pool, const Variables& variables) : pool_(pool), variables_(variables) {}

    // x ∫₀¹ G(s x) ds for the terms of one row.
    std::optional<Expr> row(Expr gradient, Expr element) {
        std::vector<Expr> sum;
        for (const Expr term : terms_of(expand(pool_, gradient))) {
            const std::optional<Expr> integral = of_term(term, element);
            if (!integral)
                return std::nullopt;
            sum.push_back(*integral);
        }
        return pool_.add(std::move(sum));
    }

private:
    std::vector<Expr> terms_of(Expr expression) const {
        const auto* sum = pool_.get<Add>(expression);
        return sum != nullptr ? sum->terms : std::vector{expression};
    }

    bool holds(Expr expression) const {
        return std::ranges::any_of(variables_.tensors,
                                   [&](SymbolId tensor) { return depends_on(pool_, expression, tensor); });
    }

    std::optional<Expr> of_term(Expr term, Expr element) {
        if (const std::optional<double> degree = degree_of(term); degree && *degree != -1)
            return pool_.multiply({element, term, pool_.power(pool_.real(*degree + 1), pool_.integer(-1))});
        std::vector<Expr> factors;
        std::optional<Expr> function;
        for (const Expr factor : product_factors(pool_, term)) {
            if (!holds(factor))
                factors.push_back(factor);
            else if (function)
                return std::nullopt;
            else
                function = factor;
        }
        const std::optional<Expr> integral = antiderivative(*function, element);
        if (!integral)
            return std::nullopt;
        factors.push_back(*integral);
        return pool_.multiply(std::move(factors));
    }

    // n if the expression is multiplied by s^n when the variables are multiplied by s.
    std::optional<double> degree_of(Expr expression) const {
        if (!holds(expression))
            return 0;
        const Node& node = pool_[expression];
        if (std::holds_alternative<Element>(node))
            return 1;
        if (const auto* sum = std::get_if<Reduce>(&node))
            return sum->operation == Reduction::sum ? degree_of(sum->body) : std::nullopt;
        if (const auto* power = std::get_if<Power>(&node)) {
            const std::optional<double> base = degree_of(power->base), exponent = pool_.number(power->exponent);
            return base && exponent ? std::optional(*base * *exponent) : std::nullopt;
        }
        if (const auto* product = std::get_if<Multiply>(&node)) {
            double total = 0;
            for (const Expr factor : product->factors) {
                const std::optional<double> degree = degree_of(factor);
                if (!degree)
                    return std::nullopt;
                total += *degree;
            }
            return total;
        }
        if (const auto* sum = std::get_if<Add>(&node)) {
            const std::optional<double> first = degree_of(sum->terms.front());
            for (const Expr term : sum->terms)
                if (degree_of(term) != first)
                    return std::nullopt;
            return first;
        }
        return std::nullopt;
    }

    // By the element, of a function of this element alone.
    std::optional<Expr> antiderivative(Expr function, Expr element) {
        const Node node = pool_[function];
        Expr inside;
        if (const auto* apply = std::get_if<Apply>(&node); apply != nullptr && apply->arguments.size() == 1)
            inside = apply->arguments.front();
        else if (const auto* power = std::get_if<Power>(&node); power != nullptr && !holds(power->exponent))
            inside = power->base;
        else
            return std::nullopt;
        const auto form = dynamics::linear_form(pool_, inside, variables_.tensors);
        if (!form || form->coefficients.size() != 1 || form->coefficients.begin()->first != element.id)
            return std::nullopt;
        const std::optional<Expr> integral = std::holds_alternative<Apply>(node)
                                                 ? of_function(std::get<Apply>(node).op, inside)
                                                 : of_power(std::get<Power>(node).exponent, inside);
        if (!integral)
            return std::nullopt;
        return pool_.divide(*integral, form->coefficients.begin()->second);
    }

    std::optional<Expr> of_function(Op op, Expr x) {
        const auto f = [&](Op function) { return pool_.apply(function, {x}); };
        switch (op) {
        case Op::sin: return pool_.negate(f(Op::cos));
        case Op::cos: return f(Op::sin);
        case Op::exp: return f(Op::exp);
        case Op::sinh: return f(Op::cosh);
        case Op::cosh: return f(Op::sinh);
        case Op::tanh: return pool_.apply(Op::log, {f(Op::cosh)});
        case Op::sigmoid: return pool_.apply(Op::log, {pool_.add({pool_.integer(1), f(Op::exp)})});
        default: return std::nullopt;
        }
    }

    std::optional<Expr> of_power(Expr exponent, Expr x) {
        const Expr next = pool_.add({exponent, pool_.integer(1)});
        if (pool_.is_zero(next))
            return pool_.apply(Op::log, {x});
        return pool_.divide(pool_.power(x, next), next);
    }

    Pool& pool_;
    const Variables& variables_;
};

} // namespace

std::optional<Expr> potential(MapAlgebra& maps, const Variables& variables, const std::vector<Expr>& gradient) {
    Pool& pool = maps.pool();
    Integrator integrator(pool, variables);
    std::vector<Expr> rows;
    for (std::size_t row = 0; row < gradient.size(); ++row) {
        const std::optional<Expr> integral = integrator.row(gradient[row], variables.components[row].value);
        if (!integral)
            return std::nullopt;
        rows.push_back(*integral);
    }
    return maps.inner(variables, rows, std::vector<Expr>(rows.size(), pool.integer(1)));
}

} // namespace nphys::analysis
