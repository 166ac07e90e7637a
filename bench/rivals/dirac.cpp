// The Dirac field in 3+1 dimensions: what nphysc makes of the model against the best hand-written C++, in one run.
//
//     bench_dirac [rounds [size [threads]]]        size: sites along an edge, a multiple of 16
//
// Every contestant steps the same field and is checked against a plain reference; rounds take turns. Reported: lattice updates per
// second (best of the rounds), the fraction of the best rival, and of the measured bandwidth.
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>

#include "bench/rivals/arguments.h"
#include "bench/rivals/bandwidth.h"
#include "bench/rivals/compiled_model.h"
#include "bench/rivals/contest.h"
#include "bench/rivals/dirac_kernels.h"
#include "runtime/parallel/memory.h"

namespace nphys::bench {

namespace {

constexpr double dt = 0.1, mass = 0.7;
constexpr const char* program = R"(model dirac
use dirac
lattice space(x, y, z) = periodic({0}, {0}, {0})
index i, j in space
index a, b in 1..4
index μ in axes(space)
neuron    φ[i,a]
trainable π[i,a]
weight W[i,a; j,b] = δ[i,j]*(δ[a,b] + {1}*X0[a,b])
bias   B[i,a; j,b] = X[μ,a,b]*(δ[i+e[μ], j] - δ[i,j])
activation φ[i,a] ← W[i,a; j,b]*φ[j,b] + B[i,a; j,b]*π[j,b]
learning   π[i,a] ← 2*π[i,a] - W[i,a; j,b]*π[j,b] - B[j,b; i,a]*φ[j,b]
run {{ scheme = drift_kick_drift  dt = {2}  steps = 1  precision = {3}{4} }}
)";

using Components = std::vector<std::vector<double>>; // φ 1…4, π 1…4

double start(std::size_t component, std::int64_t site) {
    return std::sin(0.37 * static_cast<double>(site % 1009) + static_cast<double>(component));
}

// Straight from the formulas: (B π)_a and (Bᵀ φ)_a by the entries of X[μ,a,b], row a: which b, and its sign.
struct Reference {
    std::int64_t n;
    Components fields;

    explicit Reference(std::int64_t sites) : n(sites), fields(8, std::vector<double>(static_cast<std::size_t>(sites * sites * sites))) {
        for (std::size_t c = 0; c < 8; ++c)
            for (std::size_t i = 0; i < fields[c].size(); ++i)
                fields[c][i] = start(c, static_cast<std::int64_t>(i));
    }

    void drift(double factor) { difference(0, 4, 1, factor); }
    void kick(double factor) { difference(4, 0, -1, factor); }
    // φ turns by the angle, π the other way.
    void turn(double angle) {
        turn(0, angle);
        turn(4, -angle);
    }
    // As the scheme has it.
    void step() {
        turn(mass * dt / 2);
        drift(dt / 2);
        kick(dt);
        drift(dt / 2);
        turn(mass * dt / 2);
    }
    // As the rivals have it.
    void merged_step() {
        kick(dt);
        turn(0, mass * dt);
        drift(dt * std::cos(mass * dt));
        turn(4, -mass * dt);
    }

private:
    void turn(std::size_t first, double angle) {
        const double c = std::cos(angle), s = std::sin(angle);
        for (const std::size_t pair : {first, first + 2})
            for (std::size_t i = 0; i < fields[pair].size(); ++i) {
                const double p = fields[pair][i], q = fields[pair + 1][i];
                fields[pair][i] = c * p + s * q;
                fields[pair + 1][i] = c * q - s * p;
            }
    }

    struct Entry { std::size_t column; double sign; };
    static constexpr Entry factors[3][4] = {{{3, -1}, {2, 1}, {1, -1}, {0, 1}},
                                            {{2, 1}, {3, 1}, {0, -1}, {1, -1}},
                                            {{1, -1}, {0, 1}, {3, 1}, {2, -1}}};

