#pragma once
// When something is recorded: at step 0, at the end, and at every multiple of a cadence between.
//
// Goes in: a cadence in steps or in time (or none: about a thousand times), the length of a run. Comes out: the next
// moment after a given one.
//
// Example: `every t = 20` with dt = 0.1 and 500 steps is due at steps 0, 200, 400, 500.

#include <cstdint>

#include "compiler/model/model.h"

namespace nphys::driver {

inline constexpr std::int64_t default_records = 1000;

// For runs with a fixed step.
class StepSchedule {
public:
    StepSchedule(const model::Cadence& cadence, std::int64_t steps, double dt);
    [[nodiscard]] bool due(std::int64_t step) const;
    [[nodiscard]] std::int64_t next_after(std::int64_t step) const;    // `steps` at the latest

private:
    [[nodiscard]] std::int64_t moment(std::int64_t number) const;       // the step of the number-th multiple
    [[nodiscard]] std::int64_t number_before(std::int64_t step) const;  // of the last multiple at or before

    std::int64_t steps_, every_ = 0;
    double period_in_steps_ = 0;     // used where every_ is 0
};

// For runs with an adaptive step: moments in time are met exactly, those in steps are counted as steps are accepted.
class TimeSchedule {
public:
    TimeSchedule(const model::Cadence& cadence, double until);
    [[nodiscard]] double next_after(double time) const;                 // `until` at the latest
    [[nodiscard]] bool due(double time, std::int64_t accepted_steps) const;
    [[nodiscard]] bool counts_steps() const { return every_ > 0; }

private:
    double until_, period_ = 0;
    std::int64_t every_ = 0;
};

} // namespace nphys::driver
