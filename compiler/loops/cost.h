// What the kernels of a module cost: memory traffic and arithmetic, counted and not measured.
// Goes in: a module. Comes out: for each outermost loop nest of each function (the loop over steps is not one: it holds them)
// elements, flops and bytes of one execution on one thread. Holds: a buffer that is read at several places of a stencil is one
// stream from memory; no buffer counts for more than it holds.
//
// Example: φ⁺ = 2φ - φ⁻ + dt²∇²φ in f64, φ⁻ overwritten: streams φ (read), φ⁻ (read and written): 24 bytes an element.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::loops {

struct Stream {
    BufferId buffer;
    double read = 0, written = 0;      // bytes
    bool streaming = false;            // written past the caches
};

struct KernelCost {
    std::string function;              // "advance"
    std::string name;                  // what its comments say, or "loop over x"
    double steps = 1;                  // that one execution makes: more than 1 where a pass is tiled in time
    bool repeated = false;             // as often as it takes to converge: this is one time
    double elements = 0;               // of the longest stream: sites of a lattice sweep
    double flops = 0;                  // a multiply-add is two
    std::vector<Stream> streams;
    bool is_estimate = false;          // trip counts come from data

    [[nodiscard]] double bytes_read() const;
    [[nodiscard]] double bytes_written() const;
    // What the caches fetch because a line is written that was not read.
    [[nodiscard]] double bytes_allocated() const;
    [[nodiscard]] double bytes() const { return bytes_read() + bytes_written() + bytes_allocated(); }
};

[[nodiscard]] std::vector<KernelCost> costs(const Module& module);
[[nodiscard]] std::vector<KernelCost> costs(const Module& module, const Function& function);

// Adds what one call of a service costs: products of matrices; others count as nothing.
void count_call(const Module& module, const Function& function, const CallService& call, KernelCost& cost);

// A table for people; functions that run once (constants, initialize) are left out.
[[nodiscard]] std::string print_costs(const std::vector<KernelCost>& kernels);

} // namespace nphys::loops
