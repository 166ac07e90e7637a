#include "compiler/driver/recording.h"

#include <algorithm>
#include <limits>
#include <set>

#include "compiler/driver/tensor_view.h"

namespace nphys::driver {
namespace {

using runtime::Status;

runtime::Space coordinates_of(const algebra::Space& space) {
    runtime::Space result{space.name, {}};
    for (const algebra::Axis& axis : space.axes) {
        runtime::Axis stored{axis.coordinate, {}};
        for (std::int64_t place = axis.first; place <= axis.last(); ++place) stored.coordinates.push_back(axis.coordinate_at(place));
        result.axes.push_back(std::move(stored));
    }
    return result;
}

runtime::FieldLayout layout_of(const algebra::Pool& pool, const loops::TensorLayout& tensor, bool single_precision) {
    runtime::FieldLayout layout;
    layout.name = tensor.name;
    layout.precision = single_precision ? runtime::Precision::f32 : runtime::Precision::f64;
    layout.copied = false;
    const std::vector<algebra::Slot>& slots = pool.symbol(tensor.symbol).slots;
    const TensorView view(pool, tensor);
    for (const ViewAxis& axis : view.axes()) {
        const algebra::Space& space = pool.space(slots[axis.slot].space);
        if (space.kind == algebra::SpaceKind::copies) layout.copied = true;
        else if (axis.has_coordinates && (layout.space.empty() || layout.space == space.name)) layout.space = space.name;
        else {
            const bool is_part = pool.symbol(tensor.symbol).has_parts && axis.slot + 1 == slots.size();
            layout.range_names.push_back(is_part ? std::string(runtime::part_axis) : "index" + std::to_string(layout.range_names.size() + 1));
            layout.range_extents.push_back(axis.extent);
        }
    }
    return layout;
}

// Of values in row-major order of the axes of a view; that of copies stands first.
std::vector<std::int64_t> strides_of(const algebra::Pool& pool, const loops::TensorLayout& tensor) {
    const TensorView view(pool, tensor);
    std::vector<std::int64_t> strides(view.axes().size());
    std::int64_t stride = 1;
    for (std::size_t k = strides.size(); k-- > 0; stride *= view.axes()[k].extent) strides[k] = stride;
    const std::vector<algebra::Slot>& slots = pool.symbol(tensor.symbol).slots;
    for (std::size_t k = 0; k < strides.size(); ++k)
        if (pool.space(slots[view.axes()[k].slot].space).kind == algebra::SpaceKind::copies)
            std::rotate(strides.begin(), strides.begin() + static_cast<std::ptrdiff_t>(k), strides.begin() + static_cast<std::ptrdiff_t>(k) + 1);
    return strides;
}

} // namespace

bool Recording::Timed::due(Simulation& simulation) const {
    return steps ? steps->due(simulation.step()) : times->due(simulation.time(), simulation.step());
}

Recording::Timed Recording::timed(const model::Cadence& cadence, const Compilation& compilation) {
    const dynamics::Program& program = compilation.program;
    Timed timed;
    if (program.adaptive) timed.times.emplace(cadence, program.until);
    else timed.steps.emplace(cadence, program.steps, program.dt);
    return timed;
}

// Observables named in the run's lists have their cadence, the other declared ones the default.
void Recording::plan(Simulation& simulation) {
    const Compilation& compilation = simulation.compilation();
    std::set<std::size_t> listed;
    for (const model::Record& record : compilation.model.run.records)
        for (const std::size_t observable : record.observables)
            if (listed.insert(observable).second) columns_.push_back({observable, timed(record.cadence, compilation)});
    for (std::size_t k = 0; k < compilation.model.observables.size(); ++k)
        if (compilation.model.observables[k].always && !listed.contains(k)) columns_.push_back({k, timed({}, compilation)});
    std::erase_if(columns_, [&](const Column& column) {
        const loops::TensorLayout* layout = compilation.lowered.layout.find(compilation.model.observables[column.observable].symbol);
        if (layout == nullptr) return true;
        const TensorView view(*compilation.model.pool, *layout);
        if (std::ranges::any_of(view.axes(), &ViewAxis::has_coordinates)) return true;   // belongs to fields.h5
        const bool sampled = !simulation.deviation(column.observable).empty();
        for (const std::string& name : view.element_names()) {
            names_.push_back(name);
            if (sampled) names_.push_back(runtime::name_of_error(name));
        }
        return false;
    });
    for (const model::Save& save : compilation.model.run.saves)
        if (compilation.lowered.layout.find(compilation.program.in_memory(save.tensor)) != nullptr &&
            std::ranges::none_of(saved_, [&](const Saved& s) { return s.tensor == compilation.program.in_memory(save.tensor); }))
            saved_.push_back({compilation.program.in_memory(save.tensor), timed(save.cadence, compilation)});
}

Status Recording::open_series(const std::filesystem::path& folder, std::optional<std::int64_t> resume_after) {
    if (names_.empty()) return {};
    const std::filesystem::path file = folder / "series.csv";
    auto series = resume_after ? runtime::SeriesWriter::resume(file, names_, *resume_after) : runtime::SeriesWriter::create(file, names_);
    if (!series) return tl::unexpected(series.error());
    series_ = std::move(*series);
    return {};
}

Status Recording::open_fields(const std::filesystem::path& folder, Simulation& simulation, std::optional<std::int64_t> resume_after) {
    if (saved_.empty()) return {};
    const Compilation& compilation = simulation.compilation();
    const algebra::Pool& pool = *compilation.model.pool;
    std::vector<runtime::Space> spaces;
    std::vector<runtime::FieldLayout> layouts;
    for (const Saved& saved : saved_) {
        const loops::TensorLayout& tensor = *compilation.lowered.layout.find(saved.tensor);
        layouts.push_back(layout_of(pool, tensor, compilation.program.single_precision));
        for (const algebra::Slot& slot : pool.symbol(saved.tensor).slots) {
            const algebra::Space& space = pool.space(slot.space);
            if (!space.axes.front().coordinate.empty() && std::ranges::none_of(spaces, [&](const runtime::Space& s) { return s.name == space.name; }))
                spaces.push_back(coordinates_of(space));
        }
    }
    const runtime::FieldsOptions settings{.copies = compilation.model.run.copies};
    auto fields = resume_after ? runtime::FieldsWriter::resume(folder, spaces, layouts, settings, *resume_after)
                               : runtime::FieldsWriter::create(folder, spaces, layouts, settings);
    if (!fields) return tl::unexpected(fields.error());
    fields_.emplace(std::move(*fields));
    return {};
}

runtime::Result<Recording> Recording::open(const std::filesystem::path& folder, Simulation& simulation, std::optional<std::int64_t> resume_after) {
    Recording recording;
    recording.plan(simulation);
    if (const Status opened = recording.open_series(folder, resume_after); !opened) return tl::unexpected(opened.error());
    if (const Status opened = recording.open_fields(folder, simulation, resume_after); !opened) return tl::unexpected(opened.error());
    return recording;
}

std::vector<Recording::Timed> Recording::schedules() const {
    std::vector<Timed> all;
    for (const Column& column : columns_) all.push_back(column.schedule);
    for (const Saved& saved : saved_) all.push_back(saved.schedule);
    return all;
}

std::int64_t Recording::next_step(std::int64_t step) const {
    std::int64_t next = std::numeric_limits<std::int64_t>::max();
    for (const Timed& schedule : schedules()) next = std::min(next, schedule.steps->next_after(step));
    return next;
}

double Recording::next_time(double time) const {
    double next = std::numeric_limits<double>::infinity();
    for (const Timed& schedule : schedules()) next = std::min(next, schedule.times->next_after(time));
    return next;
}

bool Recording::due(Simulation& simulation) const {
    return std::ranges::any_of(schedules(), [&](const Timed& schedule) { return schedule.due(simulation); });
}

bool Recording::counts_steps() const {
    return std::ranges::any_of(schedules(), [](const Timed& schedule) { return schedule.times && schedule.times->counts_steps(); });
}

Status Recording::record_series(Simulation& simulation, bool at_end) {
    std::vector<double> row;
    bool any = false;
    for (const Column& column : columns_) {
        const std::vector<double>& values = simulation.observable(column.observable);
        const bool due = at_end || column.schedule.due(simulation);
        any = any || due;
        const std::vector<double>& errors = simulation.deviation(column.observable);
        for (std::size_t n = 0; n < values.size(); ++n) {
            row.push_back(due ? values[n] : std::numeric_limits<double>::quiet_NaN());
            if (!errors.empty()) row.push_back(due ? errors[n] : std::numeric_limits<double>::quiet_NaN());
        }
    }
    return any && series_ ? series_->append(simulation.step(), simulation.time(), row) : Status{};
}

Status Recording::record_fields(Simulation& simulation, bool at_end) {
    if (!at_end && std::ranges::none_of(saved_, [&](const Saved& saved) { return saved.schedule.due(simulation); })) return {};
    const Compilation& compilation = simulation.compilation();
    const bool single = compilation.program.single_precision;
    std::vector<std::vector<double>> doubles;
    std::vector<std::vector<float>> floats;
    std::vector<runtime::FieldView> views;
    doubles.reserve(saved_.size());
    floats.reserve(saved_.size());
    for (const Saved& saved : saved_) {
        doubles.push_back(simulation.field(saved.tensor));
        if (single) floats.emplace_back(doubles.back().begin(), doubles.back().end());
        const void* data = single ? static_cast<const void*>(floats.back().data()) : doubles.back().data();
        const loops::TensorLayout& tensor = *compilation.lowered.layout.find(saved.tensor);
        views.push_back({data, strides_of(*compilation.model.pool, tensor)});
    }
    return fields_ ? fields_->save(simulation.step(), simulation.time(), views) : Status{};
}

Status Recording::record(Simulation& simulation, bool at_end) {
    if (const Status recorded = record_series(simulation, at_end); !recorded) return recorded;
    return record_fields(simulation, at_end);
}

} // namespace nphys::driver
