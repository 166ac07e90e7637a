// Where tensors are in memory.
// Goes in: a Model and its Program. Comes out: a Module with all buffers and scalar slots of the model but no functions yet, and
// the Layout that says which buffer holds what. Holds afterwards: a small range (at most algebra::expanded_extent places) of a
// tensor chooses among components, each a buffer of its own; the other axes lie in each buffer row by row, long ranges
// outermost, then lattice axes, then the copies of an ensemble, the last axis contiguous.
//
// Example: φ[i,a], i in a 64 × 32 lattice, a in 1..2, has axes {64, 32} and the components φ[·,1] in `phi_1`, φ[·,2] in `phi_2`.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/dynamics/program.h"
#include "compiler/loops/loops.h"
#include "compiler/model/model.h"

namespace nphys::loops {

// One axis of a buffer: the places first..first+extent-1 of `axis` of slot `slot`.
struct StoredAxis {
    std::size_t slot = 0;
    int axis = 0;
    std::int64_t first = 1, extent = 1;
    algebra::Edge edge = algebra::Edge::strict;
};

struct ComponentLayout {
    std::vector<std::int64_t> small; // its numbers in the slots `written_out`
    BufferId buffer;
};

struct TensorLayout {
    algebra::SymbolId symbol;
    std::string name;                     // the user's
    std::vector<StoredAxis> axes;         // of each component
    std::vector<std::size_t> written_out; // slots that choose a component
    std::vector<ComponentLayout> components;

    [[nodiscard]] std::int64_t size() const; // elements of one component
};

// Random numbers take no memory; their places are those of a tensor. Small ranges, too, are axes. The last axis is the column
// of each number (runtime/random/noise.h) if it is a long one: along it loops run.
struct DrawLayout {
    algebra::SymbolId symbol;
    Distribution distribution = Distribution::normal;
    std::uint32_t stream = 0;
    bool once = false;             // at step 0, for the whole run
    int refinement = 0;            // the step was halved so often: numbers are increments of the path of the whole step
    bool has_column = false;
    std::vector<StoredAxis> axes;
};

// A graph, by rows: the weights of row r stand at row_begin[r] .. row_begin[r+1], each with its column (both from 0).
struct SparseLayout {
    algebra::SymbolId symbol;
    BufferId values, row_begin, column;
    BufferId transposed_values, transposed_begin, transposed_row; // the same by columns, if some formula needs it
    BufferId dense;                                               // likewise
};

// Contents that the host writes into a buffer before it calls `constants`; one of the two is empty.
struct Filling {
    BufferId buffer;
    std::vector<double> numbers;
    std::vector<std::int64_t> integers;
};

struct Layout {
    std::vector<TensorLayout> tensors; // state, stored tensors, data, observables, saved fields, temporaries
    std::vector<SparseLayout> graphs;
    std::vector<DrawLayout> draws;
    std::vector<std::pair<algebra::SymbolId, ScalarId>> parameters; // those that are not structural
    std::vector<Filling> fillings;
    ScalarId error; // of adaptive schemes: after `attempt`, 1 is what the tolerance allows

    [[nodiscard]] const TensorLayout* find(algebra::SymbolId symbol) const;
    [[nodiscard]] const SparseLayout* graph(algebra::SymbolId symbol) const;
    [[nodiscard]] const DrawLayout* draw(algebra::SymbolId symbol) const;
};

struct Placed {
    Module module;
    Layout layout;
};
[[nodiscard]] Placed place(const model::Model& model, const dynamics::Program& program);

// A new buffer, a new slot with an unused name.
[[nodiscard]] BufferId add_buffer(Module& module, Buffer buffer);
[[nodiscard]] ScalarId add_scalar(Module& module, ScalarSlot slot);

// A name of a model as an ASCII identifier of C++: φ₀ → phi0, q' → q_prime, π → pi.
[[nodiscard]] std::string identifier(const std::string& name);

} // namespace nphys::loops
