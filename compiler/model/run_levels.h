#pragma once
// A run at several levels: `as = ensemble and density and wave(1) on grid(q: -3..3 by 100)`.
//
// One Model is built for each of them. Holds: what a run says of the fields of another level only - `save ψ` where this one is a
// density - is left out; of `scheme = heun and bdf2` each level has its own.
//
// Example: of `observe centre, entropy  save P, ψ` an ensemble takes `centre` and `P`.

#include <optional>
#include <vector>

#include "compiler/model/context.h"
#include "compiler/syntax/ast.h"

namespace nphys::model {

// What stands between the words `and`, in its order.
[[nodiscard]] std::vector<const syntax::Expression*> joined_by_and(const syntax::Expression& expression);

// The kinds that are written, each once; the model notes their names.
[[nodiscard]] std::optional<std::vector<LevelKind>> kinds_of(Context& context, const std::vector<const syntax::Expression*>& levels);
// The one that was asked for, else the first.
[[nodiscard]] std::optional<std::size_t> chosen_level(Context& context);
// What stands in the parentheses of wave(β).
[[nodiscard]] const syntax::Expression* argument_of(const syntax::Call& call);

// Whether a formula reads what only another level of the run declares.
[[nodiscard]] bool is_of_another_level(const Context& context, const syntax::Expression& expression);
// An initial value of another level's field; told where an ensemble cannot begin so.
[[nodiscard]] bool is_of_another_level(Context& context, const syntax::Init& initial);

// Whether the run has an ensemble, and this level is another: copies are no concern of it.
[[nodiscard]] bool is_beside_ensemble(const Context& context);

// Of several schemes that of this level; nothing where there are not as many as levels (told).
[[nodiscard]] std::optional<syntax::Setting> of_this_level(Context& context, const syntax::Setting& scheme);

} // namespace nphys::model
