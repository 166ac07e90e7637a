// Integers as they are on one thread in the midst of a long run: for counting iterations without running.
// Goes in: a function, and values of variables as loops set them. Comes out: the value of any integer; rows of data are
// taken to be as long as they are on average, which makes it an estimate. Example: threads is 1, the number of steps
// 1000, `64*block/threads` with block set to 0 is 0
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::loops {

class TripCounts {
public:
    TripCounts(const Module& module, const Function& function)
        : module_(&module), function_(&function), variables_(function.variables.size()) {}

    void set(VariableId variable, std::int64_t value) { variables_[variable.index()] = value; }
    [[nodiscard]] bool is_estimate() const { return is_estimate_; }
    void forget_estimate() { is_estimate_ = false; }

    [[nodiscard]] std::int64_t value(IntegerId id);

private:
    [[nodiscard]] std::int64_t loaded(const Integer& load);

    const Module* module_;
    const Function* function_;
    std::vector<std::int64_t> variables_;
    bool is_estimate_ = false;
};

} // namespace nphys::loops
