// Finds dependences between iterations of a loop that claims to have none.
// Goes in: each read and write of an element, and the iteration it happens in. Comes out: whether an element is touched
// by two iterations of which at least one writes it. Example: `parallel b { store phi[b]; load phi[b+1] }` conflicts at
// b = 0, 1.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/loops/loops.h"

namespace nphys::loops {

class RaceCheck {
public:
    explicit RaceCheck(std::size_t buffers) : elements_(buffers) {}

    void begin_loop(std::int64_t iterations) {
        loop_ = next_;
        next_ += iterations;
        active_ = true;
    }
    void begin_iteration(std::int64_t iteration) { now_ = loop_ + iteration; }
    void end_loop() { active_ = false; }

    [[nodiscard]] bool read_conflicts(BufferId buffer, std::int64_t index, std::int64_t size);
    [[nodiscard]] bool write_conflicts(BufferId buffer, std::int64_t index, std::int64_t size);

private:
    // Iterations are numbered through all loops, so that an old mark never looks like one of this loop.
    struct Element {
        std::int64_t writer = -1, reader = -1, other_reader = -1;
    };
    Element& element(BufferId buffer, std::int64_t index, std::int64_t size);
    [[nodiscard]] bool is_other(std::int64_t iteration) const { return iteration >= loop_ && iteration != now_; }

    std::vector<std::vector<Element>> elements_;
    std::int64_t next_ = 0, loop_ = 0, now_ = 0;
    bool active_ = false;
};

} // namespace nphys::loops
