#pragma once
// What the names of indices and arguments stand for while an expression is worked out.
//
// Indices of the left-hand side and of sums around are bound to places: to an index variable, perhaps moved, or to a
// literal place of a small range. Arguments of functions are bound to values.
//
// Example: in `let θ[i] = sin(x)`, used as θ[j - e[1]], the index i is bound to the place j - e[1], and x is its
// coordinate.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/model/context.h"

namespace nphys::model {

struct Binding {
    std::string name; // empty: a slot of a tensor that is written whole, `init φ = …`
    Place place;
    IndexSet set;
};

struct Environment {
    const Scope* scope = nullptr;
    std::vector<Binding> indices;
    std::vector<std::pair<std::string, Value>> arguments;
    std::vector<std::pair<std::string, IndexSet>> labels; // sets of indices that come with the arguments: f[i], z[n]
    std::optional<SpaceId> lattice;                       // whose axes `axes` are
    std::vector<const Declaration*> functions;            // those being worked out, for recursion
    bool in_expectation = false; // observables stay names; initial(…) and final(…) have a meaning
    DrawTiming drawing = DrawTiming::once; // of normal(…) and its kin: in laws anew at each step
    std::vector<Binding> drawn_over;       // places outside of a function: each has random numbers of its own
    std::vector<Span> calls;               // of functions, from the outermost on
    const Declaration* whole = nullptr;    // on the left, where it is written without its indices

    [[nodiscard]] const Binding* index(std::string_view name) const;
    [[nodiscard]] const Value* argument(std::string_view name) const;
    [[nodiscard]] const IndexSet* label(std::string_view name) const;
};

[[nodiscard]] Environment of_scope(const Scope& scope);

// Whether a name means an index here (bound or not), and not an argument of that name.
[[nodiscard]] bool is_index(Context& context, const Environment& environment, const syntax::Name& name);
[[nodiscard]] inline bool is_open_index(Context& context, const Environment& environment, const syntax::Name& name) {
    return environment.index(name.text) == nullptr && is_index(context, environment, name);
}

// The different sites of a lattice in sight, or of any lattice.
[[nodiscard]] std::vector<Place> sites_in_sight(const Environment& environment, SpaceId lattice);
[[nodiscard]] std::vector<SpaceId> lattices_in_sight(const Context& context, const Environment& environment);

} // namespace nphys::model
