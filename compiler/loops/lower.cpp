#include "compiler/loops/lower.h"

#include <algorithm>
#include <utility>

#include "compiler/loops/fuse.h"
#include "compiler/loops/sweeps.h"
#include "compiler/loops/write.h"

namespace nphys::loops {

namespace {

using model::Component;

bool is_same(const Component& a, const Component& b) {
    return a.tensor == b.tensor && a.target == b.target && a.value == b.value;
}

// Steps that end as they begin need no code of their own for the last one.
bool is_same(const dynamics::Procedure& a, const dynamics::Procedure& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const dynamics::Action& x, const dynamics::Action& y) {
        if (const auto* one = std::get_if<dynamics::Repeat>(&x)) {
            const auto* other = std::get_if<dynamics::Repeat>(&y);
            return other != nullptr && one->until == other->until && one->most == other->most && is_same(one->body, other->body);
        }
        const auto* first = std::get_if<dynamics::Update>(&x);
        const auto* second = std::get_if<dynamics::Update>(&y);
        if (const auto *one = std::get_if<dynamics::Recall>(&x), *other = std::get_if<dynamics::Recall>(&y); one != nullptr && other != nullptr)
            return *one == *other;
        if (first == nullptr || second == nullptr)
            return x.index() == y.index();
        return first->sequential == second->sequential &&
               std::equal(first->assignments.begin(), first->assignments.end(), second->assignments.begin(), second->assignments.end(),
                          [](const Component& p, const Component& q) { return is_same(p, q); });
    });
}

class Lowering {
public:
    Lowering(const model::Model& model, const dynamics::Program& program, const LowerOptions& options)
        : program_(program), shop_(model, program, options),
          number_(program.single_precision ? Type::f32 : Type::f64) {}

    Lowered run() {
        constants();
        initialize();
        if (program_.leap)
            leap(*program_.leap);
        else if (program_.adaptive)
            adaptive();
        else
            advance();
        observe();
        return {std::move(shop_.placed().module), std::move(shop_.placed().layout), std::move(shop_.contractions())};
    }

private:
    template <class Body>
    void function(const std::string& name, Body&& body) {
        FunctionBuilder build(shop_.placed().module, name);
        ScheduleWriter writer(build, shop_);
        body(build, writer);
        shop_.placed().module.functions.push_back(build.finish());
    }

    void add(const std::string& name, const Schedule& schedule) {
        function(name, [&](FunctionBuilder&, ScheduleWriter& writer) {
            writer.prologue({&schedule});
            writer.write(schedule);
        });
    }

    void constants() {
        const Schedule schedule = shop_.in_order(program_.constants, Type::f64, "constants");
        function("constants", [&](FunctionBuilder& build, ScheduleWriter& writer) {
            writer.prologue({&schedule});
            writer.write(schedule);
            for (const algebra::SymbolId kept : program_.kept) // it is of other coefficients
                build.store(buffer_of(kept), build.integer(0), build.constant(0));
        });
    }

    [[nodiscard]] BufferId buffer_of(algebra::SymbolId symbol) { return shop_.placed().layout.find(symbol)->components.front().buffer; }

    // All steps at once.
    void leap(const dynamics::Leap& leap) {
        const Schedule pack = shop_.procedure({leap.pack}, Type::f64), unpack = shop_.procedure({leap.unpack}, Type::f64);
        function("advance", [&](FunctionBuilder& build, ScheduleWriter& writer) {
            writer.prologue({&pack, &unpack});
            const IntegerId steps = build.argument();
            build.when(build.less(build.integer(0), steps), [&] {
                writer.write(pack);
                const std::int64_t kept = shop_.placed().module.buffers[buffer_of(leap.kept).index()].size;
                build.call_service("nphys_propagate", {buffer_of(leap.table), buffer_of(leap.coefficients), buffer_of(leap.sources),
                                                       buffer_of(leap.fields), buffer_of(leap.kept), build.integer(kept),
                                                       build.integer(program_.copies ? program_.copies->number : 1), steps});
                writer.write(unpack);
                build.loop(LoopKind::serial, "n", build.integer(0), steps, [&](IntegerId) { build.advance_step(); });
            });
        });
    }

    // What is not named is 0. Formulas are evaluated in f64 and rounded to the type of the state.
    void initialize() {
        const Schedule schedule = shop_.in_order(program_.initial, Type::f64, "initial values");
        const Schedule before = fused(program_.before);
        function("initialize", [&](FunctionBuilder& build, ScheduleWriter& writer) {
            const std::size_t given = shop_.placed().module.buffers.size();
            for (std::size_t b = 0; b < given; ++b) {
                const Buffer buffer = shop_.placed().module.buffers[b];
                if (buffer.role != BufferRole::state)
                    continue;
                build.loop(LoopKind::vector, "n", build.integer(0), build.integer(buffer.size), [&](IntegerId n) {
                    build.store(BufferId(static_cast<std::uint32_t>(b)), n, build.constant(0, buffer.type));
                });
            }
            writer.prologue({&schedule, &before});
            writer.write(schedule);
            writer.write(before);
        });
    }

    Schedule fused(const dynamics::Procedure& procedure) {
        Schedule schedule = shop_.procedure(procedure, number_);
        return shop_.options().fuse ? fuse(shop_, std::move(schedule)) : schedule;
    }

    void advance() {
        Schedule opening = fused(program_.opening), cycle = fused(program_.cycle), closing = fused(program_.closing);
        if (shop_.options().fuse)
            drop_unread(shop_, {&opening, &cycle, &closing});
        function("advance", [&](FunctionBuilder& build, ScheduleWriter& writer) {
            writer.prologue({&opening, &cycle, &closing});
            const IntegerId steps = build.argument();
            if (program_.opening.empty() && is_same(program_.cycle, program_.closing))
                return writer.repeat(cycle, steps);
            build.when(build.less(build.integer(0), steps), [&] {
                writer.write(opening);
                writer.repeat(cycle, build.subtract(steps, 1));
                writer.write(closing);
            });
        });
    }

    void adaptive() {
        Schedule attempt = fused(program_.adaptive->attempt);
        for (Item& item : shop_.assignment(shop_.placed().layout.error, program_.adaptive->error_value, number_))
            attempt.push_back(std::move(item));
        add("attempt", attempt);
        add("accept", fused(program_.adaptive->accept));
    }

    void observe() {
        Schedule schedule = fused(program_.observing);
        for (Item& item : shop_.procedure(program_.observe, Type::f64))
            schedule.push_back(std::move(item));
        add("observe", schedule);
    }

    const dynamics::Program& program_;
    Workshop shop_;
    Type number_;
};

} // namespace

Lowered lower(const model::Model& model, const dynamics::Program& program, const LowerOptions& options) {
    return Lowering(model, program, options).run();
}

} // namespace nphys::loops
