#include "compiler/model/names.h"

#include <algorithm>

#include "compiler/base/suggest.h"
#include "compiler/model/context.h"

namespace nphys::model {
namespace {

template <class Node>
const Node* node_of(const Declaration& declaration) {
    return std::get_if<Node>(&declaration.statement->node);
}

} // namespace

const syntax::Indices* Declaration::indices() const {
    const auto of = [](const std::optional<syntax::Indices>& indices) { return indices ? &*indices : nullptr; };
    if (const auto* variables = node_of<syntax::Variables>(*this))
        return of(variables->targets[part].indices);
    if (const auto* definition = node_of<syntax::Definition>(*this))
        return of(definition->target.indices);
    if (const auto* let = node_of<syntax::Let>(*this))
        return of(let->indices);
    if (const auto* observe = node_of<syntax::Observe>(*this))
        return of(observe->target.indices);
    if (const auto* noise = node_of<syntax::Noise>(*this))
        return of(noise->target.indices);
    if (const auto* metric = node_of<syntax::Metric>(*this))
        return of(metric->target.indices);
    return nullptr;
}

const syntax::Expression* Declaration::value() const {
    if (const auto* definition = node_of<syntax::Definition>(*this))
        return &definition->value;
    if (const auto* let = node_of<syntax::Let>(*this))
        return &let->value;
    if (const auto* observe = node_of<syntax::Observe>(*this))
        return observe->value ? &*observe->value : nullptr;
    if (const auto* hamiltonian = node_of<syntax::Hamiltonian>(*this))
        return &hamiltonian->value;
    if (const auto* noise = node_of<syntax::Noise>(*this))
        return noise->value ? &*noise->value : nullptr;
    if (const auto* metric = node_of<syntax::Metric>(*this))
        return &metric->value;
    return nullptr;
}

const std::vector<syntax::Target>* Declaration::parameters() const {
    const auto* let = node_of<syntax::Let>(*this);
    return let != nullptr && !let->parameters.empty() ? &let->parameters : nullptr;
}

Declaration* Scope::find_own(const std::string& text) const {
    const auto found = own.find(text);
    return found == own.end() ? nullptr : found->second;
}

Found find(Context& context, const Scope& scope, const syntax::Name& name) {
    if (Declaration* own = scope.find_own(name.text))
        return {own};
    if (scope.broken.contains(name.text))
        return {nullptr, true};
    Declaration* imported = nullptr;
    std::string first_module;
    for (const auto& [module_name, module] : scope.used) {
        Declaration* candidate = module->find_own(name.text);
        if (candidate == nullptr || candidate->kind == NameKind::index || candidate == imported)
            continue;
        if (imported != nullptr) {
            context.tell(Code::ambiguous_import, name.span, name.written, first_module, module_name)
                .help("write `{}.{}` or `{}.{}`", first_module, name.written, module_name, name.written);
            return {nullptr, true};
        }
        imported = candidate;
        first_module = module_name;
    }
    if (imported != nullptr)
        return {imported};
    const bool broken =
        std::ranges::any_of(scope.used, [&](const auto& used) { return used.second->broken.contains(name.text); });
    return {nullptr, broken};
}

Found find_in_module(Context& context, const Scope& scope, const syntax::Name& module, const syntax::Name& name) {
    for (const auto& [module_name, used] : scope.used) {
        if (module_name != module.text)
            continue;
        Declaration* found = used->find_own(name.text);
        if (found != nullptr && found->kind != NameKind::index)
            return {found};
        if (used->broken.contains(name.text))
            return {nullptr, true};
        auto& told = context.tell(Code::unknown_member, name.span, module.written, name.written);
        std::vector<std::string> names;
        for (const auto& [text, declaration] : used->own)
            if (declaration->kind != NameKind::index)
                names.push_back(text);
        if (const auto nearest = suggest(name.text, names))
            told.help("did you mean `{}.{}`?", module.written, *nearest);
        return {nullptr, true};
    }
    return {};
}

std::vector<std::string> visible_names(const Scope& scope) {
    std::vector<std::string> names;
    for (const auto& [text, declaration] : scope.own)
        names.push_back(text);
    for (const auto& [module_name, module] : scope.used)
        for (const auto& [text, declaration] : module->own)
            if (declaration->kind != NameKind::index)
                names.push_back(text);
    return names;
}

const char* kind_name(NameKind kind) {
    switch (kind) {
    case NameKind::parameter:
        return "a parameter";
    case NameKind::lattice:
        return "a lattice";
    case NameKind::coordinate:
        return "a coordinate";
    case NameKind::graph:
        return "a graph";
    case NameKind::dataset:
        return "a data set";
    case NameKind::index:
        return "an index";
    case NameKind::variable:
        return "a variable";
    case NameKind::definition:
        return "a definition";
    case NameKind::function:
        return "a function";
    case NameKind::hamiltonian:
        return "a Hamiltonian";
    case NameKind::observable:
        return "an observable";
    case NameKind::noise:
        return "a noise";
    case NameKind::metric:
        return "a metric";
    }
    return "";
}

} // namespace nphys::model
