// How an expression is computed: the one place that decides the order of sums and products, divisions and fused
// multiply-adds, so that all executions agree to the last bit.
//
// The rules. `Rank` of a value: 0 if it is the same everywhere and always (numbers, parameters, dt), 1 if the same everywhere at a
// time, 2 + k if axis k of the domain (outermost first) is the innermost it depends on.
//   Product  U * a * b * …: U, the factors of rank 0, as (their numerators)/(their denominators); then the others from the
//            lowest rank on, in the order of the expression, from left to right; then divided by the product of their
//            denominators. So division by something uniform is multiplication by its reciprocal.
//            Indicators (δ, Within) among the factors select between the last factor and 0 if all others are uniform, else
//            between the whole product and 0.
//   Sum      first the terms of lower rank than the sum, lowest first, then single values, then -1 times single values by
//            subtraction, then products, each by one fma(product of all factors but the last, last factor, sum so far). If
//            there is none of the first, the first product is multiplied plainly. Values of one rank are summed in pairs: the
//            first half of them plus the second.
//   Power    integers by IntegerPower, 1/2 by square root, x^-n by 1/x^n; others by pow.
//   Types    in f32 functions all that depends on state is f32; what does not (coordinates, parameters) is f64 and rounded
//            once, where it meets f32.
//
// Goes in: an expression. Comes out: a node.  Example: φ + dt*π is fma(dt, π, φ).
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "compiler/algebra/jacobi.h"
#include "compiler/algebra/pool.h"
#include "compiler/loops/layout.h"
#include "compiler/loops/nodes.h"

namespace nphys::loops {

// What the names in expressions stand for.
class Names {
public:
    Names(const model::Model& model, const algebra::Pool& pool, const Placed& placed);

    [[nodiscard]] const TensorLayout& tensor(algebra::SymbolId symbol) const;
    [[nodiscard]] std::optional<double> constant(algebra::SymbolId parameter) const; // structural ones
    [[nodiscard]] ScalarId slot(algebra::SymbolId parameter) const;

private:
    const Placed& placed_;
    mutable std::unordered_map<std::uint32_t, std::size_t> tensors_;
    std::unordered_map<std::uint32_t, double> constants_;
    std::unordered_map<std::uint32_t, ScalarId> slots_;
};

class Values {
public:
    using Extract = std::function<NodeId(algebra::Expr)>;    // a Reduce -> a read of its result
    using GraphRead = std::function<NodeId(algebra::Expr)>;  // an element of a graph -> a read of its weight

    // `order`: the axes of the domain, outermost first.
    Values(algebra::Pool& pool, Graph& graph, const Placed& placed, const Names& names, Type arithmetic,
           std::vector<AxisId> order, Extract extract, GraphRead graph_read);

    [[nodiscard]] NodeId operator()(algebra::Expr expression);   // a number, never a truth

private:
    struct Product {
        bool negative = false;              // -1 times the rest
        NodeId prefix, last;                // prefix * last; or, prefix invalid, last alone
    };

    NodeId lower(algebra::Expr expression);
    NodeId numeric(algebra::Expr expression);
    NodeId node(const algebra::Element& element, algebra::Expr expression);
    NodeId node(const algebra::Coordinate& coordinate);
    NodeId node(const algebra::IndexValue& value);
    NodeId node(const algebra::Delta& delta);
    NodeId node(const algebra::Within& within);
    NodeId node(const algebra::EdgeSign& sign);
    NodeId node(const algebra::Add& add);
    NodeId node(const algebra::Power& power);
    NodeId node(const algebra::Apply& apply);
    NodeId node(const algebra::Parameter& parameter);
    NodeId node(const algebra::Spectral& spectral);
    [[nodiscard]] const algebra::Eigensystem<NodeId>& eigensystem(const std::vector<algebra::Expr>& triangle);

    [[nodiscard]] Product product(algebra::Expr term);
    [[nodiscard]] Product unguarded(const struct Factors& factors);
    void add_coincidences(const algebra::Delta& delta, std::vector<NodeId>& guards, std::vector<NodeId>& signs);
    void sort_factors(const std::vector<algebra::Expr>& factors, struct Factors& sorted);
    NodeId value(const Product& product);
    NodeId sum_in_pairs(std::span<const NodeId> terms);
    NodeId sum_by_rank(const std::vector<NodeId>& terms);
    NodeId positive_power(algebra::Expr base, double exponent);
    NodeId multiply_all(const std::vector<NodeId>& factors);
    [[nodiscard]] std::size_t rank(NodeId id) const;
    [[nodiscard]] Position position(const algebra::Place& place, int axis, std::int64_t first);
    [[nodiscard]] const algebra::Space& space_of(const algebra::Place& place) const;

    algebra::Pool& pool_;
    Graph& graph_;
    const Placed& placed_;
    const Names& names_;
    Type arithmetic_;
    std::vector<AxisId> order_;
    Extract extract_;
    GraphRead graph_read_;
    std::unordered_map<std::uint32_t, NodeId> done_;
    std::map<std::vector<algebra::Expr>, algebra::Eigensystem<NodeId>> eigensystems_;
};

// The axes of an index variable, in order; an index over a part of a range runs over that part.
[[nodiscard]] std::vector<AxisId> axes_of(const algebra::Pool& pool, Graph& graph, algebra::IndexId index);

// Where an element of a tensor lies: its component and the position on each stored axis.
struct Location {
    BufferId buffer;
    std::vector<Position> positions;
};
[[nodiscard]] Location locate(const algebra::Pool& pool, Graph& graph, const TensorLayout& tensor,
                              const std::vector<algebra::Place>& places);

} // namespace nphys::loops
