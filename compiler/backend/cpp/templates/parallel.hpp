// Threads for short loops: they wait between loops, so that a loop starts in about a microsecond.
#ifndef NPHYS_PARALLEL_HPP
#define NPHYS_PARALLEL_HPP

#include <atomic>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#if defined(__x86_64__)
#include <emmintrin.h>
#endif

namespace numeric {

class ThreadPool {
public:
    explicit ThreadPool(int threads) : threads_(threads < 1 ? 1 : threads) {
        const unsigned cores = std::thread::hardware_concurrency();
        spins_ = cores == 0 || static_cast<unsigned>(threads_) <= cores ? 2'000 : 0;
        for (int thread = 1; thread < threads_; ++thread) workers_.emplace_back([this, thread] { work(thread); });
    }
    ~ThreadPool() {
        stopped_ = true;
        start();
        for (std::thread& worker : workers_) worker.join();
    }
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    [[nodiscard]] int threads() const { return threads_; }

    // body(n) for begin <= n < end, once each, in any order; returns when all are done. Not inside another for_each.
    template <class Body>
    void for_each(std::int64_t begin, std::int64_t end, Body&& body) {
        if (threads_ == 1 || end - begin <= 1) {
            for (std::int64_t n = begin; n < end; ++n) body(n);
            return;
        }
        using Callable = std::remove_reference_t<Body>;
        run_ = [](void* context, std::int64_t first, std::int64_t last) {
            Callable own = *static_cast<Callable*>(context); // what it captured is nobody else's: may stay in registers
            for (std::int64_t n = first; n < last; ++n) own(n);
        };
        context_ = const_cast<void*>(static_cast<const void*>(std::addressof(body)));
        begin_ = begin;
        end_ = end;
        running_.store(threads_ - 1, std::memory_order_relaxed);
        start();
        run_part(0);
        wait_while(running_, [](int left) { return left > 0; });
    }

private:
    void run_part(int thread) {
        const std::int64_t count = end_ - begin_;
        run_(context_, begin_ + count * thread / threads_, begin_ + count * (thread + 1) / threads_);
    }

    void start() {
        generation_.fetch_add(1, std::memory_order_release);
        generation_.notify_all();
    }

    void work(int thread) {
        std::uint32_t seen = 0;
        while (true) {
            wait_while(generation_, [seen](std::uint32_t generation) { return generation == seen; });
            ++seen;
            if (stopped_) return;
            run_part(thread);
            if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) running_.notify_one();
        }
    }

    // Looks often at first: loops follow each other closely. Then sleeps until the number is another one than the one it saw.
    template <class Number, class Condition>
    void wait_while(const std::atomic<Number>& word, Condition&& must_wait) const {
        Number value = word.load(std::memory_order_acquire);
        for (int spin = 0; spin < spins_ && must_wait(value); ++spin) {
#if defined(__x86_64__)
            _mm_pause();
#endif
            value = word.load(std::memory_order_acquire);
        }
        while (must_wait(value)) {
            word.wait(value, std::memory_order_acquire);
            value = word.load(std::memory_order_acquire);
        }
    }

    int threads_;
    int spins_ = 0;
    std::atomic<std::uint32_t> generation_{0};
    std::atomic<int> running_{0};
    std::atomic<bool> stopped_{false};
    void (*run_)(void*, std::int64_t, std::int64_t) = nullptr;
    void* context_ = nullptr;
    std::int64_t begin_ = 0, end_ = 0;
    std::vector<std::thread> workers_;
};

} // namespace numeric

#endif
