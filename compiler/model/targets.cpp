#include "compiler/model/targets.h"

#include <algorithm>

#include "compiler/model/complex.h"
#include "compiler/model/places.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

// What stands in one slot of a left-hand side: an index, or a literal place.
struct Piece {
    std::string name;
    std::optional<IndexSet> set;
    IndexId variable;
    Place place;
};

struct TargetReader {
    Context& context;
    const Environment& environment;
    const Declaration& variable;
    std::vector<std::string> seen;

    [[nodiscard]] std::optional<Piece> piece(const syntax::Position& position, const Slot& slot) {
        const syntax::Name* name =
            position.coordinates.size() == 1 ? std::get_if<syntax::Name>(&position.coordinates.front().node) : nullptr;
        if (name != nullptr && is_index(context, environment, *name))
            return index_piece(*name, slot);
        if (moves_an_index(position)) {
            context.tell(Code::shifted_target, position.span)
                .help("name the element itself on the left-hand side, and its neighbours on the right");
            return std::nullopt;
        }
        const auto place = place_in_slot(context, position, slot, variable.name->written, environment);
        return place ? std::optional(Piece{"", std::nullopt, {}, *place}) : std::nullopt;
    }

    [[nodiscard]] bool moves_an_index(const syntax::Position& position) {
        bool found = false;
        for (const syntax::Expression& coordinate : position.coordinates)
            each_name(coordinate,
                      [&](const syntax::Name& name) { found = found || is_index(context, environment, name); });
        return found;
    }

    template <class Visit>
    static void each_name(const syntax::Expression& expression, Visit&& visit) {
        if (const auto* name = std::get_if<syntax::Name>(&expression.node))
            visit(*name);
        if (const auto* group = std::get_if<syntax::Group>(&expression.node))
            each_name(*group->inner, visit);
        if (const auto* unary = std::get_if<syntax::Unary>(&expression.node))
            each_name(*unary->operand, visit);
        if (const auto* binary = std::get_if<syntax::Binary>(&expression.node)) {
            each_name(*binary->left, visit);
            each_name(*binary->right, visit);
        }
    }

    [[nodiscard]] std::optional<Piece> index_piece(const syntax::Name& name, const Slot& slot) {
        if (std::ranges::find(seen, name.text) != seen.end()) {
            context.tell(Code::index_twice_on_the_left, name.span, name.written);
            return std::nullopt;
        }
        seen.push_back(name.text);
        const Found found = find(context, *environment.scope, name);
        if (found.declaration == nullptr || !settle(context, *found.declaration))
            return std::nullopt;
        const auto& set = found.declaration->set;
        if (!set) {
            context.tell(Code::set_not_known, name.span, name.written);
            return std::nullopt;
        }
        if (!fits(context, *set, slot)) {
            context.tell(Code::index_does_not_fit, name.span, name.written, describe(context, *set),
                         variable.name->written, describe(context, set_of_slot(slot)));
            return std::nullopt;
        }
        return Piece{name.text, set, found.declaration->variable, {}};
    }
};

// The slots of a whole target, each with the variable of the index it was declared with.
std::vector<Piece> whole_pieces(Context& context, const Declaration& variable, const Environment& environment) {
    const auto own = declared_indices(context, variable.indices(), environment);
    std::vector<Piece> pieces;
    for (std::size_t k = 0; own && k < own->indices.size(); ++k)
        pieces.push_back({"", own->indices[k].second, own->variables[k], {}});
    return pieces;
}

std::vector<Spread> spread_pieces(Context& context, const std::vector<Piece>& pieces, const Environment& environment) {
    std::vector<Spread> all{{{}, environment}};
    for (const Piece& piece : pieces) {
        std::vector<Spread> longer;
        for (const Spread& one : all) {
            if (!piece.set) {
                longer.push_back(one);
                longer.back().places.push_back(piece.place);
                continue;
            }
            const auto slot = spread(context, {{piece.name, *piece.set}}, {piece.variable}, one.environment);
            for (const Spread& next : *slot) {
                longer.push_back({one.places, next.environment});
                longer.back().places.push_back(next.places.front());
            }
        }
        all = std::move(longer);
    }
    return all;
}

} // namespace

std::optional<Target> read_target(Context& context, const syntax::Target& target, const Environment& environment,
                                  const char* what) {
    const Found found = find(context, *environment.scope, target.name);
    if (found.poison)
        return std::nullopt;
    if (found.declaration == nullptr) {
        tell_unknown(context, *environment.scope, target.name);
        return std::nullopt;
    }
    if (found.declaration->kind != NameKind::variable) {
        context
            .tell(Code::not_a_variable, target.name.span, target.name.written, kind_name(found.declaration->kind), what)
            .help("only a neuron or a trainable has {}", what);
        return std::nullopt;
    }
    Target read;
    read.variable = found.declaration;
    if (!settle(context, *read.variable))
        return std::nullopt;
    const std::vector<Slot> slots = read.variable->whole ? read.variable->whole->slots : std::vector<Slot>{};
    if (!target.indices) {
        read.whole = !slots.empty();
        Environment inside = environment;
        inside.whole = read.variable;
        read.spreads = spread_pieces(context, whole_pieces(context, *read.variable, environment), inside);
        return read;
    }
    std::vector<syntax::Position> positions = target.indices->rows;
    if (target.indices->columns)
        positions.insert(positions.end(), target.indices->columns->begin(), target.indices->columns->end());
    if (positions.size() != slots.size()) {
        context
            .tell(Code::too_many_indices, target.indices->span, target.name.written,
                  counted(slots.size(), "index", "indices"), positions.size())
            .label(read.variable->name->span, "declared here");
        return std::nullopt;
    }
    TargetReader reader{context, environment, *read.variable, {}};
    std::vector<Piece> pieces;
    for (std::size_t k = 0; k < positions.size(); ++k) {
        const auto piece = reader.piece(positions[k], slots[k]);
        if (!piece)
            return std::nullopt;
        pieces.push_back(*piece);
    }
    read.spreads = spread_pieces(context, pieces, environment);
    return read;
}

std::optional<std::vector<Component>> components_at(Context& context, const Target& target,
                                                    const syntax::Expression& value) {
    std::vector<Component> components;
    bool wrong = false;
    for (const Spread& one : target.spreads) {
        std::optional<Expr> entry;
        if (!target.whole) {
            entry = elaborate_number(context, value, one.environment);
        } else {
            const Value all = elaborate(context, value, one.environment);
            if (const auto* whole = std::get_if<Whole>(&all)) {
                if (whole->slots != target.variable->whole->slots)
                    context.tell(Code::shape_of_value, value.span, target.variable->name->written,
                                 describe(context, target.variable->whole->slots), describe(context, whole->slots));
                else
                    entry = whole->at(one.places);
            } else if (const auto* number = std::get_if<Expr>(&all))
                entry = *number;
            else if (std::holds_alternative<Text>(all))
                context.tell(Code::text_in_formula, value.span);
        }
        if (entry && !context.pool.symbol(target.variable->symbol).has_parts)
            entry = real_value(context, *entry, value, fmt::format("the value of `{}`", target.variable->name->written));
        wrong = !entry || !add_component(context, components, target.variable->symbol, one.places, *entry) || wrong;
    }
    return wrong ? std::nullopt : std::optional(components);
}

} // namespace nphys::model
