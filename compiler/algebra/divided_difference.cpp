// f[a, b] by the structure of f: sums, products, powers, exp and log have rules in which nothing nearly equal is subtracted.
#include <cmath>

#include "compiler/algebra/symmetric.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

class Differencer {
public:
    Differencer(Pool& pool, Expr a, Expr b) : pool_(pool), a_(a), b_(b), argument_(pool.eigenvalue()) {}

    Expr operator()(Expr function) {
        if (!pool_.has_symbol(function, pool_.eigenvalue_symbol()))
            return pool_.integer(0);
        if (function == argument_)
            return pool_.integer(1);
        const Node node = pool_[function]; // by value: the pool grows
        if (const auto* sum = std::get_if<Add>(&node))
            return of(*sum);
        if (const auto* product = std::get_if<Multiply>(&node))
            return of(*product);
        if (const auto* power = std::get_if<Power>(&node); power != nullptr && !moves(power->exponent))
            return of(*power);
        if (const auto* apply = std::get_if<Apply>(&node))
            if (apply->op == Op::exp || apply->op == Op::log)
                return of(*apply);
        return quotient(function);
    }

private:
    [[nodiscard]] bool moves(Expr expression) { return pool_.has_symbol(expression, pool_.eigenvalue_symbol()); }
    Expr at(Expr function, Expr place) { return replace(pool_, function, {{argument_.id, place}}); }
    Expr half(Expr value) { return pool_.multiply({pool_.rational(1, 2), value}); }

    Expr of(const Add& sum) {
        std::vector<Expr> terms;
        for (const Expr term : sum.terms)
            terms.push_back((*this)(term));
        return pool_.add(std::move(terms));
    }

    // (fg)[a, b] = f[a, b] g(a) + f(b) g[a, b]
    Expr of(const Multiply& product) {
        std::vector<Expr> terms;
        for (std::size_t n = 0; n < product.factors.size(); ++n) {
            std::vector<Expr> factors{(*this)(product.factors[n])};
            for (std::size_t other = 0; other < product.factors.size(); ++other)
                if (other != n)
                    factors.push_back(at(product.factors[other], other < n ? b_ : a_));
            terms.push_back(pool_.multiply(std::move(factors)));
        }
        return pool_.add(std::move(terms));
    }

    Expr of(const Power& power) {
        const Expr x = at(power.base, a_), y = at(power.base, b_), inner = (*this)(power.base);
        return pool_.multiply({inner, of_power(x, y, power.exponent)});
    }

    // (x^n - y^n)/(x - y)
    Expr of_power(Expr x, Expr y, Expr exponent) {
        const auto number = pool_.exact_number(exponent);
        if (number && value_of(*number) < 0) { // -(x^m - y^m)/(x - y) / (x y)^m
            const Expr positive = pool_.negate(exponent);
            return pool_.negate(pool_.multiply({of_power(x, y, positive), pool_.power(x, exponent), pool_.power(y, exponent)}));
        }
        const auto whole = number ? as_integer(*number) : std::nullopt;
        constexpr std::int64_t longest = 8;
        if (whole && *whole <= longest)
            return of_whole_power(x, y, *whole);
        const auto twice = number ? as_integer(real_number(2 * value_of(*number))) : std::nullopt;
        if (twice && *twice <= longest) { // with roots: (r^m - s^m)/(r - s)/(r + s)
            const Expr r = pool_.power(x, pool_.rational(1, 2)), s = pool_.power(y, pool_.rational(1, 2));
            return pool_.divide(of_whole_power(r, s, *twice), pool_.add({r, s}));
        }
        // x^n = exp(n log x)
        const Expr u = pool_.multiply({exponent, pool_.apply(Op::log, {x})}), v = pool_.multiply({exponent, pool_.apply(Op::log, {y})});
        return pool_.multiply({of_exponential(u, v), exponent, of_logarithm(x, y)});
    }

    Expr of_whole_power(Expr x, Expr y, std::int64_t exponent) {
        std::vector<Expr> terms;
        for (std::int64_t n = 0; n < exponent; ++n)
            terms.push_back(pool_.multiply({pool_.power(x, pool_.integer(n)), pool_.power(y, pool_.integer(exponent - 1 - n))}));
        return pool_.add(std::move(terms));
    }

    Expr of(const Apply& apply) {
        const Expr inner = apply.arguments.front();
        const Expr x = at(inner, a_), y = at(inner, b_);
        return pool_.multiply({(*this)(inner), apply.op == Op::exp ? of_exponential(x, y) : of_logarithm(x, y)});
    }

    // exp((x + y)/2) sinh(h)/h with h = (x - y)/2
    Expr of_exponential(Expr x, Expr y) {
        const Expr h = half(pool_.subtract(x, y));
        const Expr is_nothing = pool_.apply(Op::equal, {h, pool_.integer(0)});
        const Expr safe = pool_.select(is_nothing, pool_.integer(1), h);
        const Expr ratio = pool_.select(is_nothing, pool_.integer(1), pool_.divide(pool_.apply(Op::sinh, {safe}), safe));
        return pool_.multiply({pool_.apply(Op::exp, {half(pool_.add({x, y}))}), ratio});
    }

    // log(x/y) = 2 artanh(u) with u = (x - y)/(x + y): the series where that is small.
    Expr of_logarithm(Expr x, Expr y) {
        const Expr gap = pool_.subtract(x, y), sum = pool_.add({x, y});
        const Expr square = pool_.power(pool_.divide(gap, sum), pool_.integer(2));
        Expr series = pool_.integer(0);
        constexpr std::int64_t last = 15; // 0.1^16
        for (std::int64_t n = last; n >= 1; n -= 2)
            series = pool_.add({pool_.rational(1, n), pool_.multiply({square, series})});
        const Expr near = pool_.apply(Op::less, {square, pool_.real(0.01)});
        const Expr logarithm = pool_.apply(Op::log, {pool_.divide(x, y)});
        const Expr far = pool_.divide(logarithm, pool_.select(near, pool_.integer(1), gap));
        return pool_.select(near, pool_.divide(pool_.multiply({pool_.integer(2), series}), sum), far);
    }

    // Of any other function: its derivative in the middle where a and b are nearer than a rule of third order can tell.
    Expr quotient(Expr function) {
        const Expr gap = pool_.subtract(a_, b_), middle = half(pool_.add({a_, b_}));
        const Expr size = pool_.add({pool_.apply(Op::abs, {a_}), pool_.apply(Op::abs, {b_})});
        const Expr near = pool_.apply(Op::less_equal, {pool_.apply(Op::abs, {gap}), pool_.multiply({pool_.real(1e-5), size})});
        const Expr slope = at(partial(pool_, function, pool_.eigenvalue_symbol(), {}), middle);
        const Expr first = at(function, a_), rise = pool_.subtract(first, at(function, b_));
        const Expr far = pool_.divide(rise, pool_.select(near, pool_.integer(1), gap));
        return pool_.select(near, slope, far);
    }

    Pool& pool_;
    Expr a_, b_, argument_;
};

} // namespace

Expr divided_difference(Pool& pool, Expr function, Expr a, Expr b) { return Differencer(pool, a, b)(function); }

} // namespace nphys::algebra
