#pragma once
// Numbers with a shape, in C order (the last axis fastest): what the readers of binary files give.

#include <cstdint>
#include <vector>

namespace nphys::runtime {

struct Array {
    std::vector<std::int64_t> shape;
    std::vector<double> values;
};

} // namespace nphys::runtime
