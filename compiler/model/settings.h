#pragma once
// The settings of a run: `scheme = leapfrog`, `dt = 0.1`, …
//
// Goes in: one `key = value`. Holds afterwards: the Run has it; unknown keys and values of the wrong kind are told.

#include "compiler/model/elaborate.h"

namespace nphys::model {

void take_setting(Context& context, const syntax::Setting& setting, Span span, const Environment& environment,
                  Run& run);

} // namespace nphys::model
