#pragma once
// Works out a declaration when it is needed first; declarations may stand in any order.
//
// Holds afterwards: its symbol, set, space or definition is there, or it is broken, which was told. A declaration that
// needs itself is told with the whole circle.

#include <optional>

#include "compiler/model/environment.h"

namespace nphys::model {

[[nodiscard]] bool settle(Context& context, Declaration& declaration);

// The number that an expression of constants and parameters stands for; `what` names it in messages: "an extent".
// Parameters that it uses become structural.
[[nodiscard]] std::optional<double> constant(Context& context, const syntax::Expression& expression,
                                             const Environment& environment, const char* what);
[[nodiscard]] std::optional<std::int64_t> whole_number(Context& context, const syntax::Expression& expression,
                                                       const Environment& environment, const char* what);
// The same of a formula that is worked out already.
[[nodiscard]] std::optional<double> constant_value(Context& context, Expr value);

[[nodiscard]] bool settle_parameter(Context& context, Declaration& declaration);

// Tells parameters of the request that the model does not have, and remembers the others; before any declaration is
// settled.
void take_parameters(Context& context);

} // namespace nphys::model
