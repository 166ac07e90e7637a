#pragma once
// Each scheme for one model: whether it takes the law, what it keeps, how long its steps may be; or why it is refused.
//
// Goes in: a Model. Comes out: a row for each scheme of schemes.def that steps deterministic laws. Symplectic and
// reversible are computed from the amplification matrix M(dt) at wave vectors in general position: det M = 1 with
// the flow's own volume kept, M(-dt) M(dt) = 1; of laws that have no such matrix they are what the scheme promises.
//
// Example: leapfrog of Klein-Gordon: order 2, reversible, keeps volume, dt ≤ 2/ω at k = π; euler: unstable at every dt.

#include <optional>
#include <string>
#include <vector>

#include "compiler/analysis/stability.h"

namespace nphys::analysis {

struct SchemeRow {
    model::Scheme scheme = model::Scheme::map;
    std::string name;
    bool fits = false;
    std::string refusal; // the reason, in the words of the diagnostic
    int order = 0;
    std::optional<bool> keeps_volume, is_reversible;
    StabilityReport stability;
    bool chosen = false; // it is the one of the run
};

[[nodiscard]] std::vector<SchemeRow> scheme_fitness(const model::Model& model, model::Scheme chosen);

} // namespace nphys::analysis
