#pragma once
// Jump and selection: `learning q evolves H with jump normal(0, σ), accept sigmoid(β*(H - H'))`. At each step q goes to q + J,
// J a random number of the step, with the probability that `accept` gives for the losses H before and H' after the jump;
// else it stays. All variables of the law jump together.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/algebra/pool.h"
#include "compiler/base/source.h"
#include "compiler/model/run.h"

namespace nphys::model {

// Where rows are shown: the activation goes once more, with the variables as they would be after the jump.
struct Trial {
    std::vector<std::pair<SymbolId, SymbolId>> jumped; // q, and what stands for q + J
    SymbolId kept;                                     // 1 where the jump is kept, 0 where not
};

struct Evolution {
    std::string loss;             // its name, `H`
    Expr before;                  // its formula
    std::vector<Component> jumps; // J of each component that moves, in random numbers of the step
    SymbolId here, there;         // what stands for H and H' in `acceptance`
    Expr acceptance;
    Expr chance; // a uniform number of the step: the jump is kept where it lies below the acceptance
    std::vector<SymbolId> accepted; // numbers of the state, where observables ask: 1 if the last jump was kept, 0 if not
    std::optional<Trial> trial;
    Span span, jump_span, accept_span; // of the word `evolves`, and of its two options
};

} // namespace nphys::model
