#include "compiler/dynamics/complete.h"

#include "compiler/dynamics/copies.h"
#include "compiler/dynamics/memories.h"
#include "compiler/dynamics/merging.h"
#include "compiler/dynamics/metric_watch.h"
#include "compiler/dynamics/observation.h"

namespace nphys::dynamics {

Program completed(const model::Model& model, Program program) {
    if (model.run.allow_merging && model.memories.empty())
        merge_updates(program);
    remember(model, program);
    if (model.run.copies > 1)
        put_in_copies(model, program);
    observe(model, program);
    watch_metrics(model, program);
    return program;
}

} // namespace nphys::dynamics
