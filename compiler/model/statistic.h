#pragma once
// What formulas of observables may read besides the state: statistics. Each is a tensor of its own. Its slots are those of
// the indices that are free in its arguments, in `target`; so `mean(x[n])` with n free is a field. Arguments may read what
// stands before in Model::statistics.

#include <cstdint>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/base/source.h"

namespace nphys::model {

enum class StatisticKind : std::uint8_t {
    mean,
    test, // the mean over the rows of a data set that are kept for testing
};

struct Statistic {
    algebra::SymbolId symbol;
    StatisticKind kind = StatisticKind::mean;
    std::vector<algebra::Place> target;
    std::vector<algebra::Expr> arguments;
    Span span;
};

} // namespace nphys::model
