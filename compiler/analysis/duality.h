#pragma once
// Activation and learning as one: the Hamiltonian of a loss, the loss of a Hamiltonian, and the conditions.
//
// Goes in: a LearningSystem. Comes out: each condition of Emergent field theories, section 2, with what is left where
// it fails; the Hamiltonian and the loss where they exist, each shown to give back the laws.
//
// With K = W - 1 and β = Bπ the flow is φ' = Kφ + β, so (2.14) E = ½β² + βKφ + 𝒱(φ) is its Hamiltonian if and only if
//   B(V - 1) + KᵀB = 0   and   -B dπ/dt at π = 0 is the gradient of a 𝒱 by φ;
// (2.21) is the case 𝒱 = ½φBBᵀφ. A loss H with dπ/dt = -∂H/∂π - Bᵀ∂H/∂φ exists if and only if V - 1 + AB is symmetric
// (B constant); for W = Wᵀ, WB = BW this says that (BBᵀ)⁻¹ Hess 𝒱 is symmetric, and H is (2.16).
//
// Example: loss H = ½m²φ², φ ← φ + π gives E = ½π² + ½m²φ².

#include <optional>

#include "compiler/analysis/learning_system.h"

namespace nphys::analysis {

enum class Verdict : std::uint8_t { exact, to_round_off, fails, undecided };

enum class ConditionKind : std::uint8_t {
    activation_linear,
    weight_symmetric,
    weight_and_bias_commute,
    bias_invertible,
    learning_mirrors,
    force_is_gradient,
    loss_exists,
};

struct Condition {
    ConditionKind kind;
    std::string statement; // "W = Wᵀ"
    Verdict verdict = Verdict::undecided;
    std::string residual; // "at φ[i,1]: 2*m*φ[i,2]"; of undecided ones: why
    double size = 0;      // beside the terms that should cancel
    Span span;            // of the law, or of the weight or bias, that it comes from

    [[nodiscard]] bool holds() const { return verdict == Verdict::exact || verdict == Verdict::to_round_off; }
};

struct DualFormula {
    std::string name;     // "E", "H"
    std::string equation; // "(2.14)", or what it is
    Expr value;
    bool given = false; // it stands in the file
};

struct NamedMap {
    std::string name;              // "W", "B", "A", "V"
    std::string declared;          // the user's name for it, if it has one
    std::vector<std::string> rows; // "W φ at φ[i,1]: φ[i,1] + m*φ[i,2]"
};

struct Duality {
    std::vector<NamedMap> maps;
    std::vector<Condition> conditions;
    std::optional<DualFormula> hamiltonian, loss;
    std::string without_hamiltonian, without_loss; // why not, where all conditions hold

    [[nodiscard]] const Condition& condition(ConditionKind kind) const;
    // The first condition in the way, if one is.
    [[nodiscard]] const Condition* against_hamiltonian() const;
    [[nodiscard]] const Condition* against_loss() const;
};

[[nodiscard]] Duality duality(LearningSystem& system);

// Tells what is in the way of the dual that was asked for: the Hamiltonian of a loss, the loss of a Hamiltonian, either
// of them for laws that are written out.
void check_duality(const LearningSystem& system, const Duality& duality, Diagnostics& diagnostics);

} // namespace nphys::analysis
