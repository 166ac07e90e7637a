// What is told of a name that has no meaning: where it has one, or what comes near.
#include <algorithm>
#include <array>
#include <fmt/ranges.h>

#include "compiler/base/suggest.h"
#include "compiler/model/builtins.h"
#include "compiler/model/context.h"
#include "compiler/model/names.h"

namespace nphys::model {
namespace {

bool defines(const syntax::SyntaxTree& module, const std::string& name) {
    return std::ranges::any_of(module.statements, [&](const syntax::Statement& statement) {
        const auto* let = std::get_if<syntax::Let>(&statement.node);
        return let != nullptr && let->name.text == name;
    });
}

// The modules of the standard library that define it.
std::vector<std::string> modules_with(const Context& context, const Scope& scope, const std::string& name) {
    std::vector<std::string> modules;
    if (!context.modules)
        return modules;
    for (const char* module : standard_modules) {
        Diagnostics unseen;
        const syntax::SyntaxTree* tree = context.modules(module, false, scope.folder, unseen);
        if (tree != nullptr && defines(*tree, name))
            modules.emplace_back(module);
    }
    return modules;
}

// Names that a level of the run gives a meaning.
struct OfLevel { const char* name; const char* whose; const char* setting; };
constexpr std::array of_levels{
    OfLevel{"P", "densities, waves and ensembles on a grid", "density"}, OfLevel{"mass", "densities, waves and ensembles on a grid", "density"},
    OfLevel{"entropy", "densities", "density"}, OfLevel{"entropy_production", "densities", "density"}, OfLevel{"free_energy", "densities", "density"},
    OfLevel{"relative_entropy", "densities", "density"}, OfLevel{"stationary", "densities", "density"}, OfLevel{"ψ", "waves", "wave(β)"},
    OfLevel{"norm", "waves", "wave(β)"}, OfLevel{"ground", "waves", "wave(β)"}, OfLevel{"ħ", "waves and hydrodynamic pairs", "wave(β)"},
    OfLevel{"S", "hydrodynamic pairs", "hydrodynamic(β)"}, OfLevel{"winding", "waves and hydrodynamic pairs with a closed axis", "wave(β)"},
    OfLevel{"vortices", "waves and hydrodynamic pairs on two or three axes", "wave(β)"}};

} // namespace

void tell_unknown(Context& context, const Scope& scope, const syntax::Name& name,
                  const std::vector<std::string>& more) {
    if (scope.incomplete)
        return;
    auto& told = context.tell(Code::unknown_name, name.span, name.written).here("not declared");
    std::vector<std::string> names = visible_names(scope);
    names.insert(names.end(), more.begin(), more.end());
    std::erase(names, name.text);
    if (const std::vector<std::string> modules = modules_with(context, scope, name.text); !modules.empty())
        told.help("write `use {}`, which has {}", fmt::join(modules, "` or `use "), modules.size() == 1 ? "it" : "one each");
    else if (const auto here = written_here(name.text))
        told.help("write `{}`", *here);
    else if (const auto of = std::ranges::find(of_levels, name.text, [](const OfLevel& row) { return std::string(row.name); }); of != of_levels.end())
        told.help("`{}` is of {}: `run {{ as = {} on grid(q: -3..3 by 256) }}`", name.written, of->whose, of->setting);
    else if (const auto nearest = suggest(name.text, names))
        told.help("did you mean `{}`?", *nearest);
    for (const auto& [module_name, module] : scope.used) {
        const Declaration* hidden = module->find_own(name.text);
        if (hidden != nullptr && hidden->kind == NameKind::index)
            told.note("`{}` is an index of the module `{}`; indices are not imported", name.written, module_name);
    }
}

} // namespace nphys::model
