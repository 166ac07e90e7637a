#include "compiler/model/definitions.h"

#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/model/arithmetic.h"
#include "compiler/model/matrices.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/storage.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

const syntax::Name* single_name(const syntax::Position& position) {
    return position.coordinates.size() == 1 ? std::get_if<syntax::Name>(&position.coordinates.front().node) : nullptr;
}

// An index name in the brackets of a declaration.
bool add_index(Context& context, const syntax::Position& position, const Environment& environment,
               DeclaredIndices& all) {
    const syntax::Name* name = single_name(position);
    if (name == nullptr || !is_index(context, environment, *name)) {
        if (name != nullptr) {
            const Found found = find(context, *environment.scope, *name);
            if (found.poison)
                return false;
            if (found.declaration == nullptr) {
                tell_unknown(context, *environment.scope, *name);
                return false;
            }
        }
        context.tell(Code::declared_with_no_index, position.span)
            .help("declare an index and use its name: `index i in 1..4`");
        return false;
    }
    if (std::ranges::find(all.indices, name->text, &std::pair<std::string, IndexSet>::first) != all.indices.end()) {
        context.tell(Code::index_twice_on_the_left, position.span, name->written)
            .help("declare another index over the same set: `index {}, k in …`", name->written);
        return false;
    }
    const Found found = find(context, *environment.scope, *name);
    if (found.declaration == nullptr || !settle(context, *found.declaration))
        return false;
    if (!found.declaration->set) {
        context.tell(Code::set_not_known, position.span, name->written)
            .help("only functions may have indices over `any` or `axes`");
        return false;
    }
    all.indices.emplace_back(name->text, *found.declaration->set);
    all.variables.push_back(found.declaration->variable);
    return true;
}

// The value of a definition with its indices bound to places.
Entry entry_at(Context& context, const Declaration& declaration, const DeclaredIndices& own,
               const Environment& environment) {
    return [&context, value = declaration.value(), indices = own.indices, environment](std::span<const Place> places) {
        Environment inner = environment;
        for (std::size_t k = 0; k < indices.size(); ++k)
            inner.indices.push_back({indices[k].first, places[k], indices[k].second});
        return elaborate_number(context, *value, inner);
    };
}

void name_tensor(Context& context, Declaration& declaration, MadeTensor made) {
    declaration.symbol = made.symbol;
    declaration.components = std::move(made.components);
    context.tensors[declaration.symbol] = &declaration;
}

bool settle_indexed(Context& context, Declaration& declaration, const DeclaredIndices& own,
                    const Environment& environment) {
    const std::vector<Slot> slots = slots_of(own);
    Whole whole(slots, own.rows, entry_at(context, declaration, own, environment));
    whole.name = declaration.name->written;
    const auto spreads = spread(context, own.indices, own.variables, environment);
    Entries entries;
    for (const Spread& one : *spreads)
        if (const auto value = whole.at(one.places)) {
            entries.places.push_back(one.places);
            entries.values.push_back(*value);
        }
    const bool right = entries.values.size() == spreads->size();
    name_tensor(context, declaration, make_tensor(context, declaration.text(), slots, own.rows, std::move(entries)));
    declaration.whole = std::move(whole);
    return right;
}

// `let X0 = kronecker(a, b)`, `weight V = 2 - W`: the slots follow from the value.
bool settle_whole(Context& context, Declaration& declaration, const Whole& value) {
    if (value.numbers)
        return store_numbers(context, declaration, value);
    auto made = tensor_of(context, declaration.text(), value);
    if (!made)
        return false;
    name_tensor(context, declaration, std::move(*made));
    declaration.whole = value;
    declaration.whole->name = declaration.name->written;
    return true;
}

bool settle_number(Context& context, Declaration& declaration, Expr value) {
    declaration.scalar = settled(context, value);
    name_tensor(context, declaration, make_tensor(context, declaration.text(), {}, 0, {{{}}, {value}}));
    return true;
}

} // namespace

std::optional<DeclaredIndices> declared_indices(Context& context, const syntax::Indices* indices,
                                                const Environment& environment) {
    DeclaredIndices all;
    if (indices == nullptr)
        return all;
    bool right = true;
    for (const syntax::Position& position : indices->rows)
        right = add_index(context, position, environment, all) && right;
    all.rows = all.indices.size();
    if (indices->columns)
        for (const syntax::Position& position : *indices->columns)
            right = add_index(context, position, environment, all) && right;
    return right ? std::optional(all) : std::nullopt;
}

