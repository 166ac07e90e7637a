#pragma once
// Whether the flow of a model conserves an observable.
//
// Goes in: a LearningSystem and a formula of its state. Comes out: conserved, not, or why that is not decided. Its rate of change
// along the laws must be 0: that is looked for in the gradients of the rate by all that moves (sums over a lattice cancel
// there), and in what is left of it where all fields are 0.
//
// Example: along dφ/dt = π, dπ/dt = -φ + cos(t) the rate of π²/2 + φ²/2 is π cos(t): not conserved.

#include <string>
#include <vector>

#include "compiler/analysis/learning_system.h"

namespace nphys::analysis {

enum class Kept : std::uint8_t { exactly, to_round_off, not_kept, undecided };

struct FlowFate {
    Kept kept = Kept::undecided;
    std::string reason = {}; // of undecided ones
};

class FlowFates {
public:
    explicit FlowFates(LearningSystem& system) : system_(system), pool_(system.pool) {}

    [[nodiscard]] FlowFate of(Expr observable);
    // By all variables, neurons first.
    [[nodiscard]] std::vector<Expr> gradient(Expr value);
    // What is left of a formula where all that moves is 0.
    [[nodiscard]] Expr without_state(Expr value);
    [[nodiscard]] bool vanishes(Expr value_without_state) const;
    [[nodiscard]] bool is_random() const; // noise, draws at each step, jumps

private:
    [[nodiscard]] bool moves(SymbolId tensor) const;
    [[nodiscard]] bool reads_state(Expr expression) const;
    [[nodiscard]] std::string obstacle(Expr observable) const;
    [[nodiscard]] std::string doubt(Expr observable, Expr rate) const;
    [[nodiscard]] bool jumps(Expr expression) const; // as a function of the state
    [[nodiscard]] bool is_known(SymbolId tensor) const;
    void add_past(std::vector<Expr>& gradient, Expr value);
    Expr along(Expr observable, const Variables& variables, const std::vector<Expr>& rates);

    LearningSystem& system_;
    Pool& pool_;
};

} // namespace nphys::analysis
