#pragma once
// From a motion to the updates of a scheme.
//
// Goes in: a Motion and a scheme that is fit for it (fitness.h). Comes out: the procedures of the Program; whatever
// tensors the scheme needs in between are added to its temporaries.
//
// Example: leapfrog of dφ/dt = π, dπ/dt = -φ opens with π ← π - dt/2*φ and goes on as told in program.h.

#include "compiler/dynamics/drives.h"
#include "compiler/dynamics/motion.h"
#include "compiler/dynamics/tableaux.h"

namespace nphys::dynamics {

void apply_scheme(Program& program, const Motion& motion, const Drives& drives);

void apply_splitting(Program& program, const Motion& motion, const Drives& drives);
void apply_shu_osher(Program& program, const Motion& motion, const Drives& drives,
                     const std::vector<tableaux::ShuOsherStage>& stages);
// implicit_euler, bdf2, and crank_nicolson of a level: each solves with 1 - a A, a being a share of dt
struct ShareOfStep {
    std::int64_t numerator, denominator;
    [[nodiscard]] double value() const { return static_cast<double>(numerator) / static_cast<double>(denominator); }
};
[[nodiscard]] ShareOfStep solved_share(model::Scheme scheme);
void apply_implicit_linear(Program& program, const Motion& motion, const Drives& drives);
void apply_split_step(Program& program); // of a wave, as its level says
void apply_implicit_midpoint(Program& program, const Motion& motion, const Drives& drives);
void apply_exponential_series(Program& program, const Motion& motion, const Drives& drives);
void apply_dormand_prince(Program& program, const Motion& motion, const Drives& drives);

// "φ", "φ and π", "φ, χ and π": the tensors that are moved
[[nodiscard]] std::string names(const Pool& pool, const std::vector<const Moved*>& moved);

} // namespace nphys::dynamics
