// Klein–Gordon in 3 dimensions: what nphysc makes of the best loops against the best hand-written C++, in one run.
//
//     bench_klein_gordon [rounds [size [threads]]]
//
// Every contestant steps the same field and is checked against a plain reference; rounds take turns, so that a
// disturbance of the machine hits all. Reported: lattice updates per second (best of the rounds), the fraction of the
// best rival, and of the measured bandwidth. The contestant `nphysc` is a model file through the whole compiler;
// `loops` are the rivals' own algorithms written in the loop IR, which show what the code generator does.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <vector>

#include "bench/rivals/arguments.h"
#include "bench/rivals/bandwidth.h"
#include "bench/rivals/compiled_model.h"
#include "bench/rivals/contest.h"
#include "bench/rivals/klein_gordon_kernels.h"
#include "bench/rivals/klein_gordon_loops.h"
#include "compiler/backend/llvm/compile.h"
#include "compiler/loops/memory.h"

namespace nphys::bench {

namespace {

template <class Float>
void initialize(std::int64_t n, std::span<Float> phi, std::span<Float> pi) {
    for (std::int64_t i = 0; i < n * n * n; ++i) {
        const auto at = static_cast<std::size_t>(i);
        phi[at] = static_cast<Float>(std::sin(0.37 * static_cast<double>(i % 1009)));
        pi[at] = static_cast<Float>(std::cos(0.11 * static_cast<double>(i % 2003)));
    }
}

constexpr double dt = 0.1, mass = 0.7;
constexpr const char* program = R"(model klein_gordon
use lattice
lattice space(x, y, z) = periodic({0}, {0}, {0})
index i in space
neuron    φ[i]
trainable π[i]
loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/2*{1}^2*φ[i]^2
activation φ[i] ← φ[i] + π[i]
learning   π descends H
init φ = 0
run {{ scheme = leapfrog  dt = {2}  steps = 1  precision = {3} }}
)";
constexpr double sides = dt, centre = -dt * (6 + mass * mass);

// Straight from the formula, kick before drift or drift before kick.
struct Reference {
    std::int64_t n = 0;
    std::vector<double> phi = {}, pi = {};

    void drift() {
        for (std::size_t i = 0; i < phi.size(); ++i)
            phi[i] += dt * pi[i];
    }
    void kick(double factor = 1) {
        const auto before = [&](std::int64_t i) { return i == 0 ? n - 1 : i - 1; };
        const auto after = [&](std::int64_t i) { return i == n - 1 ? 0 : i + 1; };
        const auto at = [&](std::int64_t z, std::int64_t y, std::int64_t x) {
            return phi[static_cast<std::size_t>((z * n + y) * n + x)];
        };
        for (std::int64_t z = 0, i = 0; z < n; ++z)
            for (std::int64_t y = 0; y < n; ++y)
                for (std::int64_t x = 0; x < n; ++x, ++i)
                    pi[static_cast<std::size_t>(i)] +=
                        factor * (sides * (at(z, y, before(x)) + at(z, y, after(x)) + at(z, before(y), x) +
                                           at(z, after(y), x) + at(before(z), y, x) + at(after(z), y, x)) +
                                  centre * at(z, y, x));
    }
};

enum class Order { drift_kick, kick_drift, half_kicks };
enum class Kind { rival, loops, model };

// One way of stepping, with memory of its own.
template <class Float>
struct Contestant : Timed {
    Kind kind = Kind::rival;
    Order order = Order::drift_kick;
    std::function<std::span<Float>()> phi, pi; // where they are now

    // The largest deviation from the reference after three steps.
    [[nodiscard]] double error(std::int64_t n, const Reference& reference) {
        initialize(n, phi(), pi());
        step(3);
        double worst = 0;
        for (std::size_t i = 0; i < reference.phi.size(); ++i)
            worst = std::max({worst, std::abs(static_cast<double>(phi()[i]) - reference.phi[i]),
                              std::abs(static_cast<double>(pi()[i]) - reference.pi[i])});
        return worst;
    }
};

template <class Float>
class Contest {
public:
    Contest(std::int64_t n, runtime::Pool& pool)
        : n_(n), pool_(pool), in_place_(klein_gordon_loops(n, type(), false, false)),
          streamed_(klein_gordon_loops(n, type(), true, false)) {
#ifdef NPHYS_RIVAL_gnu
        add_rivals("g++", kernels(gnu::kernels_f64, gnu::kernels_f32));
#endif
#ifdef NPHYS_RIVAL_clang
        add_rivals("clang++", kernels(clang::kernels_f64, clang::kernels_f32));
#endif
        add_compiled("loops peeled in place", klein_gordon_loops(n, type(), false, true), false);
        add_compiled("loops peeled streamed", klein_gordon_loops(n, type(), true, true), true);
        add_compiled("loops in place", in_place_, false);
        add_compiled("loops streamed", streamed_, true);
        add_model();
    }

