#include "compiler/driver/halve.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "compiler/driver/messages.h"
#include "compiler/driver/run_into.h"
#include "compiler/model/schemes.h"
#include "runtime/output/checkpoint.h"
#include "runtime/output/run_folder.h"

namespace nphys::driver {

namespace {

// Steps of any length then lead to the same place.
bool follows_the_law_itself(const dynamics::Program& program) { return program.is_the_flow(); }

std::vector<double> numbers_of(const runtime::StateArray& array) {
    std::vector<double> numbers;
    for (std::int64_t k = 0; k < array.count; ++k) {
        const auto read = [&](auto number) {
            std::memcpy(&number, array.bytes.data() + static_cast<std::size_t>(k) * sizeof number, sizeof number);
            return static_cast<double>(number);
        };
        numbers.push_back(array.precision == runtime::Precision::f32 ? read(0.0F) : read(0.0));
    }
    return numbers;
}

// Mean |difference| over the elements and copies of each array of the state at the end: the strong error is a share of it.
struct Apart { std::string name; double mean = 0; };
std::vector<Apart> paths_apart(const std::filesystem::path& coarse, const std::filesystem::path& fine) {
    std::vector<Apart> all;
    const auto first = runtime::read_checkpoint(coarse / "checkpoint.h5"), second = runtime::read_checkpoint(fine / "checkpoint.h5");
    if (!first || !second) return all;
    for (const runtime::StateArray& array : first->arrays) {
        const auto other = std::ranges::find(second->arrays, array.name, &runtime::StateArray::name);
        if (other == second->arrays.end() || other->count != array.count || array.count == 0) continue;
        const std::vector<double> a = numbers_of(array), b = numbers_of(*other);
        double sum = 0;
        for (std::size_t k = 0; k < a.size(); ++k) sum += std::abs(a[k] - b[k]);
        all.push_back({array.name, sum / static_cast<double>(a.size())});
    }
    return all;
}

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
    if (strong) {
        const double single = std::pow(2.0, *strong) / (std::pow(2.0, *strong) - 1);
        for (const Apart& apart : paths_apart(folder, *part)) {
            text += fmt::format("  paths of {}: mean |difference| {:.3g}, strong error of the first run about {:.3g}\n", apart.name, apart.mean, apart.mean * single);
            summary["halved"]["paths"][apart.name] = {{"difference", apart.mean}, {"strong_error", apart.mean * single}};
        }
    }
    if (!options.json) fmt::print("{}", text);
    return all_well;
}

} // namespace nphys::driver
