#pragma once
// What the steps of an activation are stored in, so that gradients can go back through them.
//
// Goes in: how many steps there are and how many of the last ones must be kept. Comes out: for each tensor and step the
// tensor that stands for it then. Holds: the neurons after the last step are the neurons themselves.
//
// Example: with 3 steps, all kept, x after 0, 1, 2, 3 steps is x_0, x_1, x_2, x.

#include <map>
#include <set>

#include "compiler/dynamics/program.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

class Tape {
public:
    Tape(Program& program, std::int64_t steps, std::int64_t kept) : program_(program), steps_(steps), kept_(kept) {}

    // Neurons after `step` steps.
    [[nodiscard]] SymbolId neuron(SymbolId tensor, std::int64_t step);
    // What is made within a step.
    [[nodiscard]] SymbolId within(SymbolId tensor, std::int64_t step);
    // A temporary of the shape of another tensor.
    [[nodiscard]] SymbolId like(SymbolId tensor, const std::string& name);

private:
    Program& program_;
    std::int64_t steps_, kept_;
    std::map<std::pair<std::uint32_t, std::int64_t>, SymbolId> made_;
};

} // namespace nphys::dynamics
