// The density of a double well in two dimensions, explicit Euler: what nphysc makes of a model file against hand-written C++, in
// one run.
//
//     bench_densities [rounds [size [threads]]]
//
// Each rival is held against the compiled model after 50 steps. Reported: updates of cells per second (best of the rounds), and the
// traffic of 48 bytes per update (P read and written, four coefficients read) as a fraction of what an update in place of as much memory moves.
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>

#include "bench/rivals/bandwidth.h"
#include "bench/rivals/compiled_model.h"
#include "bench/rivals/contest.h"
#include "bench/rivals/densities_kernels.h"

namespace nphys::bench {

namespace {

constexpr double edge = 2.4, gamma = 0.2;

constexpr const char* program = R"(model double_well
param γ = 0.2
index μ in 1..2
trainable q[μ]
loss U = (q[1]^2 - 1)^2 + 1/2*q[2]^2
learning q descends U with rate γ, noise 1
run {{ as = density on grid(q[1]: -2.4..2.4 by {0}, q[2]: -2.4..2.4 by {0})  scheme = euler  dt = {1}  steps = 1
      init P = exp(-4*(q[1] - 1)^2 - 4*q[2]^2) }}
)";

double loss(double x, double y) { return (x * x - 1) * (x * x - 1) + y * y / 2; }
double bernoulli(double x) { return std::abs(x) < 1e-12 ? 1 : x / std::expm1(x); }

// With a margin of one row at each end.
struct Arrays {
    std::int64_t n;
    double dt;
    std::vector<double> up_x, down_x, up_y, down_y, density, next;

    Arrays(std::int64_t size, double step, std::span<const double> start) : n(size), dt(step) {
        const auto margin = static_cast<std::size_t>(n + 8);
        for (auto* array : {&up_x, &down_x, &up_y, &down_y, &density, &next}) array->assign(static_cast<std::size_t>(n * n) + 2 * margin, 0.0);
        const double h = 2 * edge / static_cast<double>(n), scale = dt * gamma * gamma / 2 / (h * h);
        const auto at = [&](std::int64_t k) { return -edge + (static_cast<double>(k) + 0.5) * h; };
        for (std::int64_t i = 0; i < n; ++i)
            for (std::int64_t j = 0; j < n; ++j) {
                const auto here = margin + static_cast<std::size_t>(i * n + j);
                const double u = loss(at(i), at(j)), pull = 2 / gamma;
                if (i + 1 < n) {
                    const double rise = pull * (loss(at(i + 1), at(j)) - u);
                    up_x[here] = scale * bernoulli(rise), down_x[here] = scale * bernoulli(-rise);
                }
                if (j + 1 < n) {
                    const double rise = pull * (loss(at(i), at(j + 1)) - u);
                    up_y[here] = scale * bernoulli(rise), down_y[here] = scale * bernoulli(-rise);
                }
                density[here] = start[static_cast<std::size_t>(i * n + j)];
            }
    }
    [[nodiscard]] std::int64_t margin() const { return n + 8; }
    [[nodiscard]] Plane plane() {
        const auto m = margin();
        return {up_x.data() + m, down_x.data() + m, up_y.data() + m, down_y.data() + m, density.data() + m, next.data() + m, n, n};
    }
};

std::pair<Timed, std::shared_ptr<Arrays>> rival(const std::string& name, DensityStep kernel, std::shared_ptr<Arrays> arrays, runtime::Pool& pool) {
    const auto step = [=, &pool](std::int64_t steps) {
        for (std::int64_t k = 0; k < steps; ++k) {
            const Plane plane = arrays->plane();
            pool.for_each(0, plane.rows, pool.threads(), [&](std::int64_t begin, std::int64_t end, std::int32_t) { kernel(plane, begin, end); });
            std::swap(arrays->density, arrays->next);
        }
    };
    return {Timed{name, step}, arrays};
}

int contest(int rounds, std::int64_t n, int threads) {
    const double h = 2 * edge / static_cast<double>(n), dt = 0.15 * h * h / (gamma * gamma);
    const auto model = CompiledModel::create(fmt::format(program, n, dt), threads);
    if (!model) return 1;
    runtime::Pool pool({.threads = threads});
    std::vector<std::pair<Timed, std::shared_ptr<Arrays>>> rivals;
    [[maybe_unused]] const auto add = [&](const char* name, DensityStep kernel) {
        rivals.push_back(rival(name, kernel, std::make_shared<Arrays>(n, dt, model->field<double>(0)), pool));
    };
#ifdef NPHYS_RIVAL_gnu
    add("g++", gnu::density_step());
#endif
#ifdef NPHYS_RIVAL_clang
    add("clang++", clang::density_step());
#endif
    Timed own{"nphysc", [&](std::int64_t steps) { model->step(steps); }};
    own.step(50);
    for (auto& [timed, arrays] : rivals) {
        timed.step(50);
        double most = 0;
        const auto field = model->field<double>(0);
        for (std::size_t k = 0; k < field.size(); ++k)
            most = std::max(most, std::abs(field[k] - arrays->density[static_cast<std::size_t>(arrays->margin()) + k]));
        if (!(most < 1e-10)) fmt::print("{}: WRONG, by {:.3g}\n", timed.name, most);
    }
    for (int round = 0; round < rounds; ++round) {
        own.measure(50, 1);
        for (auto& [timed, arrays] : rivals) timed.measure(50, 1);
    }
    const auto cells = static_cast<double>(n * n);
    const double bandwidth = update_in_place(pool, 48 * n * n);
    double best_rival = 1e9;
    fmt::print("{}², {} thread{}\n    {:<10} {:8.1f} M updates/s\n", n, threads, threads == 1 ? "" : "s", own.name, cells / own.best() * 1e-6);
    for (const auto& [timed, arrays] : rivals) {
        best_rival = std::min(best_rival, timed.best());
        fmt::print("    {:<10} {:8.1f} M updates/s\n", timed.name, cells / timed.best() * 1e-6);
    }
    fmt::print("  nphysc is {:.3f} of the best rival; {:.2f} of {:.1f} GB/s\n", best_rival / own.best(), 48 * cells / own.best() * 1e-9 / bandwidth, bandwidth);
    return 0;
}

} // namespace

} // namespace nphys::bench

int main(int count, char** arguments) {
    const auto number = [&](int place, int otherwise) { return count > place ? std::atoi(arguments[place]) : otherwise; };
    int status = 0;
    for (const int threads : {1, 2})
        if (number(3, threads) == threads && threads <= nphys::runtime::available_cores()) status |= nphys::bench::contest(number(1, 10), number(2, 512), threads);
    return status;
}
