#include "compiler/loops/layout.h"

#include <algorithm>
#include <set>

#include "compiler/algebra/transform.h"
#include "compiler/base/unicode.h"

namespace nphys::loops {

namespace {

using algebra::Pool;
using algebra::Slot;
using algebra::Space;
using algebra::Symbol;
using algebra::SymbolId;
using model::Component;

bool is_component_slot(const Space& space, const Slot& slot) {
    const bool is_kept_whole = space.kind == algebra::SpaceKind::copies || space.kind == algebra::SpaceKind::past;
    return !space.is_lattice() && !is_kept_whole && slot.last - slot.first + 1 <= algebra::expanded_extent;
}

enum class Band : std::uint8_t { ranges, lattices, copies }; // outermost first

Band band_of(const Space& space) {
    return space.is_lattice() ? Band::lattices : space.kind == algebra::SpaceKind::copies ? Band::copies : Band::ranges;
}

void append_axes(const Pool& pool, const Symbol& symbol, Band band, std::vector<StoredAxis>& axes) {
    for (std::size_t s = 0; s < symbol.slots.size(); ++s) {
        const Slot& slot = symbol.slots[s];
        const Space& space = pool.space(slot.space);
        if (band_of(space) != band)
            continue;
        for (std::size_t a = 0; a < space.axes.size(); ++a) {
            const algebra::Axis& axis = space.axes[a];
            const bool is_whole = space.is_lattice() || space.axes.size() > 1;
            const std::int64_t first = is_whole ? axis.first : slot.first;
            const std::int64_t last = is_whole ? axis.last() : slot.last;
            axes.push_back({s, static_cast<int>(a), first, last - first + 1, axis.edge});
        }
    }
}

enum class Split : std::uint8_t { components, whole };

class Placing {
public:
    Placing(const model::Model& model, const dynamics::Program& program)
        : model_(model), program_(program), pool_(*program.pool) {}

    Placed run() {
        placed_.module.name = model_.name;
        place_scalars();
        const Type number = program_.single_precision ? Type::f32 : Type::f64;
        for (const SymbolId symbol : program_.state)
            add_tensor(symbol, BufferRole::state, number, Split::components);
        for (const dynamics::Procedure* procedure : procedures())
            for (const dynamics::Action& action : *procedure)
                if (const auto* service = std::get_if<dynamics::Service>(&action))
                    place_whole(*service);
        for (const dynamics::Procedure* procedure : procedures())
            for (const dynamics::Action& action : *procedure)
                if (const auto* shown = std::get_if<dynamics::ShowRows>(&action))
                    for (const model::ShownColumn& column : shown->columns)
                        add_tensor(column.row, BufferRole::temporary, number, Split::whole);
        if (program_.leap)
            place_leap(*program_.leap);
        for (std::size_t n = 0; n < program_.temporaries.size(); ++n) {
            const SymbolId symbol = program_.temporaries[n];
            const bool is_number = is_one_number(symbol) && !program_.stands_for[n].valid();
            add_tensor(symbol, BufferRole::temporary, is_number ? Type::f64 : number, Split::components);
        }
        if (program_.solver)
            for (const SymbolId symbol : program_.solver->report.all())
                add_tensor(symbol, BufferRole::output, Type::f64, Split::components);
        for (const model::Draw& draw : program_.draws)
            add_draw(draw);
        for (const model::Data& data : model_.data)
            add_data(data);
        for (const Component& component : program_.constants)
            add_tensor(component.tensor, BufferRole::constant, number, Split::components);
        for (const SymbolId symbol : program_.outputs)
            add_tensor(symbol, BufferRole::output, Type::f64, Split::components);
        add_mentioned();
        return std::move(placed_);
    }

private:
    [[nodiscard]] std::vector<const dynamics::Procedure*> procedures() const {
        std::vector<const dynamics::Procedure*> all{&program_.opening, &program_.cycle,     &program_.closing,
                                                    &program_.before,  &program_.observing, &program_.observe};
        if (program_.adaptive)
            all.insert(all.end(), {&program_.adaptive->attempt, &program_.adaptive->accept});
        return all;
    }

    // In each copy, if there are several.
    [[nodiscard]] bool is_one_number(SymbolId symbol) const {
        return std::ranges::all_of(pool_.symbol(symbol).slots, [&](const algebra::Slot& slot) {
            return pool_.space(slot.space).kind == algebra::SpaceKind::copies;
        });
    }

    ScalarId add_scalar(const std::string& name, const std::string& origin, double initial) {
        return loops::add_scalar(placed_.module, {name, origin, initial});
    }

