#pragma once
// Sparse graphs from edge lists.
//
// In: a csv file with the columns from, to and, if given, weight (else 1); nodes are whole numbers from 1, or names,
// numbered in order of appearance. Out: the weights by rows. Holds: G[i,j] is the weight of the edge j to i, stored
// with i = to as row and j = from as column; the columns of a row ascend and differ.
//
//     1, 2, 0.5        # from 1 to 2: G[2,1] = 0.5

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "runtime/result.h"

namespace nphys::runtime {

struct Graph {
    std::int64_t nodes = 0;
    std::vector<std::int64_t> row_starts; // nodes + 1 of them
    std::vector<std::int64_t> columns;    // counted from 0, as are the rows
    std::vector<double> weights;
    std::vector<std::string> names; // empty when the nodes are numbers
};

[[nodiscard]] Result<Graph> read_edges(const std::filesystem::path& path);
[[nodiscard]] Result<Graph> parse_edges(std::string_view text, std::string_view file);

} // namespace nphys::runtime
