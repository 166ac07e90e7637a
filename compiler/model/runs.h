#pragma once
// run: what is done with the model.
//
// Goes in: the `run` statements and the request. Comes out: Model::run, the run that was asked for (else the unnamed
// one, else the first), and the names of all. The others are checked as well.
//
// Example: `run { scheme = leapfrog  dt = 0.1  steps = 100  observe energy every 10 }`

#include "compiler/model/context.h"

namespace nphys::model {

// The run that was asked for; told if there is none of that name. Null where the file has no run.
[[nodiscard]] const syntax::Statement* choose_run(Context& context, const Scope& scope);

// Values of `param` in the run, before parameters are settled.
void take_run_parameters(Context& context, const Scope& scope, const syntax::Run& run);

void add_runs(Context& context, const Scope& scope, const syntax::Statement* chosen);

} // namespace nphys::model
