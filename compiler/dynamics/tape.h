#pragma once
// What the steps of an activation are stored in, so that gradients can go back through them.
//
// Goes in: how many steps there are, how many of the last ones must be kept, and, where they do not all fit, how many make a
// segment. Comes out: for each tensor and step the tensor that stands for it then. Holds: the neurons after the last step are
// the neurons themselves; those at the beginning of a segment are kept to the end, the others until another segment is
// computed (again).
//
// Example: with 3 steps, all kept, x after 0, 1, 2, 3 steps is x_0, x_1, x_2, x. With 4 steps in segments of 2 it is x_0,
// x_1, x_2, x_1, x.

#include <map>
#include <set>

#include "compiler/dynamics/program.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

struct Segment {
    std::int64_t first = 0, last = 0; // steps first..last-1
};

class Tape {
public:
    Tape(Program& program, std::int64_t steps, std::int64_t kept, std::int64_t segment = 0)
        : program_(program), steps_(steps), kept_(kept), segment_(segment > 0 ? segment : steps + 1) {}

    // Neurons after `step` steps.
    [[nodiscard]] SymbolId neuron(SymbolId tensor, std::int64_t step);
    // What is made within the step from `step` - 1 to `step`.
    [[nodiscard]] SymbolId within(SymbolId tensor, std::int64_t step);
    // A temporary of the shape of another tensor.
    [[nodiscard]] SymbolId like(SymbolId tensor, const std::string& name);

    // The segment in which the step from `step` to `step` + 1 lies.
    [[nodiscard]] Segment segment_of(std::int64_t step) const;

private:
    [[nodiscard]] SymbolId numbered(SymbolId tensor, std::int64_t number);
    [[nodiscard]] std::int64_t first_kept() const { return steps_ - kept_; }

    Program& program_;
    std::int64_t steps_, kept_, segment_;
    std::map<std::pair<std::uint32_t, std::int64_t>, SymbolId> made_;
};

} // namespace nphys::dynamics
