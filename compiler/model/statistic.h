#pragma once
// What formulas of observables may read besides the state: statistics over the copies of an ensemble, and memories of each
// copy. Both are tensors of their own. Their slots are those of the indices that are free in their arguments, in `target`; so
// `mean(φ[i])` with i free is a field. Arguments may read what stands before in Model::statistics or Model::memories:
// `mean((q - mean(q))^4)`.

#include <cstdint>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/base/source.h"

namespace nphys::model {

enum class StatisticKind : std::uint8_t {
    mean,       // where rows of a data set are shown: over all that were shown since the last record
    test,       // the mean over the rows of a data set that are kept for testing
    variance,
    covariance, // of two arguments
    quantile,   // numbers: its order
    histogram,  // numbers: the ends; one more slot, the last, for the bins: densities in them
    spectrum,   // of each copy: the power of a field (arguments: its real and imaginary part) at the wave vectors, the last slot
};

struct Statistic {
    algebra::SymbolId symbol;
    StatisticKind kind = StatisticKind::mean;
    std::vector<algebra::Place> target;
    std::vector<algebra::Expr> arguments;
    std::vector<double> numbers;
    std::int64_t bins = 0;
    Span span;
};

enum class MemoryKind : std::uint8_t {
    first,   // the time at which a condition first held; until then, the time so far
    delay,   // the value a time `span_of_time` ago; before the start, that at the start
    average, // over the last `span_of_time`, or the time so far where that is shorter
};

struct Memory {
    algebra::SymbolId symbol;
    MemoryKind kind = MemoryKind::first;
    std::vector<algebra::Place> target;
    algebra::Expr argument;
    double span_of_time = 0;
    Span span;
};

} // namespace nphys::model
