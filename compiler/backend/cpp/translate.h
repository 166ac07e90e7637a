// Functions of the loop IR as C++ statements.
// Goes in: a function, and what buffers and scalars are called in the class. Comes out: the body of a member function.
// Holds: each operation of the IR is one operation of the C++, in an order that gives the same numbers; values that are
// used once stand where they are used.
//
// Example: `parallel b { vector x { v0 = phi[x]; v1 = dt; v2 = pi[x]; v3 = fma(v1, v0, v2); pi[x] = v3 } }` becomes
//   pool_.for_each(0, pool_.threads(), [&](std::int64_t b) {
//       const double* const phi = phi_.data();
//       …
//       VECTOR_LOOP
//       for (std::int64_t x = begin; x < end; ++x) {
//           pi[x] = std::fma(dt, phi[x], pi[x]);
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "compiler/backend/cpp/tree.h"
#include "compiler/loops/loops.h"

namespace nphys::backend::cpp {

struct Names {
    std::vector<std::string> buffers, scalars;             // members: `phi_`, `dt_`
    std::vector<std::string> local_buffers, local_scalars; // inside loops: `phi`, `dt`
    std::string argument = "argument";
};

[[nodiscard]] tl::expected<tree::Body, std::string> translate(const loops::Module& module,
                                                              const loops::Function& function, const Names& names);

} // namespace nphys::backend::cpp
