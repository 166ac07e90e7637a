#include "compiler/loops/sweeps.h"

#include <algorithm>

#include "compiler/loops/update.h"

namespace nphys::loops {

using model::Component;

Workshop::Workshop(const model::Model& model, const dynamics::Program& program, const LowerOptions& options)
    : model_(model), pool_(*program.pool), options_(options), placed_(place(model, program)),
      names_(model, *program.pool, placed_) {
    shapes_.resize(placed_.module.buffers.size());
    for (const TensorLayout& tensor : placed_.layout.tensors) {
        std::vector<Extent> shape;
        for (const StoredAxis& axis : tensor.axes)
            shape.push_back({axis.extent, axis.edge});
        for (const ComponentLayout& component : tensor.components)
            shapes_[component.buffer.index()] = shape;
    }
    for (const SparseLayout& graph : placed_.layout.graphs) {
        for (const BufferId buffer : {graph.values, graph.row_begin, graph.column})
            shapes_[buffer.index()] = {{placed_.module.buffers[buffer.index()].size, algebra::Edge::strict}};
    }
}

BufferId Workshop::temporary(const std::string& name, Type type, std::vector<Extent> shape, const std::string& origin) {
    std::int64_t size = 1;
    for (const Extent& extent : shape)
        size *= extent.size;
    const BufferId buffer = add_buffer(placed_.module, {name, type, BufferRole::temporary, size, origin});
    shapes_.resize(placed_.module.buffers.size());
    shapes_[buffer.index()] = std::move(shape);
    return buffer;
}

BufferId Workshop::next_of(BufferId buffer) {
    if (const auto found = next_.find(buffer.value); found != next_.end())
        return found->second;
    const Buffer like = placed_.module.buffers[buffer.index()];
    const BufferId next = temporary(like.name + "_next", like.type, shapes_[buffer.index()], like.origin + ", next");
    next_.emplace(buffer.value, next);
    return next;
}

algebra::IndexId Workshop::canonical(algebra::IndexId id, std::size_t ordinal) {
    const algebra::Index index = pool_.index(id);
    const bool is_lattice = pool_.space(index.space).is_lattice();
    const auto key = std::make_tuple(index.space.value, is_lattice ? 0 : index.first, is_lattice ? 0 : index.last, ordinal);
    const auto [entry, is_new] = canonical_.try_emplace(key);
    if (is_new)
        entry->second = pool_.fresh_index(id);
    return entry->second;
}

Schedule Workshop::procedure(const dynamics::Procedure& procedure, Type arithmetic) {
    Schedule schedule;
    for (const dynamics::Action& action : procedure) {
        if (const auto* update = std::get_if<dynamics::Update>(&action))
            append(schedule, *update, arithmetic);
        else if (const auto* repeat = std::get_if<dynamics::Repeat>(&action))
            append(schedule, *repeat, arithmetic);
        else if (const auto* rows = std::get_if<dynamics::ShowRows>(&action))
            schedule.emplace_back(show(*rows));
        else if (const auto* recall = std::get_if<dynamics::Recall>(&action))
            append(schedule, *recall);
        else if (const auto* service = std::get_if<dynamics::Service>(&action))
            append(schedule, *service);
        else
            schedule.emplace_back(Advance{});
    }
    return schedule;
}

Show Workshop::show(const dynamics::ShowRows& rows) {
    Show result{.list = {}, .columns = {}, .which = rows};
    result.list = temporary(rows.kept ? "kept_rows" : "shown_rows", Type::i64, {{rows.count, algebra::Edge::strict}}, "rows shown");
    for (const model::ShownColumn& column : rows.columns) {
        const BufferId shown = placed_.layout.find(column.row)->components.front().buffer;
        result.columns.push_back({placed_.layout.find(column.table)->components.front().buffer, shown,
                                  placed_.module.buffers[shown.index()].size / rows.count});
    }
    return result;
}

void Workshop::append(Schedule& schedule, const dynamics::Recall& recall) const {
    const auto& rings = names_.tensor(recall.ring).components;
    const auto& latest = names_.tensor(recall.latest).components;
    for (std::size_t n = 0; n < rings.size(); ++n)
        schedule.emplace_back(Turn{rings[n].buffer, latest[n].buffer,
                                   recall.past ? names_.tensor(*recall.past).components[n].buffer : BufferId{}, recall.rows});
}

void Workshop::append(Schedule& schedule, const dynamics::Service& service) const {
    Serve serve{service.name, {}};
    for (const auto& argument : service.arguments) {
        if (const auto* symbol = std::get_if<algebra::SymbolId>(&argument))
            serve.arguments.emplace_back(names_.tensor(*symbol).components.front().buffer);
        else if (const auto* count = std::get_if<std::int64_t>(&argument))
            serve.arguments.emplace_back(*count);
        else
            serve.arguments.emplace_back(std::get<double>(argument));
    }
    schedule.emplace_back(std::move(serve));
}

// Numbers of a scheme (lengths of residuals, coefficients) are f64 whatever the state is: squares of f32 leave its range.
void Workshop::append(Schedule& schedule, const dynamics::Update& update, Type arithmetic) {
    const bool only_numbers = std::ranges::all_of(update.assignments, [&](const Component& assignment) {
        const TensorLayout* layout = placed_.layout.find(assignment.tensor);
        const bool is_one = std::ranges::all_of(pool_.symbol(assignment.tensor).slots, [&](const algebra::Slot& slot) {
            return pool_.space(slot.space).kind == algebra::SpaceKind::copies;
        });
        return is_one && placed_.module.buffers[layout->components.front().buffer.index()].type == Type::f64;
    });
    Schedule part = UpdateLowering(*this, only_numbers ? Type::f64 : arithmetic).lower(update);
    std::move(part.begin(), part.end(), std::back_inserter(schedule));
}

// The condition is looked at before each time.
void Workshop::append(Schedule& schedule, const dynamics::Repeat& repeat, Type arithmetic) {
    Iterate item{procedure(repeat.body, arithmetic), slot("done", repeat.label), repeat.most, repeat.label};
    const auto look = [&](Schedule& into) {
        Schedule part = assignment(item.until, repeat.until, Type::f64);
        std::move(part.begin(), part.end(), std::back_inserter(into));
    };
    look(schedule);
    look(item.body);
    schedule.emplace_back(std::move(item));
}

ScalarId Workshop::slot(const std::string& name, const std::string& origin) {
    return add_scalar(placed_.module, {name, origin, 0});
}

Schedule Workshop::in_order(const std::vector<Component>& components, Type arithmetic, const std::string& label) {
    Schedule schedule;
    for (const Component& component : components) {
        Schedule part = together({component}, arithmetic, label);
        std::move(part.begin(), part.end(), std::back_inserter(schedule));
    }
    return schedule;
}

Schedule Workshop::together(const std::vector<Component>& components, Type arithmetic, const std::string& label) {
    return UpdateLowering(*this, arithmetic).lower({label, components, false});
}

Schedule Workshop::assignment(ScalarId slot, algebra::Expr value, Type arithmetic) {
    return UpdateLowering(*this, arithmetic).assign(slot, value);
}

bool is_aligned(const std::vector<Position>& access, const std::vector<Position>& target) {
    return access.size() == target.size() &&
           std::equal(access.begin(), access.end(), target.begin(), [](const Position& a, const Position& b) {
               return a.axis == b.axis && (!a.axis.valid() || a.offset == b.offset);
           });
}

// ---- Graphs in other forms ------------------------------------------------------------------------------------------------

const SparseLayout& Workshop::transposed(algebra::SymbolId symbol) {
    const auto found = std::find_if(placed_.layout.graphs.begin(), placed_.layout.graphs.end(),
                                    [&](const SparseLayout& g) { return g.symbol == symbol; });
    if (found->transposed_values.valid())
        return *found;
    const auto data = std::find_if(model_.data.begin(), model_.data.end(), [&](const auto& d) { return d.symbol == symbol; });
    const algebra::Slot columns = pool_.symbol(symbol).slots.at(1);
    const auto size = static_cast<std::size_t>(columns.last - columns.first + 1);
    std::vector<std::int64_t> begin(size + 1, 0), row(data->values.size());
    std::vector<double> values(data->values.size());
    for (const std::int64_t column : data->column)
        ++begin[static_cast<std::size_t>(column) + 1];
    for (std::size_t n = 0; n < size; ++n)
        begin[n + 1] += begin[n];
    std::vector<std::int64_t> next = begin;
    for (std::size_t r = 0; r + 1 < data->row_begin.size(); ++r) {
        for (auto e = static_cast<std::size_t>(data->row_begin[r]); e < static_cast<std::size_t>(data->row_begin[r + 1]); ++e) {
            const auto place = static_cast<std::size_t>(next[static_cast<std::size_t>(data->column[e])]++);
            row[place] = static_cast<std::int64_t>(r);
            values[place] = data->values[e];
        }
    }
    const std::string name = identifier(pool_.symbol(symbol).name);
    const auto constant = [&](const char* suffix, Type type, std::size_t count) {
        const auto extent = std::max<std::int64_t>(static_cast<std::int64_t>(count), 1);
        const BufferId id = temporary(name + suffix, type, {{extent, algebra::Edge::strict}}, pool_.symbol(symbol).name);
        placed_.module.buffers[id.index()].role = BufferRole::constant;
        return id;
    };
    found->transposed_values = constant("_transposed_weight", Type::f64, values.size());
    found->transposed_begin = constant("_column_begin", Type::i64, begin.size());
    found->transposed_row = constant("_row", Type::i64, row.size());
    placed_.layout.fillings.push_back({found->transposed_values, std::move(values), {}});
    placed_.layout.fillings.push_back({found->transposed_begin, {}, std::move(begin)});
    placed_.layout.fillings.push_back({found->transposed_row, {}, std::move(row)});
    return *found;
}

BufferId Workshop::dense(algebra::SymbolId symbol) {
    const auto found = std::find_if(placed_.layout.graphs.begin(), placed_.layout.graphs.end(),
                                    [&](const SparseLayout& g) { return g.symbol == symbol; });
    if (found->dense.valid())
        return found->dense;
    const auto data = std::find_if(model_.data.begin(), model_.data.end(), [&](const auto& d) { return d.symbol == symbol; });
    std::vector<Extent> shape;
    for (const algebra::Slot& slot : pool_.symbol(symbol).slots)
        shape.push_back({slot.last - slot.first + 1, algebra::Edge::strict});
    const auto columns = static_cast<std::size_t>(shape.at(1).size);
    std::vector<double> values(static_cast<std::size_t>(shape.at(0).size) * columns, 0.0);
    for (std::size_t r = 0; r + 1 < data->row_begin.size(); ++r) {
        for (auto e = static_cast<std::size_t>(data->row_begin[r]); e < static_cast<std::size_t>(data->row_begin[r + 1]); ++e)
            values[r * columns + static_cast<std::size_t>(data->column[e])] += data->values[e];
    }
    found->dense = temporary(identifier(pool_.symbol(symbol).name), Type::f64, shape, pool_.symbol(symbol).name);
    placed_.module.buffers[found->dense.index()].role = BufferRole::constant;
    placed_.layout.fillings.push_back({found->dense, std::move(values), {}});
    return found->dense;
}

} // namespace nphys::loops
