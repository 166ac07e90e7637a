#pragma once
// What the parts of this stage share while one model is built: the model so far, where errors go, what was resolved
// already.
//
// Holds: an error is told once for each code and place, however often the text is worked out (for each place of a small
// range).

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "compiler/base/diagnostics.h"
#include "compiler/model/build.h"
#include "compiler/model/names.h"

namespace nphys::model {

struct Context {
    Context(Model& model_, Diagnostics& diagnostics_, const ModuleFinder& modules_, DataSource& data_,
            const Request& request_)
        : model(model_), pool(*model_.pool), diagnostics(diagnostics_), modules(modules_), data(data_),
          request(request_) {}

    Model& model;
    Pool& pool;
    Diagnostics& diagnostics;
    const ModuleFinder& modules;
    DataSource& data;
    const Request& request;

    std::deque<Scope> scopes;                                        // the model's own is the first
    std::vector<Declaration*> active;                                // definitions being worked out, for cycles
    std::unordered_map<std::uint32_t, double> parameter_values;      // by symbol
    std::map<const Declaration*, double> given;                      // values of parameters from the request
    std::map<const Declaration*, const syntax::Expression*> changed; // by the run
    std::set<SymbolId> structural;
    std::map<SymbolId, Declaration*> tensors;
    std::map<SymbolId, Whole> formulas; // of stored definitions
    std::map<std::pair<std::int64_t, std::int64_t>, SpaceId> ranges;
    std::map<SpaceId, SpaceId> axes; // of a lattice: the range of its axes

    std::vector<ShownColumn> shown;            // columns of the row shown
    std::optional<Declaration*> shown_dataset; // whose rows these are
    std::optional<Expr> boundary_time;
    std::optional<Span> carry; // `with carry`

    std::set<std::string> foreign; // names that other levels of the run declare, and this one does not
    std::size_t level_number = 0;  // of this one among them

    std::deque<syntax::Name> made_names; // of declarations that no statement of the text makes
    std::deque<syntax::Statement> made_statements;
    std::optional<std::vector<Component>> activation; // the maps, once worked out; for d(…)
    bool activation_active = false;
    std::map<const syntax::Law*, std::optional<std::vector<Component>>> laws;
    std::map<const syntax::Law*, std::optional<Law>> descents;
    struct Asked { SymbolId symbol; Span span; };
    std::map<SymbolId, Asked> acceptances; // by variable: what observables read of whether its jumps are kept
    std::map<SpaceId, SpaceId> waves;      // by lattice: its wave vectors
    std::set<SymbolId> kept;               // all that laws keep besides the variables, where observables read it

    // Tells an error, unless the same was told of the same place already.
    template <class... Args>
    Diagnostic& tell(CodeFor<std::type_identity_t<Args>...> code, Span span, Args&&... args) {
        if (span.valid() && !told_.emplace(code.code, span).second)
            return unheard_ = Diagnostic{};
        return diagnostics.report(code, span, std::forward<Args>(args)...);
    }

private:
    std::set<std::pair<Code, Span>> told_;
    Diagnostic unheard_;
};

} // namespace nphys::model
