// Particles in a double well under white noise, Euler–Maruyama: what nphysc makes of a model file against the best
// hand-written C++, in one run.
//
//     bench_langevin [rounds [particles]]
//
// Each contestant is held against the moment ⟨q²⟩ of the equilibrium; rounds take turns, so that a disturbance of the
// machine hits all. Reported: steps of particles per second (best of the rounds), and the fraction of the best rival.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <functional>
#include <memory>
#include <vector>

#include "bench/rivals/arguments.h"
#include "bench/rivals/langevin_kernels.h"
#include "compiler/driver/simulation.h"
#include "runtime/parallel/pool.h"

namespace nphys::bench {

namespace {

constexpr double gamma = 0.5, temperature = 0.25, dt = 0.02;
constexpr double second_moment = 0.9176708607452297; // ∫ q² exp(-(q² - 1)²/T) over ∫ exp(-(q² - 1)²/T)

constexpr const char* program = R"(model double_well
param T = {}
param γ = {}
index n in 1..{}
trainable q[n]
loss U = Σ[n]((q[n]^2 - 1)^2)
learning q descends U with rate γ, noise 2*T/γ
init q[n] = 1 - 2*bernoulli(1/2)
run {{ scheme = euler_maruyama  dt = {}  steps = 1  precision = {} }}
)";

struct Contestant {
    std::string name;
    std::function<void(std::int64_t)> step;
    std::function<double(std::int64_t)> at; // the place of a particle
    double best = 1e9;

    void measure(std::int64_t steps) {
        const auto start = std::chrono::steady_clock::now();
        step(steps);
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        best = std::min(best, taken.count() / static_cast<double>(steps));
    }
};

template <class Float>
Contestant rival(const std::string& name, LangevinStep<Float> kernel, std::int64_t count, runtime::Pool& pool) {
    auto q = std::make_shared<std::vector<Float>>(static_cast<std::size_t>(count));
    for (std::int64_t n = 0; n < count; ++n)
        (*q)[static_cast<std::size_t>(n)] = n % 2 == 0 ? Float(1) : Float(-1);
    auto done = std::make_shared<std::uint64_t>(0);
    const auto force = static_cast<Float>(-4 * gamma * dt), width = static_cast<Float>(std::sqrt(2 * gamma * temperature * dt));
    const auto step = [=, &pool](std::int64_t steps) {
        for (std::int64_t i = 0; i < steps; ++i, ++*done) {
            const Particles<Float> particles{q->data(), force, width, 1, *done};
            pool.for_each(0, (count + 63) / 64, pool.threads(), [&](std::int64_t begin, std::int64_t end, std::int32_t) {
                kernel(particles, 64 * begin, std::min(64 * end, count));
            });
        }
    };
    return {name, step, [q](std::int64_t n) { return static_cast<double>((*q)[static_cast<std::size_t>(n)]); }};
}

template <class Float>
Contestant model(std::int64_t count, int threads) {
    driver::Inquiry inquiry;
    inquiry.file = "double_well.nphys";
    const std::string text = fmt::format(program, temperature, gamma, count, dt, sizeof(Float) == 4 ? "f32" : "f64");
    std::shared_ptr<driver::Compilation> compilation = driver::compile_text(text, inquiry);
    if (!compilation->complete()) {
        fmt::print("the model does not compile\n");
        std::exit(1);
    }
    auto created = driver::Simulation::create(*compilation, {.threads = threads});
    if (!created || !(*created)->initialize()) {
        fmt::print("the model does not start\n");
        std::exit(1);
    }
    std::shared_ptr<driver::Simulation> simulation = std::move(*created);
    return {"nphysc", [simulation, compilation](std::int64_t steps) { static_cast<void>(simulation->advance(steps)); },
            [simulation](std::int64_t n) {
                return static_cast<double>(static_cast<const Float*>(simulation->state().front().data)[n]);
            }};
}

template <class Float>
void contest(int rounds, std::int64_t count, std::int32_t threads) {
    runtime::Pool pool({.threads = threads});
    std::vector<Contestant> contestants{model<Float>(count, threads)};
    const auto add = [&](const char* name, LangevinStep<double> wide, LangevinStep<float> narrow) {
        if constexpr (sizeof(Float) == 8) {
            if (wide != nullptr)
                contestants.push_back(rival<double>(name, wide, count, pool));
        } else if (narrow != nullptr) {
            contestants.push_back(rival<float>(name, narrow, count, pool));
        }
    };
#ifdef NPHYS_RIVAL_gnu
    add("g++", gnu::langevin_f64(), gnu::langevin_f32());
#endif
#ifdef NPHYS_RIVAL_clang
    add("clang++", clang::langevin_f64(), clang::langevin_f32());
#endif
    for (Contestant& each : contestants) {
        each.step(400);
        double moment = 0;
        for (std::int64_t n = 0; n < count; ++n)
            moment += each.at(n) * each.at(n) / static_cast<double>(count);
        if (!(std::abs(moment - second_moment) < 0.02))
            fmt::print("{}: WRONG, <q^2> = {}\n", each.name, moment);
    }
    for (int round = 0; round < rounds; ++round)
        for (Contestant& each : contestants)
            each.measure(20);
    double best_rival = 1e9;
    for (std::size_t n = 1; n < contestants.size(); ++n)
        best_rival = std::min(best_rival, contestants[n].best);
    for (const Contestant& each : contestants)
        fmt::print("    {:<10} {:7.1f} M steps/s\n", each.name, static_cast<double>(count) / each.best * 1e-6);
    const std::string what = fmt::format("{} particles, {}, {} thread{}", count, sizeof(Float) == 8 ? "f64" : "f32", threads, threads == 1 ? "" : "s");
    if (contestants.size() == 1)
        fmt::print("  {}: no rival, for want of a compiler or of AVX2\n\n", what);
    else
        fmt::print("  {}: nphysc is {:.3f} of the best rival\n\n", what, best_rival / contestants[0].best);
}

} // namespace

} // namespace nphys::bench

int main(int count, char** words) {
    const auto [rounds, particles] = nphys::bench::numbers<2>(count, words, {10, 1'000'000}, "[rounds [particles]]");
    for (const int threads : {1, 2}) {
        if (threads > nphys::runtime::available_cores())
            continue;
        nphys::bench::contest<double>(rounds, particles, threads);
        nphys::bench::contest<float>(rounds, particles, threads);
    }
}
