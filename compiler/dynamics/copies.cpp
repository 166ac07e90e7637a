#include "compiler/dynamics/copies.h"

#include <algorithm>

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
            spread(*procedure);
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
            for (const Procedure* procedure : procedures())
                for (const Action& action : *procedure) {
                    if (const auto* update = std::get_if<Update>(&action))
                        look(update->assignments);
                    if (const auto* recall = std::get_if<Recall>(&action))
                        copied(recall->latest);
                }
        }
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

    void spread(Procedure& procedure) {
        for (Action& action : procedure) {
            if (auto* update = std::get_if<Update>(&action))
                for (Component& component : update->assignments)
                    component = in_copy(component);
            if (auto* recall = std::get_if<Recall>(&action)) {
                recall->ring = program_.in_memory(recall->ring);
                recall->latest = program_.in_memory(recall->latest);
                if (recall->past)
                    recall->past = program_.in_memory(*recall->past);
            }
        }
    }

    const model::Model& model_;
    Program& program_;
    Pool& pool_;
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
