#pragma once
// A pool of threads for short loops: fork and join cost about a microsecond while the threads are warm.
//
// In: a loop body and a range. Out: the body has run over the whole range. Holds: chunk c is always
// [begin + n c / chunks, begin + n (c+1) / chunks) and always runs on thread c (thread 0 is the caller), so that memory
// stays where it was first touched and results depend on the number of chunks only. No work is stolen.
//
//     Pool pool({.threads = 2});
//     pool.for_each(0, 64, 2, [&](std::int64_t begin, std::int64_t end, std::int32_t thread) { … });
//
// A loop inside a loop, or a second caller at the same time, runs all its chunks itself, in order.

#include <cstdint>
#include <memory>
#include <type_traits>

namespace nphys::runtime {

using LoopBody = void (*)(void* context, std::int64_t begin, std::int64_t end, std::int32_t thread);

struct PoolOptions {
    std::int32_t threads = 0; // 0: as many as there are cores
    bool pin = false;         // each thread stays on one core
};

// Cores that this process may really use: the affinity mask and the quota of its control group.
[[nodiscard]] std::int32_t available_cores();

class Pool {
public:
    explicit Pool(PoolOptions options = {});
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // Fewer than asked for when the system gives no more.
    [[nodiscard]] std::int32_t threads() const;

    // Chunks beyond the number of threads are not made: the range is then split into threads() chunks.
    void run(LoopBody body, void* context, std::int64_t begin, std::int64_t end, std::int32_t chunks);

    template <class Body>
    void for_each(std::int64_t begin, std::int64_t end, std::int32_t chunks, Body&& body) {
        run([](void* context, std::int64_t first, std::int64_t last,
               std::int32_t thread) { (*static_cast<std::remove_reference_t<Body>*>(context))(first, last, thread); },
            const_cast<void*>(static_cast<const void*>(&body)), begin, end, chunks);
    }

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace nphys::runtime
