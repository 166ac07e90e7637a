#include "compiler/dynamics/memories.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/step_algebra.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;
using algebra::Place;
using algebra::Pool;
using model::Memory;
using model::MemoryKind;

bool evaluates_at_whole_steps(model::Scheme scheme) {
    using model::Scheme;
    return scheme == Scheme::map || scheme == Scheme::sequential || scheme == Scheme::euler ||
           scheme == Scheme::euler_maruyama;
}

// What the scheme cannot keep is told.
class Checking {
public:
    Checking(const model::Model& model, const Program& program, Diagnostics& diagnostics)
        : model_(model), program_(program), diagnostics_(diagnostics), pool_(*program.pool) {}

    [[nodiscard]] bool is_kept(const Memory& memory) {
        if (memory.kind == MemoryKind::first)
            return true;
        if (program_.adaptive) {
            diagnostics_.report(Code::memory_needs_equal_steps, memory.span, name(memory), spelling(program_.scheme))
                .help("take a scheme with a step of one length: `scheme = rk4  dt = …`");
            return false;
        }
        if (program_.dt == 0) {
            diagnostics_.report(Code::memory_needs_equal_steps, memory.span, name(memory), "a step that is chosen")
                .help("write `dt = …`, so that the time is a whole number of steps");
            return false;
        }
        const double steps = memory.span_of_time / program_.dt;
        if (std::abs(steps - std::round(steps)) > 1e-6 * std::max(1.0, steps) || steps < 0.5) {
            diagnostics_.report(Code::time_not_whole_steps, memory.span, name(memory), fmt::format("{:.6g}", steps))
                .here("the step is {}", program_.dt)
                .help("make it a multiple of `dt`");
            return false;
        }
        if (memory.kind == MemoryKind::delay && is_read_by_laws(memory) && !evaluates_at_whole_steps(program_.scheme)) {
            diagnostics_.report(Code::delay_between_steps, memory.span, name(memory), spelling(program_.scheme))
                .help("take `scheme = euler` with a small step, or a map");
            return false;
        }
        return true;
    }

private:
    [[nodiscard]] const std::string& name(const Memory& memory) const { return pool_.symbol(memory.symbol).name; }

    [[nodiscard]] bool is_read_by_laws(const Memory& memory) const {
        return std::ranges::any_of(model_.laws, [&](const model::Law& law) {
            return std::ranges::any_of(law.components, [&](const Component& component) {
                return pool_.has_symbol(component.value, memory.symbol);
            });
        });
    }

    const model::Model& model_;
    const Program& program_;
    Diagnostics& diagnostics_;
    const Pool& pool_;
};

class Remembering {
public:
    Remembering(const model::Model& model, Program& program) : model_(model), program_(program), pool_(*program.pool) {}

    void run() {
        for (const Memory& memory : model_.memories)
            add(memory);
        if (after_step_.empty())
            return;
        if (program_.adaptive) {
            append(program_.adaptive->accept);
            return;
        }
        append(program_.closing);
        program_.cycle = program_.closing;
        program_.cycle.insert(program_.cycle.end(), program_.opening.begin(), program_.opening.end());
    }

private:
    void append(Procedure& procedure) { procedure.insert(procedure.end(), after_step_.begin(), after_step_.end()); }

    [[nodiscard]] const std::string& name(const Memory& memory) const { return pool_.symbol(memory.symbol).name; }

    // ---- What is kept ---------------------------------------------------------------------------------------------------------

    [[nodiscard]] std::int64_t rows(const Memory& memory) const {
        return static_cast<std::int64_t>(std::llround(memory.span_of_time / program_.dt));
    }

    SymbolId tensor(const std::string& name, std::vector<algebra::Slot> slots) {
        return pool_.add_symbol({.name = name, .slots = slots, .row_slots = slots.size()});
    }
    [[nodiscard]] const std::vector<algebra::Slot>& slots(const Memory& memory) const {
        return pool_.symbol(memory.symbol).slots;
    }
    [[nodiscard]] Expr at_start(Expr value) { return at_time(pool_, value, pool_.integer(0)); }

    // After the step in hand; adaptive steps move the clock when all else is done.
    [[nodiscard]] Expr now(Expr value) {
        return program_.adaptive ? at_time(pool_, value, pool_.add({pool_.time(), pool_.step()})) : value;
    }

