#include "compiler/loops/products.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "compiler/loops/sweeps.h"

namespace nphys::loops {

namespace {

using Axes = std::vector<AxisId>;

// An operand is computed first only if the product uses each of its elements so often.
constexpr std::int64_t least_uses_of_computed = 8;

bool contains(const Axes& axes, AxisId axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }

Axes without(const Axes& axes, const Axes& others) {
    Axes rest;
    std::copy_if(axes.begin(), axes.end(), std::back_inserter(rest), [&](AxisId axis) { return !contains(others, axis); });
    return rest;
}

bool overlap(const Axes& a, const Axes& b) {
    return std::any_of(a.begin(), a.end(), [&](AxisId axis) { return contains(b, axis); });
}

Axes in_order(const Axes& axes, const Axes& order) {
    Axes sorted;
    std::copy_if(order.begin(), order.end(), std::back_inserter(sorted), [&](AxisId axis) { return contains(axes, axis); });
    return sorted;
}

// How far apart neighbours along each axis of a read lie in memory; nothing where an axis reaches an edge or occurs twice.
std::optional<std::map<AxisId, std::int64_t>> strides_of(const Workshop& shop, const Node& read, std::int64_t& start) {
    std::map<AxisId, std::int64_t> strides;
    const auto& shape = shop.shape(read.buffer);
    std::int64_t stride = 1;
    start = 0;
    for (std::size_t a = shape.size(); a-- > 0; stride *= shape[a].size) {
        const Position& position = read.positions[a];
        const std::int64_t first = position.offset + (position.axis.valid() ? shop.graph()[position.axis].begin : 0);
        const std::int64_t count = position.axis.valid() ? shop.extent(position.axis) : 1;
        if (first < 0 || first + count > shape[a].size)
            return std::nullopt;
        if (position.axis.valid() && !strides.emplace(position.axis, stride).second)
            return std::nullopt;
        start += first * stride;
    }
    return strides;
}

// The stride of several axes as one, outermost first.
std::optional<std::int64_t> joint_stride(const Workshop& shop, const std::map<AxisId, std::int64_t>& strides, const Axes& axes) {
    std::optional<std::int64_t> inner;
    std::int64_t expected = 0;
    for (auto axis = axes.rbegin(); axis != axes.rend(); ++axis) {
        const auto found = strides.find(*axis);
        if (found == strides.end() || (inner && found->second != expected))
            return std::nullopt;
        if (!inner)
            inner = found->second;
        expected = found->second * shop.extent(*axis);
    }
    return inner ? inner : std::optional<std::int64_t>(1);
}

// Factors that depend on axes in common, besides those summed over.
struct Operand {
    Axes free;
    std::vector<NodeId> factors;
};

std::vector<Operand> share_out(const Graph& graph, const std::vector<NodeId>& factors, const Axes& inner) {
    std::vector<Operand> operands;
    for (const NodeId factor : factors) {
        Operand joined{without(graph[factor].axes, inner), {factor}};
        for (auto other = operands.begin(); other != operands.end();) {
            const bool are_alike = other->free.empty() && joined.free.empty();
            if (!are_alike && !overlap(other->free, joined.free)) {
                ++other;
                continue;
            }
            const Axes more = without(joined.free, other->free);
            other->free.insert(other->free.end(), more.begin(), more.end());
            other->factors.insert(other->factors.end(), joined.factors.begin(), joined.factors.end());
            joined = std::move(*other);
            other = operands.erase(other);
        }
        operands.push_back(std::move(joined));
    }
    return operands;
}

class Planning {
public:
    Planning(const Workshop& shop, const Axes& inner, const Axes& order, Type number)
        : shop_(shop), graph_(shop.graph()), inner_(inner), order_(order), number_(number) {}

    std::variant<ProductPlan, std::string> run(const std::vector<NodeId>& factors) {
        std::vector<Operand> operands = share_out(graph_, factors, inner_);
        const auto loose = std::find_if(operands.begin(), operands.end(), [](const Operand& o) { return o.free.empty(); });
        std::vector<NodeId> alone;
        if (loose != operands.end()) {
            alone = loose->factors;
            operands.erase(loose);
        }
        if (operands.empty())
            return "it is a single number";
        if (operands.size() > 2)
            return "more than two factors have indices of their own";
        return operands.size() == 1 ? times_vector(operands.front(), alone) : times_matrix(operands[0], operands[1], alone);
    }

private:
    [[nodiscard]] bool is_read(NodeId id) const {
        return graph_[id].kind == NodeKind::read && graph_[id].type == number_;
    }

    [[nodiscard]] bool covers_inner(const std::vector<NodeId>& factors) const {
        return std::all_of(inner_.begin(), inner_.end(), [&](AxisId axis) {
            return std::any_of(factors.begin(), factors.end(), [&](NodeId id) { return contains(graph_[id].axes, axis); });
        });
    }

    // The axes in the order in which an operand that is read has them in memory.
    [[nodiscard]] Axes as_stored(NodeId read, const Axes& axes) const {
        Axes sorted;
        for (const Position& position : graph_[read].positions)
            if (contains(axes, position.axis))
                sorted.push_back(position.axis);
        return sorted;
    }

