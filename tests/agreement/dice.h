#pragma once
// Choices drawn from a seed, for random models.

#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "runtime/random/noise.h"

namespace nphys::test {

// A stream of draws that is the same everywhere, unlike those of <random>.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : seed_(seed) {}
    double uniform() { return runtime::uniform({.seed = seed_, .stream = 0, .row = 0, .column = next_++, .step = 0}); }
    int below(int bound) { return static_cast<int>(uniform() * bound); }
    bool chance(double probability) { return uniform() < probability; }
    template <class T>
    const T& of(const std::vector<T>& items) { return items[static_cast<std::size_t>(below(static_cast<int>(items.size())))]; }
    std::string number(double scale = 1) { return fmt::format("{:.3g}", scale * (0.2 + uniform())); }

private:
    std::uint64_t seed_, next_ = 0;
};

} // namespace nphys::test
