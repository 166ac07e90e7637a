#pragma once
// Each scheme for one model: whether it takes the law, what it keeps, how long its steps may be; or why it is refused.
//
// Goes in: a Model. Comes out: a row for each scheme of schemes.def. Volume kept, symplectic and reversible are computed
// from the amplification matrix M(dt) at a wave vector in general position: |det M| = 1, M P M† = P for the brackets P of
// the law, M(-dt) M(dt) = 1. Where there is no such matrix - the law is not linear, or not the same everywhere - splittings
// are said to keep volume and symmetric schemes to be reversible, which they are of any law; nothing is said of symplectic.
//
// Example: leapfrog of Klein-Gordon: order 2, reversible, symplectic, dt ≤ 2/ω at k = π; euler: unstable at every dt.

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/stability.h"

namespace nphys::analysis {

struct SchemeRow {
    model::Scheme scheme = model::Scheme::map;
    std::string name; // "exact(leapfrog)"
    bool fits = false;
    std::string refusal; // the reason, in the words of the diagnostic
    int order = 0;
    std::optional<bool> keeps_volume, is_symplectic, is_reversible;
    StabilityReport stability;
    bool chosen = false; // it is the one of the run
};

// Whether what moves the neurons depends on trainables alone, and the other way round.
enum class Separable : std::uint8_t { yes, but_for_local_part, no };
struct Separation {
    Separable separable = Separable::no;
    std::string why; // it is not: "`φ`: this part is not linear"
};
[[nodiscard]] Separation separation(const model::Model& model);

// The row of the run's own scheme takes what is known of its stability.
[[nodiscard]] std::vector<SchemeRow> scheme_fitness(const model::Model& model, const dynamics::Program& program,
                                                    const StabilityReport& stability);

} // namespace nphys::analysis
