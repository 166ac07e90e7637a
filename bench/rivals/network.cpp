// A step of a recurrent network: 512 neurons, 256 rows at once, 8 steps of the activation and back through all of them,
// AdaBelief, in single precision; as a fraction of what the same BLAS reaches on the matrix products alone.
//
//     bench_network [rounds [threads]]

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <string>
#include <vector>

#include "bench/rivals/arguments.h"
#include "compiler/driver/simulation.h"
#include "runtime/abi.h"

namespace {

using namespace nphys;

constexpr int neurons = 512, rows = 256, steps = 8, inputs = 64, table_rows = 1024;

constexpr const char* program = R"(model network
use adabelief
index n, k in 1..{0}
index i in 1..{3}
dataset d = csv("{4}", x = 1..{3}, y = {5}..{6})
neuron    x[n]
trainable W[n,k], b[n]
init W = normal(0, 0.04)
activation x[n] ← tanh(W[n,k]*x[k] + b[n])
boundary   x[i] ← d.x[i]
loss H = 1/2*Σ[i]((x[i + {7}] - d.y[i])^2)
learning W, b descends H with rate 1e-3, metric adabelief.g, average adabelief.b1, backprop {2}
timescale activation 1, boundary {2}, learning {2}*{1}
observe H
run {{ scheme = map  steps = 1000  precision = f32 }}
)";

std::string table() {
    const std::string path = (std::filesystem::temp_directory_path() / "nphys_bench_network.csv").string();
    std::ofstream file(path);
    for (int row = 0; row < table_rows; ++row)
        for (int column = 0; column < 2 * inputs; ++column)
            file << fmt::format("{:.4f}{}", std::sin(0.37 * row + 1.7 * column), column + 1 < 2 * inputs ? ',' : '\n');
    return path;
}

double milliseconds(const auto& work) {
    const auto begin = std::chrono::steady_clock::now();
    work();
    return 1e3 * std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double median(std::vector<double> values) {
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

// The products of a step alone: forward, gradients, adjoints (one fewer).
double products(runtime::Pool* pool) {
    std::vector<float> states(rows * neurons, 0.5F), weights(neurons * neurons, 0.5F), out(neurons * neurons);
    constexpr int forward = steps, gradients = steps, adjoints = steps - 1;
    return milliseconds([&] {
        for (int n = 0; n < forward + adjoints; ++n)
            runtime::abi::nphys_gemm_f32(pool, rows, neurons, neurons, 1, states.data(), neurons, 0, weights.data(), neurons, 1, 0, out.data(), neurons);
        for (int n = 0; n < gradients; ++n)
            runtime::abi::nphys_gemm_f32(pool, neurons, neurons, rows, 1, states.data(), neurons, 1, states.data(), neurons, 0, 0, out.data(), neurons);
    });
}

} // namespace

int main(int count, char** words) {
    const auto [rounds, threads] = nphys::bench::numbers<2>(count, words, {20, 1}, "[rounds [threads]]");
    driver::Inquiry inquiry;
    inquiry.file = "network.nphys";
    const auto compilation = driver::compile_text(
        fmt::format(program, neurons, rows, steps, inputs, table(), inputs + 1, 2 * inputs, neurons - inputs), inquiry);
    if (!compilation->complete()) {
        fmt::print("the model does not compile\n");
        return 1;
    }
    auto simulation = driver::Simulation::create(*compilation, {.threads = threads});
    if (!simulation || !(*simulation)->initialize() || !(*simulation)->advance(2)) {
        fmt::print("the model does not run\n");
        return 1;
    }
    runtime::Pool pool({.threads = threads});
    runtime::Pool* const workers = threads > 1 ? &pool : nullptr;
    static_cast<void>(products(workers));
    std::vector<double> step, alone;
    for (int round = 0; round < rounds; ++round) {
        step.push_back(milliseconds([&] { static_cast<void>((*simulation)->advance(1)); }));
        alone.push_back(products(workers));
    }
    constexpr double work = 2.0 * (3 * steps - 1) * rows * neurons * neurons;
    fmt::print("{} threads: a step {:.2f} ms, its products alone {:.2f} ms ({:.0f} GFLOP/s): {:.2f} of the peak\n", threads,
               median(step), median(alone), work / median(alone) / 1e6, median(alone) / median(step));
}
