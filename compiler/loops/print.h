// The loop IR as text, for people and for golden tests.
// Goes in: a module, a function or an integer of it. Comes out: a small program; what stands there is what the IR says,
// no more and no less, and equal modules print equally.
//
//   parallel block in 0..threads {
//     vector x in 64*block/threads..64*(block + 1)/threads {
//       v0 = phi[x]
//       v1 = c
//       v2 = v0 + v1
//       phi[x] = v2
#pragma once

#include <string>

#include "compiler/loops/loops.h"

namespace nphys::loops {

[[nodiscard]] std::string print(const Module& module);
[[nodiscard]] std::string print(const Module& module, const Function& function);
[[nodiscard]] std::string print(const Module& module, const Function& function, IntegerId integer);
[[nodiscard]] std::string_view type_name(Type type);
// The shortest text that gives the number back: `0.1`, `2`, `-inf`.
[[nodiscard]] std::string print_number(double value);

} // namespace nphys::loops
