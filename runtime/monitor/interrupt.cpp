#include "runtime/monitor/interrupt.h"

namespace nphys::runtime {
namespace {

// A signal handler can reach nothing but a variable like this one.
volatile std::sig_atomic_t interrupted = 0;

extern "C" void remember_interrupt(int) {
    interrupted = 1;
}

} // namespace

InterruptGuard::InterruptGuard() {
    interrupted = 0;
    struct sigaction action{};
    action.sa_handler = remember_interrupt;
    action.sa_flags = static_cast<int>(SA_RESETHAND); // the second one ends the process
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, &interrupt_before_);
    sigaction(SIGTERM, &action, &terminate_before_);
}

InterruptGuard::~InterruptGuard() {
    sigaction(SIGINT, &interrupt_before_, nullptr);
    sigaction(SIGTERM, &terminate_before_, nullptr);
}

bool InterruptGuard::requested() const {
    return interrupted != 0;
}

} // namespace nphys::runtime
