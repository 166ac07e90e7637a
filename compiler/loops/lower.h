// From what is updated to how: loops over memory.
// Goes in: a Model and its Program. Comes out: a Module with the functions
//     constants    fills stored tensors (after the host has written Layout::fillings and parameters)
//     initialize   the state at the start
//     advance      as many steps as its argument says
//     observe      observables and saved fields of the state as it is
//     attempt, accept    instead of advance, for adaptive schemes: one step of the size in the slot of dt
// and the Layout of its memory. Holds afterwards: whatever is fused, tiled or run in parallel, every number is the same to the
// last bit as without (`fuse = false` is the plain reading: one sweep after the other).
//
// Example: leapfrog of φ' = π, π' = ∇²φ becomes one pass over memory: plane z of φ is moved, then plane z-1 of π is kicked.
#pragma once

#include "compiler/loops/layout.h"

namespace nphys::loops {

enum class Choice : std::uint8_t { automatic, on, off };

struct LowerOptions {
    bool fuse = true;
    bool whole_rows = true;                        // neighbours across periodic edges by `(x + d) % N` within vector loops, which
                                                   // the JIT turns into vectors; false: by sites written out, as g++ wants it
    Choice streaming = Choice::automatic;          // stores past the caches where a second buffer is written
    std::int64_t cache_bytes = 24 << 20;           // what all threads together can keep in the last cache
    std::int64_t close_bytes = 1 << 20;            // what one thread can keep in the nearest large cache
    std::int64_t time_steps = 0;                   // steps in one pass over memory; 0: chosen, 1: no tiling in time
    std::int64_t strip_rows = 0;                   // rows that go through several steps together; 0: chosen
    std::int64_t smallest_parallel = 1 << 18;      // operations below which a sweep stays on one thread
    std::int64_t chunk = 2048;                     // elements of a one-dimensional array that are treated together
    std::int64_t smallest_product = 4096;          // multiplications from which a dense contraction is a call of BLAS
};

// Which form a sum over places took, and why.
enum class ContractionForm : std::uint8_t { product, loops, sparse };
struct Contraction {
    algebra::Expr sum;
    ContractionForm form = ContractionForm::loops;
    std::string reason;                            // "300 × 200 times 200", "its matrix is computed, not stored"
};

struct Lowered {
    Module module;
    Layout layout;
    std::vector<Contraction> contractions;         // each once, in the order in which they were met
};
// For each linear map that the model names and for each sum: what it is, and what became of it.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> contraction_lines(const model::Model& model, const Lowered& lowered);
// The same for people; empty if there are none.
[[nodiscard]] std::string print_contractions(const model::Model& model, const Lowered& lowered);

[[nodiscard]] Lowered lower(const model::Model& model, const dynamics::Program& program, const LowerOptions& options = {});

} // namespace nphys::loops
