#pragma once
// The line that says how far a run is; on a terminal only.
//
// In: steps done. Out: at most ten times a second, one line that overwrites itself:
//     1200/2000  60 %  ━━━━━━━━━━━━━━━━━━━━━━──────────────  8.2 k steps/s  2.1 G sites/s  0:04 left
// Holds: nothing is ever written to a pipe or file; after finish() the line is gone.

#include <chrono>
#include <cstdint>
#include <string>

namespace nphys::runtime {

struct ProgressOptions {
    std::int64_t steps = 0;      // in all; 0 when that is not known (until = …, adaptive step)
    double until = 0;            // in time, when steps is 0
    std::int64_t first_step = 0; // of a run that goes on
    double sites = 0;            // updated at each step, all copies
    int file_descriptor = 2;
    bool always = false; // also where there is no terminal, for tests
};

class Progress {
public:
    explicit Progress(ProgressOptions options);
    ~Progress() { finish(); }
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void update(std::int64_t step, double t);
    void finish();

private:
    [[nodiscard]] std::string line(std::int64_t step, double t, double seconds) const;
    ProgressOptions options_;
    bool shown_ = false;
    bool enabled_ = false;
    std::chrono::steady_clock::time_point start_;
    std::chrono::steady_clock::time_point next_;
};

// `8.2 k`, `2.1 G`: three digits and a prefix, for rates.
[[nodiscard]] std::string readable_rate(double rate);
// `0:04`, `12:31`, `3:05:12`
[[nodiscard]] std::string readable_time(double seconds);

} // namespace nphys::runtime