    // One array each, whatever the lengths of their ranges; what is kept is nothing to begin with.
    void place_leap(const dynamics::Leap& leap) {
        for (const SymbolId symbol : leap.all()) {
            const bool is_constant = symbol == leap.table || symbol == leap.coefficients || symbol == leap.sources;
            add_tensor(symbol, is_constant ? BufferRole::constant : BufferRole::temporary, Type::f64, Split::whole);
        }
        fill({placed_.layout.find(leap.table)->components.front().buffer, leap.numbers, {}});
    }

    void place_scalars() {
        Module& module = placed_.module;
        module.time = add_scalar("t", "t", 0);
        module.step_size = add_scalar("dt", "dt", program_.dt);
        module.start_time = add_scalar("t_start", "t at step 0", 0);
        if (program_.adaptive)
            placed_.layout.error = add_scalar("step_error", "error of the step", 0);
        for (const model::Parameter& parameter : model_.parameters) {
            if (parameter.structural)
                continue;
            const ScalarId slot = add_scalar(identifier(parameter.name), parameter.name, parameter.value);
            placed_.layout.parameters.emplace_back(parameter.symbol, slot);
        }
    }

    // Services take arrays.
    void place_whole(const dynamics::Service& service) {
        for (const auto& argument : service.arguments)
            if (const auto* symbol = std::get_if<SymbolId>(&argument))
                add_tensor(*symbol, role_of(*symbol), Type::f64, Split::whole);
    }

    [[nodiscard]] BufferRole role_of(SymbolId symbol) const {
        if (std::ranges::find(program_.constants, symbol, &Component::tensor) != program_.constants.end())
            return BufferRole::constant;
        return std::ranges::find(program_.outputs, symbol) != program_.outputs.end() ? BufferRole::output : BufferRole::temporary;
    }

    // Whatever else a formula reads is filled by the host.
    void add_mentioned() {
        std::set<SymbolId> seen;
        const auto mention = [&](Expr expression) {
            for (const SymbolId symbol : algebra::dependence(pool_, expression).tensors)
                seen.insert(symbol);
        };
        const auto mention_all = [&](const std::vector<Component>& components) {
            for (const Component& component : components)
                mention(component.value);
        };
        mention_all(program_.constants);
        mention_all(program_.initial);
        for (const dynamics::Procedure* procedure : procedures())
            dynamics::for_each_update(*procedure, [&](const dynamics::Update& update) { mention_all(update.assignments); });
        for (const SymbolId symbol : seen) {
            if (!pool_.symbol(symbol).is_sparse && placed_.layout.draw(symbol) == nullptr)
                add_tensor(symbol, BufferRole::constant, Type::f64, Split::components);
        }
    }

    using Expr = algebra::Expr;

    void add_tensor(SymbolId id, BufferRole role, Type type, Split split) {
        if (placed_.layout.find(id) != nullptr)
            return;
        const Symbol& symbol = pool_.symbol(id);
        TensorLayout tensor;
        tensor.symbol = id;
        tensor.name = symbol.name;
        for (const Band band : {Band::ranges, Band::lattices, Band::copies})
            append_axes(pool_, symbol, band, tensor.axes);
        if (split == Split::components)
            write_out_small_slots(symbol, tensor);
        add_components(symbol, tensor, 0, {}, role, type);
        placed_.layout.tensors.push_back(std::move(tensor));
    }

    void write_out_small_slots(const Symbol& symbol, TensorLayout& tensor) {
        for (std::size_t s = 0; s < symbol.slots.size(); ++s) {
            if (!is_component_slot(pool_.space(symbol.slots[s].space), symbol.slots[s]))
                continue;
            tensor.written_out.push_back(s);
            std::erase_if(tensor.axes, [&](const StoredAxis& axis) { return axis.slot == s; });
        }
    }

    void add_components(const Symbol& symbol, TensorLayout& tensor, std::size_t depth, std::vector<std::int64_t> small,
                        BufferRole role, Type type) {
        if (depth < tensor.written_out.size()) {
            const Slot& slot = symbol.slots[tensor.written_out[depth]];
            for (std::int64_t number = slot.first; number <= slot.last; ++number) {
                small.push_back(number);
                add_components(symbol, tensor, depth + 1, small, role, type);
                small.pop_back();
            }
            return;
        }
        std::string name = identifier(symbol.name);
        std::string origin = symbol.name;
        for (std::size_t n = 0; n < small.size(); ++n) {
            name += "_" + std::to_string(small[n]);
            origin += (n == 0 ? "[" : ",") + std::to_string(small[n]);
        }
        if (!small.empty())
            origin += "]";
        const BufferId buffer = add_buffer(placed_.module, {name, type, role, tensor.size(), origin});
        tensor.components.push_back({std::move(small), buffer});
    }

