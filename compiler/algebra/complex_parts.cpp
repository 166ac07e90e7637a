#include "compiler/algebra/complex_parts.h"

#include <cmath>
#include <unordered_map>

#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

using Parts = ComplexParts;
using MaybeParts = std::optional<ComplexParts>;

// More factors than that are better taken in polar form.
constexpr std::int64_t largest_whole_power = 16;

bool is_real(const Pool& pool, const Parts& parts) {
    return pool.is_zero(parts.imaginary);
}

Parts times(Pool& pool, const Parts& left, const Parts& right) {
    const Expr both = pool.multiply({left.real, right.real}), neither = pool.multiply({left.imaginary, right.imaginary});
    return {pool.subtract(both, neither),
            pool.add({pool.multiply({left.real, right.imaginary}), pool.multiply({left.imaginary, right.real})})};
}

Parts scaled(Pool& pool, const Parts& parts, Expr factor) {
    return {pool.multiply({factor, parts.real}), pool.multiply({factor, parts.imaginary})};
}

Expr square_of_modulus(Pool& pool, const Parts& parts) {
    const Expr two = pool.integer(2);
    return pool.add({pool.power(parts.real, two), pool.power(parts.imaginary, two)});
}

Parts whole_power(Pool& pool, const Parts& base, std::int64_t exponent) {
    Parts result{pool.integer(1), pool.integer(0)}, factor = base;
    for (std::int64_t rest = std::abs(exponent); rest > 0; rest /= 2) {
        if (rest % 2 == 1)
            result = times(pool, result, factor);
        if (rest > 1)
            factor = times(pool, factor, factor);
    }
    if (exponent > 0)
        return result;
    // 1/w is w̄/|w|².
    const Expr square = square_of_modulus(pool, base);
    const Expr below = pool.power(square, pool.integer(exponent));
    return {pool.multiply({result.real, below}), pool.negate(pool.multiply({result.imaginary, below}))};
}

Parts polar(Pool& pool, Expr size, Expr angle) {
    return {pool.multiply({size, pool.apply(Op::cos, {angle})}), pool.multiply({size, pool.apply(Op::sin, {angle})})};
}

bool is_positive(const Pool& pool, Expr expression) {
    const auto number = pool.number(expression);
    const auto* apply = pool.get<Apply>(expression);
    return (number && *number > 0) || pool.get<Pi>(expression) != nullptr ||
           (apply != nullptr && (apply->op == Op::exp || apply->op == Op::cosh));
}

Parts logarithm(Pool& pool, const Parts& parts) {
    if (is_real(pool, parts) && is_positive(pool, parts.real))
        return {pool.apply(Op::log, {parts.real}), pool.integer(0)};
    const Expr size = pool.apply(Op::log, {square_of_modulus(pool, parts)});
    return {pool.multiply({pool.rational(1, 2), size}), argument(pool, parts)};
}

Parts real_power(Pool& pool, const Parts& base, Expr exponent) {
    const Expr half = pool.multiply({pool.rational(1, 2), exponent});
    return polar(pool, pool.power(square_of_modulus(pool, base), half),
                 pool.multiply({exponent, argument(pool, base)}));
}

class Splitter {
public:
    explicit Splitter(Pool& pool) : pool_(pool) {}

    MaybeParts operator()(Expr expression) {
        if (!pool_.facts(expression).is_complex)
            return Parts{expression, pool_.integer(0)};
        if (const auto known = done_.find(expression.id); known != done_.end())
            return known->second;
        const MaybeParts parts = std::visit([&](const auto& node) { return of(expression, node); }, pool_[expression]);
        done_.emplace(expression.id, parts);
        return parts;
    }

private:
    MaybeParts of(Expr, const ImaginaryUnit&) { return Parts{pool_.integer(0), pool_.integer(1)}; }

    MaybeParts of(Expr, const Add& node) {
        std::vector<Expr> real, imaginary;
        for (const Expr term : node.terms) {
            const MaybeParts parts = (*this)(term);
            if (!parts)
                return std::nullopt;
            real.push_back(parts->real);
            imaginary.push_back(parts->imaginary);
        }
        return Parts{pool_.add(std::move(real)), pool_.add(std::move(imaginary))};
    }

    // Real factors come last, so that they stay common factors.
    MaybeParts of(Expr, const Multiply& node) {
        std::vector<Expr> real;
        Parts result{pool_.integer(1), pool_.integer(0)};
        for (const Expr factor : node.factors) {
            if (!pool_.facts(factor).is_complex) {
                real.push_back(factor);
                continue;
            }
            const MaybeParts parts = (*this)(factor);
            if (!parts)
                return std::nullopt;
            result = times(pool_, result, *parts);
        }
        return scaled(pool_, result, pool_.multiply(std::move(real)));
    }

