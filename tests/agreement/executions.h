#pragma once
// The ways in which one model is executed, and the plainest of them, which judges the others.
//
// Example: judge with `plainly()`; then every one of executions() has to give the same results.

#include <string>
#include <vector>

#include "tests/support/running.h"

namespace nphys::test {

struct Execution {
    std::string name;
    How how;
    [[nodiscard]] bool is_interpreted() const { return how.engine == driver::EngineKind::interpreter; }
};

// Interpreted, nothing fused, one thread.
[[nodiscard]] How plainly();
// Interpreter and JIT, fused, with blocks in any order, on one thread and on several.
[[nodiscard]] std::vector<Execution> executions();

} // namespace nphys::test
