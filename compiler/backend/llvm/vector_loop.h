#pragma once
// Defines the translation of a vector loop: an optional first strip up to an aligned address (for streaming stores),
// the main loop on whole strips of lanes * parts iterations, and the remainder with masks.
//
// In: a loop of kind `vector` and the function around it. Out: its code. Holds: what each iteration computes does not
// depend on the strip it falls into.

#include "compiler/backend/llvm/function_emitter.h"

namespace nphys::backend {

void emit_vector_loop(FunctionEmitter& outer, const loops::For& loop);

} // namespace nphys::backend