    void add_draw(const model::Draw& draw) {
        const Symbol& symbol = pool_.symbol(draw.symbol);
        DrawLayout layout{.symbol = draw.symbol,
                          .distribution = draw.distribution == model::Distribution::normal ? Distribution::normal
                                                                                           : Distribution::uniform,
                          .stream = draw.stream,
                          .once = draw.timing == model::DrawTiming::once,
                          .refinement = draw.timing == model::DrawTiming::white ? program_.refinement : 0,
                          .has_column = false,
                          .axes = {}};
        for (const Band band : {Band::ranges, Band::lattices, Band::copies})
            append_axes(pool_, symbol, band, layout.axes);
        const auto is_long = [&](const StoredAxis& axis) {
            const Slot& slot = symbol.slots[axis.slot];
            return !is_component_slot(pool_.space(slot.space), slot);
        };
        std::stable_partition(layout.axes.begin(), layout.axes.end(), [&](const auto& axis) { return !is_long(axis); });
        layout.has_column = !layout.axes.empty() && is_long(layout.axes.back());
        placed_.layout.draws.push_back(std::move(layout));
    }

    void add_data(const model::Data& data) {
        const Symbol& symbol = pool_.symbol(data.symbol);
        if (symbol.is_sparse)
            return add_graph(data, symbol);
        add_tensor(data.symbol, BufferRole::constant, Type::f64, Split::whole);
        if (!data.values.empty())
            fill({placed_.layout.find(data.symbol)->components.front().buffer, data.values, {}});
    }

    void add_graph(const model::Data& data, const Symbol& symbol) {
        const std::string name = identifier(symbol.name);
        const auto count = static_cast<std::int64_t>(data.values.size());
        const auto rows = static_cast<std::int64_t>(data.row_begin.size());
        Module& module = placed_.module;
        SparseLayout graph;
        graph.symbol = data.symbol;
        const auto add = [&](const char* suffix, Type type, std::int64_t size) {
            return add_buffer(module, {name + suffix, type, BufferRole::constant, std::max<std::int64_t>(size, 1), symbol.name});
        };
        graph.values = add("_weight", Type::f64, count);
        graph.row_begin = add("_row_begin", Type::i64, rows);
        graph.column = add("_column", Type::i64, count);
        placed_.layout.graphs.push_back(graph);
        fill({graph.values, data.values, {}});
        fill({graph.row_begin, {}, data.row_begin});
        fill({graph.column, {}, data.column});
    }

    void fill(Filling filling) { placed_.layout.fillings.push_back(std::move(filling)); }

    const model::Model& model_;
    const dynamics::Program& program_;
    const Pool& pool_;
    Placed placed_;
};

template <class Named>
void make_unique(const std::vector<Named>& others, std::string& name) {
    const std::string wanted = name;
    const auto is_taken = [&](const Named& other) { return other.name == name; };
    for (int number = 2; std::ranges::any_of(others, is_taken); ++number)
        name = wanted + "_" + std::to_string(number);
}

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

} // namespace

std::int64_t TensorLayout::size() const {
    std::int64_t product = 1;
    for (const StoredAxis& axis : axes)
        product *= axis.extent;
    return product;
}

const TensorLayout* Layout::find(algebra::SymbolId symbol) const {
    const auto found = std::find_if(tensors.begin(), tensors.end(), [&](const auto& t) { return t.symbol == symbol; });
    return found == tensors.end() ? nullptr : &*found;
}

const SparseLayout* Layout::graph(algebra::SymbolId symbol) const {
    const auto found = std::find_if(graphs.begin(), graphs.end(), [&](const auto& g) { return g.symbol == symbol; });
    return found == graphs.end() ? nullptr : &*found;
}

const DrawLayout* Layout::draw(algebra::SymbolId symbol) const {
    const auto found = std::find_if(draws.begin(), draws.end(), [&](const auto& d) { return d.symbol == symbol; });
    return found == draws.end() ? nullptr : &*found;
}

Placed place(const model::Model& model, const dynamics::Program& program) { return Placing(model, program).run(); }

BufferId add_buffer(Module& module, Buffer buffer) {
    make_unique(module.buffers, buffer.name);
    module.buffers.push_back(std::move(buffer));
    return BufferId(static_cast<std::uint32_t>(module.buffers.size() - 1));
}

ScalarId add_scalar(Module& module, ScalarSlot slot) {
    make_unique(module.scalars, slot.name);
    module.scalars.push_back(std::move(slot));
    return ScalarId(static_cast<std::uint32_t>(module.scalars.size() - 1));
}

std::string identifier(const std::string& name) {
    std::string result;
    for (const char c : latin_name(name)) {
        if (c == '\'')
            result += "_prime";
        else if (is_word(c))
            result += c;
        else if (result.empty() || result.back() != '_')
            result += '_';
    }
    if (result.empty() || (result.front() >= '0' && result.front() <= '9'))
        result.insert(0, "v");
    return result;
}

} // namespace nphys::loops
