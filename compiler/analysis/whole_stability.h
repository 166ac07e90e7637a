#pragma once
// Stability where plane waves are not the modes: coefficients of place, edges, graphs, several lattices, many components.
//
// Goes in: a Model and its Program. Comes out: growth of the law and the limit of the scheme from the matrix of all
// numbers that move (whole_step.h): exactly, from all eigenvalues, where they are few; else by following random fields.
// What was done is said in words.
//
// Example: a wave with c(x) on 400 open sites: the law lets no mode grow, which is proved; leapfrog is stable for about
// dt ≤ 0.98.

#include <optional>
#include <string>

#include "compiler/dynamics/program.h"

namespace nphys::analysis {

struct WholeStability {
    std::string obstacle;        // not empty: nothing else holds
    bool linear = true, steady = true;
    std::size_t numbers = 0;     // of the state
    double law_growth = 0;       // rate of the continuous law
    std::string law_text;        // "the law itself lets no mode grow: …"
    bool limit_is_exact = false; // from all eigenvalues
    std::optional<double> limit; // as in StabilityReport
    double growth = 1;           // in a step; of flows: of the Program's dt
    std::string how;             // "all 400 modes of the whole system"
};

inline constexpr std::size_t most_numbers = 10'000;
inline constexpr std::size_t few_numbers = 128; // all eigenvalues of a step are looked at for each dt that is tried

[[nodiscard]] WholeStability whole_stability(const model::Model& model, const dynamics::Program& program);

} // namespace nphys::analysis