    MaybeParts of(Expr, const Power& node) {
        const MaybeParts base = (*this)(node.base), exponent = (*this)(node.exponent);
        if (!base || !exponent)
            return std::nullopt;
        const auto number = pool_.exact_number(node.exponent);
        const auto whole = number ? as_integer(*number) : std::nullopt;
        if (whole && std::abs(*whole) <= largest_whole_power)
            return whole_power(pool_, *base, *whole);
        if (is_real(pool_, *exponent)) {
            return real_power(pool_, *base, exponent->real);
        }
        const Parts power = times(pool_, *exponent, logarithm(pool_, *base));
        return polar(pool_, pool_.apply(Op::exp, {power.real}), power.imaginary);
    }

    MaybeParts of(Expr, const Reduce& node) {
        if (node.operation != Reduction::sum)
            return std::nullopt;
        const IndexId index = node.index;
        const MaybeParts parts = (*this)(node.body);
        if (!parts)
            return std::nullopt;
        return Parts{pool_.sum(index, parts->real), pool_.sum(index, parts->imaginary)};
    }

    MaybeParts of(Expr, const Apply& node) {
        if (node.arguments.size() != 1)
            return std::nullopt;
        const Op op = node.op;
        const Expr argument = node.arguments[0];
        const MaybeParts parts = (*this)(argument);
        return parts ? parts_of_function(pool_, op, argument, *parts) : std::nullopt;
    }

    MaybeParts of(Expr, const Select& node) {
        if (pool_.facts(node.condition).is_complex)
            return std::nullopt;
        const Expr condition = node.condition;
        const MaybeParts chosen = (*this)(node.chosen), otherwise = (*this)(node.otherwise);
        if (!chosen || !otherwise)
            return std::nullopt;
        return Parts{pool_.select(condition, chosen->real, otherwise->real),
                     pool_.select(condition, chosen->imaginary, otherwise->imaginary)};
    }

    MaybeParts of(Expr, const AtStart& node) { return at_record((*this)(node.value), &Pool::at_start); }
    MaybeParts of(Expr, const AtEnd& node) { return at_record((*this)(node.value), &Pool::at_end); }
    MaybeParts at_record(const MaybeParts& parts, Expr (Pool::*record)(Expr)) {
        if (!parts)
            return std::nullopt;
        return Parts{(pool_.*record)(parts->real), (pool_.*record)(parts->imaginary)};
    }

    // An element of a complex tensor.
    MaybeParts of(Expr expression, const Element&) {
        return Parts{pool_.apply(Op::re, {expression}), pool_.apply(Op::im, {expression})};
    }

    template <class Leaf> MaybeParts of(Expr, const Leaf&) { return std::nullopt; }

    Pool& pool_;
    std::unordered_map<std::uint32_t, MaybeParts> done_;
};

} // namespace

MaybeParts complex_parts(Pool& pool, Expr expression) {
    return Splitter(pool)(expression);
}

Expr modulus(Pool& pool, const Parts& parts) {
    if (is_real(pool, parts))
        return pool.apply(Op::abs, {parts.real});
    if (pool.is_zero(parts.real))
        return pool.apply(Op::abs, {parts.imaginary});
    const Expr square = square_of_modulus(pool, parts);
    return pool.power(square, pool.rational(1, 2));
}

Expr argument(Pool& pool, const Parts& parts) {
    const auto real = pool.number(parts.real), imaginary = pool.number(parts.imaginary);
    if (real && imaginary) {
        // Whole multiples of π/4, exactly.
        const bool diagonal = std::abs(*real) == std::abs(*imaginary) && *real != 0;
        if (diagonal || *real == 0 || *imaginary == 0) {
            const double eighths = std::nearbyint(std::atan2(*imaginary, *real) / std::atan(1.0));
            return pool.multiply({pool.rational(static_cast<std::int64_t>(eighths), 4), pool.pi()});
        }
    }
    if (is_real(pool, parts) && is_positive(pool, parts.real))
        return pool.integer(0);
    return pool.apply(Op::atan2, {parts.imaginary, parts.real});
}

Expr principal_power(Pool& pool, Expr base, Expr exponent) {
    const auto number = pool.number(base), power = pool.number(exponent);
    if (!number || *number >= 0 || (power && *power == std::nearbyint(*power)))
        return pool.power(base, exponent);
    // (-r)^θ = r^θ exp(iπθ)
    const Expr turn = pool.multiply({pool.imaginary_unit(), pool.pi(), exponent});
    return pool.multiply({pool.power(pool.negate(base), exponent), pool.apply(Op::exp, {turn})});
}

bool takes_complex(Op op) {
    switch (op) {
    case Op::sign:
    case Op::floor:
    case Op::erf:
    case Op::poisson_quantile:
    case Op::atan2:
    case Op::min:
    case Op::max:
        return false;
    default:
        return op < Op::less;
    }
}

