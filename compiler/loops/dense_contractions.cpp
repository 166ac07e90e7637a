// Sums over products of dense arrays as calls of BLAS, where that is the quicker way.
#include <algorithm>

#include "compiler/loops/update.h"

namespace nphys::loops {

namespace {

using algebra::Expr;

// δ and indicators of places leave out what others would make 0 · ∞.
bool has_structure(const algebra::Pool& pool, const std::vector<Expr>& factors) {
    return std::any_of(factors.begin(), factors.end(), [&](Expr factor) { return pool.facts(factor).structure; });
}

} // namespace

// Factors that are not read where they lie are computed into an array of their own, shared by all products that take it.
NodeId UpdateLowering::computed_before(const std::vector<NodeId>& factors, const Axes& axes) {
    Graph& graph = shop_.graph_;
    NodeId value = factors.front();
    for (std::size_t n = 1; n < factors.size(); ++n)
        value = graph.multiply(value, factors[n]);
    value = graph.convert(value, arithmetic_);
    const auto [entry, is_new] = operands_.try_emplace({value, axes});
    if (!is_new)
        return entry->second;
    std::vector<Extent> shape;
    std::vector<Position> positions;
    for (const AxisId axis : axes) {
        shape.push_back({shop_.extent(axis), algebra::Edge::strict});
        positions.push_back({axis, -graph[axis].begin});
    }
    const BufferId buffer = shop_.temporary("operand", arithmetic_, std::move(shape), "an operand of a product");
    Sweep sweep;
    sweep.axes = axes;
    sweep.targets.push_back({buffer, positions, value});
    reductions_.push_back(std::move(sweep));
    return entry->second = graph.read(buffer, arithmetic_, std::move(positions));
}

NodeId UpdateLowering::operand(const std::vector<NodeId>& factors, bool is_read, const Axes& axes) {
    return is_read ? factors.front() : computed_before(factors, axes);
}

std::optional<NodeId> UpdateLowering::product(Expr sum, Expr body, const Axes& inner, const Axes& order, Values& values) {
    const algebra::Pool& pool = shop_.pool_;
    if (order.empty() && inner.size() == axes_of(pool, shop_.graph_, pool.get<algebra::Reduce>(sum)->index).size())
        return std::nullopt; // a number summed once over a set
    std::vector<Expr> factors{body};
    if (const auto* multiply = pool.get<algebra::Multiply>(body))
        factors = multiply->factors;
    if (has_structure(pool, factors)) {
        note(sum, ContractionForm::loops, "a δ or an edge stands inside");
        return std::nullopt;
    }
    std::vector<NodeId> nodes;
    for (const Expr factor : factors)
        nodes.push_back(values(factor));
    auto planned = plan_product(shop_, nodes, inner, order, arithmetic_);
    if (const auto* reason = std::get_if<std::string>(&planned)) {
        note(sum, ContractionForm::loops, *reason);
        return std::nullopt;
    }
    const ProductPlan& plan = std::get<ProductPlan>(planned);
    note(sum, ContractionForm::product, plan.words);
    Axes left_axes = plan.rows, right_axes = plan.inner, axes = plan.rows;
    left_axes.insert(left_axes.end(), plan.inner.begin(), plan.inner.end());
    right_axes.insert(right_axes.end(), plan.columns.begin(), plan.columns.end());
    axes.insert(axes.end(), plan.columns.begin(), plan.columns.end());

    Sweep sweep;
    sweep.form = Form::product;
    sweep.axes = axes;
    sweep.reduced = plan.inner;
    sweep.product = Product{plan.rows, plan.inner, plan.columns, operand(plan.left, plan.reads_left, left_axes),
                            operand(plan.right, plan.reads_right, right_axes)};
    Graph& graph = shop_.graph_;
    const NodeId entry = graph.multiply(sweep.product->left, sweep.product->right);
    return add_reduction(std::move(sweep), entry, Combine::sum);
}

} // namespace nphys::loops