    // to += factor Σ_μ X (from[i ± e] - from[i]); since X is antisymmetric, -Bᵀ is the same with the neighbour behind.
    void difference(std::size_t to, std::size_t from, std::int64_t direction, double factor) {
        const auto moved = [&](std::int64_t place) { return (place + direction + n) % n; };
        const auto at = [&](std::size_t c, std::int64_t x, std::int64_t y, std::int64_t z) { return fields[c][static_cast<std::size_t>((x * n + y) * n + z)]; };
        for (std::int64_t x = 0, i = 0; x < n; ++x)
            for (std::int64_t y = 0; y < n; ++y)
                for (std::int64_t z = 0; z < n; ++z, ++i)
                    for (std::size_t a = 0; a < 4; ++a) {
                        double sum = 0;
                        for (int axis = 0; axis < 3; ++axis) {
                            const auto [column, sign] = factors[axis][a];
                            const double there = at(from + column, axis == 0 ? moved(x) : x, axis == 1 ? moved(y) : y, axis == 2 ? moved(z) : z);
                            sum += sign * (there - at(from + column, x, y, z));
                        }
                        fields[to + a][static_cast<std::size_t>(i)] += factor * sum;
                    }
    }
};

template <class Float>
struct Contestant : Timed {
    bool is_model = false;
    std::function<Float*(std::size_t)> field;
};

template <class Float>
class Contest {
public:
    Contest(std::int64_t n, runtime::Pool& pool) : n_(n), pool_(pool) {
#ifdef NPHYS_RIVAL_gnu
        add_rivals("g++", kernels(gnu::dirac_f64, gnu::dirac_f32));
#endif
#ifdef NPHYS_RIVAL_clang
        add_rivals("clang++", kernels(clang::dirac_f64, clang::dirac_f32));
#endif
        add_model("nphysc, updates merged", "  merging = allow");
        add_model("nphysc", "");
    }

    void run(int rounds, double bandwidth) {
        Reference scheme(n_), merged(n_);
        for (int i = 0; i < 3; ++i)
            scheme.step(), merged.merged_step();
        for (auto& each : contestants_)
            check(each, each.is_model ? scheme : merged);
        for (int round = 0; round < rounds; ++round)
            for (auto& each : contestants_)
                each.measure(8, 2);
        double rival = 1e9;
        for (auto& each : contestants_) {
            if (!each.is_model)
                rival = std::min(rival, each.best());
            fmt::print("    {:<26} {:7.1f} Msites/s   {:5.1f} GB/s\n", each.name, rate(each.best()), rate(each.best()) * bytes_per_site * 1e-3);
        }
        for (auto& each : contestants_) {
            if (each.is_model)
                fmt::print("  {}^3 {} {} thread{}: {} {:.1f} Msites/s = {:.3f} of the best rival, {:.2f} of the {:.0f} GB/s of memory\n", n_,
                           sizeof(Float) == 8 ? "f64" : "f32", pool_.threads(), pool_.threads() == 1 ? "" : "s", each.name, rate(each.best()),
                           rival / each.best(), rate(each.best()) * bytes_per_site * 1e-3 / bandwidth, bandwidth);
        }
        fmt::print("\n");
        std::fflush(stdout);
    }

private:
    static constexpr double bytes_per_site = 16.0 * sizeof(Float); // eight numbers, read and written

    [[nodiscard]] std::size_t sites() const { return static_cast<std::size_t>(n_ * n_ * n_); }
    [[nodiscard]] double rate(double seconds) const { return static_cast<double>(sites()) / seconds * 1e-6; }

    static DiracKernels<Float> kernels(DiracKernels<double> (*f64)(), DiracKernels<float> (*f32)()) {
        if constexpr (sizeof(Float) == 8)
            return f64();
        else
            return f32();
    }