namespace {

// tan and tanh from the tangents of their parts, so that nothing overflows:
// tan(a + ib) = (T + i t)/(1 - i T t) with T = tan a, t = tanh b.
struct Tangent {
    Expr trigonometric, hyperbolic;
};
Tangent tangent(Pool& pool, Expr angle, Expr rapidity) {
    const Expr trigonometric = pool.apply(Op::tan, {angle}), hyperbolic = pool.apply(Op::tanh, {rapidity});
    const Expr one = pool.integer(1), two = pool.integer(2);
    const Expr square = pool.power(trigonometric, two), other = pool.power(hyperbolic, two);
    const Expr sum = pool.add({one, pool.multiply({square, other})});
    const Expr below = pool.power(sum, pool.integer(-1));
    return {pool.multiply({trigonometric, pool.subtract(one, other), below}),
            pool.multiply({hyperbolic, pool.add({one, square}), below})};
}

Parts crossed(Pool& pool, Op first, Op second, const Parts& z, Op third, Op fourth, int sign) {
    return {pool.multiply({pool.apply(first, {z.real}), pool.apply(second, {z.imaginary})}),
            pool.multiply({pool.integer(sign), pool.apply(third, {z.real}), pool.apply(fourth, {z.imaginary})})};
}

// asin z = -i log(i z + √(1 - z²))
Parts arc_sine(Pool& pool, const Parts& z) {
    const Parts square = times(pool, z, z);
    const Parts root = real_power(pool, {pool.subtract(pool.integer(1), square.real), pool.negate(square.imaginary)},
                                  pool.rational(1, 2));
    const Parts log = logarithm(
        pool, {pool.subtract(root.real, z.imaginary), pool.add({root.imaginary, z.real})});
    return {log.imaginary, pool.negate(log.real)};
}

// atan z = i/2 (log(1 - i z) - log(1 + i z))
Parts arc_tangent(Pool& pool, const Parts& z) {
    const Expr one = pool.integer(1), half = pool.rational(1, 2);
    const Parts less = logarithm(pool, {pool.add({one, z.imaginary}), pool.negate(z.real)}),
                more = logarithm(pool, {pool.subtract(one, z.imaginary), z.real});
    return {pool.multiply({half, pool.subtract(more.imaginary, less.imaginary)}),
            pool.multiply({half, pool.subtract(less.real, more.real)})};
}

} // namespace

MaybeParts parts_of_function(Pool& pool, Op op, Expr z, const Parts& parts) {
    const Expr zero = pool.integer(0), half = pool.rational(1, 2);
    switch (op) {
    case Op::re:
        return Parts{parts.real, zero};
    case Op::im:
        return Parts{parts.imaginary, zero};
    case Op::conj:
        return Parts{parts.real, pool.negate(parts.imaginary)};
    case Op::abs:
        return Parts{modulus(pool, parts), zero};
    case Op::arg:
        return Parts{argument(pool, parts), zero};
    case Op::exp:
        return polar(pool, pool.apply(Op::exp, {parts.real}), parts.imaginary);
    case Op::log:
        return logarithm(pool, parts);
    case Op::sqrt:
        return real_power(pool, parts, half);
    case Op::sin:
        return crossed(pool, Op::sin, Op::cosh, parts, Op::cos, Op::sinh, 1);
    case Op::cos:
        return crossed(pool, Op::cos, Op::cosh, parts, Op::sin, Op::sinh, -1);
    case Op::sinh:
        return crossed(pool, Op::sinh, Op::cos, parts, Op::cosh, Op::sin, 1);
    case Op::cosh:
        return crossed(pool, Op::cosh, Op::cos, parts, Op::sinh, Op::sin, 1);
    case Op::tan: {
        const Tangent found = tangent(pool, parts.real, parts.imaginary);
        return Parts{found.trigonometric, found.hyperbolic};
    }
    case Op::tanh: {
        const Tangent found = tangent(pool, parts.imaginary, parts.real);
        return Parts{found.hyperbolic, found.trigonometric};
    }
    case Op::sigmoid: // ½ (1 + tanh(z/2))
        return complex_parts(
            pool, pool.multiply({half, pool.add({pool.integer(1), pool.apply(Op::tanh, {pool.multiply({half, z})})})}));
    case Op::asin:
        return arc_sine(pool, parts);
    case Op::acos: { // π/2 - asin z
        const Parts sine = arc_sine(pool, parts);
        return Parts{pool.subtract(pool.multiply({half, pool.pi()}), sine.real), pool.negate(sine.imaginary)};
    }
    case Op::atan:
        return arc_tangent(pool, parts);
    default:
        return std::nullopt;
    }
}

} // namespace nphys::algebra
