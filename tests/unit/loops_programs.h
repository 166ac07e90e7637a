// Modules of the loop IR built by hand, for tests of everything that runs loops.
// Example: Program program = stencil(17, Type::f64);  program.module has constants, initialize, advance and observe.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/loops/build.h"
#include "compiler/loops/loops.h"

namespace nphys::test {

struct Program {
    loops::Module module;
    std::vector<loops::BufferId> state;
    std::vector<loops::BufferId> outputs;
};

inline Program new_program(const std::string& name) {
    Program program;
    program.module.name = name;
    program.module.scalars = {{"t", "t", 0}, {"dt", "dt", 0.125}, {"start", "t at step 0", 0.5}};
    program.module.time = loops::ScalarId(0);
    program.module.step_size = loops::ScalarId(1);
    program.module.start_time = loops::ScalarId(2);
    return program;
}

inline loops::BufferId add_buffer(Program& program, const std::string& name, loops::Type type, std::int64_t size,
                                  loops::BufferRole role = loops::BufferRole::state) {
    program.module.buffers.push_back({name, type, role, size, ""});
    const loops::BufferId id(static_cast<std::uint32_t>(program.module.buffers.size() - 1));
    if (role == loops::BufferRole::state)
        program.state.push_back(id);
    if (role == loops::BufferRole::output)
        program.outputs.push_back(id);
    return id;
}

// A wave on a ring of `size` sites: φ and π, kick and drift, edges peeled; sum, product, maximum and minimum observed.
Program stencil(std::int64_t size, loops::Type type);
// y ← tanh-free logistic map of A y with a dense matrix stored in a constant buffer; plain loops.
Program matrix_map(std::int64_t size, loops::Type type);
// Sparse rows: y[i] ← Σ w[k] x[column[k]] over the row, then swapped; i64 loads in bounds and places.
Program sparse_map(std::int64_t size);
// Every arithmetic operation, power and exact function on one row, chosen by truths.
Program all_operations(std::int64_t size, loops::Type type);
// A two-level recurrence on a 2-D lattice with streaming stores and a swap; parallel over rows.
Program streamed_lattice(std::int64_t rows, std::int64_t columns, loops::Type type);
// Neighbours around the edges by remainder and by clamping inside the vector loop, stores and a reduction.
Program ring(std::int64_t size, loops::Type type);
// Random numbers along a row and across it, in f64 and f32, anew at each step.
Program drawing_program(loops::Distribution distribution);
// One neuron without loops over space: state in buffers of one element, scalars set on the way.
Program single_neuron();

} // namespace nphys::test
