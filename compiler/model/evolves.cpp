#include "compiler/model/evolves.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/algebra/transform.h"
#include "compiler/base/suggest.h"
#include "compiler/model/arithmetic.h"
#include "compiler/model/draws.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/targets.h"
#include "compiler/model/variables.h"
#include "compiler/model/wording.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

struct EvolutionReader {
    Context& context;
    const syntax::Law& node;
    const Environment& environment;
    Evolution evolution;
    const Expression *jump = nullptr, *accept = nullptr;

    // ---- Options ----------------------------------------------------------------------------------------------------------

    bool take_option(const syntax::Option& option) {
        const std::string& key = option.key.text;
        if (key != "jump" && key != "accept") {
            auto& told = context.diagnostics.add(Code::unknown_option, option.key.span,
                                                 fmt::format("`{}` is no option of `evolves`", option.key.written));
            if (const auto nearest = suggest(key, std::vector<std::string>{"jump", "accept"}))
                told.help("did you mean `{}`?", *nearest);
            else
                told.help("`evolves` takes `jump` and `accept`");
            return false;
        }
        if (!option.value) {
            context.tell(Code::option_without_value, option.key.span, option.key.written);
            return false;
        }
        const Expression*& slot = key == "jump" ? jump : accept;
        if (slot != nullptr) {
            context.tell(Code::option_twice, option.key.span, option.key.written);
            return false;
        }
        slot = &*option.value;
        (key == "jump" ? evolution.jump_span : evolution.accept_span) = option.value->span;
        return true;
    }

    bool take_options() {
        bool right = true;
        for (const syntax::Option& option : node.options)
            right = take_option(option) && right;
        for (const auto& [value, name, example] :
             {std::tuple{jump, "jump", "jump normal(0, 0.1)"}, std::tuple{accept, "accept", "accept sigmoid(H - H')"}})
            if (value == nullptr && right) {
                context.tell(Code::evolution_needs, node.form_span, name).help("write `with {}`", example);
                right = false;
            }
        return right;
    }

    // ---- The loss -----------------------------------------------------------------------------------------------------------

    bool take_loss() {
        const syntax::Name* name = syntax::as_name(node.value);
        if (name == nullptr) {
            context.tell(Code::evolution_needs_name, node.value.span, syntax::print(node.value))
                .help("give it a name, `loss H = {}`, so that `accept` can speak of H and H'", syntax::print(node.value));
            return false;
        }
        evolution.loss = name->text;
        const auto value = elaborate_number(context, node.value, environment);
        if (value)
            evolution.before = *value;
        return value.has_value();
    }

    // ---- The jump -----------------------------------------------------------------------------------------------------------

    bool take_target(const syntax::Target& text) {
        const auto target = read_target(context, text, environment, "a law");
        if (!target)
            return false;
        if (is_neuron(*target->variable)) {
            context.tell(Code::wrong_dynamics, text.name.span, text.name.written, "a neuron", "learning")
                .label(target->variable->name->span, "declared here");
            return false;
        }
        const auto mixing = matrix_of_jump(*target);
        for (Spread one : target->spreads) {
            one.environment.calls.push_back(text.name.span); // each variable has random numbers of its own
            const auto value = mixing ? mixed(*target, one, *mixing) : elaborate_number(context, *jump, one.environment);
            if (!value)
                return false;
            evolution.jumps.push_back({target->variable->symbol, one.places, *value});
        }
        return true;
    }

    // S of `normal(0, S)` where that is a whole matrix.
    [[nodiscard]] std::optional<Whole> matrix_of_jump(const Target& target) {
        const auto* call = std::get_if<syntax::Call>(&syntax::ungrouped(*jump).node);
        const syntax::Name* name = call == nullptr ? nullptr : syntax::as_name(*call->callee);
        if (name == nullptr || name->text != "normal" || call->arguments.size() != 2 || target.spreads.empty())
            return std::nullopt;
        const auto* deviation = std::get_if<Expression>(&call->arguments[1].value);
        if (deviation == nullptr)
            return std::nullopt;
        const Value value = elaborate(context, *deviation, target.spreads.front().environment);
        const auto* whole = std::get_if<Whole>(&value);
        const auto matrix = whole == nullptr ? std::nullopt : as_matrix(*whole);
        return matrix && is_square(*matrix) ? matrix : std::nullopt;
    }

    // Σ_ν S[μ,ν] ξ[ν]
    [[nodiscard]] std::optional<Expr> mixed(const Target& target, const Spread& one, const Whole& matrix) {
        const std::vector<Slot>& slots = context.pool.symbol(target.variable->symbol).slots;
        if (std::vector<Slot>(matrix.slots.begin(), matrix.slots.begin() + static_cast<std::ptrdiff_t>(matrix.row_slots)) !=
            slots) {
            context.tell(Code::jump_does_not_fit, jump->span, describe(context, matrix.slots),
                         target.variable->name->written, describe(context, slots));
            return std::nullopt;
        }
        const auto* centre = std::get_if<Expression>(&std::get<syntax::Call>(syntax::ungrouped(*jump).node).arguments[0].value);
        const auto mean = centre == nullptr ? std::nullopt : elaborate_number(context, *centre, one.environment);
        const auto deviation = sum_over(context, slots, [&](std::span<const Place> columns) -> std::optional<Expr> {
            std::vector<Place> entry = one.places;
            entry.insert(entry.end(), columns.begin(), columns.end());
            const auto factor = matrix.at(entry);
            if (!factor)
                return std::nullopt;
            Environment there = environment;
            there.calls = one.environment.calls;
            for (std::size_t k = 0; k < columns.size(); ++k)
                there.indices.push_back({"", columns[k], set_of_slot(slots[k])});
            return context.pool.multiply({*factor, standard_draw(context, Distribution::normal, jump->span, there)});
        });
        return mean && deviation ? std::optional(context.pool.add({*mean, *deviation})) : std::nullopt;
    }