    std::variant<ProductPlan, std::string> times_vector(const Operand& matrix, const std::vector<NodeId>& alone) {
        if (!covers_inner(alone))
            return "it has no factor that is a vector over what is summed";
        if (matrix.factors.size() > 1 || graph_[matrix.factors.front()].kind != NodeKind::read)
            return why_not_read(matrix.factors);
        const NodeId read = matrix.factors.front();
        if (!is_read(read))
            return "its matrix is stored in another precision";
        ProductPlan plan;
        plan.rows = as_stored(read, matrix.free);
        plan.inner = as_stored(read, inner_);
        if (!view_of(shop_, read, plan.rows, plan.inner))
            return "its matrix is not read as it lies in memory";
        plan.left = matrix.factors;
        plan.reads_left = true;
        plan.right = alone;
        plan.reads_right = alone.size() == 1 && is_read(alone.front()) && is_vector(alone.front(), plan.inner);
        plan.words = fmt::format("gemv, {} × {}", extent_of(shop_, plan.rows), extent_of(shop_, plan.inner));
        return if_large(std::move(plan));
    }

    std::variant<ProductPlan, std::string> times_matrix(Operand first, Operand second, const std::vector<NodeId>& alone) {
        if (!order_.empty() && comes_before(second.free, first.free))
            std::swap(first, second);
        ProductPlan plan;
        plan.left = std::move(first.factors);
        plan.right = std::move(second.factors);
        plan.rows = in_order(first.free, order_);
        plan.columns = in_order(second.free, order_);
        plan.inner = inner_;
        // What is a vector over the summed index goes to the smaller operand.
        auto& smaller = extent_of(shop_, plan.rows) < extent_of(shop_, plan.columns) ? plan.left : plan.right;
        smaller.insert(smaller.end(), alone.begin(), alone.end());
        if (!covers_inner(plan.left) || !covers_inner(plan.right))
            return "a factor does not depend on all that is summed";
        lie_as_they_are(plan);
        const std::int64_t rows = extent_of(shop_, plan.rows), columns = extent_of(shop_, plan.columns);
        if ((!plan.reads_left && columns < least_uses_of_computed) || (!plan.reads_right && rows < least_uses_of_computed))
            return "its matrix is computed, not stored";
        plan.words = fmt::format("gemm, {} × {} times {} × {}", rows, extent_of(shop_, plan.inner), extent_of(shop_, plan.inner), columns);
        return if_large(std::move(plan));
    }

    // Takes the order of axes from an operand that is read, and sees which operands BLAS can read.
    void lie_as_they_are(ProductPlan& plan) const {
        const auto single = [&](const std::vector<NodeId>& factors) { return factors.size() == 1 && is_read(factors.front()); };
        if (single(plan.left)) {
            plan.rows = as_stored(plan.left.front(), plan.rows);
            plan.inner = as_stored(plan.left.front(), plan.inner);
            plan.reads_left = view_of(shop_, plan.left.front(), plan.rows, plan.inner).has_value();
        }
        if (single(plan.right)) {
            plan.columns = as_stored(plan.right.front(), plan.columns);
            if (!plan.reads_left)
                plan.inner = as_stored(plan.right.front(), plan.inner);
            plan.reads_right = view_of(shop_, plan.right.front(), plan.inner, plan.columns).has_value();
        }
    }

    [[nodiscard]] bool comes_before(const Axes& a, const Axes& b) const {
        const auto first = std::find_if(order_.begin(), order_.end(), [&](AxisId axis) { return contains(a, axis) || contains(b, axis); });
        return first != order_.end() && contains(a, *first);
    }

    [[nodiscard]] bool is_vector(NodeId id, const Axes& inner) const {
        const auto view = view_of(shop_, id, inner, {});
        return view && view->stride == 1;
    }

    [[nodiscard]] std::string why_not_read(const std::vector<NodeId>& factors) const {
        const auto reads = std::count_if(factors.begin(), factors.end(), [&](NodeId id) { return graph_[id].kind == NodeKind::read; });
        return reads > 1 ? "several factors share an index that is not summed" : "its matrix is computed, not stored";
    }

    std::variant<ProductPlan, std::string> if_large(ProductPlan plan) const {
        const std::int64_t work = extent_of(shop_, plan.rows) * extent_of(shop_, plan.inner) * extent_of(shop_, plan.columns);
        if (work < shop_.options().smallest_product)
            return fmt::format("small: {} multiplications", work);
        return plan;
    }

    const Workshop& shop_;
    const Graph& graph_;
    const Axes& inner_;
    const Axes& order_;
    Type number_;
};

} // namespace

std::variant<ProductPlan, std::string> plan_product(const Workshop& shop, const std::vector<NodeId>& factors, const Axes& inner,
                                                    const Axes& order, Type number) {
    return Planning(shop, inner, order, number).run(factors);
}

std::optional<MatrixView> view_of(const Workshop& shop, NodeId read, const Axes& rows, const Axes& columns) {
    MatrixView view;
    const auto strides = strides_of(shop, shop.graph()[read], view.start);
    if (!strides || strides->size() != rows.size() + columns.size())
        return std::nullopt;
    const auto of_rows = joint_stride(shop, *strides, rows), of_columns = joint_stride(shop, *strides, columns);
    if (!of_rows || !of_columns)
        return std::nullopt;
    if (columns.empty() || (*of_columns == 1 && *of_rows >= extent_of(shop, columns))) {
        view.stride = *of_rows;
        return view;
    }
    if (*of_rows == 1 && *of_columns >= extent_of(shop, rows)) {
        view.stride = *of_columns;
        view.transposed = true;
        return view;
    }
    return std::nullopt;
}

std::int64_t extent_of(const Workshop& shop, const Axes& axes) {
    std::int64_t product = 1;
    for (const AxisId axis : axes)
        product *= shop.extent(axis);
    return product;
}

} // namespace nphys::loops
