#include <fmt/format.h>

#include "compiler/driver/analysis_text.h"
#include "compiler/driver/commands/commands.h"
#include "compiler/driver/messages.h"
#include "compiler/driver/pipeline.h"

namespace nphys::driver {

// The Hamiltonian of a loss or the loss of a Hamiltonian, with every condition; what is in the way goes to standard error.
int dual(const Options& options) {
    Inquiry inquiry = inquiry_of(options);
    inquiry.until = Until::model;
    const auto compilation = compile(inquiry);
    if (!compilation->diagnostics.empty())
        if (const int status = tell(compilation->diagnostics, compilation->library.sources(), options); status != all_well)
            return status;
    const model::Model& model = compilation->model;
    analysis::LearningSystem system(model);
    Diagnostics found;
    if (!system.obstacle().empty()) {
        found.report(Code::no_learning_system, {}, model.name, system.obstacle());
        return tell(found, compilation->library.sources(), options);
    }
    const analysis::Duality duality = analysis::duality(system);
    if (options.json)
        fmt::print("{}\n", duality_json(system, duality).dump(2));
    else if (options.latex)
        fmt::print("{}", duality_latex(system, duality));
    else
        fmt::print("{}", duality_text(system, duality));
    analysis::check_duality(system, duality, found);
    return found.empty() ? static_cast<int>(all_well) : tell(found, compilation->library.sources(), options);
}

} // namespace nphys::driver
