// `index i in space`, `index a in 1..4`, `index μ in axes(space)`, and the sets of indices that have none of their own.

#include <algorithm>

#include "compiler/model/elaborate.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

std::optional<IndexSet> set_of_range(Context& context, const syntax::Range& range, const Environment& environment) {
    if (range.step) {
        context.tell(Code::misplaced_step, range.span).help("an index takes every number of its range");
        return std::nullopt;
    }
    const auto first = whole_number(context, *range.first, environment, "an end of a range");
    const auto last = whole_number(context, *range.last, environment, "an end of a range");
    if (!first || !last)
        return std::nullopt;
    if (*first > *last) {
        context.tell(Code::empty_range, range.span, static_cast<double>(*first), static_cast<double>(*last));
        return std::nullopt;
    }
    return range_set(context, *first, *last);
}

void not_a_set(Context& context, const Expression& expression) {
    context.tell(Code::not_a_set, expression.span, syntax::print(expression))
        .help("an index ranges over a lattice, `axes(…)` of one, a range `1..4`, a graph or the rows of a data set");
}

std::optional<IndexSet> set_of_name(Context& context, Declaration& index, const Expression& expression,
                                    const syntax::Name& name) {
    const Found found = find(context, *index.scope, name);
    if (found.poison)
        return std::nullopt;
    if (found.declaration == nullptr) {
        tell_unknown(context, *index.scope, name, {"axes", "any"});
        return std::nullopt;
    }
    const NameKind kind = found.declaration->kind;
    if (kind != NameKind::lattice && kind != NameKind::graph && kind != NameKind::dataset) {
        not_a_set(context, expression);
        return std::nullopt;
    }
    if (!settle(context, *found.declaration))
        return std::nullopt;
    return set_of_space(context, found.declaration->space);
}

std::optional<IndexSet> set_of_axes(Context& context, Declaration& index, const syntax::Call& call,
                                    const Expression& expression) {
    const auto* argument =
        call.arguments.size() == 1 ? std::get_if<Expression>(&call.arguments.front().value) : nullptr;
    const syntax::Name* name = argument == nullptr ? nullptr : syntax::as_name(*argument);
    if (name == nullptr) {
        not_a_set(context, expression);
        return std::nullopt;
    }
    const Found found = find(context, *index.scope, *name);
    if (found.poison)
        return std::nullopt;
    if (found.declaration == nullptr) {
        tell_unknown(context, *index.scope, *name);
        return std::nullopt;
    }
    if (found.declaration->kind != NameKind::lattice) {
        context.tell(Code::axes_of_no_lattice, argument->span, name->written, kind_name(found.declaration->kind));
        return std::nullopt;
    }
    if (!settle(context, *found.declaration))
        return std::nullopt;
    return axes_set(context, found.declaration->space);
}

// The slot that an index stands at somewhere in a formula: of an argument, or of a tensor.
struct SlotFinder {
    Context& context;
    const Environment& environment;
    const std::string& index;
    std::optional<Slot> slot;

    void look(const Expression& expression) {
        if (slot)
            return;
        if (const auto* indexed = std::get_if<syntax::Indexed>(&expression.node))
            look_indexed(*indexed);
        if (const auto* group = std::get_if<syntax::Group>(&expression.node))
            look(*group->inner);
        if (const auto* unary = std::get_if<syntax::Unary>(&expression.node))
            look(*unary->operand);
        if (const auto* binary = std::get_if<syntax::Binary>(&expression.node)) {
            look(*binary->left);
            look(*binary->right);
        }
        if (const auto* call = std::get_if<syntax::Call>(&expression.node))
            for (const syntax::Argument& argument : call->arguments)
                if (const auto* value = std::get_if<Expression>(&argument.value))
                    look(*value);
        if (const auto* comparison = std::get_if<syntax::Comparison>(&expression.node))
            for (const Expression& operand : comparison->operands)
                look(operand);
        if (const auto* logical = std::get_if<syntax::Logical>(&expression.node))
            for (const Expression& operand : logical->operands)
                look(operand);
        if (const auto* conditional = std::get_if<syntax::Conditional>(&expression.node))
            for (const Expression* part : {&*conditional->value, &*conditional->condition, &*conditional->otherwise})
                look(*part);
    }

    void look_indexed(const syntax::Indexed& indexed) {
        const auto* name = std::get_if<syntax::Name>(&indexed.base->node);
        if (name == nullptr)
            return look(*indexed.base);
        const std::optional<std::vector<Slot>> slots = slots_of_name(context, *name, environment);
        if (!slots)
            return;
        std::vector<syntax::Position> positions = indexed.indices.rows;
        if (indexed.indices.columns)
            positions.insert(positions.end(), indexed.indices.columns->begin(), indexed.indices.columns->end());
        for (std::size_t k = 0; k < std::min(positions.size(), slots->size()); ++k) {
            const syntax::Name* place = syntax::as_name(positions[k].coordinates.front());
            if (place != nullptr && place->text == index)
                slot = (*slots)[k];
        }
    }
};

} // namespace

bool settle_index(Context& context, Declaration& declaration) {
    const auto& node = std::get<syntax::Index>(declaration.statement->node);
    const Environment environment = of_scope(*declaration.scope);
    if (const auto* range = std::get_if<syntax::Range>(&node.set)) {
        declaration.set = set_of_range(context, *range, environment);
    } else {
        const auto& expression = std::get<Expression>(node.set);
        const syntax::Name* name = syntax::as_name(expression);
        const auto* call = std::get_if<syntax::Call>(&expression.node);
        const syntax::Name* callee = call == nullptr ? nullptr : syntax::as_name(*call->callee);
        if (name != nullptr && (name->text == "any" || name->text == "axes") &&
            declaration.scope->find_own(name->text) == nullptr) {
            declaration.any_axes = name->text == "axes";
            return true;
        }
        if (name != nullptr)
            declaration.set = set_of_name(context, declaration, expression, *name);
        else if (callee != nullptr && callee->text == "axes")
            declaration.set = set_of_axes(context, declaration, *call, expression);
        else
            not_a_set(context, expression);
    }
    if (declaration.set && !written_out(context, *declaration.set))
        declaration.variable = add_variable(context, declaration.text(), *declaration.set);
    return declaration.set.has_value();
}

std::optional<IndexSet> set_of_index(Context& context, const Environment& environment, const syntax::Name& name,
                                     const Expression& use) {
    if (const IndexSet* label = environment.label(name.text))
        return *label;
    const Found found = find(context, *environment.scope, name);
    if (found.declaration == nullptr || !settle(context, *found.declaration))
        return std::nullopt;
    if (found.declaration->set)
        return found.declaration->set;
    if (found.declaration->any_axes) {
        const std::optional<SpaceId> lattice = lattice_meant(context, environment, name.span, name.written);
        return lattice ? std::optional(axes_set(context, *lattice)) : std::nullopt;
    }
    SlotFinder finder{context, environment, name.text, std::nullopt};
    finder.look(use);
    if (finder.slot)
        return set_of_slot(*finder.slot);
    context.tell(Code::set_not_known, name.span, name.written)
        .help("use `{}` as the index of an argument, or give it a set of its own", name.written);
    return std::nullopt;
}

} // namespace nphys::model
