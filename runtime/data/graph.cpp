#include "runtime/data/graph.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <tuple>

#include "runtime/data/table.h"

namespace nphys::runtime {
namespace {

struct Edge {
    std::int64_t to = 0;
    std::int64_t from = 0;
    double weight = 1;
    std::int64_t line = 0;
};

tl::unexpected<Error> line_failure(const Table& table, std::int64_t line, std::string message, std::string help,
                                   std::int64_t column = 0) {
    return tl::unexpected<Error>(Error{ErrorKind::format, fmt::format("`{}`, line {}: {}", table.file, line, message),
                                       std::move(help), line, column});
}

constexpr double most_nodes = 1e12;
constexpr CsvOptions every_row{.header = false};

bool nodes_are_numbers(const Table& table, std::int64_t first_row) {
    for (std::int64_t row = first_row; row <= table.rows; ++row)
        for (const std::int64_t column : {1, 2})
            if (!number_of(table.cell(row, column)))
                return false;
    return true;
}

// Nodes may have names, so a first row of words need not be a header: it is one if the weight is a word as well, if all
// other nodes are numbers, or if it says from and to.
bool has_header(const Table& table) {
    if (table.rows < 2)
        return false;
    if (table.columns == 3 && !number_of(table.cell(1, 3)))
        return true;
    if (number_of(table.cell(1, 1)) || number_of(table.cell(1, 2)))
        return false;
    const bool named = (table.cell(1, 1) == "from" && table.cell(1, 2) == "to") ||
                       (table.cell(1, 1) == "source" && table.cell(1, 2) == "target");
    return named || nodes_are_numbers(table, 2);
}

Table without_first_row(Table table) {
    table.cells.erase(table.cells.begin(), table.cells.begin() + table.columns);
    table.lines.erase(table.lines.begin());
    --table.rows;
    return table;
}

// Numbers stand for themselves, names are numbered as they appear.
class Nodes {
public:
    explicit Nodes(const Table& table) : table_(table), numbered_(nodes_are_numbers(table, 1)) {}

    Result<std::int64_t> at(std::int64_t row, std::int64_t column) {
        const std::string& cell = table_.cell(row, column);
        const std::int64_t line = table_.lines[static_cast<std::size_t>(row - 1)];
        if (cell.empty())
            return line_failure(table_, line, "a node is missing", "each row is `from, to` or `from, to, weight`",
                                column);
        if (!numbered_)
            return name(cell);
        const double number = *number_of(cell);
        if (number != std::floor(number) || number < 1 || number > most_nodes)
            return line_failure(table_, line, fmt::format("`{}` is not a node", cell), "nodes are counted from 1",
                                column);
        count_ = std::max(count_, static_cast<std::int64_t>(number));
        return static_cast<std::int64_t>(number) - 1;
    }
    [[nodiscard]] std::int64_t count() const { return count_; }
    [[nodiscard]] std::vector<std::string> names() const { return names_; }

private:
    std::int64_t name(const std::string& cell) {
        const auto [found, fresh] = number_of_name_.emplace(cell, count_);
        if (fresh) {
            names_.push_back(cell);
            ++count_;
        }
        return found->second;
    }

    const Table& table_;
    bool numbered_;
    std::int64_t count_ = 0;
    std::map<std::string, std::int64_t> number_of_name_;
    std::vector<std::string> names_;
};

Result<std::vector<Edge>> edges_of(const Table& table, Nodes& nodes) {
    std::vector<double> weights(static_cast<std::size_t>(table.rows), 1.0);
    if (table.columns == 3) {
        Result<std::vector<double>> given = numbers(table, 3);
        if (!given)
            return tl::unexpected(given.error());
        weights = std::move(*given);
    }
    std::vector<Edge> edges;
    for (std::int64_t row = 1; row <= table.rows; ++row) {
        const Result<std::int64_t> from = nodes.at(row, 1);
        if (!from)
            return tl::unexpected(from.error());
        const Result<std::int64_t> to = nodes.at(row, 2);
        if (!to)
            return tl::unexpected(to.error());
        const auto place = static_cast<std::size_t>(row - 1);
        edges.push_back({*to, *from, weights[place], table.lines[place]});
    }
    return edges;
}

Status sort_and_check(const Table& table, std::vector<Edge>& edges) {
    std::ranges::sort(edges, {}, [](const Edge& edge) { return std::tuple(edge.to, edge.from, edge.line); });
    const auto twice = std::ranges::adjacent_find(
        edges, [](const Edge& a, const Edge& b) { return a.to == b.to && a.from == b.from; });
    if (twice == edges.end())
        return {};
    return line_failure(table, (twice + 1)->line, fmt::format("this edge stands already on line {}", twice->line),
                        "give each edge once, with the weights added");
}

Result<Graph> graph_of(const Table& file) {
    if (file.columns != 2 && file.columns != 3)
        return failure(ErrorKind::format, fmt::format("`{}` has {} columns", file.file, file.columns),
                       "an edge list has the columns from, to and, if need be, weight");
    const Table table = has_header(file) ? without_first_row(file) : file;
    Nodes nodes(table);
    Result<std::vector<Edge>> edges = edges_of(table, nodes);
    if (!edges)
        return tl::unexpected(edges.error());
    if (Status status = sort_and_check(table, *edges); !status)
        return tl::unexpected(status.error());
    // A stray `1000000000` would be a graph of a billion nodes.
    if (nodes.count() > 1'000'000 && nodes.count() > 1000 * table.rows)
        return failure(ErrorKind::format,
                       fmt::format("`{}` has {} edges and a node {}", table.file, table.rows, nodes.count()),
                       "number the nodes 1, 2, 3 …, or name them");
    Graph graph;
    graph.nodes = nodes.count();
    graph.names = nodes.names();
    graph.row_starts.assign(static_cast<std::size_t>(graph.nodes) + 1, 0);
    for (const Edge& edge : *edges) {
        ++graph.row_starts[static_cast<std::size_t>(edge.to) + 1];
        graph.columns.push_back(edge.from);
        graph.weights.push_back(edge.weight);
    }
    for (std::size_t row = 0; row < static_cast<std::size_t>(graph.nodes); ++row)
        graph.row_starts[row + 1] += graph.row_starts[row];
    return graph;
}

} // namespace

Result<Graph> parse_edges(std::string_view text, std::string_view file) {
    return parse_csv(text, file, every_row).and_then(graph_of);
}

Result<Graph> read_edges(const std::filesystem::path& path) {
    return read_csv(path, every_row).and_then(graph_of);
}

} // namespace nphys::runtime
