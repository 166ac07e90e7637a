#pragma once
// Declarations and scopes: which name stands for what.
//
// Goes in: the statements of a model or module. Comes out: a Scope with one Declaration for each name; names that are
// used are found through it, in its own statements first, then in the modules that it uses.
//
// Example: `lattice space(x) = periodic(64)` declares `space` and the coordinate `x`.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/model/model.h"
#include "compiler/model/values.h"
#include "compiler/syntax/ast.h"

namespace nphys::model {

enum class NameKind : std::uint8_t {
    parameter,
    lattice,
    coordinate,
    graph,
    dataset,
    index,
    variable,
    definition,
    function,
    hamiltonian,
    observable,
    noise,
    metric
};

enum class Progress : std::uint8_t { untouched, active, done, broken };

struct Scope;

struct Declaration {
    NameKind kind;
    const syntax::Name* name = nullptr;
    const syntax::Statement* statement = nullptr;
    Scope* scope = nullptr;
    std::size_t part = 0;           // which of the names of its statement
    Declaration* lattice = nullptr; // of a coordinate; `part` is the axis

    Progress progress = Progress::untouched;
    SymbolId symbol;             // parameters, tensors
    SpaceId space;               // lattices; nodes of a graph, rows of a data set
    std::optional<IndexSet> set; // of an index; none if it takes its set from its use
    bool any_axes = false;       // index μ in axes
    IndexId variable;            // of an index that is not written out
    bool stored = false;
    std::vector<Component> components;    // of a definition, in its own indices
    std::optional<Whole> whole;           // of tensors with slots
    std::optional<Expr> scalar;           // of tensors without
    std::map<std::string, Whole> columns; // of a data set

    [[nodiscard]] const std::string& text() const { return name->text; }
    [[nodiscard]] const syntax::Indices* indices() const;                // as declared: φ[i,a]
    [[nodiscard]] const syntax::Expression* value() const;               // what a definition stands for
    [[nodiscard]] const std::vector<syntax::Target>* parameters() const; // of a function
    [[nodiscard]] bool is_definition() const {
        return kind == NameKind::definition || kind == NameKind::observable || kind == NameKind::hamiltonian ||
               kind == NameKind::noise || kind == NameKind::metric;
    }
};

struct Scope {
    std::string name;
    const syntax::SyntaxTree* tree = nullptr;
    std::filesystem::path folder;
    std::deque<Declaration> declarations; // in order of the text
    std::map<std::string, Declaration*> own;
    std::vector<std::pair<std::string, Scope*>> used;
    std::set<std::string> broken; // names whose declaration could not be read
    bool incomplete = false;      // a module could not be had: unknown names may be its

    [[nodiscard]] Declaration* find_own(const std::string& text) const;
};

struct Context;

// Puts all declarations of a tree into a scope; tells names declared twice, statements that do not belong there.
void declare_all(Context& context, Scope& scope);

struct Found {
    Declaration* declaration = nullptr;
    bool poison = false; // told already, or its declaration could not be read
};
// The declaration that a name stands for; tells names that two modules have. Nothing found is not yet an error:
// built-in names come last.
[[nodiscard]] Found find(Context& context, const Scope& scope, const syntax::Name& name);
[[nodiscard]] Found find_in_module(Context& context, const Scope& scope, const syntax::Name& module,
                                   const syntax::Name& name);

// Tells that nothing has this name, with the nearest name that has a meaning here.
void tell_unknown(Context& context, const Scope& scope, const syntax::Name& name,
                  const std::vector<std::string>& more = {});
[[nodiscard]] std::vector<std::string> visible_names(const Scope& scope);

[[nodiscard]] const char* kind_name(NameKind kind);

} // namespace nphys::model
