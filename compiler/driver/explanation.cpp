#include "compiler/driver/explanation.h"

#include "compiler/dynamics/explain.h"
#include "compiler/loops/cost.h"

namespace nphys::driver {
namespace {

using Json = nlohmann::ordered_json;

Json sections_json(const std::vector<dynamics::Section>& all) {
    Json sections = Json::array();
    for (const dynamics::Section& section : all) {
        Json formulas = Json::array();
        for (const dynamics::Formula& formula : section.formulas) formulas.push_back({{"title", formula.title}, {"text", formula.text}, {"latex", formula.latex}});
        sections.push_back({{"title", section.title}, {"formulas", formulas}});
    }
    return sections;
}

Json kernels_json(const Compilation& compilation) {
    Json kernels = Json::array();
    for (const loops::KernelCost& kernel : loops::costs(compilation.lowered.module))
        kernels.push_back({{"function", kernel.function},
                           {"name", kernel.name},
                           {"steps", kernel.steps},
                           {"elements", kernel.elements},
                           {"flops", kernel.flops},
                           {"bytes_read", kernel.bytes_read()},
                           {"bytes_written", kernel.bytes_written()},
                           {"bytes_fetched_to_be_written", kernel.bytes_allocated()},
                           {"estimated", kernel.is_estimate}});
    return kernels;
}

} // namespace

nlohmann::ordered_json explanation_json(const Compilation& compilation) {
    Json contractions = Json::array();
    for (const auto& [what, how] : loops::contraction_lines(compilation.model, compilation.lowered)) contractions.push_back({{"what", what}, {"form", how}});
    Json seconds = Json::object();
    for (const auto& [stage, taken] : compilation.seconds) seconds[stage] = taken;
    return {{"model", compilation.model.name}, {"title", compilation.model.title}, {"sections", sections_json(dynamics::explain(compilation.program))},
            {"contractions", contractions}, {"kernels", kernels_json(compilation)}, {"seconds", seconds}};
}

nlohmann::ordered_json regimes_json(const Compilation& compilation) {
    return {{"model", compilation.model.name}, {"regimes", sections_json(dynamics::explain_regimes(compilation.program))}};
}

} // namespace nphys::driver
