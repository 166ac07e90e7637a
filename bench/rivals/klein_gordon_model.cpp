#include "bench/rivals/klein_gordon_model.h"

#include <algorithm>
#include <fmt/format.h>
#include <string>

#include "compiler/driver/simulation.h"

namespace nphys::bench {

namespace {

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

} // namespace

struct KleinGordonModel::State {
    std::unique_ptr<driver::Compilation> compilation;
    std::unique_ptr<driver::Simulation> simulation;
};

std::unique_ptr<KleinGordonModel> KleinGordonModel::create(std::int64_t n, bool single_precision, double mass,
                                                           double dt, int threads) {
    auto state = std::make_unique<State>();
    driver::Inquiry inquiry;
    inquiry.file = "klein_gordon.nphys";
    state->compilation =
        driver::compile_text(fmt::format(program, n, mass, dt, single_precision ? "f32" : "f64"), inquiry);
    if (!state->compilation->complete()) {
        fmt::print("the model does not compile\n");
        return nullptr;
    }
    auto simulation = driver::Simulation::create(*state->compilation, {.threads = threads});
    if (!simulation || !(*simulation)->initialize()) {
        fmt::print("the model does not start\n");
        return nullptr;
    }
    state->simulation = std::move(*simulation);
    return std::unique_ptr<KleinGordonModel>(
        new KleinGordonModel(std::move(state), static_cast<std::size_t>(n * n * n)));
}

KleinGordonModel::KleinGordonModel(std::unique_ptr<State> state, std::size_t sites)
    : state_(std::move(state)), sites_(sites) {}
KleinGordonModel::~KleinGordonModel() = default;

void KleinGordonModel::step(std::int64_t steps) {
    static_cast<void>(state_->simulation->advance(steps));
}

// φ and π in the order in which the model declares them; buffers may have changed places since the last step.
void* KleinGordonModel::field(std::size_t index) {
    return state_->simulation->state()[index].data;
}

} // namespace nphys::bench
