#include "compiler/loops/values.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numbers>

namespace nphys::loops {

using algebra::Expr;

// The factors of a product, numerators and denominators apart.
struct Factors {
    double coefficient = 1;
    std::vector<NodeId> uniform, uniform_below; // rank 0
    std::vector<NodeId> above, below;
    std::vector<NodeId> guards;                 // 0 or 1 by structure: where one is 0, the others need not have a value
};

namespace {

// x^n by repeated multiplication up to here; beyond, pow is both quicker and more accurate.
constexpr double largest_integer_power = 64;

bool is_integer_power(double exponent) {
    return std::abs(exponent) <= largest_integer_power && exponent == std::floor(exponent);
}

} // namespace

Values::Values(algebra::Pool& pool, Graph& graph, const Placed& placed, const Names& names, Type arithmetic,
               std::vector<AxisId> order, Extract extract, GraphRead graph_read)
    : pool_(pool), graph_(graph), placed_(placed), names_(names), arithmetic_(arithmetic), order_(std::move(order)),
      extract_(std::move(extract)), graph_read_(std::move(graph_read)) {}

NodeId Values::operator()(Expr expression) { return numeric(expression); }

NodeId Values::numeric(Expr expression) {
    const NodeId id = lower(expression);
    return graph_[id].type == Type::truth ? graph_.convert(id, Type::f64) : id;
}

NodeId Values::lower(Expr expression) {
    if (const auto found = done_.find(expression.id); found != done_.end())
        return found->second;
    // A copy: lowering below may add nodes to the pool.
    const algebra::Node here = pool_[expression];
    const NodeId result = std::visit(
        [&](const auto& n) -> NodeId {
            using N = std::decay_t<decltype(n)>;
            if constexpr (std::is_same_v<N, algebra::Rational>)
                return graph_.number(static_cast<double>(n.numerator) / static_cast<double>(n.denominator));
            else if constexpr (std::is_same_v<N, algebra::Real>)
                return graph_.number(n.value);
            else if constexpr (std::is_same_v<N, algebra::Pi>)
                return graph_.number(std::numbers::pi);
            else if constexpr (std::is_same_v<N, algebra::Time>)
                return graph_.time(0);
            else if constexpr (std::is_same_v<N, algebra::Step>)
                return graph_.scalar(placed_.module.step_size);
            else if constexpr (std::is_same_v<N, algebra::Element>)
                return node(n, expression);
            else if constexpr (std::is_same_v<N, algebra::Reduce>)
                return extract_(expression);
            else if constexpr (std::is_same_v<N, algebra::Multiply>)
                return value(product(expression));
            else if constexpr (std::is_same_v<N, algebra::Select>) {
                const NodeId condition = lower(n.condition);
                const NodeId chosen = numeric(n.chosen);
                return graph_.select(condition, chosen, numeric(n.otherwise));
            } else if constexpr (std::is_same_v<N, algebra::AtStart> || std::is_same_v<N, algebra::AtEnd>)
                return numeric(n.value);
            else if constexpr (std::is_same_v<N, algebra::ImaginaryUnit>) {
                assert(false && "complex numbers do not reach the loops");
                return graph_.number(std::numeric_limits<double>::quiet_NaN());
            } else
                return node(n);
        },
        here);
    done_.emplace(expression.id, result);
    return result;
}

std::size_t Values::rank(NodeId id) const {
    const Node& node = graph_[id];
    if (node.is_uniform())
        return 0;
    std::size_t rank = 1;
    for (const AxisId axis : node.axes) {
        const auto place = std::find(order_.begin(), order_.end(), axis) - order_.begin();
        rank = std::max(rank, static_cast<std::size_t>(place) + 2);
    }
    return rank;
}

NodeId Values::node(const algebra::Parameter& parameter) {
    if (const auto constant = names_.constant(parameter.symbol))
        return graph_.number(*constant);
    return graph_.scalar(names_.slot(parameter.symbol));
}

// ---- Products -------------------------------------------------------------------------------------------------------------

NodeId Values::multiply_all(const std::vector<NodeId>& factors) {
    NodeId result;
    for (const NodeId factor : factors)
        result = result.valid() ? graph_.multiply(result, factor) : factor;
    return result;
}

void Values::sort_factors(const std::vector<Expr>& factors, Factors& sorted) {
    for (const Expr factor : factors) {
        if (const auto number = pool_.number(factor)) {
            sorted.coefficient *= *number;
            continue;
        }
        if (const auto* within = pool_.get<algebra::Within>(factor)) {
            sorted.guards.push_back(node(*within));
            continue;
        }
        if (const auto* delta = pool_.get<algebra::Delta>(factor)) {
            add_coincidences(*delta, sorted.guards, sorted.above);
            continue;
        }
        const auto* power = pool_.get<algebra::Power>(factor);
        const auto exponent = power != nullptr ? pool_.number(power->exponent) : std::nullopt;
        const bool is_below = exponent && *exponent < 0;
        const NodeId id = is_below ? positive_power(Expr(power->base), -*exponent) : numeric(factor);
        const bool is_uniform = graph_[id].is_uniform();
        auto& list = is_uniform ? (is_below ? sorted.uniform_below : sorted.uniform) : (is_below ? sorted.below : sorted.above);
        list.push_back(id);
    }
    std::stable_sort(sorted.above.begin(), sorted.above.end(), [&](NodeId a, NodeId b) { return rank(a) < rank(b); });
}

Values::Product Values::product(Expr term) {
    std::vector<Expr> list{term};
    if (const auto* multiply = pool_.get<algebra::Multiply>(term))
        list = multiply->factors;
    Factors factors;
    sort_factors(list, factors);
    Product result = unguarded(factors);
    if (factors.guards.empty())
        return result;
    const bool is_scaled = result.prefix.valid() && graph_[result.prefix].is_uniform();
    if (!is_scaled)
        result = {false, {}, value(result)};
    for (const NodeId guard : factors.guards)
        result.last = graph_.select(guard, result.last, graph_.number(0));
    return result;
}

Values::Product Values::unguarded(const Factors& factors) {
    Product result;
    const bool has_denominator = !factors.uniform_below.empty() || !factors.below.empty();
    const bool is_bare = factors.coefficient == 1 || factors.coefficient == -1;
    std::vector<NodeId> sequence;
    NodeId uniform = multiply_all(factors.uniform);
    if (!is_bare || (!uniform.valid() && has_denominator && factors.above.empty())) {
        const NodeId number = graph_.number(factors.coefficient);
        uniform = uniform.valid() ? graph_.multiply(number, uniform) : number;
    } else {
        result.negative = factors.coefficient == -1;
    }
    if (!factors.uniform_below.empty()) {
        const NodeId numerator = uniform.valid() ? uniform : graph_.number(1);
        uniform = graph_.divide(numerator, multiply_all(factors.uniform_below));
    }
    if (uniform.valid() && result.negative) {
        uniform = graph_.negate(uniform);
        result.negative = false;
    }
    if (uniform.valid())
        sequence.push_back(uniform);
    sequence.insert(sequence.end(), factors.above.begin(), factors.above.end());
    if (!factors.below.empty()) {
        const NodeId numerator = sequence.empty() ? graph_.number(1) : multiply_all(sequence);
        result.last = graph_.divide(numerator, multiply_all(factors.below));
        return result;
    }
    if (sequence.empty())
        sequence.push_back(graph_.number(1));
    result.last = sequence.back();
    sequence.pop_back();
    result.prefix = multiply_all(sequence);
    return result;
}

NodeId Values::value(const Product& product) {
    if (!product.prefix.valid())
        return product.negative ? graph_.negate(product.last) : product.last;
    const NodeId prefix = product.negative ? graph_.negate(product.prefix) : product.prefix;
    return graph_.multiply(prefix, product.last);
}

// ---- Sums -----------------------------------------------------------------------------------------------------------------

// Both halves can be computed at the same time, and errors grow with the logarithm of the number of terms.
NodeId Values::sum_in_pairs(std::span<const NodeId> terms) {
    if (terms.size() == 1)
        return terms.front();
    const std::size_t half = (terms.size() + 1) / 2;
    const NodeId left = sum_in_pairs(terms.first(half));
    return graph_.add(left, sum_in_pairs(terms.subspan(half)));
}

// What has a lower rank is summed apart: it is computed less often.
NodeId Values::sum_by_rank(const std::vector<NodeId>& terms) {
    NodeId sum;
    for (auto first = terms.begin(); first != terms.end();) {
        const auto last = std::find_if(first, terms.end(), [&](NodeId term) { return rank(term) != rank(*first); });
        std::vector<NodeId> group(first, last);
        if (sum.valid())
            group.insert(group.begin(), sum);
        sum = sum_in_pairs(group);
        first = last;
    }
    return sum;
}

NodeId Values::node(const algebra::Add& add) {
    struct Term { Product product; std::size_t rank; };
    std::vector<Term> terms;
    std::size_t highest = 0;
    for (const Expr term : add.terms) {
        const Product here = product(term);
        const std::size_t of_last = rank(here.last);
        const std::size_t of_all = here.prefix.valid() ? std::max(of_last, rank(here.prefix)) : of_last;
        terms.push_back({here, of_all});
        highest = std::max(highest, of_all);
    }
    std::vector<NodeId> plus, minus;
    std::vector<Product> products;
    std::stable_sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.rank < b.rank; });
    for (const Term& term : terms) {
        if (term.product.prefix.valid() && term.rank == highest && highest > 0)
            products.push_back(term.product);
        else if (!term.product.prefix.valid() && term.product.negative)
            minus.push_back(term.product.last);
        else
            plus.push_back(value(term.product));
    }
    NodeId sum = sum_by_rank(plus);
    if (!sum.valid() && !products.empty()) {
        sum = value(products.front());
        products.erase(products.begin());
    }
    if (!minus.empty()) {
        const NodeId subtrahend = sum_in_pairs(minus);
        sum = sum.valid() ? graph_.subtract(sum, subtrahend) : graph_.negate(subtrahend);
    }
    for (const Product& term : products)
        sum = graph_.fma(term.negative ? graph_.negate(term.prefix) : term.prefix, term.last, sum);
    return sum;
}

