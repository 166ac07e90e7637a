// What turns the components of a Dirac field at their site: a mass in opposite senses, a potential alike.
#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/analysis/misprints.h"
#include "compiler/dynamics/local_part.h"

namespace nphys::analysis {

namespace {

using algebra::SymbolId;
using dynamics::LocalBlock;
using dynamics::Moved;

bool varies(const algebra::Pool& pool, algebra::Expr expression) {
    const algebra::Dependence on = algebra::dependence(pool, expression);
    return on.coordinates || on.time || !on.tensors.empty();
}

// A term that is the same everywhere and always, such as the mass.
bool has_uniform_term(algebra::Pool& pool, algebra::Expr expression) {
    const algebra::Expr expanded = algebra::expand(pool, expression);
    if (const auto* sum = pool.get<algebra::Add>(expanded))
        return std::ranges::any_of(sum->terms, [&](algebra::Expr term) { return !varies(pool, term); });
    return !pool.is_zero(expanded) && !varies(pool, expanded);
}

// The places of one block's components in the index variables of another's, if they are the same places.
std::optional<algebra::Substitution> same_places(const LocalBlock& from, const LocalBlock& to) {
    if (from.components.size() != to.components.size())
        return std::nullopt;
    algebra::Substitution variables;
    const auto agree = [&](const algebra::Place& own, const algebra::Place& other) {
        if (own.is_literal() || other.is_literal())
            return own == other;
        const auto known = std::ranges::find(variables, own.index, &std::pair<algebra::IndexId, algebra::Place>::first);
        if (known != variables.end())
            return known->second == other;
        variables.emplace_back(own.index, other);
        return true;
    };
    for (std::size_t k = 0; k < from.components.size(); ++k)
        if (!std::ranges::equal(from.components[k].target, to.components[k].target, agree))
            return std::nullopt;
    return variables;
}

// How two generators compare, entry by entry.
struct Comparison {
    bool turns = true, alike = true, opposite = true, uniform_term = false, varying = false;
};

Comparison compare(algebra::Pool& pool, const LocalBlock& neurons, const LocalBlock& trainables,
                   const algebra::Substitution& places) {
    Comparison result;
    const auto vanishes = [&](algebra::Expr value) { return pool.is_zero(algebra::expand(pool, value)); };
    const std::size_t size = neurons.generator.size;
    for (std::size_t row = 0; row < size; ++row)
        for (std::size_t column = 0; column < size; ++column) {
            const algebra::Expr entry = neurons.generator.at(row, column);
            const algebra::Expr other = algebra::substitute(pool, trainables.generator.at(row, column), places);
            result.turns = result.turns && vanishes(pool.add({entry, neurons.generator.at(column, row)}));
            result.alike = result.alike && vanishes(pool.subtract(entry, other));
            result.opposite = result.opposite && vanishes(pool.add({entry, other}));
            result.uniform_term = result.uniform_term || has_uniform_term(pool, entry);
            result.varying = result.varying || varies(pool, entry);
        }
    return result;
}

// What moves the neurons of a block from elsewhere, as links and covariant differences do, varies itself.
bool has_varying_bias(const algebra::Pool& pool, const dynamics::LocalParts& parts, const LocalBlock& block,
                      const std::vector<SymbolId>& moving) {
    return std::ranges::any_of(parts.rest.moved, [&](const Moved& moved) {
        const algebra::Dependence on = algebra::dependence(pool, moved.rate);
        const bool stored = std::ranges::any_of(
            on.tensors, [&](SymbolId tensor) { return !std::ranges::count(moving, tensor); });
        return moved.tensor == block.components.front().tensor && (on.coordinates || on.time || stored);
    });
}

void tell(const algebra::Pool& pool, const LocalBlock& neurons, const LocalBlock& trainables, const Comparison& found,
          bool gauge, Diagnostics& diagnostics) {
    const std::string& neuron = pool.symbol(neurons.components.front().tensor).name;
    const std::string& trainable = pool.symbol(trainables.components.front().tensor).name;
    const Span place = trainables.members.front()->span;
    if (found.alike && found.uniform_term)
        diagnostics.report(Code::mass_turns_alike, place, trainable, neuron)
            .help("reverse the sign of the mass in this law")
            .note("these are the losses of Eqs. (4.14) and (5.9) as printed; the term is +π[i,a]*X0[a,b]*(m - A0)*π[i,b]");
    else if (found.opposite && found.varying && gauge)
        diagnostics.report(Code::potential_acts_as_mass, place, neuron, trainable)
            .help("with W = 1 + (m + A0)X0 write V = 1 + (A0 - m)X0")
            .note("this is V = 2 - W of Eq. (5.6) as printed; of a mass that varies in a gauge field it is right");
}

} // namespace

void check_turns(const model::Model& model, Diagnostics& diagnostics) {
    algebra::Pool& pool = *model.pool;
    Diagnostics told_before;
    const dynamics::Motion motion = dynamics::motion(model, told_before);
    const dynamics::LocalParts parts = dynamics::local_parts(pool, motion);
    std::vector<SymbolId> moving;
    for (const Moved& moved : motion.moved)
        moving.push_back(moved.tensor);
    for (const LocalBlock& neurons : parts.blocks)
        for (const LocalBlock& trainables : parts.blocks) {
            if (neurons.members.front()->dynamics == trainables.members.front()->dynamics ||
                neurons.members.front()->dynamics != model::Dynamics::activation || neurons.generator.size < 2)
                continue;
            const auto places = same_places(trainables, neurons);
            if (!places)
                continue;
            const Comparison found = compare(pool, neurons, trainables, *places);
            if (found.turns && (found.alike || found.opposite))
                return tell(pool, neurons, trainables, found, has_varying_bias(pool, parts, neurons, moving),
                            diagnostics);
        }
}

} // namespace nphys::analysis
