#pragma once
// Driven elements: `boundary φ[i] ← value where condition` holds these elements at the value at every time, instead of
// what the law says.
//
// Goes in: an assignment and the time (as a multiple of dt after t) at which its result stands. Comes out: the
// assignment with `value at that time if condition else law` on its right.
//
// Example: boundary φ[i] ← sin(t) where x < 1 turns φ[i] ← φ[i] + dt*π[i], standing at t + dt, into
// φ[i] ← sin(t + dt) if x < 1 else φ[i] + dt*π[i].

#include <vector>

#include "compiler/dynamics/motion.h"

namespace nphys::dynamics {

class Drives {
public:
    // Driven elements that no law moves are added to the motion, at rest, so that every scheme visits them.
    Drives(const model::Model& model, Motion& motion);

    [[nodiscard]] bool none() const { return drives_->empty(); }
    // `origin` is the state tensor whose value the component holds: φ itself or, for a stage of a scheme, the φ it
    // stands for.
    [[nodiscard]] Expr held(SymbolId origin, const std::vector<Place>& target, Expr law, Expr time) const;
    // The same with 0 for the driven elements: a rate.
    [[nodiscard]] Expr rested(SymbolId origin, const std::vector<Place>& target, Expr rate, Expr time) const;
    // Initial values of the driven elements.
    [[nodiscard]] std::vector<Component> initial() const;

private:
    template <class Value>
    Expr chosen(SymbolId origin, const std::vector<Place>& target, Expr law, Expr time, Value value) const;
    void add_resting(Motion& motion) const;

    Pool* pool_;
    const std::vector<model::Drive>* drives_;
};

} // namespace nphys::dynamics
