#pragma once
// Left-hand sides: φ[i,a] ← …, init φ = …, boundary x[input] ← …
//
// Goes in: a target of the text. Comes out: the variable and one Spread for each combination of written-out places:
// where it stands and an environment in which its indices are bound. A target without indices names all elements.

#include "compiler/model/definitions.h"

namespace nphys::model {

struct Target {
    Declaration* variable = nullptr;
    bool whole = false; // without indices, though the variable has some
    std::vector<Spread> spreads;
};

// `what` is the statement, for messages: "a law", "an initial value".
[[nodiscard]] std::optional<Target> read_target(Context& context, const syntax::Target& target,
                                                const Environment& environment, const char* what);

// The right-hand side at each place of the target; of a whole target a number, or a whole tensor of the same slots.
[[nodiscard]] std::optional<std::vector<Component>> components_at(Context& context, const Target& target,
                                                                  const syntax::Expression& value);

} // namespace nphys::model
