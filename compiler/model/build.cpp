#include "compiler/model/build.h"

#include <algorithm>

#include "compiler/model/context.h"
#include "compiler/model/definitions.h"
#include "compiler/model/draws.h"
#include "compiler/model/initial.h"
#include "compiler/model/laws.h"
#include "compiler/model/levels.h"
#include "compiler/model/modules.h"
#include "compiler/model/observables.h"
#include "compiler/model/present.h"
#include "compiler/model/runs.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"
#include "compiler/model/statistics.h"
#include "compiler/model/variables.h"

namespace nphys::model {
namespace {

// Declarations that nothing uses are worked out too, so that their errors are told.
void settle_all(Context& context, Scope& scope) {
    for (Declaration& declaration : scope.declarations)
        static_cast<void>(settle(context, declaration));
}

Role role_of_tensor(const Declaration& declaration) {
    switch (declaration.kind) {
    case NameKind::variable:
        return is_neuron(declaration) ? Role::neuron : Role::trainable;
    case NameKind::graph:
        return Role::graph;
    case NameKind::dataset:
        return Role::data;
    default:
        return role_of(declaration);
    }
}

void add_tensors(Context& context, const Scope& scope) {
    const auto is_data = [&](SymbolId symbol) {
        return std::ranges::find(context.model.data, symbol, &Data::symbol) != context.model.data.end();
    };
    for (const Declaration& declaration : scope.declarations) {
        const bool tensor = declaration.is_definition() || declaration.kind == NameKind::variable ||
                            declaration.kind == NameKind::graph;
        if (!tensor || declaration.progress != Progress::done || !declaration.symbol.valid())
            continue;
        Tensor made;
        made.symbol = declaration.symbol;
        made.name = declaration.text();
        made.role = role_of_tensor(declaration);
        made.definition = declaration.components;
        made.stored = declaration.stored && !is_data(declaration.symbol);
        made.documentation = declaration.statement->documentation;
        made.span = declaration.statement->span;
        context.model.tensors.push_back(std::move(made));
    }
}

void finish_parameters(Context& context) {
    auto& parameters = context.model.parameters;
    for (Parameter& parameter : parameters)
        parameter.structural = context.structural.contains(parameter.symbol);
    std::ranges::stable_sort(parameters, {}, &Parameter::span);
}

void check_module(Context& context, const Scope& scope) {
    for (const syntax::Statement& statement : scope.tree->statements)
        if (const auto* node = std::get_if<syntax::Expect>(&statement.node))
            check_expectation(context, scope, *node);
}

void add_motion_and_runs(Context& context, const Scope& scope, const syntax::Statement* run) {
    add_laws(context, scope);
    add_initials(context, scope, run == nullptr ? nullptr : &std::get<syntax::Run>(run->node));
    add_observables(context, scope);
    for (const syntax::Statement& statement : scope.tree->statements)
        if (const auto* node = std::get_if<syntax::Expect>(&statement.node))
            add_expectation(context, scope, *node, statement.span);
    add_runs(context, scope, run);
    check_statistics(context);
}

} // namespace

Model build(const syntax::SyntaxTree& tree, const std::filesystem::path& folder, const ModuleFinder& modules,
            DataSource& data, const Request& request, Diagnostics& diagnostics) {
    Model model;
    model.name = tree.header.name.text;
    model.title = tree.header.title.value_or("");
    model.is_module = tree.header.is_module;
    model.pool = std::make_shared<algebra::Pool>();
    Context context(model, diagnostics, modules, data, request);
    Scope& scope = make_scope(context, tree, folder);
    const syntax::Statement* run = choose_run(context, scope);
    take_parameters(context);
    if (run != nullptr)
        take_run_parameters(context, scope, std::get<syntax::Run>(run->node));
    if (run != nullptr)
        declare_level(context, scope, std::get<syntax::Run>(run->node));
    settle_all(context, scope);
    if (model.is_module)
        check_module(context, scope);
    else
        add_motion_and_runs(context, scope, run);
    for (const Scope& each : context.scopes)
        add_tensors(context, each);
    if (!model.is_module)
        present(context);
    finish_parameters(context);
    number_streams(model);
    return model;
}

} // namespace nphys::model
