#pragma once
// The law of a motion, linearised: what it does to a small change of the state.
//
// Goes in: a motion, and for each moved tensor the tensor that holds the change. Comes out: for each component the
// derivative of its rate along the change, whether that is the same at every state (the law is linear), and whether it
// is antisymmetric, so that Σ v·Lv = 0.
//
// Example: dφ/dt = π[i+e] - π[i], dπ/dt = φ[i] - φ[i-e] is antisymmetric: the coefficient of π at i+e in the rate of φ
// at i is the negative of that of φ at i in the rate of π at i+e.

#include <vector>

#include "compiler/dynamics/motion.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

struct LinearOperator {
    std::vector<Expr> rows; // one for each component of the motion
    bool is_linear = true;
};

[[nodiscard]] LinearOperator linear_operator(Pool& pool, const Motion& motion, const Renaming& change);

// Only what can be read off: stencils and couplings at a site, no sums over places, no reflecting edges.
[[nodiscard]] bool is_antisymmetric(Pool& pool, const Motion& motion, const LinearOperator& law,
                                    const Renaming& change);

} // namespace nphys::dynamics
