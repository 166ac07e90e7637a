#pragma once
// observe and expect: what a run records, and what it is checked against.
//
// Goes in: their statements, and lists of runs. Comes out: Observables; Expectations whose conditions speak of
// observables, constants and time only: everything else in them that moves becomes a hidden observable.
//
// Example: `expect abs(H/initial(H) - 1) < 1e-6` of a loss H makes a hidden observable for H.

#include "compiler/model/elaborate.h"

namespace nphys::model {

void add_observables(Context& context, const Scope& scope);
void add_expectation(Context& context, const Scope& scope, const syntax::Expect& node, Span span);
// What a module expects of its constants is evaluated at once.
void check_expectation(Context& context, const Scope& scope, const syntax::Expect& node);

// The observable that an expression of a list names: `energy`, `q[1]`; made if there is none.
[[nodiscard]] std::optional<std::size_t> observable_of(Context& context, const Scope& scope,
                                                       const syntax::Expression& expression);

} // namespace nphys::model