    // ---- The acceptance -------------------------------------------------------------------------------------------------------

    SymbolId number(const std::string& name) { return context.pool.add_symbol({.name = name, .slots = {}}); }

    bool take_acceptance() {
        evolution.here = number(evolution.loss);
        evolution.there = number(evolution.loss + "'");
        Environment inside = environment;
        inside.arguments.emplace_back(evolution.loss, context.pool.element(evolution.here, {}));
        inside.arguments.emplace_back(evolution.loss + "'", context.pool.element(evolution.there, {}));
        const auto value = elaborate_number(context, *accept, inside);
        if (value)
            evolution.acceptance = *value;
        return value.has_value();
    }

    // The loss where all variables have jumped.
    [[nodiscard]] Expr after() {
        Expr loss = evolution.before;
        std::vector<SymbolId> done;
        for (const Component& component : evolution.jumps) {
            if (std::ranges::find(done, component.tensor) != done.end())
                continue;
            done.push_back(component.tensor);
            std::vector<algebra::Definition> definitions;
            for (const Component& other : evolution.jumps)
                if (other.tensor == component.tensor)
                    definitions.push_back({other.target, moved(other)});
            loss = algebra::inline_definitions(context.pool, loss, component.tensor, definitions);
        }
        return loss;
    }
    [[nodiscard]] Expr moved(const Component& jumping) {
        return context.pool.add({context.pool.element(jumping.tensor, jumping.target), jumping.value});
    }

    [[nodiscard]] std::vector<Component> components() {
        Pool& pool = context.pool;
        evolution.chance = standard_draw(context, Distribution::uniform, evolution.accept_span, environment);
        const Expr probability =
            algebra::replace(pool, evolution.acceptance,
                             {{pool.element(evolution.here, {}).id, evolution.before}, {pool.element(evolution.there, {}).id, after()}});
        const Expr kept = pool.apply(algebra::Op::less, {evolution.chance, probability});
        std::vector<Component> all;
        for (const Component& jumping : evolution.jumps) {
            const Expr gone = moved(jumping), here = pool.element(jumping.tensor, jumping.target);
            all.push_back({jumping.tensor, jumping.target, pool.select(kept, gone, here)});
        }
        for (const Component& jumping : evolution.jumps)
            if (const auto asked = context.acceptances.find(jumping.tensor); asked != context.acceptances.end() &&
                                                                             std::ranges::find(evolution.accepted, asked->second.symbol) == evolution.accepted.end()) {
                evolution.accepted.push_back(asked->second.symbol);
                all.push_back({asked->second.symbol, {}, kept});
            }
        return all;
    }
};

} // namespace

std::optional<std::vector<Component>> read_evolution(Context& context, const syntax::Law& node,
                                                     const Environment& environment) {
    if (node.dynamics == syntax::Dynamics::activation) {
        context.diagnostics
            .add(Code::activation_descends, node.form_span,
                 fmt::format("the activation of `{}` cannot evolve", node.targets.front().name.written))
            .help("write the law out: `activation {} ← …`", node.targets.front().name.written);
        return std::nullopt;
    }
    EvolutionReader reader{context, node, environment, {}};
    reader.evolution.span = node.form_span;
    if (!reader.take_options() || !reader.take_loss())
        return std::nullopt;
    for (const syntax::Target& target : node.targets)
        if (!reader.take_target(target))
            return std::nullopt;
    if (!reader.take_acceptance())
        return std::nullopt;
    auto components = reader.components();
    context.model.evolutions.push_back(std::move(reader.evolution));
    return components;
}

// Observables are worked out before laws: the tensor is made here, and filled by the law that is then read.
Value acceptance(Context& context, const syntax::Call& call, Span span, const Environment& environment) {
    const auto* argument = call.arguments.size() == 1 ? std::get_if<Expression>(&call.arguments.front().value) : nullptr;
    const syntax::Name* name = argument == nullptr ? nullptr : syntax::as_name(*argument);
    Declaration* variable = name == nullptr ? nullptr : find(context, *environment.scope, *name).declaration;
    if (variable == nullptr || variable->kind != NameKind::variable || !settle(context, *variable)) {
        context.tell(Code::acceptance_of_no_evolution, argument == nullptr ? span : argument->span,
                     argument == nullptr ? "acceptance" : syntax::print(*argument))
            .help("name a variable whose law is `evolves`: `acceptance(q)`");
        return Poison{};
    }
    auto [asked, is_new] = context.acceptances.try_emplace(variable->symbol);
    if (is_new) {
        asked->second = {context.pool.add_symbol({.name = "acceptance(" + variable->text() + ")", .slots = {}}), span};
        context.kept.insert(asked->second.symbol);
    }
    return context.pool.element(asked->second.symbol, {});
}

void check_acceptances(Context& context) {
    if (context.diagnostics.has_errors()) // of a law that could not be read, perhaps
        return;
    for (const auto& [tensor, asked] : context.acceptances)
        if (std::ranges::none_of(context.model.evolutions, [&](const Evolution& evolution) {
                return std::ranges::find(evolution.accepted, asked.symbol) != evolution.accepted.end();
            }))
            context.tell(Code::acceptance_of_no_evolution, asked.span, context.pool.symbol(tensor).name)
                .help("name a variable whose law is `evolves`: `acceptance(q)`");
}

} // namespace nphys::model
