#pragma once
// Rows of a data set, shown by the boundary: see presentation.h for what it means.
//
// Goes in: a finished Model, the columns of the row shown that its formulas read, the time scales. Comes out: the same
// Model with a Presentation, its neurons with a slot for the rows of a batch; everything that is not of a row is the
// mean over them. Models that show no rows and hold no boundary stay as they are.

#include "compiler/model/context.h"

namespace nphys::model {

void present(Context& context);

} // namespace nphys::model
