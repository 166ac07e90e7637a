#pragma once
// The laws of a model as the papers write them: φ ← Wφ + Bπ, π ← Aφ + Vπ, to linear order around any state.
//
// Goes in: a Model. Comes out: its motion, its neurons and trainables, the rates of both, and the four derivatives
// W - 1, B, A, V - 1 as exact maps; they hold fields where the laws are not linear. Or the reason why there are none.
//
// Example: H = 1/2*m^2*φ^2, φ ← φ + π, π descends H gives W = 1, B = 1, A = -m^2, V = 1.

#include <memory>

#include "compiler/analysis/linear_map.h"
#include "compiler/analysis/vanishing.h"

namespace nphys::analysis {

class LearningSystem {
public:
    explicit LearningSystem(const model::Model& model);
    LearningSystem(const LearningSystem&) = delete;
    LearningSystem& operator=(const LearningSystem&) = delete;

    // Not empty: the model has no such form.
    [[nodiscard]] const std::string& obstacle() const { return obstacle_; }
    [[nodiscard]] bool depends_on_state(const LinearMap& map) const;
    // The law that moves a component.
    [[nodiscard]] Span span_of(const Variables& variables, std::size_t row) const;
    // The weight or bias of the file that is this map, if one is; of several the one of that name.
    [[nodiscard]] const model::Tensor* declared(const LinearMap& map, std::string_view name = {});

    const model::Model& model;
    Pool& pool;
    dynamics::Motion motion;
    dynamics::Program constants; // stored tensors alone
    MapAlgebra maps;
    Judge judge;
    Variables neurons, trainables;
    std::vector<Expr> activation, learning; // the rates
    LinearMap weight, bias, back, decay;    // W - 1, B, A, V - 1

private:
    std::string found_obstacle() const;
    std::optional<LinearMap> map_of(const model::Tensor& tensor, const Variables& to, const Variables& from);

    std::string obstacle_;
};

} // namespace nphys::analysis
