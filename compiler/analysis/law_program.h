#pragma once
// The laws themselves as a Program with one update, their rates, and the plane waves of it: what is said about a model
// whatever the scheme of its run.
//
// Example: of Klein-Gordon the matrix at k is [[0, 1], [-ω², 0]].

#include "compiler/analysis/brillouin.h"
#include "compiler/analysis/linear_step.h"
#include "compiler/dynamics/motion.h"

namespace nphys::analysis {

// The motion of a model whose laws have been checked before, and its stored tensors alone.
[[nodiscard]] dynamics::Motion motion_of(const model::Model& model);
[[nodiscard]] dynamics::Program constants_of(const model::Model& model);

[[nodiscard]] dynamics::Program law_program(const model::Model& model, const dynamics::Motion& motion,
                                            const dynamics::Program& constants);

class LawSpectrum {
public:
    LawSpectrum(const model::Model& model, const dynamics::Motion& motion, const dynamics::Program& constants);
    LawSpectrum(const LawSpectrum&) = delete;
    LawSpectrum& operator=(const LawSpectrum&) = delete;

    [[nodiscard]] const std::string& obstacle() const { return obstacle_; }
    [[nodiscard]] const Fields& fields() const { return *fields_; }
    [[nodiscard]] const LinearStep& step() const { return *step_; }
    [[nodiscard]] const Brillouin& zone() const { return *zone_; }
    [[nodiscard]] const algebra::Space* lattice() const { return lattice_; }

private:
    dynamics::Program program_;
    std::string obstacle_;
    std::optional<Fields> fields_;
    const algebra::Space* lattice_ = nullptr;
    std::optional<Values> values_;
    std::optional<Brillouin> zone_;
    std::optional<LinearStep> step_;
};

// The site in the middle, far from every edge.
[[nodiscard]] Shift middle_site(const algebra::Space* lattice);

} // namespace nphys::analysis
