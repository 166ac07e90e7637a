#pragma once
// Tensors that have the shape of what moves: stages of Runge-Kutta schemes, vectors of implicit ones.
//
// Example: of a motion of φ and π, tensors("1") are φ_1 and π_1, and rate(moved, them, 0.5) is the law of a component
// there, at t + dt/2.

#include <string>
#include <vector>

#include "compiler/dynamics/schemes.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

class Stages {
public:
    Stages(Program& program, const Motion& motion, const Drives& drives);

    // A tensor for each moved tensor, named after it.
    [[nodiscard]] Renaming tensors(const std::string& suffix);
    // Elements that no law moves are copied once, before the first step: a stage is read as a whole.
    void copy_resting(const Renaming& stage);

    // What rates at a stage read beside it.
    [[nodiscard]] Procedure before_rates(const Renaming& stage, double time) const;
    // The law at a stage.
    [[nodiscard]] Expr rate(const Moved& moved, const Renaming& stage, double time) const;
    [[nodiscard]] Expr element(const Renaming& stage, const Moved& moved) const;

    // An assignment to `into` (the state itself where it is empty) for each component.
    template <class Value>
    [[nodiscard]] Update update(std::string label, const Renaming& into, Value value) const {
        Update result{.label = std::move(label), .assignments = {}};
        append(result, into, value);
        return result;
    }
    template <class Value>
    void append(Update& update, const Renaming& into, Value value) const {
        for (const Moved& moved : motion_.moved) {
            const auto found = into.find(moved.tensor.value);
            update.assignments.push_back(
                {found == into.end() ? moved.tensor : found->second, moved.target, value(moved)});
        }
    }

    [[nodiscard]] Expr held(const Moved& moved, Expr value, double time) const {
        return drives_.held(moved.tensor, moved.target, value, later(pool_, time));
    }
    [[nodiscard]] Expr rested(const Moved& moved, Expr rate, double time) const {
        return drives_.rested(moved.tensor, moved.target, rate, later(pool_, time));
    }
    // √(mean over all moved elements of (error/(tolerance*(1 + max(|old|, |new|))))²): 1 is what the tolerance allows.
    [[nodiscard]] Expr error_norm(const Renaming& reached, double tolerance, const std::function<Expr(const Moved&)>& error) const;
    [[nodiscard]] std::string moved_names() const { return names(pool_, moved_); }

private:
    Program& program_;
    Pool& pool_;
    const Motion& motion_;
    const Drives& drives_;
    std::vector<const Moved*> moved_;
};

} // namespace nphys::dynamics
