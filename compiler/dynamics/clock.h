#pragma once
// Scheme, step and length of a run: as written, or chosen and told.
//
// Goes in: the run and the motion. Comes out: scheme, dt, steps and until of the Program; dt is 0 where it was left out
// and is left to the analysis of stability. Contradictions are reported.
//
// Example: `dt = 0.3 until = 1` becomes 4 steps of 0.25, which is told.

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

// The scheme of the run; where it was left out: map for maps without dt, leapfrog where it fits, else rk4 or, without
// dt, rk45.
[[nodiscard]] model::Scheme chosen_scheme(const model::Model& model, const Motion& motion,
                                          std::vector<std::string>& remarks);

void set_clock(Program& program, const model::Run& run, bool has_run, Diagnostics& diagnostics);

// Where the boundary shows rows, after set_clock.
void set_presentation_clock(Program& program, const model::Presentation& presentation, const model::Run& run);

// An implicit scheme of a level whose dt was left out.
void set_level_clock(Program& program, const model::Run& run);

// Steps of dt to the end of the run; dt is made a little smaller where `until` is no multiple of it.
void set_step(Program& program, const model::Run& run, double dt);

[[nodiscard]] bool is_map(model::Scheme scheme);
// A wave, or a hydrodynamic pair that is moved through its wave.
[[nodiscard]] bool is_moved_as_wave(const model::Model& model);
// By factors made once: a density, and a wave of one dimension; in more the band is too wide for a step of a wave.
[[nodiscard]] bool solves_directly(const model::Model& model, model::Scheme scheme);
[[nodiscard]] bool solves_directly(const model::Level& level, model::Scheme scheme);
[[nodiscard]] bool is_splitting(model::Scheme scheme);
[[nodiscard]] std::string_view spelling(model::Scheme scheme);

} // namespace nphys::dynamics
