#include <fmt/format.h>

#include <algorithm>

#include "compiler/algebra/print.h"
#include "compiler/base/unicode.h"
#include "compiler/driver/analysis_text.h"

namespace nphys::driver {
namespace {

using analysis::DualFormula;
using analysis::Verdict;

std::string_view word(Verdict verdict) {
    switch (verdict) {
    case Verdict::exact: return "yes";
    case Verdict::to_round_off: return "yes, to round-off";
    case Verdict::fails: return "no";
    case Verdict::undecided: return "not decided";
    }
    return "";
}

std::string_view key(analysis::ConditionKind kind) {
    using enum analysis::ConditionKind;
    switch (kind) {
    case activation_linear: return "activation_linear";
    case weight_symmetric: return "weight_symmetric";
    case weight_and_bias_commute: return "weight_and_bias_commute";
    case bias_invertible: return "bias_invertible";
    case learning_mirrors: return "learning_mirrors_activation";
    case force_is_gradient: return "force_is_gradient";
    case loss_exists: return "loss_exists";
    }
    return "";
}

std::string conditions_text(const analysis::Duality& duality) {
    std::string text = "conditions\n";
    for (const analysis::Condition& condition : duality.conditions) {
        std::string line = "  " + padded(condition.statement, 26) + "  " + std::string(word(condition.verdict));
        if (!condition.residual.empty()) line = padded(line, 42) + "  " + condition.residual;
        text += line + "\n";
    }
    return text;
}

std::string maps_text(const analysis::Duality& duality) {
    std::string text = "maps\n";
    for (const analysis::NamedMap& map : duality.maps)
        for (std::size_t row = 0; row < map.rows.size(); ++row) {
            const bool renamed = row == 0 && !map.declared.empty() && map.declared != map.name;
            const std::string name = row > 0 ? "" : renamed ? fmt::format("{} = {}", map.name, map.declared) : map.name;
            text += fmt::format("  {}{}\n", padded(name, 8), map.rows[row]);
        }
    return text;
}

std::string formula_text(const analysis::LearningSystem& system, const char* what, const std::optional<DualFormula>& formula) {
    if (!formula) return {};
    return fmt::format("\n{}, {}\n  {} = {}\n", what, formula->equation, formula->name, algebra::print(system.pool, formula->value));
}

nlohmann::ordered_json formula_json(const analysis::LearningSystem& system, const std::optional<DualFormula>& formula) {
    if (!formula) return nullptr;
    return {{"name", formula->name},
            {"equation", formula->equation},
            {"given", formula->given},
            {"text", algebra::print(system.pool, formula->value)},
            {"latex", algebra::print(system.pool, formula->value, algebra::Notation::latex)}};
}

std::string formula_latex(const analysis::LearningSystem& system, const char* what, const std::optional<DualFormula>& formula) {
    if (!formula) return {};
    return fmt::format("% {}, {}\n\\[ {} = {} \\]\n", what, formula->equation, formula->name,
                       algebra::print(system.pool, formula->value, algebra::Notation::latex));
}

} // namespace

std::string duality_text(const analysis::LearningSystem& system, const analysis::Duality& duality) {
    const std::string& title = system.model.title;
    return system.model.name + (title.empty() ? "" : ": " + title) + "\n\n" + maps_text(duality) + "\n" + conditions_text(duality) +
           formula_text(system, "hamiltonian", duality.hamiltonian) + formula_text(system, "loss", duality.loss);
}

std::string duality_latex(const analysis::LearningSystem& system, const analysis::Duality& duality) {
    return formula_latex(system, "hamiltonian", duality.hamiltonian) + formula_latex(system, "loss", duality.loss);
}

nlohmann::ordered_json duality_json(const analysis::LearningSystem& system, const analysis::Duality& duality) {
    nlohmann::ordered_json conditions = nlohmann::ordered_json::array(), maps = nlohmann::ordered_json::array();
    for (const analysis::Condition& condition : duality.conditions)
        conditions.push_back({{"name", key(condition.kind)},
                              {"statement", condition.statement},
                              {"verdict", word(condition.verdict)},
                              {"residual", condition.residual},
                              {"size", condition.size}});
    for (const analysis::NamedMap& map : duality.maps)
        maps.push_back({{"name", map.name}, {"declared", map.declared}, {"rows", map.rows}});
    return {{"model", system.model.name},
            {"maps", maps},
            {"conditions", conditions},
            {"hamiltonian", formula_json(system, duality.hamiltonian)},
            {"loss", formula_json(system, duality.loss)}};
}

} // namespace nphys::driver