// ---- Powers and functions ---------------------------------------------------------------------------------------------------

NodeId Values::positive_power(Expr base, double exponent) {
    if (exponent == 0.5)
        return graph_.square_root(numeric(base));
    if (is_integer_power(exponent))
        return graph_.power(numeric(base), static_cast<std::int32_t>(exponent));
    return graph_.power(numeric(base), graph_.number(exponent));
}

NodeId Values::node(const algebra::Power& power) {
    const auto exponent = pool_.number(power.exponent);
    if (!exponent) {
        const NodeId base = numeric(power.base);
        const NodeId lowered = numeric(power.exponent);
        const Node above = graph_[lowered];
        // A structural parameter: x^n with n = 3.
        if (above.kind == NodeKind::number && is_integer_power(above.number) && above.number != 0)
            return graph_.power(base, static_cast<std::int32_t>(above.number));
        return graph_.power(base, lowered);
    }
    if (*exponent < 0)
        return graph_.divide(graph_.number(1), positive_power(power.base, -*exponent));
    return positive_power(power.base, *exponent);
}

NodeId Values::node(const algebra::Apply& apply) {
    using algebra::Op;
    std::vector<NodeId> arguments;
    for (const Expr argument : apply.arguments)
        arguments.push_back(takes_truths(apply.op) ? lower(argument) : numeric(argument));
    switch (apply.op) {
    case Op::sqrt:
        return graph_.square_root(arguments.front());
    case Op::re:
    case Op::conj:
        return arguments.front();
    case Op::im:
        return graph_.number(0);
    case Op::arg:
        return graph_.select(graph_.call(Op::less, {arguments.front(), graph_.number(0)}), graph_.number(std::numbers::pi),
                             graph_.number(0));
    default:
        return graph_.call(apply.op, std::move(arguments));
    }
}

} // namespace nphys::loops