    void run(int rounds, double bandwidth) {
        const std::int64_t sites = n_ * n_ * n_;
        const std::int64_t steps = std::max<std::int64_t>(8, 16'000'000 / sites);
        std::map<Order, Reference> references;
        for (const Order order : {Order::drift_kick, Order::kick_drift, Order::half_kicks})
            references[order] = reference(order);
        for (auto& each : contestants_) {
            if (const double error = each.error(n_, references[each.order]);
                !(error < (sizeof(Float) == 8 ? 1e-12 : 1e-4)))
                fmt::print("{}: WRONG by {}\n", each.name, error);
        }
        for (int round = 0; round < rounds; ++round)
            for (auto& each : contestants_)
                each.measure(steps, sites < 1'000'000 ? 8 : 2);
        double best_rival = 1e9, best_loops = 1e9, model = 1e9;
        for (auto& each : contestants_) {
            double& fastest = each.kind == Kind::rival ? best_rival : each.kind == Kind::loops ? best_loops : model;
            fastest = std::min(fastest, each.best());
            fmt::print("    {:<26} {:6.3f} GLUP/s   {:5.1f} GB/s\n", each.name, rate(each.best()),
                       rate(each.best()) * bytes_per_site());
        }
        fmt::print(
            "  {}^3 {} {} thread{}: nphysc {:.3f} GLUP/s = {:.3f} of the best rival (loops: {:.3f}), {:.2f} of the "
            "{:.0f} GB/s of memory\n\n",
            n_, sizeof(Float) == 8 ? "f64" : "f32", pool_.threads(), pool_.threads() == 1 ? "" : "s", rate(model),
            best_rival / model, best_rival / best_loops, rate(model) * bytes_per_site() / bandwidth, bandwidth);
        std::fflush(stdout);
    }

private:
    static constexpr loops::Type type() { return sizeof(Float) == 8 ? loops::Type::f64 : loops::Type::f32; }
    // Lattice updates in 10⁹ a second.
    [[nodiscard]] double rate(double seconds) const { return static_cast<double>(n_ * n_ * n_) / seconds * 1e-9; }
    // φ and β are read and written once a step.
    static constexpr double bytes_per_site() { return 4.0 * sizeof(Float); }

    static Kernels<Float> kernels(Kernels<double> (*f64)(), Kernels<float> (*f32)()) {
        if constexpr (sizeof(Float) == 8)
            return f64();
        else
            return f32();
    }

    std::shared_ptr<loops::Memory> memory(const KleinGordonLoops& model) {
        auto made = std::make_shared<loops::Memory>(std::move(*loops::Memory::create(model.module)));
        made->scalar(model.dt) = dt;
        made->scalar(model.sides) = sides;
        made->scalar(model.centre) = centre;
        made->context().threads = pool_.threads();
        made->context().pool = &pool_;
        return made;
    }

    // Three steps straight from the formulas.
    [[nodiscard]] Reference reference(Order order) const {
        std::vector<Float> phi(static_cast<std::size_t>(n_ * n_ * n_)), pi(phi.size());
        initialize<Float>(n_, phi, pi);
        Reference result{n_, {phi.begin(), phi.end()}, {pi.begin(), pi.end()}};
        if (order == Order::half_kicks)
            result.kick(0.5);
        for (int i = 0; i < 3; ++i) {
            if (order == Order::kick_drift)
                result.kick();
            result.drift();
            if (order != Order::kick_drift)
                result.kick(order == Order::half_kicks && i == 2 ? 0.5 : 1);
        }
        return result;
    }

    void add_rivals(const std::string& compiler, Kernels<Float> kernels) {
        add_in_place(compiler + " in place", kernels.borders, kernels.planes);
        if (kernels.vector_planes != nullptr)
            add_in_place(compiler + " 512-bit in place", kernels.borders, kernels.vector_planes);
        if (kernels.vector_streamed == nullptr)
            return;
        auto two = memory(streamed_);
        enter(compiler + " 512-bit streamed", Kind::rival, Order::kick_drift, two, [=, this](std::int64_t steps) {
            for (std::int64_t i = 0; i < steps; ++i) {
                const Field<Float> field = view(*two);
                each_block([&](auto begin, auto end) { kernels.vector_streamed(field, begin, end); });
                two->swap(streamed_.phi, streamed_.next);
            }
        });
    }

