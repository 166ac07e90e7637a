#include "compiler/driver/schedule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nphys::driver {
namespace {

// A multiple of a period that misses a moment by round-off only is that moment.
constexpr double round_off = 1e-9;

} // namespace

StepSchedule::StepSchedule(const model::Cadence& cadence, std::int64_t steps, double dt) : steps_(steps) {
    if (cadence.steps) every_ = std::max<std::int64_t>(1, *cadence.steps);
    else if (cadence.time) period_in_steps_ = std::max(1.0, *cadence.time / dt);
    else every_ = std::max<std::int64_t>(1, (steps + default_records - 1) / default_records);
}

std::int64_t StepSchedule::moment(std::int64_t number) const {
    if (every_ > 0) return number * every_;
    return static_cast<std::int64_t>(std::ceil(static_cast<double>(number) * period_in_steps_ * (1 - round_off)));
}

std::int64_t StepSchedule::number_before(std::int64_t step) const {
    if (every_ > 0) return step / every_;
    auto number = static_cast<std::int64_t>(static_cast<double>(step) / period_in_steps_);
    while (moment(number + 1) <= step) ++number;
    while (number > 0 && moment(number) > step) --number;
    return number;
}

bool StepSchedule::due(std::int64_t step) const { return step == steps_ || moment(number_before(step)) == step; }

std::int64_t StepSchedule::next_after(std::int64_t step) const { return std::min(steps_, moment(number_before(step) + 1)); }

TimeSchedule::TimeSchedule(const model::Cadence& cadence, double until) : until_(until) {
    if (cadence.steps) every_ = std::max<std::int64_t>(1, *cadence.steps);
    else period_ = cadence.time ? *cadence.time : until / static_cast<double>(default_records);
}

double TimeSchedule::next_after(double time) const {
    if (every_ > 0) return until_;
    const double number = std::floor(time / period_ * (1 + round_off) + round_off) + 1;
    return std::min(until_, number * period_);
}

bool TimeSchedule::due(double time, std::int64_t accepted_steps) const {
    if (time >= until_ * (1 - round_off)) return true;
    if (every_ > 0) return accepted_steps % every_ == 0;
    const double number = time / period_;
    return std::abs(number - std::round(number)) <= round_off * std::max(1.0, number);
}

} // namespace nphys::driver
