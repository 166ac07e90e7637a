// A wave over a plane, split steps: what nphysc makes of a model file against hand-written C++ with FFTW, in one run.
//
//     bench_waves [rounds [size [threads]]]
//
// The rival has the plans that FFTW found best by measuring (FFTW_MEASURE, complex, in place, FFTW's own threads). It is held
// against the compiled model after 10 steps. Reported: steps per second (best of the rounds), and the time of the rival's two
// transforms alone as a fraction of the step: the limit of a step that does nothing but transform.
#include <cmath>
#include <complex>
#include <cstdlib>
#include <fftw3.h>
#include <fmt/format.h>
#include <memory>
#include <numbers>

#include "bench/rivals/compiled_model.h"
#include "bench/rivals/contest.h"
#include "bench/rivals/waves_kernels.h"
#include "runtime/parallel/pool.h"

namespace nphys::bench {

namespace {

constexpr double edge = 8, dt = 0.01, gamma = 0.5, beta = 1;

constexpr const char* program = R"(model plane
param γ = 0.5
index μ in 1..2
trainable q[μ]
loss U = 1/2*q[1]^2 + q[2]^2
learning q descends U with rate γ, noise 1
run {{ as = wave(1) on grid(q[1]: periodic(-8..8 by {0}), q[2]: periodic(-8..8 by {0}))  scheme = split_step  dt = {1}  steps = 1
      init ψ = exp(-(q[1] - 1)^2 - q[2]^2) }}
)";

using Number = std::complex<double>;

class Rival {
public:
    Rival(WaveKernels kernels, std::int64_t size, runtime::Pool& pool) : kernels_(kernels), n_(size), pool_(pool), wave_(cells()), half_(cells()), modes_(static_cast<std::size_t>(n_)) {
        fftw_plan_with_nthreads(pool.threads());
        const int n = static_cast<int>(n_);
        auto* const data = reinterpret_cast<fftw_complex*>(wave_.data());
        forth_ = fftw_plan_dft_2d(n, n, data, data, FFTW_FORWARD, FFTW_MEASURE);
        back_ = fftw_plan_dft_2d(n, n, data, data, FFTW_BACKWARD, FFTW_MEASURE);
        fftw_plan_with_nthreads(1); // of all plans to come, those of nphysc too
        // ħ = √(2γ/β), M = 1/(2γ), V = γ (∂U)² - γ/β ΔU: Geometric learning dynamics, (3.6), (3.11)-(3.13).
        const double hbar = std::sqrt(2 * gamma / beta), mass = 1 / (2 * gamma), h = 2 * edge / static_cast<double>(n_);
        const auto at = [&](std::int64_t k) { return -edge + static_cast<double>(k) * h; };
        for (std::int64_t i = 0; i < n_; ++i) {
            const double mode = static_cast<double>(2 * i > n_ ? n_ - i : i), k = mode * std::numbers::pi / edge;
            modes_[static_cast<std::size_t>(i)] = std::polar(1 / static_cast<double>(n_), -hbar * k * k / (2 * mass) * dt);
            for (std::int64_t j = 0; j < n_; ++j) {
                const double x = at(i), y = at(j), potential = gamma * (x * x + 4 * y * y) - gamma / beta * 3;
                half_[static_cast<std::size_t>(i * n_ + j)] = std::polar(1.0, -potential / hbar * dt / 2);
            }
        }
    }
    ~Rival() {
        fftw_destroy_plan(forth_);
        fftw_destroy_plan(back_);
    }
    Rival(const Rival&) = delete;
    Rival& operator=(const Rival&) = delete;