    void add_in_place(const std::string& name, typename Kernels<Float>::Sweep borders,
                      typename Kernels<Float>::Sweep planes) {
        auto place = memory(in_place_);
        enter(name, Kind::rival, Order::drift_kick, place, [=, this](std::int64_t steps) {
            const Field<Float> field = view(*place);
            for (std::int64_t i = 0; i < steps; ++i) {
                each_block([&](auto begin, auto end) { borders(field, begin, end); });
                each_block([&](auto begin, auto end) { planes(field, begin, end); });
            }
        });
    }

    void add_compiled(const std::string& name, const KleinGordonLoops& model, bool streamed) {
        auto compiled = backend::compile(model.module);
        if (!compiled) {
            fmt::print("{}\n", compiled.error());
            std::exit(1);
        }
        auto shared = std::make_shared<backend::CompiledModule>(std::move(*compiled));
        auto place = memory(model);
        enter(name, Kind::loops, streamed ? Order::kick_drift : Order::drift_kick, place,
              [=](std::int64_t steps) { shared->function("advance")(&place->context(), steps); });
    }

    void add_model() {
        std::shared_ptr<CompiledModel> model =
            CompiledModel::create(fmt::format(program, n_, mass, dt, sizeof(Float) == 4 ? "f32" : "f64"), pool_.threads());
        if (!model)
            std::exit(1);
        contestants_.push_back({{"nphysc", [=](std::int64_t steps) { model->step(steps); }}, Kind::model, Order::half_kicks,
                                [=] { return model->field<Float>(0); }, [=] { return model->field<Float>(1); }});
    }

    void enter(const std::string& name, Kind kind, Order order, std::shared_ptr<loops::Memory> place,
               std::function<void(std::int64_t)> step) {
        contestants_.push_back({{name, std::move(step)}, kind, order, [=, this] { return place->values<Float>(streamed_.phi); },
                                [=, this] { return place->values<Float>(streamed_.pi); }});
    }

    template <class Body>
    void each_block(Body&& body) {
        pool_.for_each(0, n_, pool_.threads(),
                       [&](std::int64_t begin, std::int64_t end, std::int32_t) { body(begin, end); });
    }

    Field<Float> view(loops::Memory& memory) {
        return {n_,
                memory.values<Float>(streamed_.phi).data(),
                memory.values<Float>(streamed_.pi).data(),
                memory.values<Float>(streamed_.next).data(),
                static_cast<Float>(dt),
                static_cast<Float>(sides),
                static_cast<Float>(centre)};
    }

    std::int64_t n_;
    runtime::Pool& pool_;
    KleinGordonLoops in_place_, streamed_;
    std::vector<Contestant<Float>> contestants_;
};

void measure_all(int rounds, int only_size, int only_threads) {
    for (const std::int32_t threads : {1, 2}) {
        if (threads > runtime::available_cores() || (only_threads != 0 && threads != only_threads))
            continue;
        runtime::Pool pool({.threads = threads});
        for (const std::int64_t n : {64, 256}) {
            if (only_size != 0 && n != only_size)
                continue;
            for (const std::int64_t bytes : {8, 4}) {
                const std::int64_t working_set = 2 * bytes * n * n * n;
                const double in_place = update_in_place(pool, working_set);
                const double copy = streaming_copy(pool, working_set);
                fmt::print("  {} MB, {} thread{}: update in place {:.1f} GB/s, streaming copy {:.1f} GB/s\n",
                           working_set >> 20, threads, threads == 1 ? "" : "s", in_place, copy);
                if (bytes == 8)
                    Contest<double>(n, pool).run(rounds, std::max(in_place, copy));
                else
                    Contest<float>(n, pool).run(rounds, std::max(in_place, copy));
            }
        }
    }
}

} // namespace

} // namespace nphys::bench

int main(int count, char** words) {
    const auto [rounds, size, threads] = nphys::bench::numbers<3>(count, words, {25, 0, 0}, "[rounds [size [threads]]]");
    nphys::bench::measure_all(rounds, size, threads);
}
