#pragma once
// Rows of a data set that the boundary shows: for each batch of rows the neurons start anew, the activation goes
// `steps` steps with the boundary held, then learning takes the mean over the rows.
//
// The rows of a batch go through the activation together: a neuron x[n] is the tensor x[m,n] with the rows of the batch
// in its first slot, digits.pixels[k] of the row shown is row[m,k]; a batch of one row has no such slot. What is not of a
// row - laws of learning, observables - is already the mean over the rows here.
//
// Example: `timescale activation 1, boundary L, learning L*M` shows M rows at once, for L steps.

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/model/run.h"

namespace nphys::model {

// A column of a data set, table[p,k], and what stands for the rows shown, row[m,k].
struct ShownColumn {
    SymbolId table, row;
};

struct DrivenComponent {
    Component component;
    std::optional<Expr> condition;
};

// What the neurons do while rows are shown.
struct Showing {
    std::int64_t rows = 1; // at once
    std::vector<SymbolId> neurons;
    std::vector<ShownColumn> columns;
    std::vector<Component> initial, activation;
    std::vector<DrivenComponent> driven;
};

// A mean over the rows shown since the last record: the sum over the steps since then, and how many these were.
struct Window {
    Component sum; // value: what a step adds
    SymbolId count;
    Cadence cadence; // of the records
};

struct Presentation {
    std::int64_t steps = 1;              // of the activation, for each row
    std::int64_t rows = 0, training = 0; // of the data set, and how many of them are learned from; 0: no data set
    bool carry = false;                  // neurons go on from row to row
    Showing learned;
    std::optional<Showing> tested; // all rows that are kept for testing
    std::vector<Window> windows;
    Span span;
};

} // namespace nphys::model
