#pragma once
// What analysis has found, as text for people, as JSON for programs, as LaTeX for papers.

#include <nlohmann/json.hpp>

#include <string>

#include "compiler/analysis/conservation.h"
#include "compiler/analysis/detailed_balance.h"
#include "compiler/analysis/dispersion.h"
#include "compiler/analysis/duality.h"
#include "compiler/analysis/gauge.h"
#include "compiler/analysis/scheme_fitness.h"

namespace nphys::driver {

[[nodiscard]] std::string duality_text(const analysis::LearningSystem& system, const analysis::Duality& duality);
[[nodiscard]] std::string duality_latex(const analysis::LearningSystem& system, const analysis::Duality& duality);
[[nodiscard]] nlohmann::ordered_json duality_json(const analysis::LearningSystem& system,
                                                  const analysis::Duality& duality);

[[nodiscard]] std::string dispersion_text(const std::string& model, const std::string& scheme,
                                          const analysis::Dispersion& dispersion);
[[nodiscard]] nlohmann::ordered_json dispersion_json(const std::string& model, const std::string& scheme,
                                                     const analysis::Dispersion& dispersion);
[[nodiscard]] bool same_curve(const std::vector<double>& left, const std::vector<double>& right);

[[nodiscard]] std::string gauge_text(const std::string& model, const analysis::GaugeReport& report);
[[nodiscard]] nlohmann::ordered_json gauge_json(const analysis::GaugeReport& report);

// The page of `check`.
struct CheckFacts {
    const model::Model* model = nullptr;
    const dynamics::Program* program = nullptr;
    analysis::StabilityReport stability;
    analysis::Separation separation;
    std::vector<analysis::SchemeRow> schemes;
    analysis::Conservation conservation;
    std::vector<analysis::SpuriousZero> spurious;
    bool spurious_at_the_middle = false; // the law is another one at other sites
    std::unique_ptr<analysis::LearningSystem> system;
    std::optional<analysis::Duality> duality; // none where the model is no learning system
    std::vector<analysis::Balance> balance;   // of laws that evolve
};
[[nodiscard]] CheckFacts check_facts(const model::Model& model, const dynamics::Program& program);
[[nodiscard]] std::string check_text(const CheckFacts& facts);
[[nodiscard]] nlohmann::ordered_json check_json(const CheckFacts& facts);

} // namespace nphys::driver
