#include "compiler/model/names.h"

#include "compiler/model/context.h"

namespace nphys::model {
namespace {

void declare(Context& context, Scope& scope, NameKind kind, const syntax::Name& name,
             const syntax::Statement& statement, std::size_t part = 0, Declaration* lattice = nullptr) {
    Declaration& made = scope.declarations.emplace_back();
    made.kind = kind;
    made.name = &name;
    made.statement = &statement;
    made.scope = &scope;
    made.part = part;
    made.lattice = lattice;
    const auto [place, fresh] = scope.own.emplace(name.text, &made);
    // Coordinates of several lattices may share a name: they are told apart by the site, or as `space.x`.
    if (fresh || (kind == NameKind::coordinate && place->second->kind == NameKind::coordinate))
        return;
    context.tell(Code::declared_twice, name.span, name.written, kind_name(place->second->kind))
        .here("declared again")
        .label(place->second->name->span, "declared here")
        .help("give one of them another name");
}

struct Declarer {
    Context& context;
    Scope& scope;
    const syntax::Statement& statement;

    void one(NameKind kind, const syntax::Name& name) const { declare(context, scope, kind, name, statement); }

    void operator()(const syntax::Parameter& node) const { one(NameKind::parameter, node.name); }
    void operator()(const syntax::Lattice& node) const {
        one(NameKind::lattice, node.name);
        Declaration* lattice = &scope.declarations.back();
        for (std::size_t axis = 0; axis < node.coordinates.size(); ++axis)
            declare(context, scope, NameKind::coordinate, node.coordinates[axis], statement, axis, lattice);
    }
    void operator()(const syntax::Graph& node) const { one(NameKind::graph, node.name); }
    void operator()(const syntax::Dataset& node) const { one(NameKind::dataset, node.name); }
    void operator()(const syntax::Index& node) const {
        for (std::size_t k = 0; k < node.names.size(); ++k)
            declare(context, scope, NameKind::index, node.names[k], statement, k);
    }
    void operator()(const syntax::Variables& node) const {
        for (std::size_t k = 0; k < node.targets.size(); ++k)
            declare(context, scope, NameKind::variable, node.targets[k].name, statement, k);
    }
    void operator()(const syntax::Definition& node) const { one(NameKind::definition, node.target.name); }
    void operator()(const syntax::Let& node) const {
        one(node.parameters.empty() ? NameKind::definition : NameKind::function, node.name);
    }
    void operator()(const syntax::Hamiltonian& node) const { one(NameKind::hamiltonian, node.name); }
    void operator()(const syntax::Noise& node) const { one(NameKind::noise, node.target.name); }
    void operator()(const syntax::Metric& node) const { one(NameKind::metric, node.target.name); }
    void operator()(const syntax::Observe& node) const {
        if (node.value)
            one(NameKind::observable, node.target.name);
    }
    template <class Other>
    void operator()(const Other&) const {}
};

bool belongs_in_module(const syntax::Statement& statement) {
    const auto is = [&]<class... Nodes>() { return (std::holds_alternative<Nodes>(statement.node) || ...); };
    return is.operator()<syntax::Use, syntax::Parameter, syntax::Index, syntax::Let, syntax::Definition, syntax::Expect,
                         syntax::Noise, syntax::Metric>();
}

} // namespace

void declare_all(Context& context, Scope& scope) {
    for (const std::string& name : scope.tree->broken_names)
        scope.broken.insert(name);
    for (const syntax::Statement& statement : scope.tree->statements) {
        if (scope.tree->header.is_module && !belongs_in_module(statement)) {
            context.tell(Code::not_in_a_module, statement.keyword, scope.tree->header.name.written)
                .help("a module holds definitions (param, index, let, weight, bias, loss, noise, metric) and what it expects of them; "
                      "put this into a `model`");
        }
        std::visit(Declarer{context, scope, statement}, statement.node);
    }
}

} // namespace nphys::model
