#include "compiler/driver/simulation.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "compiler/driver/tensor_view.h"
#include "runtime/abi.h"

namespace nphys::driver {

using runtime::Status;

Simulation::Simulation(const Compilation& compilation, loops::Memory memory, int threads)
    : compilation_(compilation), memory_(std::move(memory)), observed_(compilation.model.observables.size()),
      deviations_(compilation.model.observables.size()) {
    if (threads > 1) {
        pool_ = std::make_unique<runtime::Pool>(runtime::PoolOptions{.threads = threads});
        memory_.context().pool = pool_.get();
        memory_.context().threads = pool_->threads();
    }
}

runtime::Result<std::unique_ptr<Simulation>> Simulation::create(const Compilation& compilation, const SimulationOptions& options) {
    const loops::Module& module = compilation.lowered.module;
    if (const auto fits = runtime::fits_in_memory(loops::bytes_needed(module)); !fits) return tl::unexpected(fits.error());
    auto memory = loops::Memory::create(module);
    if (!memory) return tl::unexpected(memory.error());
    std::unique_ptr<Simulation> simulation(new Simulation(compilation, std::move(*memory), options.threads));
    // Where the last bits depend on how many steps are made at once, that may not depend on when better code is ready.
    auto engine = make_engine(options.engine, module, simulation->memory_, !compilation.model.run.allow_merging);
    if (!engine) return tl::unexpected(engine.error());
    simulation->engine_ = std::move(*engine);
    return simulation;
}

Status Simulation::initialize() {
    const loops::Layout& layout = compilation_.lowered.layout;
    for (const auto& [symbol, slot] : layout.parameters) memory_.scalar(slot) = compilation_.model.parameter_value(symbol);
    const loops::Module& module = compilation_.lowered.module;
    memory_.scalar(module.step_size) = compilation_.program.dt;
    memory_.scalar(module.start_time) = 0;
    memory_.scalar(module.time) = 0;
    memory_.step() = 0;
    memory_.context().seed = compilation_.model.run.seed;
    load_data();
    if (const Status filled = engine_->run("constants", 0); !filled) return filled;
    return engine_->run("initialize", 0);
}

void Simulation::load_data() {
    for (const loops::Filling& filling : compilation_.lowered.layout.fillings) {
        if (memory_.type(filling.buffer) == loops::Type::i64) std::ranges::copy(filling.integers, memory_.values<std::int64_t>(filling.buffer).begin());
        else if (memory_.type(filling.buffer) == loops::Type::f64) std::ranges::copy(filling.numbers, memory_.values<double>(filling.buffer).begin());
        else std::ranges::transform(filling.numbers, memory_.values<float>(filling.buffer).begin(), [](double x) { return static_cast<float>(x); });
    }
}

Status Simulation::advance(std::int64_t steps) {
    return steps > 0 ? engine_->run("advance", steps) : Status{};
}

// One accepted step that does not go beyond `end`: the size follows the estimated error (Hairer, Nørsett, Wanner, II.4).
Status Simulation::attempt(double end) {
    const loops::Module& module = compilation_.lowered.module;
    double& dt = memory_.scalar(module.step_size);
    double& t = memory_.scalar(module.time);
    constexpr double safety = 0.9, slowest = 0.2, fastest = 5.0;
    while (true) {
        const double wished = dt;
        const double left = end - t;
        const bool last = left <= wished * (1 + 1e-12);
        if (last) dt = left;
        if (const Status tried = engine_->run("attempt", 0); !tried) return tried;
        const double error = memory_.scalar(compilation_.lowered.layout.error);
        stalled_ = t + dt == t;
        if (stalled_) return {};
        const double order = compilation_.program.adaptive->order;
        const double factor = !std::isfinite(error) ? slowest : error == 0 ? fastest : std::clamp(safety * std::pow(error, -1 / order), slowest, fastest);
        if (error <= 1) {
            const double taken = dt;
            if (const Status accepted = engine_->run("accept", 0); !accepted) return accepted;
            t = last ? end : t + taken;
            memory_.step() += 1;
            dt = last ? std::max(wished, taken * factor) : taken * factor;
            return {};
        }
        dt *= std::min(factor, 1.0);
    }
}

Status Simulation::advance_to(double time, std::int64_t most_steps) {
    for (std::int64_t taken = 0; taken < most_steps && this->time() < time && !stalled_; ++taken)
        if (const Status stepped = attempt(time); !stepped) return stepped;
    return {};
}

Status Simulation::observe() {
    if (const Status computed = engine_->run("observe", 0); !computed) return computed;
    for (std::size_t k = 0; k < observed_.size(); ++k) observed_[k] = field(compilation_.model.observables[k].symbol);
    for (std::size_t k = 0; k < compilation_.program.deviations.size(); ++k)
        if (compilation_.program.deviations[k].valid()) deviations_[k] = field(compilation_.program.deviations[k]);
    return {};
}

double Simulation::time() { return memory_.scalar(compilation_.lowered.module.time); }

double Simulation::step_size() { return memory_.scalar(compilation_.lowered.module.step_size); }

double Simulation::element(loops::BufferId buffer, std::int64_t index) {
    const auto place = static_cast<std::size_t>(index);
    return memory_.type(buffer) == loops::Type::f32 ? static_cast<double>(memory_.values<float>(buffer)[place]) : memory_.values<double>(buffer)[place];
}

std::vector<double> Simulation::field(algebra::SymbolId tensor) {
    const loops::TensorLayout* layout = compilation_.lowered.layout.find(compilation_.program.in_memory(tensor));
    if (layout == nullptr) return {};
    const TensorView view(*compilation_.model.pool, *layout);
    std::vector<double> values;
    values.reserve(static_cast<std::size_t>(view.size()));
    view.visit([&](loops::BufferId buffer, std::int64_t index) { values.push_back(element(buffer, index)); });
    return values;
}

std::vector<double> Simulation::field(const std::string& name) {
    for (const loops::TensorLayout& layout : compilation_.lowered.layout.tensors)
        if (layout.name == name) return field(layout.symbol);
    return {};
}

double Simulation::observable(const std::string& name) const {
    for (std::size_t k = 0; k < observed_.size(); ++k)
        if (compilation_.model.observables[k].name == name && !observed_[k].empty()) return observed_[k].front();
    return std::numeric_limits<double>::quiet_NaN();
}

std::optional<Breakdown> Simulation::breakdown() {
    for (const algebra::SymbolId symbol : compilation_.program.state) {
        const loops::TensorLayout* layout = compilation_.lowered.layout.find(symbol);
        for (const loops::ComponentLayout& component : layout->components) {
            void* data = memory_.pointer(component.buffer);
            void* pool = memory_.context().pool;
            const std::int64_t size = memory_.size(component.buffer);
            const std::int64_t bad = memory_.type(component.buffer) == loops::Type::f32 ? runtime::abi::nphys_first_nonfinite_f32(pool, data, size)
                                                                                        : runtime::abi::nphys_first_nonfinite_f64(pool, data, size);
            if (bad >= 0) return Breakdown{TensorView(*compilation_.model.pool, *layout).place_name(component, bad)};
        }
    }
    return std::nullopt;
}

std::optional<SingularMetric> Simulation::singular_metric() {
    for (const dynamics::WatchedMetric& metric : compilation_.program.metrics) {
        const loops::TensorLayout* layout = compilation_.lowered.layout.find(metric.number);
        for (const loops::ComponentLayout& component : layout->components)
            for (std::int64_t k = 0; k < memory_.size(component.buffer); ++k) {
                const double number = element(component.buffer, k);
                if (!(number > 0)) return SingularMetric{metric.name, TensorView(*compilation_.model.pool, *layout).place_name(component, k), metric.what, number};
            }
    }
    return std::nullopt;
}

std::optional<Solves> Simulation::solves() {
    if (!compilation_.program.solver) return std::nullopt;
    const dynamics::Solver::Report& report = compilation_.program.solver->report;
    const auto number = [&](algebra::SymbolId symbol) { return field(symbol).front(); };
    return Solves{number(report.iterations), number(report.most), number(report.failed) != 0, number(report.time), number(report.residual)};
}

std::vector<Simulation::StateArray> Simulation::state() {
    std::vector<StateArray> arrays;
    for (const algebra::SymbolId symbol : compilation_.program.state)
        for (const loops::ComponentLayout& component : compilation_.lowered.layout.find(symbol)->components) {
            const loops::BufferId buffer = component.buffer;
            arrays.push_back({compilation_.lowered.module.buffers[buffer.index()].name, memory_.type(buffer), memory_.pointer(buffer), memory_.size(buffer)});
        }
    return arrays;
}

void Simulation::restore(std::int64_t step, double time, double step_size) {
    memory_.step() = step;
    memory_.scalar(compilation_.lowered.module.time) = time;
    memory_.scalar(compilation_.lowered.module.step_size) = step_size;
}

} // namespace nphys::driver
