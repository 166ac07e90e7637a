// Loops down to the site: rows with peeled edges.
#include <algorithm>
#include <tuple>

#include "compiler/loops/write.h"

namespace nphys::loops {

namespace {

// Edge sites are written out one by one, with their neighbours as constants, if that is not much code.
constexpr std::int64_t most_sites_written_out = 4;
constexpr std::size_t most_nodes_written_out = 600;
// Indicator functions that change close to an edge are peeled too.
constexpr std::int64_t most_peeled_for_indicators = 4;
// A vector may wrap around once: no row shorter than the longest vector, of f32 in 64 bytes.
constexpr std::int64_t shortest_whole_row = 16;

} // namespace

void ScheduleWriter::nest(const Axes& axes, std::size_t depth, const std::vector<NodeId>& roots, const Part* part,
                          const Action& at_site, bool may_wrap) {
    if (depth == axes.size())
        return at_site();
    if (depth + 1 == axes.size())
        return row(axes[depth], roots, part, at_site, may_wrap);
    const LoopAxis axis = shop_.graph()[axes[depth]];
    build_.loop(LoopKind::serial, axis.name, build_.integer(axis.begin), build_.integer(axis.end), [&](IntegerId here) {
        const SiteWriter::Scope scope(sites_);
        sites_.bind(axes[depth], {here, axis.begin, axis.end});
        sites_.hoist(roots, SiteWriter::Hoist::all);
        nest(axes, depth + 1, roots, nullptr, at_site, may_wrap);
    });
}

void ScheduleWriter::serial_nest(const Axes& axes, std::size_t depth, const std::vector<NodeId>& roots, SiteWriter::Hoist what,
                                 const Action& at_site) {
    if (depth == axes.size())
        return at_site();
    const LoopAxis axis = shop_.graph()[axes[depth]];
    build_.loop(LoopKind::serial, axis.name, build_.integer(axis.begin), build_.integer(axis.end), [&](IntegerId here) {
        const SiteWriter::Scope scope(sites_);
        sites_.bind(axes[depth], {here, axis.begin, axis.end});
        sites_.hoist(roots, what);
        serial_nest(axes, depth + 1, roots, what, at_site);
    });
}

// The sites from which nothing reaches beyond an edge.
std::pair<std::int64_t, std::int64_t> ScheduleWriter::clean_range(AxisId axis, const std::vector<NodeId>& roots) const {
    const Graph& graph = std::as_const(shop_).graph();
    const LoopAxis& loop = graph[axis];
    std::int64_t begin = loop.begin, end = loop.end;
    const auto keep_inside = [&](const Position& position, std::int64_t first, std::int64_t size) {
        if (position.axis != axis)
            return;
        begin = std::max(begin, first - position.offset);
        end = std::min(end, first + size - position.offset);
    };
    graph.visit_leaves(roots, [&](NodeId id) {
        const Node& node = graph[id];
        if (node.kind == NodeKind::read) {
            const auto& shape = shop_.shape(node.buffer);
            for (std::size_t a = 0; a < shape.size(); ++a)
                keep_inside(node.positions[a], 0, shape[a].size);
        } else if (node.kind == NodeKind::within) {
            const std::int64_t first = node.details[0] - node.positions[0].offset;
            const std::int64_t last = node.details[1] - node.positions[0].offset;
            if (first - loop.begin <= most_peeled_for_indicators && loop.end - 1 - last <= most_peeled_for_indicators)
                keep_inside(node.positions[0], node.details[0], node.details[1] - node.details[0] + 1);
        } else if (node.kind == NodeKind::draw) {
            for (std::size_t a = 0; a < node.positions.size(); ++a)
                keep_inside(node.positions[a], 0, node.details[5 + 2 * a]);
        } else {
            for (const Position& position : node.positions)
                keep_inside(position, 0, node.details[0]);
        }
    });
    return end > begin ? std::make_pair(begin, end) : std::make_pair(loop.end, loop.end);
}

// Whether neighbours across the edges of a row can be left to vectors that wrap around: all of them are reads on one periodic axis.
bool ScheduleWriter::wraps_around(AxisId axis, const std::vector<NodeId>& roots) const {
    const Graph& graph = std::as_const(shop_).graph();
    const LoopAxis& loop = graph[axis];
    if (!shop_.options().whole_rows || loop.begin != 0 || loop.end < shortest_whole_row)
        return false;
    bool all = true;
    graph.visit_leaves(roots, [&](NodeId id) {
        const Node& node = graph[id];
        for (std::size_t a = 0; a < node.positions.size(); ++a) {
            if (node.positions[a].axis != axis || node.positions[a].offset == 0)
                continue;
            all = all && node.kind == NodeKind::read && shop_.shape(node.buffer)[a].edge == algebra::Edge::periodic &&
                  shop_.shape(node.buffer)[a].size == loop.end && a + 1 == node.positions.size();
        }
    });
    return all;
}

void ScheduleWriter::row(AxisId axis, const std::vector<NodeId>& roots, const Part* part, const Action& at_site, bool may_wrap) {
    const LoopAxis loop = shop_.graph()[axis];
    auto [clean_begin, clean_end] = clean_range(axis, roots);
    if (may_wrap && wraps_around(axis, roots))
        std::tie(clean_begin, clean_end) = std::make_pair(loop.begin, loop.end);
    const std::size_t size = shop_.graph().size_below(roots);
    IntegerId first = build_.integer(clean_begin), last = build_.integer(clean_end);
    const bool is_chunk = part != nullptr && part->count > 1;
    if (is_chunk) {
        first = build_.let("first", build_.maximum(part->begin, first));
        last = build_.let("last", build_.minimum(part->end, last));
    }
    const auto edge = [&](std::int64_t begin, std::int64_t end) {
        if (begin >= end)
            return;
        if (!is_chunk)
            return peeled(axis, begin, end, size, at_site);
        // An edge that is longer than a chunk is spread over several of them.
        const std::int64_t chunk = shop_.options().chunk;
        const std::int64_t first_unit = (begin - loop.begin) / chunk, last_unit = (end - 1 - loop.begin) / chunk;
        for (std::int64_t unit = first_unit; unit <= last_unit; ++unit) {
            const std::int64_t from = std::max(begin, loop.begin + unit * chunk);
            const std::int64_t to = std::min(end, loop.begin + (unit + 1) * chunk);
            build_.when(build_.equal(part->unit, build_.integer(unit)), [&] { peeled(axis, from, to, size, at_site); });
        }
    };
    edge(loop.begin, clean_begin);
    build_.loop(LoopKind::vector, loop.name, first, last, [&](IntegerId here) {
        const SiteWriter::Scope scope(sites_);
        sites_.bind(axis, {here, clean_begin, clean_end});
        at_site();
    });
    edge(std::max(clean_end, clean_begin), loop.end);
}

void ScheduleWriter::peeled(AxisId axis, std::int64_t begin, std::int64_t end, std::size_t size, const Action& at_site) {
    if (end - begin <= most_sites_written_out && size <= most_nodes_written_out) {
        for (std::int64_t site = begin; site < end; ++site) {
            const SiteWriter::Scope scope(sites_);
            sites_.bind(axis, {build_.integer(site), site, site + 1});
            at_site();
        }
        return;
    }
    build_.loop(LoopKind::serial, shop_.graph()[axis].name, build_.integer(begin), build_.integer(end), [&](IntegerId here) {
        const SiteWriter::Scope scope(sites_);
        sites_.bind(axis, {here, begin, end});
        at_site();
    });
}

void ScheduleWriter::entries(const SparseLoop& sparse, const Action& at_site) {
    const SiteWriter::Scope outer(sites_);
    const Graph& graph = shop_.graph();
    const LoopAxis column = graph[sparse.column];
    const IntegerId at_row = sites_.index(sparse.begin, {Position{sparse.row, -sparse.row_shift}});
    const IntegerId begin = build_.let("entry_begin", build_.load_integer(sparse.begin, at_row));
    const IntegerId end = build_.let("entry_end", build_.load_integer(sparse.begin, build_.add(at_row, 1)));
    build_.loop(LoopKind::vector, "entry", begin, end, [&](IntegerId entry) {
        const SiteWriter::Scope scope(sites_);
        sites_.bind(sparse.entry, {entry, 0, graph[sparse.entry].end});
        const IntegerId at = build_.add(build_.load_integer(sparse.columns, entry), sparse.column_shift);
        sites_.bind(sparse.column, {build_.let("column", at), column.begin, column.end});
        at_site();
    });
}

} // namespace nphys::loops
