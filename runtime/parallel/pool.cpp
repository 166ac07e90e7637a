#include "runtime/parallel/pool.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <pthread.h>
#include <sched.h>
#include <system_error>
#include <thread>
#include <vector>

#include "runtime/abi.h"

namespace nphys::runtime {
namespace {

void pause_core() {
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    asm volatile("yield");
#endif
}

// Longer than a step's serial part, shorter than anything a person could notice on a battery.
constexpr std::chrono::microseconds spin_time{200};

// Waits until `word` differs from `old`: first burning cycles (a wake-up costs 5 to 50 µs), then asleep.
std::uint32_t wait_for_change(const std::atomic<std::uint32_t>& word, std::uint32_t old, bool spin) {
    if (spin) {
        const auto give_up = std::chrono::steady_clock::now() + spin_time;
        do {
            for (int attempt = 0; attempt < 64; ++attempt) {
                const std::uint32_t now = word.load(std::memory_order_acquire);
                if (now != old)
                    return now;
                pause_core();
            }
            // On a busy machine the thread waited for may be waiting for this very core.
            sched_yield();
        } while (std::chrono::steady_clock::now() < give_up);
    }
    word.wait(old, std::memory_order_acquire);
    return word.load(std::memory_order_acquire);
}

struct Job {
    LoopBody body = nullptr;
    void* context = nullptr;
    std::int64_t begin = 0;
    std::int64_t end = 0;
    std::int32_t chunks = 1;

    // begin + n c / chunks without overflow of n c.
    [[nodiscard]] std::int64_t edge(std::int32_t chunk) const {
        const std::int64_t n = end - begin;
        return begin + (n / chunks) * chunk + (n % chunks) * chunk / chunks;
    }
    void run_chunk(std::int32_t chunk) const {
        const std::int64_t first = edge(chunk);
        const std::int64_t last = edge(chunk + 1);
        if (first < last)
            body(context, first, last, chunk);
    }
};

// Each on a cache line of its own: a ticket is rung by the caller, and heard by one worker.
struct alignas(64) Mailbox {
    std::atomic<std::uint32_t> ticket{0};
};

std::vector<int> allowed_processors() {
    std::vector<int> result;
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        for (int processor = 0; processor < CPU_SETSIZE; ++processor)
            if (CPU_ISSET(processor, &set))
                result.push_back(processor);
    return result;
}

void stay_on(int processor) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(processor, &set);
    // A refusal costs speed only.
    (void)pthread_setaffinity_np(pthread_self(), sizeof set, &set);
}

} // namespace

struct Pool::State {
    std::deque<Mailbox> mailboxes; // a deque, since a mailbox cannot move
    std::vector<std::thread> workers;
    std::vector<int> processors; // where the threads stay; empty when they are not pinned
    cpu_set_t callers_affinity{};
    bool spin = false;
    Job job;
    std::atomic<bool> stop{false};
    std::atomic<bool> busy{false};
    alignas(64) std::atomic<std::uint32_t> unfinished{0};

    void work(std::int32_t thread) {
        if (!processors.empty())
            stay_on(processors[static_cast<std::size_t>(thread) % processors.size()]);
        const std::atomic<std::uint32_t>& ticket = mailboxes[static_cast<std::size_t>(thread)].ticket;
        for (std::uint32_t seen = 0;;) {
            seen = wait_for_change(ticket, seen, spin);
            if (stop.load(std::memory_order_acquire))
                return;
            job.run_chunk(thread);
            if (unfinished.fetch_sub(1, std::memory_order_acq_rel) == 1)
                unfinished.notify_one();
        }
    }

    void ring(std::int32_t thread) {
        std::atomic<std::uint32_t>& ticket = mailboxes[static_cast<std::size_t>(thread)].ticket;
        ticket.fetch_add(1, std::memory_order_release);
        ticket.notify_one();
    }

    void join() {
        for (std::uint32_t left = unfinished.load(std::memory_order_acquire); left != 0;)
            left = wait_for_change(unfinished, left, spin);
    }
};

Pool::Pool(PoolOptions options) : state_(std::make_unique<State>()) {
    const std::int32_t cores = available_cores();
    const std::int32_t wanted = options.threads > 0 ? options.threads : cores;
    // A spinning thread without a core of its own would only keep the others from theirs.
    state_->spin = wanted <= cores;
    state_->mailboxes.resize(static_cast<std::size_t>(wanted));
    if (options.pin) {
        state_->processors = allowed_processors();
        CPU_ZERO(&state_->callers_affinity);
        (void)pthread_getaffinity_np(pthread_self(), sizeof(cpu_set_t), &state_->callers_affinity);
        if (!state_->processors.empty())
            stay_on(state_->processors[0]);
    }
    state_->workers.reserve(static_cast<std::size_t>(wanted));
    try {
        for (std::int32_t thread = 1; thread < wanted; ++thread)
            state_->workers.emplace_back([state = state_.get(), thread] { state->work(thread); });
    } catch (const std::system_error&) {
        // The system gives no more threads; the ones that exist do the work, and threads() tells how many.
    }
}

Pool::~Pool() {
    state_->stop.store(true, std::memory_order_release);
    for (std::int32_t thread = 1; thread < threads(); ++thread)
        state_->ring(thread);
    for (std::thread& worker : state_->workers)
        worker.join();
    if (!state_->processors.empty())
        (void)pthread_setaffinity_np(pthread_self(), sizeof(cpu_set_t), &state_->callers_affinity);
}

std::int32_t Pool::threads() const {
    return static_cast<std::int32_t>(state_->workers.size()) + 1;
}

void Pool::run(LoopBody body, void* context, std::int64_t begin, std::int64_t end, std::int32_t chunks) {
    const Job job{body, context, begin, end, std::clamp(chunks, 1, threads())};
    if (job.chunks == 1)
        return job.run_chunk(0);
    if (state_->busy.exchange(true, std::memory_order_acquire)) {
        for (std::int32_t chunk = 0; chunk < job.chunks; ++chunk)
            job.run_chunk(chunk);
        return;
    }
    state_->job = job;
    state_->unfinished.store(static_cast<std::uint32_t>(job.chunks - 1), std::memory_order_relaxed);
    for (std::int32_t thread = 1; thread < job.chunks; ++thread)
        state_->ring(thread);
    job.run_chunk(0);
    state_->join();
    state_->busy.store(false, std::memory_order_release);
}

} // namespace nphys::runtime

extern "C" void nphys::runtime::abi::nphys_parallel_for(pointer pool, pointer body, pointer context, i64 begin, i64 end,
                                                        i32 chunks) {
    const auto loop = reinterpret_cast<LoopBody>(body);
    if (pool != nullptr)
        static_cast<Pool*>(pool)->run(loop, context, begin, end, chunks);
    else if (begin < end)
        loop(context, begin, end, 0);
}
