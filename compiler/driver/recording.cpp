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
    const std::vector<algebra::Slot>& slots = pool.symbol(tensor.symbol).slots;
    const TensorView view(pool, tensor);
    for (const ViewAxis& axis : view.axes()) {
        const algebra::Space& space = pool.space(slots[axis.slot].space);
        if (axis.is_lattice && (layout.space.empty() || layout.space == space.name)) layout.space = space.name;
        else {
            const bool is_part = pool.symbol(tensor.symbol).has_parts && axis.slot + 1 == slots.size();
            layout.range_names.push_back(is_part ? std::string(runtime::part_axis) : "index" + std::to_string(layout.range_names.size() + 1));
            layout.range_extents.push_back(axis.extent);
        }
    }
    return layout;
}

std::vector<std::int64_t> row_major_strides(const TensorView& view) {
    std::vector<std::int64_t> strides(view.axes().size());
    std::int64_t stride = 1;
    for (std::size_t k = strides.size(); k-- > 0; stride *= view.axes()[k].extent) strides[k] = stride;
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
        const bool on_lattice = std::ranges::any_of(view.axes(), &ViewAxis::is_lattice);   // belongs to fields.h5
        if (on_lattice) return true;
        for (const std::string& name : view.element_names()) names_.push_back(name);
        return false;
    });
    for (const model::Save& save : compilation.model.run.saves)
        if (compilation.lowered.layout.find(save.tensor) != nullptr &&
            std::ranges::none_of(saved_, [&](const Saved& s) { return s.tensor == save.tensor; }))
            saved_.push_back({save.tensor, timed(save.cadence, compilation)});
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
            if (space.is_lattice() && std::ranges::none_of(spaces, [&](const runtime::Space& s) { return s.name == space.name; }))
                spaces.push_back(coordinates_of(space));
        }
    }
    auto fields = resume_after ? runtime::FieldsWriter::resume(folder, spaces, layouts, {}, *resume_after) : runtime::FieldsWriter::create(folder, spaces, layouts);
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
        for (const double value : values) row.push_back(due ? value : std::numeric_limits<double>::quiet_NaN());
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
        views.push_back({data, row_major_strides(TensorView(*compilation.model.pool, *compilation.lowered.layout.find(saved.tensor)))});
    }
    return fields_ ? fields_->save(simulation.step(), simulation.time(), views) : Status{};
}

Status Recording::record(Simulation& simulation, bool at_end) {
    if (const Status recorded = record_series(simulation, at_end); !recorded) return recorded;
    return record_fields(simulation, at_end);
}

} // namespace nphys::driver
