#include "compiler/analysis/learning_system.h"

#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/analysis/law_program.h"

namespace nphys::analysis {

LearningSystem::LearningSystem(const model::Model& of)
    : model(of), pool(*of.pool), motion(motion_of(of)), constants(constants_of(of)), maps(pool), judge(of, constants),
      neurons(variables_of(pool, motion, model::Dynamics::activation)),
      trainables(variables_of(pool, motion, model::Dynamics::learning)), activation(rates_of(pool, motion, neurons)),
      learning(rates_of(pool, motion, trainables)), weight(maps.derivative(activation, neurons, neurons)),
      bias(maps.derivative(activation, neurons, trainables)), back(maps.derivative(learning, trainables, neurons)),
      decay(maps.derivative(learning, trainables, trainables)), obstacle_(found_obstacle()) {}

std::string LearningSystem::found_obstacle() const {
    if (neurons.components.empty())
        return "no neuron moves";
    if (trainables.components.empty())
        return "nothing learns";
    if (!motion.velocities.empty())
        return "learning has momentum, which is a map with a memory of its own";
    return {};
}

bool LearningSystem::depends_on_state(const LinearMap& map) const {
    return std::ranges::any_of(map.rows, [&](Expr row) {
        return std::ranges::any_of(model.tensors, [&](const model::Tensor& tensor) {
            const bool is_state = tensor.role == model::Role::neuron || tensor.role == model::Role::trainable;
            return is_state && algebra::depends_on(pool, row, tensor.symbol);
        });
    });
}

Span LearningSystem::span_of(const Variables& variables, std::size_t row) const {
    const model::Component& component = variables.components[row];
    for (const dynamics::Moved& moved : motion.moved)
        if (moved.tensor == component.tensor && moved.target == component.target)
            return moved.span;
    for (const dynamics::Moved& moved : motion.moved)
        if (moved.tensor == component.tensor)
            return moved.span;
    return {};
}

// The tensor as a map: Σ over its columns of entry times test field.
std::optional<LinearMap> LearningSystem::map_of(const model::Tensor& tensor, const Variables& to,
                                                const Variables& from) {
    const algebra::Symbol symbol = pool.symbol(tensor.symbol);
    if (to.tensors.size() != 1 || from.tensors.size() != 1)
        return std::nullopt;
    std::vector<algebra::Slot> slots = pool.symbol(to.tensors.front()).slots;
    const std::vector<algebra::Slot> columns = pool.symbol(from.tensors.front()).slots;
    slots.insert(slots.end(), columns.begin(), columns.end());
    if (symbol.slots != slots)
        return std::nullopt;
    std::vector<algebra::Definition> definitions;
    if (!tensor.stored)
        for (const model::Component& component : tensor.definition)
            definitions.push_back({component.target, component.value});
    LinearMap result = maps.zero(to, from);
    for (std::size_t row = 0; row < result.rows.size(); ++row) {
        std::vector<Expr> sum;
        for (const model::Component& column : from.components) {
            std::vector<Place> places = to.components[row].target, own = column.target;
            std::vector<algebra::IndexId> summed;
            for (Place& place : own)
                if (!place.is_literal()) {
                    place.index = pool.fresh_index(place.index);
                    summed.push_back(place.index);
                }
            places.insert(places.end(), own.begin(), own.end());
            Expr entry = pool.element(tensor.symbol, places);
            if (!definitions.empty())
                entry = algebra::inline_definitions(pool, entry, tensor.symbol, definitions);
            Expr term = pool.multiply({entry, pool.element(maps.test(column.tensor), own)});
            for (const algebra::IndexId index : summed)
                term = pool.sum(index, term);
            sum.push_back(term);
        }
        result.rows[row] = pool.add(std::move(sum));
    }
    return result;
}

const model::Tensor* LearningSystem::declared(const LinearMap& map, std::string_view name) {
    const model::Tensor* found = nullptr;
    for (const model::Tensor& tensor : model.tensors) {
        if (tensor.role != model::Role::weight && tensor.role != model::Role::bias)
            continue;
        const std::optional<LinearMap> own = map_of(tensor, *map.to, *map.from);
        if (own && (found == nullptr || tensor.name == name) && judge.compare(own->rows, map.rows).holds())
            found = &tensor;
    }
    return found;
}

} // namespace nphys::analysis