    void check(Contestant<Float>& each, const Reference& reference) const {
        for (std::size_t c = 0; c < 8; ++c)
            for (std::size_t i = 0; i < sites(); ++i)
                each.field(c)[i] = static_cast<Float>(start(c, static_cast<std::int64_t>(i)));
        each.step(3);
        double worst = 0;
        for (std::size_t c = 0; c < 8; ++c)
            for (std::size_t i = 0; i < sites(); ++i)
                worst = std::max(worst, std::abs(static_cast<double>(each.field(c)[i]) - reference.fields[c][i]));
        if (!(worst < (sizeof(Float) == 8 ? 1e-12 : 1e-4)))
            fmt::print("{}: WRONG by {}\n", each.name, worst);
    }

    void add_rivals(const std::string& compiler, const DiracKernels<Float>& kernels) {
        add_rival(compiler + " by rows", kernels.planes, kernels.last_plane, kernels.first_plane);
        add_rival(compiler + " by planes", kernels.whole_planes, kernels.last_plane, kernels.first_plane);
        if (kernels.vector_planes == nullptr)
            return;
        add_rival(compiler + " 512-bit by rows", kernels.vector_planes, kernels.vector_last_plane, kernels.vector_first_plane);
        add_rival(compiler + " 512-bit by planes", kernels.vector_whole_planes, kernels.vector_last_plane, kernels.vector_first_plane);
    }

    using Sweep = typename DiracKernels<Float>::Sweep;
    void add_rival(const std::string& name, Sweep planes, Sweep last_plane, Sweep first_plane) {
        auto memory = std::make_shared<std::vector<runtime::Block>>();
        DiracField<Float> field{n_, {}, {}, static_cast<Float>(dt), static_cast<Float>(std::cos(mass * dt)), static_cast<Float>(std::sin(mass * dt))};
        for (std::size_t c = 0; c < 8; ++c) {
            memory->push_back(std::move(*runtime::allocate(sites() * sizeof(Float), static_cast<std::int32_t>(c))));
            (c < 4 ? field.phi[c] : field.pi[c - 4]) = memory->back().template as<Float>();
        }
        contestants_.push_back({{name,
                                 [=, this](std::int64_t steps) {
                                     for (std::int64_t i = 0; i < steps; ++i)
                                         for (const Sweep sweep : {planes, last_plane, first_plane})
                                             pool_.for_each(0, n_, pool_.threads(), [&](std::int64_t begin, std::int64_t end, std::int32_t) { sweep(field, begin, end); });
                                 }},
                                false,
                                [field, memory](std::size_t c) { return c < 4 ? field.phi[c] : field.pi[c - 4]; }});
    }

    void add_model(const char* name, const char* merging) {
        std::shared_ptr<CompiledModel> model =
            CompiledModel::create(fmt::format(program, n_, mass, dt, sizeof(Float) == 4 ? "f32" : "f64", merging), pool_.threads());
        if (!model)
            std::exit(1);
        contestants_.push_back({{name, [=](std::int64_t steps) { model->step(steps); }}, true, [=](std::size_t c) { return model->field<Float>(c).data(); }});
    }

    std::int64_t n_;
    runtime::Pool& pool_;
    std::vector<Contestant<Float>> contestants_;
};

void measure_all(int rounds, std::int64_t n, int only_threads) {
    for (const std::int32_t threads : {1, 2}) {
        if (threads > runtime::available_cores() || (only_threads != 0 && threads != only_threads))
            continue;
        runtime::Pool pool({.threads = threads});
        for (const std::int64_t bytes : {8, 4}) {
            const double bandwidth = std::max(update_in_place(pool, 8 * bytes * n * n * n), streaming_copy(pool, 8 * bytes * n * n * n));
            if (bytes == 8)
                Contest<double>(n, pool).run(rounds, bandwidth);
            else
                Contest<float>(n, pool).run(rounds, bandwidth);
        }
    }
}

} // namespace

} // namespace nphys::bench

int main(int count, char** words) {
    const auto [rounds, size, threads] = nphys::bench::numbers<3>(count, words, {12, 96, 0}, "[rounds [size [threads]]]");
    nphys::bench::measure_all(rounds, size, threads);
}
