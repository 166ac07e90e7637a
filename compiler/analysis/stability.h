#pragma once
// Stability of a Program: the spectrum of its own step over all plane waves.
//
// Goes in: a Model and its Program. Comes out: a StabilityReport. Exact for laws that are linear and the same at every
// site of a (anti)periodic lattice, or without a lattice; for others from the matrix of all that moves
// (whole_stability.h), or estimated around the initial state at single sites; or the reason why nothing is said. Growth that the
// law itself demands is not held against the scheme.
//
// Example: leapfrog of Klein-Gordon in 3 dimensions, m = 0.5: limit 0.5717 at k = (π, π, π).

#include <optional>
#include <string>
#include <vector>

#include "compiler/base/diagnostics.h"
#include "compiler/dynamics/program.h"

namespace nphys::analysis {

enum class Certainty : std::uint8_t { exact, estimate, none };

struct StabilityReport {
    Certainty certainty = Certainty::none;
    std::string reason;                   // why not exact, or why none
    std::optional<double> limit;          // largest stable dt; 0: none is stable; missing: none was found, or a map
    bool any_step = false;                // it is known that there is no limit
    std::optional<double> fastest_factor; // then: of the law's fastest mode in a step of the Program's dt
    std::vector<double> mode;             // where the limit is reached (radians per site, for each axis)
    std::string mode_text;                // "(π, π, π)"
    double growth = 1;                    // of the worst mode in a step of the Program's dt; of a map: in a step
    double law_growth = 0;                // rate at which the continuous law itself lets a mode grow
    bool law_decays = false;              // it is linear and constant, and known to let no mode grow
    bool limit_is_another_system = false; // the map turns modes that F - identity damps
    std::vector<std::string> text;        // for people: a few lines
};

// Before a run with a given dt it is enough that no mode grows at this dt: the limit is looked for only where one does.
// For a row of a table of schemes, a system of many numbers is judged by single sites.
enum class Depth : std::uint8_t { full, for_a_row, at_the_step };

[[nodiscard]] StabilityReport stability(const model::Model& model, const dynamics::Program& program,
                                        Depth depth = Depth::full);

// Chooses dt where it was left out, and reports what stability says about the run: refusals, unless it allows to be
// unstable.
StabilityReport check_stability(const model::Model& model, dynamics::Program& program, Diagnostics& diagnostics);

} // namespace nphys::analysis