    void start(SymbolId symbol, const std::vector<Place>& target, Expr value) {
        program_.initial.push_back({symbol, target, at_start(value)});
    }

    void add(const Memory& memory) {
        switch (memory.kind) {
        case MemoryKind::first:
            return add_first(memory);
        case MemoryKind::delay:
            return add_delay(memory);
        case MemoryKind::average:
            return add_average(memory);
        }
    }

    // Two tensors: whether the condition has held, and the time, which stands still from then on.
    void add_first(const Memory& memory) {
        const SymbolId held = tensor("held by " + name(memory), slots(memory));
        program_.state.insert(program_.state.end(), {memory.symbol, held});
        start(held, memory.target, memory.argument);
        const Expr has_held = pool_.element(held, memory.target);
        const Expr time = pool_.element(memory.symbol, memory.target);
        after_step_.emplace_back(
            Update{name(memory),
                   {{memory.symbol, memory.target, pool_.select(pool_.apply(Op::not_equal, {has_held, pool_.integer(0)}), time, now(pool_.time()))},
                    {held, memory.target, pool_.apply(Op::max, {has_held, now(memory.argument)})}}});
    }

    struct Ring {
        SymbolId values, latest;
        std::vector<Place> target; // with the row in front
    };

    Ring add_ring(const Memory& memory) {
        algebra::Space space;
        space.name = "past";
        space.kind = algebra::SpaceKind::past;
        space.axes = {{.coordinate = "", .first = 1, .extent = rows(memory)}};
        const algebra::SpaceId past = pool_.add_space(std::move(space));
        std::vector<algebra::Slot> ring_slots = slots(memory);
        ring_slots.insert(ring_slots.begin(), algebra::Slot{past, 1, rows(memory)});
        Ring ring{tensor("past of " + name(memory), ring_slots), tensor("latest of " + name(memory), slots(memory)), {}};
        program_.state.push_back(ring.values);
        program_.temporaries.push_back(ring.latest);
        program_.stands_for.emplace_back();
        Place row;
        row.index = pool_.add_index({"row", past, 1, rows(memory)});
        ring.target = memory.target;
        ring.target.insert(ring.target.begin(), row);
        after_step_.emplace_back(
            Update{"latest of " + name(memory), {{ring.latest, memory.target, memory.argument}}});
        return ring;
    }

    void add_delay(const Memory& memory) {
        program_.state.push_back(memory.symbol);
        const Ring ring = add_ring(memory);
        start(memory.symbol, memory.target, memory.argument);
        start(ring.values, ring.target, memory.argument);
        after_step_.emplace_back(Recall{ring.values, ring.latest, memory.symbol, rows(memory)});
    }

    // Σ_row ring / how many there are by now.
    void add_average(const Memory& memory) {
        const Ring ring = add_ring(memory);
        std::vector<Place> first = ring.target;
        first.front() = Place{};
        first.front().offset[0] = 1;
        start(ring.values, first, memory.argument);
        after_step_.emplace_back(Recall{ring.values, ring.latest, std::nullopt, rows(memory)});
        const Expr steps = pool_.apply(Op::floor, {pool_.add({pool_.divide(pool_.time(), pool_.step()), pool_.rational(3, 2)})});
        const Expr number = pool_.apply(Op::min, {steps, pool_.integer(rows(memory))});
        const Expr sum = pool_.sum(ring.target.front().index, pool_.element(ring.values, ring.target));
        program_.observe.emplace_back(Update{name(memory), {{memory.symbol, memory.target, pool_.divide(sum, number)}}});
        program_.outputs.push_back(memory.symbol);
    }

    const model::Model& model_;
    Program& program_;
    Pool& pool_;
    Procedure after_step_;
};

} // namespace

bool check_memories(const model::Model& model, const Program& program, Diagnostics& diagnostics) {
    Checking checking(model, program, diagnostics);
    bool all = true;
    for (const Memory& memory : model.memories)
        all = checking.is_kept(memory) && all;
    return all;
}

void remember(const model::Model& model, Program& program) {
    Remembering(model, program).run();
}

} // namespace nphys::dynamics
