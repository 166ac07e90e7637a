#pragma once
// Defines what the body of a parallel loop takes from the code around it.
//
// In: a function and one of its loops. Out: the integer variables and numbers that its body uses and does not define,
// in ascending order; whether it accumulates into something opened outside, which a parallel loop must not do.
//
//     v1 = scalar c; parallel b in 0..threads { let i = b*n; v2 = load phi[i]; v3 = v1*v2; … }   captures v1 and n

#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::backend {

struct Captures {
    std::vector<loops::VariableId> variables;
    std::vector<loops::ValueId> values;
    bool foreign_accumulator = false;
};

[[nodiscard]] Captures captures_of(const loops::Function& function, const loops::For& loop);

} // namespace nphys::backend
