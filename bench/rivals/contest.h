#pragma once
// Who is timed, and how: several short runs by turns, of which the fastest counts, since a busy machine interrupts some of them.

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace nphys::bench {

struct Timed {
    std::string name;
    std::function<void(std::int64_t)> step;
    std::vector<double> seconds = {}; // for one step

    void measure(std::int64_t steps, int runs) {
        for (int run = 0; run < runs; ++run) {
            const auto start = std::chrono::steady_clock::now();
            step(steps);
            const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
            seconds.push_back(taken.count() / static_cast<double>(steps));
        }
    }
    [[nodiscard]] double best() const { return *std::ranges::min_element(seconds); }
};

} // namespace nphys::bench
