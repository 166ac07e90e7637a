#include "compiler/dynamics/copies.h"

#include <algorithm>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "compiler/algebra/transform.h"

namespace nphys::dynamics {

namespace {

using algebra::Place;
using algebra::Pool;

} // namespace

std::size_t copies_slot(const algebra::Symbol& symbol) { return symbol.slots.size() - (symbol.has_parts ? 1 : 0); }

namespace {

// The places of a tensor of the model, in the copy in hand.
std::vector<Place> placed(const Pool& pool, const Copies& copies, SymbolId tensor, std::vector<Place> places) {
    Place here;
    here.index = copies.index;
    places.insert(places.begin() + static_cast<std::ptrdiff_t>(copies_slot(pool.symbol(tensor))), here);
    return places;
}

class Spreading {
public:
    Spreading(const model::Model& model, Program& program) : model_(model), program_(program), pool_(*program.pool) {}

    void run() {
        add_copies();
        for (SymbolId& symbol : program_.state)
            symbol = copied(symbol);
        for (model::Draw& draw : program_.draws)
            draw.symbol = copied(draw.symbol);
        find_what_differs();
        for (std::vector<SymbolId>* symbols : {&program_.temporaries, &program_.stands_for, &program_.outputs})
            for (SymbolId& symbol : *symbols)
                symbol = program_.in_memory(symbol);
        for (std::vector<Component>* components : {&program_.constants, &program_.initial})
            for (Component& component : *components)
                component = in_copy(component);
        for (Procedure* procedure : procedures())
            spread(*procedure, std::nullopt);
        if (program_.leap)
            spread(*program_.leap);
        if (program_.solver)
            gather(program_.solver->report);
        if (program_.adaptive) // the step is that of the copy that needs the smallest
            program_.adaptive->error_value =
                pool_.reduce(algebra::Reduction::maximum, program_.copies->index,
                             dynamics::in_copy(program_, program_.adaptive->error_value));
    }

private:
    void add_copies() {
        algebra::Space space;
        space.name = "copies";
        space.kind = algebra::SpaceKind::copies;
        space.axes = {{.coordinate = "", .first = 1, .extent = model_.run.copies}};
        const algebra::SpaceId id = pool_.add_space(std::move(space));
        program_.copies = Copies{id, pool_.add_index({"copy", id, 1, model_.run.copies}), model_.run.copies, {}};
    }

    // The tensor that holds a given one for every copy.
    SymbolId copied(SymbolId tensor) {
        const auto known = program_.copies->of.find(tensor);
        if (known != program_.copies->of.end())
            return known->second;
        algebra::Symbol symbol = pool_.symbol(tensor);
        const auto slot = symbol.slots.begin() + static_cast<std::ptrdiff_t>(copies_slot(symbol));
        symbol.slots.insert(slot, algebra::Slot{program_.copies->space, 1, program_.copies->number});
        symbol.row_slots += symbol.row_slots + 1 == symbol.slots.size() ? 1 : 0;
        return program_.copies->of[tensor] = pool_.add_symbol(std::move(symbol));
    }

    std::vector<Procedure*> procedures() {
        std::vector<Procedure*> all{&program_.opening, &program_.cycle, &program_.closing,
                                    &program_.before,  &program_.observing, &program_.observe};
        if (program_.adaptive)
            all.insert(all.end(), {&program_.adaptive->attempt, &program_.adaptive->accept});
        return all;
    }

    // What is computed from what differs, differs.
    void find_what_differs() {
        const auto differs = [&](const Component& component) {
            const auto tensors = algebra::dependence(pool_, component.value).tensors;
            return std::ranges::any_of(tensors, [&](SymbolId tensor) { return program_.copies->of.contains(tensor); });
        };
        std::size_t before = 0;
        while (before != program_.copies->of.size()) {
            before = program_.copies->of.size();
            const auto look = [&](const std::vector<Component>& components) {
                for (const Component& component : components)
                    if (differs(component))
                        copied(component.tensor);
            };
            look(program_.constants);
            for (const Procedure* procedure : procedures()) {
                for_each_update(*procedure, [&](const Update& update) { look(update.assignments); });
                for (const Action& action : *procedure)
                    if (const auto* recall = std::get_if<Recall>(&action))
                        copied(recall->latest);
                    else if (const auto* service = std::get_if<Service>(&action))
                        look_at(*service);
            }
        }
    }

    // Where one of its arrays differs between copies, all do.
    void look_at(const Service& service) {
        const auto differs = [&](const auto& argument) {
            const auto* tensor = std::get_if<SymbolId>(&argument);
            return tensor != nullptr && program_.copies->of.contains(*tensor);
        };
        if (std::ranges::any_of(service.arguments, differs))
            for (const auto& argument : service.arguments)
                if (const auto* tensor = std::get_if<SymbolId>(&argument))
                    copied(*tensor);
    }

    Component in_copy(Component component) {
        const auto found = program_.copies->of.find(component.tensor);
        if (found == program_.copies->of.end())
            return component;
        component.target = placed(pool_, *program_.copies, component.tensor, std::move(component.target));
        component.tensor = found->second;
        component.value = dynamics::in_copy(program_, component.value);
        return component;
    }

