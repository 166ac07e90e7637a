#include "bench/rivals/compiled_model.h"

#include <fmt/format.h>

#include "compiler/driver/simulation.h"

namespace nphys::bench {

struct CompiledModel::State {
    std::unique_ptr<driver::Compilation> compilation;
    std::unique_ptr<driver::Simulation> simulation;
};

std::unique_ptr<CompiledModel> CompiledModel::create(const std::string& text, int threads) {
    auto state = std::make_unique<State>();
    driver::Inquiry inquiry;
    inquiry.file = "bench.nphys";
    state->compilation = driver::compile_text(text, inquiry);
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
    return std::unique_ptr<CompiledModel>(new CompiledModel(std::move(state)));
}

CompiledModel::CompiledModel(std::unique_ptr<State> state) : state_(std::move(state)) {}
CompiledModel::~CompiledModel() = default;

void CompiledModel::step(std::int64_t steps) {
    static_cast<void>(state_->simulation->advance(steps));
}

void* CompiledModel::data(std::size_t index) {
    return state_->simulation->state()[index].data;
}

std::size_t CompiledModel::size(std::size_t index) {
    return static_cast<std::size_t>(state_->simulation->state()[index].count);
}

} // namespace nphys::bench
