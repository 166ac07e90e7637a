// Sums of products as products of matrices: C[rows, columns] = Σ over `inner` of L[rows, inner] R[inner, columns].
// Goes in: the factors of what is summed, and the axes it is summed over. Comes out: how they are shared out to two operands, or
// the reason why the sum stays a loop. Holds afterwards: each factor belongs to one operand; an operand that is not one array in a
// layout that BLAS takes is to be computed first, which is never more than a part of the work of the product.
//
// Example: Σ[k](W[n,k] * tanh(x[k])) has rows {n}, inner {k}, no columns: W is read where it lies, tanh(x) is computed first.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/loops/nodes.h"

namespace nphys::loops {

class Workshop;

struct Product {
    std::vector<AxisId> rows, inner, columns; // no columns: a matrix times a vector
    NodeId left, right;                       // reads
};

struct ProductPlan {
    std::vector<AxisId> rows, inner, columns;
    std::vector<NodeId> left, right;          // factors
    bool reads_left = false, reads_right = false; // where they lie; else computed first
    std::string words;                        // "300 × 200 times 200"
};
[[nodiscard]] std::variant<ProductPlan, std::string> plan_product(const Workshop& shop, const std::vector<NodeId>& factors,
                                                                  const std::vector<AxisId>& inner,
                                                                  const std::vector<AxisId>& order, Type number);

// An array as a matrix of rows × columns. Transposed: it holds the columns one after the other.
struct MatrixView { std::int64_t start = 0, stride = 1; bool transposed = false; };
[[nodiscard]] std::optional<MatrixView> view_of(const Workshop& shop, NodeId read, const std::vector<AxisId>& rows,
                                                const std::vector<AxisId>& columns);

[[nodiscard]] std::int64_t extent_of(const Workshop& shop, const std::vector<AxisId>& axes);

} // namespace nphys::loops
