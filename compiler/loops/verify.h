// Whether a module is well formed. Run after each pass that makes or changes loops; what it finds is a bug of ours.
// Goes in: a module. Comes out: what is wrong, each with its function; nothing if all is well. Holds then:
//   - ids are in range, names of buffers, scalars and functions unique
//   - a number, a variable, an accumulator is defined once, before its uses, in the same or an enclosing block, and has the type its use
//     wants
//   - parallel loops are not nested and hold no swaps, scalars set, steps or services; vector loops hold only Define, Let, Store and
//     Accumulate
//   - no place that can be known is outside its buffer
//   - no iteration of a vector loop, as far as can be decided, touches what another one writes
// What depends on values (places from data, blocks of threads) is checked by running the interpreter with check_races.
// Example: {"in `advance`: v3 is used before it is defined", "in `advance`: `phi` has 64 elements and is stored at 64"}
#pragma once

#include <string>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::loops {

[[nodiscard]] std::vector<std::string> verify(const Module& module);
[[nodiscard]] std::vector<std::string> verify(const Module& module, const Function& function);

// The part about names of buffers, scalars and functions.
[[nodiscard]] std::vector<std::string> verify_names(const Module& module);
// The part about memory: places outside of buffers, iterations that are not independent.
[[nodiscard]] std::vector<std::string> verify_places(const Module& module, const Function& function);

} // namespace nphys::loops
