#include "compiler/model/modules.h"

#include <algorithm>

#include "compiler/model/context.h"

namespace nphys::model {
namespace {

Scope* scope_of(Context& context, const syntax::SyntaxTree& tree) {
    const auto found = std::ranges::find(context.scopes, &tree, &Scope::tree);
    return found == context.scopes.end() ? nullptr : &*found;
}

void use(Context& context, Scope& scope, const syntax::Use::Source& source) {
    const std::size_t errors = context.diagnostics.error_count();
    const syntax::SyntaxTree* tree =
        context.modules ? context.modules(source.text, source.is_path, scope.folder, context.diagnostics) : nullptr;
    if (tree == nullptr) {
        scope.incomplete = true;
        if (context.diagnostics.error_count() != errors)
            return;
        auto& told = context.tell(Code::unknown_module, source.span, source.text);
        if (source.is_path)
            told.help("the path is relative to the file that uses it");
        else
            told.help("a file beside the model is named by its path: `use \"./{}.nphys\"`", source.text);
        return;
    }
    if (!tree->header.is_module) {
        context.tell(Code::not_a_module, source.span, source.text)
            .help("begin it with `module NAME` instead of `model NAME`");
        return;
    }
    Scope* module = scope_of(context, *tree);
    if (module == nullptr) {
        const std::filesystem::path folder = source.is_path ? (scope.folder / source.text).parent_path() : scope.folder;
        module = &make_scope(context, *tree, folder);
    }
    scope.used.emplace_back(tree->header.name.text, module);
}

} // namespace

Scope& make_scope(Context& context, const syntax::SyntaxTree& tree, const std::filesystem::path& folder) {
    Scope& scope = context.scopes.emplace_back();
    scope.name = tree.header.name.text;
    scope.tree = &tree;
    scope.folder = folder;
    declare_all(context, scope);
    for (const syntax::Statement& statement : tree.statements)
        if (const auto* node = std::get_if<syntax::Use>(&statement.node))
            for (const syntax::Use::Source& source : node->sources)
                use(context, scope, source);
    return scope;
}

} // namespace nphys::model
