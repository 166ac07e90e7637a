#include "compiler/driver/halve.h"

#include <cmath>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/driver/messages.h"
#include "compiler/driver/run_into.h"
#include "compiler/model/schemes.h"
#include "runtime/output/run_folder.h"

namespace nphys::driver {

namespace {

// Steps of any length then lead to the same place.
bool follows_the_law_itself(const dynamics::Program& program) { return program.is_the_flow(); }

} // namespace

int check_halving(const Compilation& compilation) {
    const dynamics::Program& program = compilation.program;
    if (!program.adaptive && (follows_the_law_itself(program) || model::scheme_order(program.stepping()) > 0)) return all_well;
    fmt::print(stderr, "error: `--halve` needs a scheme with a fixed step, but this run uses `{}`\n", model::scheme_spelling(compilation.program.scheme));
    return command_line_is_wrong;
}

int run_halved(const Compilation& compilation, const Options& options, const std::filesystem::path& folder, const Outcome& outcome,
               nlohmann::ordered_json& summary) {
    Inquiry inquiry = inquiry_of(options);
    inquiry.refinement = Refinement{compilation.program.dt / 2, 2 * compilation.program.steps, 2};
    const auto halved = compile(inquiry);
    if (halved->diagnostics.has_errors()) return tell(halved->diagnostics, halved->library.sources(), options);
    const auto part = runtime::create_run_folder(compilation.model.name, folder / "halved");
    if (!part) return tell_failure(part.error());
    Outcome fine;
    if (const int status = run_into(*halved, options, *part, fine); status != all_well && status != expectation_failed) return status;
    const std::optional<double> strong = compilation.program.strong_order;
    const bool are_means = compilation.model.run.copies > 1; // over copies: they go with the weak order, which is 1
    const double power = std::pow(2.0, !strong ? model::scheme_order(compilation.program.stepping()) : are_means ? 1 : *strong);
    const double share = follows_the_law_itself(compilation.program) ? 1 : power / (power - 1);
    summary["halved"] = {{"dt", halved->program.dt}, {"folder", part->string()}};
    std::string along;
    if (strong) {
        summary["halved"]["strong_order"] = *strong;
        along = fmt::format(", along the same paths of noise, of which `{}` follows single ones to order {}{}", model::scheme_spelling(compilation.program.scheme), *strong == 1 ? "1" : "1/2",
                            are_means && *strong < 1 ? ", means over copies to order 1" : "");
    }
    std::string text = fmt::format("with half the step (dt = {:.6g}), at t = {:.6g}{}:\n", halved->program.dt, fine.time, along);
    for (std::size_t k = 0; k < std::min(outcome.observables.size(), fine.observables.size()); ++k) {
        const double difference = outcome.observables[k].last - fine.observables[k].last;
        const double error = std::abs(difference) * share;
        text += fmt::format("  {}: {:.10g}, difference {:.3g}, error of the first run about {:.3g}\n", fine.observables[k].name, fine.observables[k].last, difference, error);
        summary["halved"]["observables"][fine.observables[k].name] = {{"last", fine.observables[k].last}, {"difference", difference}, {"error", error}};
    }
    if (!options.json) fmt::print("{}", text);
    return all_well;
}

} // namespace nphys::driver
