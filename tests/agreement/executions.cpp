#include "tests/agreement/executions.h"

#include <cstdint>
#include <limits>

namespace nphys::test {
namespace {

// Sums over one-dimensional arrays are cut into pieces of this length: part of what is computed, so the same for all.
constexpr std::int64_t chunk = 64;

} // namespace

How plainly() {
    How plain{.engine = driver::EngineKind::interpreter, .threads = 1, .lowering = {}, .request = {}, .folder = "."};
    plain.lowering.fuse = false;
    plain.lowering.time_steps = 1;
    plain.lowering.smallest_product = std::numeric_limits<std::int64_t>::max();
    plain.lowering.chunk = chunk;
    return plain;
}

std::vector<Execution> executions() {
    loops::LowerOptions fused;
    fused.chunk = chunk;
    loops::LowerOptions eager;              // everything on, however small the model
    eager.smallest_parallel = 1;
    eager.smallest_product = 1;
    eager.chunk = chunk;
    loops::LowerOptions streaming = eager;
    streaming.streaming = loops::Choice::on;
    using enum driver::EngineKind;
    return {{"interpreter, fused", {.engine = interpreter, .threads = 1, .lowering = fused, .request = {}, .folder = "."}},
            {"interpreter, fused, 3 blocks", {.engine = interpreter, .threads = 3, .lowering = eager, .request = {}, .folder = "."}},
            {"jit, 1 thread", {.engine = jit, .threads = 1, .lowering = fused, .request = {}, .folder = "."}},
            {"jit, 2 threads", {.engine = jit, .threads = 2, .lowering = eager, .request = {}, .folder = "."}},
            {"jit, 3 threads, streaming", {.engine = jit, .threads = 3, .lowering = streaming, .request = {}, .folder = "."}}};
}

} // namespace nphys::test
