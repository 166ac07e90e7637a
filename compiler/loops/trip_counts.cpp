#include "compiler/loops/trip_counts.h"

#include <algorithm>
#include <limits>

#include "compiler/loops/integers.h"

namespace nphys::loops {

namespace {

constexpr std::int64_t steps_of_a_long_run = 1000;

std::int64_t least(IntegerOp op) {
    const bool divides = op == IntegerOp::divide || op == IntegerOp::remainder;
    return divides ? 1 : std::numeric_limits<std::int64_t>::min();
}

} // namespace

std::int64_t TripCounts::value(IntegerId id) {
    const Integer& integer = function_->integers[id.index()];
    switch (integer.op) {
    case IntegerOp::constant:
        return integer.value;
    case IntegerOp::variable:
        return variables_[integer.variable.index()];
    case IntegerOp::argument:
        return steps_of_a_long_run;
    case IntegerOp::threads:
        return 1;
    case IntegerOp::step:
        return 0;
    case IntegerOp::load:
        return loaded(integer);
    default:
        return integer_value(integer.op, value(integer.a), std::max<std::int64_t>(value(integer.b), least(integer.op)));
    }
}

// Row bounds of n rows stand for the longest array of data, divided evenly.
std::int64_t TripCounts::loaded(const Integer& load) {
    is_estimate_ = true;
    std::int64_t entries = 0;
    for (const Buffer& buffer : module_->buffers) {
        if (buffer.type == Type::i64)
            entries = std::max(entries, buffer.size);
    }
    const std::int64_t rows = std::max<std::int64_t>(module_->buffers[load.buffer.index()].size - 1, 1);
    return value(load.a) * entries / rows;
}

} // namespace nphys::loops
