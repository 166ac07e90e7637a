#include "compiler/driver/interface.h"

#include <algorithm>

#include "compiler/driver/schedule.h"
#include "compiler/driver/tensor_view.h"
#include "runtime/output/series.h"

namespace nphys::driver {
namespace {

namespace cpp = backend::cpp;

// Comments of the emitted class stand on one line.
std::string on_one_line(std::string text) {
    std::ranges::replace(text, '\n', ' ');
    return text;
}

std::vector<std::int64_t> extents_of(const loops::TensorLayout& layout) {
    std::vector<std::int64_t> extents;
    for (const loops::StoredAxis& axis : layout.axes) extents.push_back(axis.extent);
    return extents;
}

std::vector<cpp::Parameter> parameters_of(const Compilation& c) {
    std::vector<cpp::Parameter> parameters;
    for (const auto& [symbol, slot] : c.lowered.layout.parameters) {
        const model::Parameter& parameter = *c.model.parameter(symbol);
        cpp::Parameter emitted{.name = parameter.name, .value = parameter.value, .low = {}, .high = {}, .doc = on_one_line(parameter.documentation), .slot = slot};
        if (parameter.range) {
            emitted.low = parameter.range->first;
            emitted.high = parameter.range->last;
        }
        parameters.push_back(std::move(emitted));
    }
    return parameters;
}

std::string component_name(const std::string& name, const std::vector<std::int64_t>& places, bool has_parts) {
    std::vector<std::string> texts;
    for (const std::int64_t place : places) texts.push_back(std::to_string(place));
    return name_at(name, std::move(texts), has_parts);
}

// The tensor of the model that lies in a given one in memory.
algebra::SymbolId of_model(const Compilation& c, algebra::SymbolId symbol) {
    if (c.program.copies)
        for (const auto& [declared, copied] : c.program.copies->of)
            if (copied == symbol) return declared;
    return symbol;
}

// Of a complex tensor the real and the imaginary part of each component are fields of their own.
std::vector<cpp::StateField> fields_of(const Compilation& c) {
    std::vector<cpp::StateField> fields;
    for (const algebra::SymbolId symbol : c.program.state) {
        const loops::TensorLayout& layout = *c.lowered.layout.find(symbol);
        const model::Tensor* tensor = c.model.tensor(of_model(c, symbol));
        const std::string doc = tensor == nullptr ? "" : on_one_line(tensor->documentation);
        const bool has_parts = c.model.pool->symbol(symbol).has_parts;
        cpp::StateField field{.name = layout.name, .components = {}, .extents = extents_of(layout), .doc = doc};
        for (const loops::ComponentLayout& component : layout.components)
            if (has_parts) fields.push_back({component_name(layout.name, component.small, true), {component.buffer}, field.extents, doc});
            else field.components.push_back(component.buffer);
        if (!has_parts) fields.push_back(std::move(field));
    }
    return fields;
}

std::vector<cpp::Observable> observables_of(const Compilation& c) {
    std::vector<cpp::Observable> observables;
    const auto add = [&](const std::string& name, algebra::SymbolId symbol) {
        const loops::TensorLayout* layout = c.lowered.layout.find(symbol);
        if (layout == nullptr) return;
        for (const loops::ComponentLayout& component : layout->components)
            observables.push_back({.name = component_name(name, component.small, c.model.pool->symbol(symbol).has_parts), .buffer = component.buffer, .offset = 0, .extents = extents_of(*layout), .doc = {}});
    };
    for (std::size_t k = 0; k < c.model.observables.size(); ++k) {
        const model::Observable& observable = c.model.observables[k];
        if (observable.hidden) continue;
        add(observable.name, observable.symbol);
        if (c.program.copies && c.program.deviations[k].valid()) add(runtime::name_of_error(observable.name), c.program.deviations[k]);
    }
    return observables;
}

std::int64_t cadence_of(const Compilation& c) {
    for (const model::Record& record : c.model.run.records)
        if (record.cadence.steps) return *record.cadence.steps;
    return std::max<std::int64_t>(1, c.program.steps / default_records);
}

} // namespace

cpp::Interface interface_of(const Compilation& compilation, const std::string& source) {
    cpp::Interface interface;
    interface.model = loops::identifier(compilation.model.name);
    interface.doc = on_one_line(compilation.model.title);
    interface.parameters = parameters_of(compilation);
    interface.fields = fields_of(compilation);
    interface.observables = observables_of(compilation);
    for (const loops::Filling& filling : compilation.lowered.layout.fillings) interface.data.push_back({filling.buffer, filling.numbers, filling.integers});
    interface.seed = compilation.model.run.seed;
    interface.copies = compilation.model.run.copies;
    if (compilation.program.adaptive)
        interface.adaptive = cpp::Adaptive{.error = compilation.lowered.layout.error, .order = compilation.program.adaptive->order, .until = compilation.program.until};
    if (compilation.program.solver) {
        const dynamics::Solver::Report& report = compilation.program.solver->report;
        const auto buffer = [&](algebra::SymbolId symbol) { return compilation.lowered.layout.find(symbol)->components.front().buffer; };
        interface.solver = cpp::Solver{buffer(report.failed), buffer(report.time), buffer(report.residual)};
    }
    interface.steps = compilation.program.steps;
    interface.every = cadence_of(compilation);
    interface.source = source;
    return interface;
}

} // namespace nphys::driver
