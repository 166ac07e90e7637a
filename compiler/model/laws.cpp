#include "compiler/model/laws.h"

#include <algorithm>

#include "compiler/base/suggest.h"
#include "compiler/model/complex.h"
#include "compiler/model/descent.h"
#include "compiler/model/evolves.h"
#include "compiler/model/metric.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/targets.h"
#include "compiler/model/variables.h"

namespace nphys::model {
namespace {

// Random numbers of laws are drawn anew at each step.
Environment of_laws(const Scope& scope) {
    Environment environment = of_scope(scope);
    environment.drawing = DrawTiming::each_step;
    return environment;
}

bool fits_dynamics(Context& context, const Target& target, const syntax::Target& text, syntax::Dynamics dynamics) {
    const bool neuron = is_neuron(*target.variable);
    if (neuron == (dynamics == syntax::Dynamics::activation))
        return true;
    context
        .tell(Code::wrong_dynamics, text.name.span, text.name.written, neuron ? "a neuron" : "a trainable",
              neuron ? "learning" : "activation")
        .help("write `{} {} …`", neuron ? "activation" : "learning", text.name.written)
        .label(target.variable->name->span, "declared here");
    return false;
}

void check_options_of_written_law(Context& context, const syntax::Law& law) {
    for (const syntax::Option& option : law.options) {
        if (option.key.text != "calculus" || law.form != syntax::LawForm::flow)
            context.tell(Code::option_of_written_law, option.key.span, option.key.written)
                .help("options belong to `descends`; here write it into the formula");
    }
}

std::optional<std::vector<Component>> written_components(Context& context, const syntax::Law& law,
                                                         const Environment& environment) {
    check_options_of_written_law(context, law);
    const syntax::Target& text = law.targets.front();
    const auto target = read_target(context, text, environment, "a law");
    if (!target || !fits_dynamics(context, *target, text, law.dynamics))
        return std::nullopt;
    return components_at(context, *target, law.value);
}

LawKind kind_of(syntax::LawForm form) {
    switch (form) {
    case syntax::LawForm::map:
    case syntax::LawForm::evolves:
        return LawKind::map;
    case syntax::LawForm::flow:
        return LawKind::flow;
    case syntax::LawForm::descends:
        break;
    }
    return LawKind::descent;
}

// Each law is worked out once, by whoever needs it first.
const std::optional<std::vector<Component>>& components_of_law(Context& context, const syntax::Law& law,
                                                               const Environment& environment) {
    const auto known = context.laws.find(&law);
    if (known != context.laws.end())
        return known->second;
    auto components = written_components(context, law, environment);
    return context.laws.emplace(&law, std::move(components)).first->second;
}

Law begun(const syntax::Law& node, const syntax::Statement& statement) {
    Law law;
    law.dynamics = node.dynamics == syntax::Dynamics::activation ? Dynamics::activation : Dynamics::learning;
    law.kind = kind_of(node.form);
    law.span = statement.span;
    return law;
}

void add_law(Context& context, const syntax::Law& node, const syntax::Statement& statement,
             const Environment& environment) {
    if (kind_of(node.form) == LawKind::descent) {
        if (const auto& law = descent_law(context, node, statement, environment))
            context.model.laws.push_back(*law);
        return;
    }
    Law law = begun(node, statement);
    law.jumps = node.form == syntax::LawForm::evolves;
    const auto components = law.jumps ? read_evolution(context, node, environment)
                                      : components_of_law(context, node, environment);
    if (!components)
        return;
    law.components = *components;
    for (const syntax::Option& option : node.options)
        if (option.key.text == "calculus" && law.kind == LawKind::flow && !take_calculus(context, option, law))
            return;
    context.model.laws.push_back(std::move(law));
}

void take_boundary_option(Context& context, const syntax::Option& option) {
    if (option.key.text == "carry" && !option.value)
        context.carry = option.span;
    else
        context.tell(Code::unknown_boundary_option, option.key.span, option.key.written).help("write `with carry`");
}

void add_drive(Context& context, const syntax::Boundary& node, const syntax::Statement& statement,
               const Environment& environment) {
    for (const syntax::Option& option : node.options)
        take_boundary_option(context, option);
    const auto target = read_target(context, node.target, environment, "a boundary");
    if (!target)
        return;
    const auto components = components_at(context, *target, node.value);
    const std::size_t parts = context.pool.symbol(target->variable->symbol).has_parts ? 2 : 1;
    if (!node.where) {
        if (components)
            context.model.drives.push_back({*components, std::nullopt, statement.span});
        return;
    }
    for (std::size_t k = 0; k < target->spreads.size(); ++k) {
        const auto condition = elaborate_real(context, *node.where, target->spreads[k].environment, "a condition");
        if (condition && components)
            for (std::size_t part = 0; part < parts; ++part)
                context.model.drives.push_back({{(*components)[parts * k + part]}, *condition, statement.span});
    }
}

void add_timescale(Context& context, const syntax::Timescale& node, const Environment& environment) {
    for (const syntax::Timescale::Period& period : node.periods) {
        const auto value = elaborate_real(context, period.value, environment, "a timescale");
        if (!value)
            continue;
        auto& slot = period.scale == syntax::Scale::boundary     ? context.boundary_time
                     : period.scale == syntax::Scale::activation ? context.model.activation_time
                                                                 : context.model.learning_time;
        if (slot)
            context.tell(Code::timescale_twice, period.span);
        slot = *value;
    }
}

Declaration* variable_of_pair(Context& context, const syntax::Name& name, bool neuron, const Environment& environment) {
    const auto target = read_target(context, {name.span, name, std::nullopt}, environment, "a place in a pair");
    if (!target)
        return nullptr;
    if (is_neuron(*target->variable) == neuron)
        return target->variable;
    context.tell(Code::pair_order, name.span, name.written, neuron ? "a neuron" : "a trainable");
    return nullptr;
}

bool same_shape(Context& context, const Declaration& neuron, const Declaration& trainable, Span span) {
    const auto type = [&](const Declaration& variable) {
        return context.pool.symbol(variable.symbol).has_parts ? "complex" : "real";
    };
    if (std::string_view(type(neuron)) != type(trainable)) {
        context
            .tell(Code::pair_not_alike, span, neuron.name->written, type(neuron), trainable.name->written,
                  type(trainable))
            .help("declare both `: complex`, or neither");
        return false;
    }
    const auto& slots = context.pool.symbol(neuron.symbol).slots;
    const auto& others = context.pool.symbol(trainable.symbol).slots;
    if (slots == others)
        return true;
    context.tell(Code::pair_shapes, span, neuron.name->written, describe(context, slots), trainable.name->written,
                 describe(context, others));
    return false;
}

std::vector<Declaration*> variables_of(const Scope& scope, bool neurons) {
    std::vector<Declaration*> found;
    for (const auto& [text, declaration] : scope.own)
        if (declaration->kind == NameKind::variable && is_neuron(*declaration) == neurons)
            found.push_back(declaration);
    return found;
}

void add_hamiltonian(Context& context, const Scope& scope, const syntax::Hamiltonian& node,
                     const syntax::Statement& statement, const Environment& environment) {
    Declaration* energy = scope.find_own(node.name.text);
    Hamiltonian hamiltonian;
    hamiltonian.name = node.name.text;
    hamiltonian.span = statement.span;
    std::vector<std::pair<Declaration*, Declaration*>> pairs;
    for (const syntax::Hamiltonian::Pair& pair : node.pairs)
        pairs.emplace_back(variable_of_pair(context, pair.neuron, true, environment),
                           variable_of_pair(context, pair.trainable, false, environment));
    if (node.pairs.empty()) {
        const auto neurons = variables_of(scope, true), trainables = variables_of(scope, false);
        if (neurons.size() != 1 || trainables.size() != 1) {
            context.tell(Code::pairs_not_clear, node.name.span, node.name.written, neurons.size(), trainables.size())
                .help("name the pairs, neuron first: `hamiltonian {}(φ, π; A, P) = …`", node.name.written);
            return;
        }
        pairs.emplace_back(neurons.front(), trainables.front());
    }
    bool right = energy != nullptr && settle(context, *energy);
    for (const auto& [neuron, trainable] : pairs) {
        if (neuron == nullptr || trainable == nullptr || !settle(context, *neuron) || !settle(context, *trainable) ||
            !same_shape(context, *neuron, *trainable, node.name.span))
            return;
        hamiltonian.pairs.emplace_back(neuron->symbol, trainable->symbol);
    }
    if (!right)
        return;
    if (!energy->scalar) {
        context.tell(Code::energy_not_a_number, node.value.span, node.name.written,
                     describe(context, energy->whole->slots));
        return;
    }
    const auto real = real_scalar(context, *energy->scalar, node.value.span, "an energy");
    if (!real)
        return;
    hamiltonian.energy = *real;
    context.model.hamiltonians.push_back(std::move(hamiltonian));
}

} // namespace

std::optional<std::vector<Component>> activation_maps(Context& context, Span span) {
    if (context.activation)
        return context.activation;
    if (context.activation_active) {
        context.tell(Code::derivative_in_activation, span);
        return std::nullopt;
    }
    context.activation_active = true;
    std::vector<Component> maps;
    const Scope& scope = context.scopes.front();
    for (const syntax::Statement& statement : scope.tree->statements)
        if (const auto* law = std::get_if<syntax::Law>(&statement.node))
            if (law->dynamics == syntax::Dynamics::activation && kind_of(law->form) != LawKind::descent &&
                law->form != syntax::LawForm::evolves)
                if (const auto& components = components_of_law(context, *law, of_laws(scope)))
                    maps.insert(maps.end(), components->begin(), components->end());
    context.activation_active = false;
    context.activation = maps;
    return maps;
}

std::optional<Law>& descent_law(Context& context, const syntax::Law& node, const syntax::Statement& statement,
                                const Environment& environment) {
    const auto known = context.descents.find(&node);
    if (known != context.descents.end())
        return known->second;
    Law law = begun(node, statement);
    const bool right = read_descent(context, node, environment, law);
    return context.descents.emplace(&node, right ? std::optional(std::move(law)) : std::nullopt).first->second;
}

void add_laws(Context& context, const Scope& scope) {
    const Environment environment = of_laws(scope);
    static_cast<void>(activation_maps(context, Span{}));
    for (const syntax::Statement& statement : scope.tree->statements) {
        if (const auto* law = std::get_if<syntax::Law>(&statement.node))
            add_law(context, *law, statement, environment);
        if (const auto* boundary = std::get_if<syntax::Boundary>(&statement.node))
            add_drive(context, *boundary, statement, environment);
        if (const auto* timescale = std::get_if<syntax::Timescale>(&statement.node))
            add_timescale(context, *timescale, environment);
        if (const auto* hamiltonian = std::get_if<syntax::Hamiltonian>(&statement.node))
            add_hamiltonian(context, scope, *hamiltonian, statement, environment);
    }
    check_acceptances(context);
}

} // namespace nphys::model
