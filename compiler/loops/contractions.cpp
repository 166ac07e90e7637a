// Sums, products and extrema over index variables as sweeps of their own.
#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/loops/update.h"

namespace nphys::loops {

namespace {

using algebra::Expr;
using algebra::IndexId;
using algebra::Reduction;

Combine combine_of(Reduction operation) {
    switch (operation) {
    case Reduction::sum:
        return Combine::sum;
    case Reduction::product:
        return Combine::product;
    case Reduction::maximum:
        return Combine::maximum;
    case Reduction::minimum:
        return Combine::minimum;
    }
    return Combine::sum;
}

bool contains(const std::vector<IndexId>& list, IndexId id) { return std::find(list.begin(), list.end(), id) != list.end(); }

bool contains(const std::vector<AxisId>& list, AxisId id) { return std::find(list.begin(), list.end(), id) != list.end(); }

bool is_bare_variable(const algebra::Place& place) {
    return !place.is_literal() &&
           std::all_of(std::begin(place.offset), std::end(place.offset), [](std::int64_t o) { return o == 0; });
}

} // namespace

// A positive power of a graph's element is 0 where the graph is, so it too confines a sum to the entries.
std::optional<UpdateLowering::GraphFactor> UpdateLowering::graph_factor(Expr body,
                                                                        const std::vector<IndexId>& reduced) const {
    const algebra::Pool& pool = shop_.pool_;
    std::vector<Expr> factors{body};
    if (const auto* multiply = pool.get<algebra::Multiply>(body))
        factors = multiply->factors;
    for (Expr factor : factors) {
        if (const auto* power = pool.get<algebra::Power>(factor)) {
            const auto exponent = pool.number(power->exponent);
            if (!exponent || *exponent <= 0)
                continue;
            factor = power->base;
        }
        const auto* element = pool.get<algebra::Element>(factor);
        if (element == nullptr || !pool.symbol(element->tensor).is_sparse || !is_bare_variable(element->positions[0]) ||
            !is_bare_variable(element->positions[1]))
            continue;
        const IndexId row = element->positions[0].index, column = element->positions[1].index;
        const auto runs_over_all = [&](std::size_t slot) {
            const algebra::Slot& of = pool.symbol(element->tensor).slots[slot];
            const algebra::Index& index = pool.index(element->positions[slot].index);
            return index.first == of.first && index.last == of.last;
        };
        if (row != column && contains(reduced, column) && runs_over_all(1))
            return GraphFactor{factor, element->tensor, row, column, false};
        if (row != column && contains(reduced, row) && runs_over_all(0))
            return GraphFactor{factor, element->tensor, column, row, true};
    }
    return std::nullopt;
}

SparseLoop UpdateLowering::sparse_loop(const GraphFactor& factor, NodeId& weight) {
    Graph& graph = shop_.graph_;
    const algebra::Pool& pool = shop_.pool_;
    const SparseLayout& layout = factor.by_columns ? shop_.transposed(factor.symbol) : *shop_.placed_.layout.graph(factor.symbol);
    const auto shift = [&](std::size_t slot) {
        const algebra::Slot& of = pool.symbol(factor.symbol).slots[slot];
        return of.first - pool.space(of.space).axes[0].first;
    };
    SparseLoop loop;
    loop.row = axes_of(pool, graph, factor.row).front();
    loop.column = axes_of(pool, graph, factor.column).front();
    loop.begin = factor.by_columns ? layout.transposed_begin : layout.row_begin;
    loop.columns = factor.by_columns ? layout.transposed_row : layout.column;
    loop.row_shift = shift(factor.by_columns ? 1 : 0);
    loop.column_shift = shift(factor.by_columns ? 0 : 1);
    const BufferId values = factor.by_columns ? layout.transposed_values : layout.values;
    loop.entry = graph.axis({{}, 0, 0, shop_.shape(values).front().size, "entry"});
    weight = graph.convert(graph.read(values, Type::f64, {{loop.entry, 0}}), arithmetic_);
    return loop;
}

// How much of what the body reads lies contiguous along an axis.
std::size_t UpdateLowering::contiguity(NodeId body, AxisId axis) const {
    std::size_t weight = 0;
    for (const NodeId id : shop_.graph_.reads({body})) {
        const auto& positions = shop_.graph_[id].positions;
        if (!positions.empty() && positions.back().axis == axis)
            weight += positions.size();
    }
    return weight;
}

void UpdateLowering::put_contiguous_last(NodeId body, Axes& reduced) const {
    std::size_t best = reduced.size(), most = 0;
    for (std::size_t n = 0; n < reduced.size(); ++n) {
        const std::size_t weight = contiguity(body, reduced[n]);
        if (weight >= most) {
            most = weight;
            best = n;
        }
    }
    if (best < reduced.size())
        std::rotate(reduced.begin() + static_cast<std::ptrdiff_t>(best), reduced.begin() + static_cast<std::ptrdiff_t>(best) + 1,
                    reduced.end());
}

Form UpdateLowering::form_of(const Sweep& sweep, NodeId body) const {
    if (sweep.axes.empty())
        return Form::total;
    if (sweep.sparse)
        return Form::lanes;
    const std::size_t along_reduced = contiguity(body, sweep.reduced.back());
    return contiguity(body, sweep.axes.back()) > along_reduced ? Form::rows : Form::lanes;
}

NodeId UpdateLowering::extract(Expr reduce, const Axes& order) {
    if (const auto found = reduced_.find(reduce.id); found != reduced_.end())
        return found->second;
    algebra::Pool& pool = shop_.pool_;
    const Reduction operation = pool.get<algebra::Reduce>(reduce)->operation;
    const auto outside = algebra::dependence(pool, reduce).free_indices;
    std::vector<IndexId> reduced;
    algebra::Substitution substitution;
    Expr body = reduce;
    for (const auto* inner = pool.get<algebra::Reduce>(body); inner != nullptr && inner->operation == operation;
         inner = pool.get<algebra::Reduce>(body)) {
        std::size_t ordinal = 0;
        IndexId index = shop_.canonical(inner->index, ordinal);
        while (contains(outside, index) || contains(reduced, index))
            index = shop_.canonical(inner->index, ++ordinal);
        reduced.push_back(index);
        algebra::Place place;
        place.index = index;
        substitution.emplace_back(inner->index, place);
        body = inner->body;
    }
    body = algebra::substitute(pool, body, substitution);

    Sweep sweep;
    const auto graph_of_sum = graph_factor(body, reduced);
    NodeId weight;
    if (graph_of_sum)
        sweep.sparse = sparse_loop(*graph_of_sum, weight);
    for (const IndexId index : reduced) {
        if (!graph_of_sum || index != graph_of_sum->column) {
            const Axes axes = axes_of(pool, shop_.graph_, index);
            sweep.reduced.insert(sweep.reduced.end(), axes.begin(), axes.end());
        }
    }
    Axes inner_order = order;
    inner_order.insert(inner_order.end(), sweep.reduced.begin(), sweep.reduced.end());
    if (sweep.sparse) {
        inner_order.push_back(sweep.sparse->entry);
        inner_order.push_back(sweep.sparse->column);
    }
    Values dense = values_for(inner_order);
    Values values(pool, shop_.graph_, shop_.placed_, shop_.names_, arithmetic_, inner_order,
                  [this, inner_order](Expr inner) { return extract(inner, inner_order); },
                  [&](Expr element) { return graph_of_sum && element == graph_of_sum->element ? weight : dense(element); });
    if (has_products_ && operation == Reduction::sum && !graph_of_sum) {
        if (const auto found = product(reduce, body, sweep.reduced, order, values)) {
            reduced_.emplace(reduce.id, *found);
            return *found;
        }
    } else if (graph_of_sum) {
        note(reduce, ContractionForm::sparse, "over the entries of a graph, by " + std::string(graph_of_sum->by_columns ? "columns" : "rows"));
    }
    const NodeId node = shop_.graph_.convert(values(body), Type::f64);

    for (const AxisId axis : order) {
        const auto& used = shop_.graph_[node].axes;
        const bool is_row = sweep.sparse && sweep.sparse->row == axis;
        if ((is_row || contains(used, axis)) && !contains(sweep.reduced, axis) && !contains(sweep.axes, axis))
            sweep.axes.push_back(axis);
    }
    const bool has_one_index = reduced.size() == 1 && pool.space_of(reduced.front()).axes.size() > 1;
    if (!sweep.sparse && !has_one_index)
        put_contiguous_last(node, sweep.reduced);
    sweep.form = form_of(sweep, node);
    const NodeId result = shop_.graph_.convert(add_reduction(std::move(sweep), node, combine_of(operation)), arithmetic_);
    reduced_.emplace(reduce.id, result);
    return result;
}

void UpdateLowering::note(Expr sum, ContractionForm form, std::string reason) {
    auto& all = shop_.contractions();
    if (std::none_of(all.begin(), all.end(), [&](const Contraction& known) { return known.sum == sum && known.form == form; }))
        all.push_back({sum, form, std::move(reason)});
}

// Reductions over the same places are done in one sweep.
NodeId UpdateLowering::add_reduction(Sweep sweep, NodeId body, Combine combine) {
    const auto is_same = [&](const Sweep& other) {
        return other.form == sweep.form && other.axes == sweep.axes && other.reduced == sweep.reduced && !sweep.sparse && !other.sparse &&
               sweep.form != Form::product;
    };
    std::size_t place = 0; // behind whatever the body reads
    const auto reads = shop_.graph_.reads({body});
    for (std::size_t n = 0; n < reductions_.size(); ++n) {
        for (const Target& target : reductions_[n].targets) {
            if (std::any_of(reads.begin(), reads.end(), [&](NodeId id) { return shop_.graph_[id].buffer == target.buffer; }))
                place = n + 1;
        }
    }
    std::vector<Extent> shape;
    std::vector<Position> positions;
    for (const AxisId axis : sweep.axes) {
        shape.push_back({shop_.extent(axis), algebra::Edge::strict});
        positions.push_back({axis, -shop_.graph_[axis].begin});
    }
    const Type type = sweep.form == Form::product ? arithmetic_ : Type::f64;
    const BufferId buffer = shop_.temporary("sum", type, std::move(shape), "a sum");
    Target target{buffer, positions, body, combine};
    const auto found = std::find_if(reductions_.begin() + static_cast<std::ptrdiff_t>(place), reductions_.end(), is_same);
    if (found != reductions_.end()) {
        found->targets.push_back(std::move(target));
    } else {
        sweep.targets.push_back(std::move(target));
        reductions_.push_back(std::move(sweep));
    }
    return shop_.graph_.read(buffer, type, std::move(positions));
}

} // namespace nphys::loops
