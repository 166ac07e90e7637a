// The reference execution of the loop IR: slow, plain, one statement after the other. It is the judge of the back ends.
// Goes in: a module and its memory. Comes out: the memory after a function ran, or what was wrong with the loops (a bug
// of ours: a place outside a buffer, a dependence between iterations of a parallel or vector loop). Holds: the result
// does not depend on the order of parallel iterations, which can be shuffled to expose hidden dependences.
//
//   Interpreter interpreter(module, *memory, {.threads = 3});
//   if (auto wrong = interpreter.run("advance", 100)) FAIL() << *wrong;
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/loops/loops.h"
#include "compiler/loops/memory.h"

namespace nphys::loops {

struct InterpreterOptions {
    std::int64_t threads = 1;
    std::uint64_t shuffle = 0; // seed of the order of parallel iterations; 0: ascending
    bool check_races =
        false; // needs 24 bytes for each element touched in a parallel loop, and as much for vector loops
};

class Interpreter {
public:
    Interpreter(const Module& module, Memory& memory, InterpreterOptions options = {})
        : module_(module), memory_(memory), options_(options) {}

    // What went wrong, or nothing.
    [[nodiscard]] std::optional<std::string> run(std::string_view function, std::int64_t argument = 0);

private:
    const Module& module_;
    Memory& memory_;
    InterpreterOptions options_;
};

} // namespace nphys::loops