std::vector<Slot> slots_of(const DeclaredIndices& indices) {
    std::vector<Slot> slots;
    for (const auto& [name, set] : indices.indices)
        slots.push_back(slot_of(set));
    return slots;
}

std::optional<std::vector<Spread>> spread(Context& context,
                                          const std::vector<std::pair<std::string, IndexSet>>& indices,
                                          const std::vector<IndexId>& variables, const Environment& environment) {
    std::vector<Spread> all{{{}, environment}};
    for (std::size_t k = 0; k < indices.size(); ++k) {
        const auto& [name, set] = indices[k];
        std::vector<Spread> longer;
        const auto extend = [&](const Spread& one, Place place) {
            longer.push_back(one);
            longer.back().places.push_back(place);
            longer.back().environment.indices.push_back({name, place, set});
        };
        for (const Spread& one : all) {
            if (written_out(context, set)) {
                for (std::int64_t number = set.first; number <= set.last; ++number)
                    extend(one, literal_place(number));
            } else {
                Place place;
                place.index =
                    variables[k].valid() ? variables[k] : add_variable(context, name.empty() ? "i" : name, set);
                extend(one, place);
            }
        }
        all = std::move(longer);
    }
    return all;
}

std::optional<MadeTensor> tensor_of(Context& context, const std::string& name, const Whole& whole) {
    std::vector<std::pair<std::string, IndexSet>> indices;
    static constexpr const char* usual[] = {"i", "j", "k", "l", "m", "n"};
    for (std::size_t k = 0; k < whole.slots.size(); ++k)
        indices.emplace_back(usual[k % std::size(usual)], set_of_slot(whole.slots[k]));
    const auto spreads = spread(context, indices, std::vector<IndexId>(indices.size()), {});
    Entries entries;
    for (const Spread& one : *spreads) {
        const auto value = whole.at(one.places);
        if (!value)
            return std::nullopt;
        entries.places.push_back(one.places);
        entries.values.push_back(*value);
    }
    return make_tensor(context, name, whole.slots, whole.row_slots, std::move(entries));
}

Role role_of(const Declaration& declaration) {
    if (declaration.kind == NameKind::observable)
        return Role::observable;
    const auto* definition = std::get_if<syntax::Definition>(&declaration.statement->node);
    if (definition == nullptr)
        return Role::let;
    switch (definition->kind) {
    case syntax::DefinitionKind::weight:
        return Role::weight;
    case syntax::DefinitionKind::bias:
        return Role::bias;
    case syntax::DefinitionKind::loss:
        break;
    }
    return Role::loss;
}

bool settle_definition(Context& context, Declaration& declaration) {
    const Environment environment = of_scope(*declaration.scope);
    const auto own = declared_indices(context, declaration.indices(), environment);
    if (!own)
        return false;
    if (!own->indices.empty()) {
        if (!settle_indexed(context, declaration, *own, environment))
            return false;
    } else {
        const Value value = elaborate(context, *declaration.value(), environment);
        if (std::holds_alternative<Text>(value))
            context.tell(Code::text_in_formula, declaration.value()->span);
        if (const auto* whole = std::get_if<Whole>(&value)) {
            if (!settle_whole(context, declaration, *whole))
                return false;
        } else if (const auto* number = std::get_if<Expr>(&value)) {
            settle_number(context, declaration, *number);
        } else
            return false;
    }
    store_where_it_pays(context, declaration);
    return true;
}

Value value_of_definition(Context& context, Declaration& declaration, const Environment& environment) {
    if (!settle(context, declaration))
        return Poison{};
    const bool observed = environment.in_expectation && declaration.kind == NameKind::observable;
    if (declaration.scalar)
        return observed ? element_at(context, declaration.symbol, {}) : *declaration.scalar;
    if (!observed)
        return *declaration.whole;
    Whole elements(declaration.whole->slots, declaration.whole->row_slots,
                   [&context, symbol = declaration.symbol](std::span<const Place> places) -> std::optional<Expr> {
                       return element_at(context, symbol, places);
                   });
    elements.name = declaration.name->written;
    return elements;
}

} // namespace nphys::model
