#include <fmt/format.h>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/messages.h"
#include "compiler/driver/pipeline.h"

namespace nphys::driver {

// Every run of the file is checked, or the one that was asked for; what is wrong with the model itself is told once.
int check(const Options& options) {
    auto first = compile(inquiry_of(options));
    const bool wrong = first->diagnostics.has_errors();
    if (int status = tell(first->diagnostics, first->library.sources(), options); wrong) return status;
    int status = all_well;
    if (!options.run_name)
        for (const std::string& run : first->model.run_names) {
            if (run == first->model.run.name) continue;
            Inquiry inquiry = inquiry_of(options);
            inquiry.request.run = run;
            inquiry.until = Until::program;
            const auto other = compile(inquiry);
            if (other->diagnostics.has_errors()) status = std::max(status, tell(other->diagnostics, other->library.sources(), options));
        }
    if (status == all_well && !options.json) {
        for (const std::string& remark : first->program.remarks) fmt::print("{}\n", remark);
        for (const std::string& line : first->stability.text) fmt::print("{}\n", line);
        fmt::print("{}: all well\n", first->model.name);
    }
    return status;
}

} // namespace nphys::driver
