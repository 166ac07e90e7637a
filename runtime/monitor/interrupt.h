#pragma once
// Ctrl-C ends a run in good order.
//
// In: nothing. Out: while a guard lives, SIGINT and SIGTERM are remembered instead of ending the process; a second one
// does end it. Holds: afterwards the signals do what they did before.
//
//     InterruptGuard guard;
//     while (step < steps && !guard.requested()) …

#include <csignal>

namespace nphys::runtime {

class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;

    [[nodiscard]] bool requested() const;

private:
    struct sigaction interrupt_before_{};
    struct sigaction terminate_before_{};
};

} // namespace nphys::runtime