    void start(std::span<const double> re, std::span<const double> im) {
        for (std::size_t k = 0; k < wave_.size(); ++k) wave_[k] = {re[k], im[k]};
    }
    void step(std::int64_t steps) {
        auto* const wave = reinterpret_cast<double*>(wave_.data());
        const auto* const half = reinterpret_cast<const double*>(half_.data());
        const auto* const modes = reinterpret_cast<const double*>(modes_.data());
        const auto turn = [&] {
            pool_.for_each(0, n_ * n_, pool_.threads(), [&](std::int64_t begin, std::int64_t end, std::int32_t) { kernels_.turn(wave, half, begin, end); });
        };
        for (std::int64_t k = 0; k < steps; ++k) {
            turn();
            fftw_execute(forth_);
            pool_.for_each(0, n_, pool_.threads(), [&](std::int64_t begin, std::int64_t end, std::int32_t) { kernels_.turn_modes(wave, modes, modes, n_, begin, end); });
            fftw_execute(back_);
            turn();
        }
    }
    // The two transforms alone; what they leave is of no use.
    [[nodiscard]] double transforms(int rounds) {
        double best = 1e9;
        for (int round = 0; round < rounds; ++round) {
            const auto start = std::chrono::steady_clock::now();
            fftw_execute(forth_);
            fftw_execute(back_);
            const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
            best = std::min(best, taken.count());
            for (Number& number : wave_) number *= 1 / static_cast<double>(n_ * n_);
        }
        return best;
    }
    [[nodiscard]] const std::vector<Number>& wave() const { return wave_; }

private:
    [[nodiscard]] std::size_t cells() const { return static_cast<std::size_t>(n_ * n_); }
    WaveKernels kernels_;
    std::int64_t n_;
    runtime::Pool& pool_;
    std::vector<Number> wave_, half_, modes_;
    fftw_plan forth_ = nullptr, back_ = nullptr;
};

struct Contestant { Timed timed; std::shared_ptr<Rival> rival; };

int contest(int rounds, std::int64_t n, int threads) {
    const auto model = CompiledModel::create(fmt::format(program, n, dt), threads);
    if (!model) return 1;
    runtime::Pool pool({.threads = threads});
    std::vector<Contestant> rivals;
    [[maybe_unused]] const auto add = [&](const char* name, WaveKernels kernels) {
        auto rival = std::make_shared<Rival>(kernels, n, pool);
        rival->start(model->field<double>(0), model->field<double>(1));
        rivals.push_back({Timed{name, [rival](std::int64_t steps) { rival->step(steps); }}, rival});
    };
#ifdef NPHYS_RIVAL_gnu
    add("g++", gnu::wave_kernels());
#endif
#ifdef NPHYS_RIVAL_clang
    add("clang++", clang::wave_kernels());
#endif
    Timed own{"nphysc", [&](std::int64_t steps) { model->step(steps); }};
    own.step(10);
    for (Contestant& each : rivals) {
        each.timed.step(10);
        double most = 0;
        const auto re = model->field<double>(0), im = model->field<double>(1);
        for (std::size_t k = 0; k < re.size(); ++k) most = std::max(most, std::abs(Number(re[k], im[k]) - each.rival->wave()[k]));
        if (!(most < 1e-11)) fmt::print("{}: WRONG, by {:.3g}\n", each.timed.name, most);
    }
    for (int round = 0; round < rounds; ++round) {
        own.measure(5, 1);
        for (Contestant& each : rivals) each.timed.measure(5, 1);
    }
    double best_rival = 1e9;
    fmt::print("{}², {} thread{}\n    {:<10} {:8.2f} ms a step\n", n, threads, threads == 1 ? "" : "s", own.name, own.best() * 1e3);
    for (const Contestant& each : rivals) {
        best_rival = std::min(best_rival, each.timed.best());
        fmt::print("    {:<10} {:8.2f} ms a step\n", each.timed.name, each.timed.best() * 1e3);
    }
    const double limit = rivals.empty() ? 0 : rivals.front().rival->transforms(rounds);
    fmt::print("  nphysc is {:.3f} of the best rival; FFTW's transforms alone take {:.2f} ms, {:.2f} of its step\n", best_rival / own.best(), limit * 1e3, limit / own.best());
    return 0;
}

} // namespace

} // namespace nphys::bench

int main(int count, char** arguments) {
    const auto number = [&](int place, int otherwise) { return count > place ? std::atoi(arguments[place]) : otherwise; };
    fftw_init_threads();
    int status = 0;
    for (const int threads : {1, 2})
        if (number(3, threads) == threads && threads <= nphys::runtime::available_cores()) status |= nphys::bench::contest(number(1, 8), number(2, 1024), threads);
    return status;
}