    // Copies that `rest` (1 or 0) keep what they have.
    void spread(Procedure& procedure, std::optional<Expr> rest) {
        for (Action& action : procedure) {
            if (auto* update = std::get_if<Update>(&action))
                for (Component& component : update->assignments)
                    component = resting(in_copy(component), rest);
            if (auto* repeat = std::get_if<Repeat>(&action))
                spread(*repeat, rest);
            if (auto* service = std::get_if<Service>(&action))
                for (auto& argument : service->arguments)
                    if (auto* tensor = std::get_if<SymbolId>(&argument))
                        *tensor = program_.in_memory(*tensor);
            if (auto* recall = std::get_if<Recall>(&action)) {
                recall->ring = program_.in_memory(recall->ring);
                recall->latest = program_.in_memory(recall->latest);
                if (recall->past)
                    recall->past = program_.in_memory(*recall->past);
            }
        }
    }

    // As long as a copy is not done. Each is done when it would be alone, and rests from then on.
    void spread(Repeat& repeat, std::optional<Expr> rest) {
        Expr until = dynamics::in_copy(program_, repeat.until);
        if (rest)
            until = pool_.apply(algebra::Op::max, {*rest, until});
        const SymbolId done = number_of_copies(fmt::format("copy_is_done_{}", ++repeats_));
        const Expr is_done = pool_.element(done, {here()});
        spread(repeat.body, is_done);
        Update look{.label = "which copies are done", .assignments = {{done, {here()}, until}}};
        repeat.body.insert(repeat.body.begin(), std::move(look));
        repeat.until = pool_.reduce(algebra::Reduction::minimum, program_.copies->index, until);
    }

    Component resting(Component component, std::optional<Expr> rest) {
        if (rest && is_copied(component.tensor))
            component.value = pool_.select(*rest, pool_.element(component.tensor, component.target), component.value);
        return component;
    }

    bool is_copied(SymbolId tensor) const {
        return std::ranges::any_of(pool_.symbol(tensor).slots,
                                   [&](const algebra::Slot& slot) { return slot.space == program_.copies->space; });
    }

    Place here() const { return {program_.copies->index, {}}; }

    SymbolId number_of_copies(const std::string& name) {
        algebra::Symbol symbol;
        symbol.name = name;
        symbol.slots = {{program_.copies->space, 1, program_.copies->number}};
        symbol.row_slots = 1;
        program_.temporaries.push_back(pool_.add_symbol(std::move(symbol)));
        program_.stands_for.emplace_back();
        return program_.temporaries.back();
    }

    // The fields of all copies are moved together.
    void spread(Leap& leap) {
        copied(leap.fields);
        for (Update* update : {&leap.pack, &leap.unpack})
            for (Component& component : update->assignments)
                component = in_copy(component);
        leap.fields = program_.in_memory(leap.fields);
    }

    // What the solves of all copies took: iterations add up; the first failure is told.
    void gather(Solver::Report& report) {
        const auto each = [&](SymbolId number) { return dynamics::in_copy(program_, pool_.element(number, {})); };
        const Expr none = pool_.real(std::numeric_limits<double>::max());
        const Expr failed_at = pool_.select(each(report.failed), each(report.time), none);
        Update update{.label = "tell of the solves of all copies", .assignments = {}};
        const auto take = [&](SymbolId& number, algebra::Reduction how, Expr of_each) {
            if (!program_.copies->of.contains(number))
                return;
            program_.temporaries.push_back(program_.in_memory(number));
            program_.stands_for.emplace_back();
            number = pool_.add_symbol(algebra::Symbol(pool_.symbol(number)));
            program_.initial.push_back({number, {}, pool_.integer(0)});
            update.assignments.push_back({number, {}, pool_.reduce(how, program_.copies->index, of_each)});
        };
        using enum algebra::Reduction;
        take(report.iterations, sum, each(report.iterations));
        take(report.most, maximum, each(report.most));
        take(report.residual, maximum, each(report.residual));
        take(report.time, minimum, failed_at);
        take(report.failed, maximum, each(report.failed));
        for (Procedure* procedure : {&program_.cycle, &program_.closing})
            procedure->emplace_back(update);
    }

    const model::Model& model_;
    Program& program_;
    Pool& pool_;
    int repeats_ = 0;
};

} // namespace

void put_in_copies(const model::Model& model, Program& program) {
    Spreading(model, program).run();
}

Expr in_copy(const Program& program, Expr expression) {
    if (!program.copies)
        return expression;
    Pool& pool = *program.pool;
    return algebra::rewrite_leaves(pool, expression, [&](Expr leaf) {
        const auto* element = pool.get<algebra::Element>(leaf);
        const auto found = element == nullptr ? program.copies->of.end() : program.copies->of.find(element->tensor);
        if (found == program.copies->of.end())
            return leaf;
        return pool.element(found->second, placed(pool, *program.copies, element->tensor, element->positions));
    });
}

} // namespace nphys::dynamics
