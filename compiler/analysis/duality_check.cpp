// What is in the way of a dual, told at the place that it comes from.
#include <fmt/format.h>

#include "compiler/analysis/duality.h"

namespace nphys::analysis {

namespace {

constexpr const char* hamiltonian = "the Hamiltonian (2.14)";

void tell_linear(const Condition& condition, Diagnostics& diagnostics) {
    diagnostics.report(Code::dual_of_nonlinear_activation, condition.span)
        .here("{}", condition.residual)
        .note("duality is about φ ← Wφ + Bπ; what is not linear belongs into the loss or the potential")
        .help("`check` tells which observables the law conserves all the same");
}

void tell_mirror(const Duality& duality, const Condition& condition, Diagnostics& diagnostics) {
    auto& told = diagnostics.report(Code::learning_mirrors_nothing, condition.span);
    told.here("B (V - 1) + (W - 1)ᵀ B {}", condition.residual);
    told.note("(2.14) needs dβ/dt = -(W - 1)ᵀβ - ∂𝒱 for β = Bπ");
    const Condition& symmetric = duality.condition(ConditionKind::weight_symmetric);
    if (!symmetric.holds())
        told.note("W is not symmetric, {}: such a law may conserve φ² + π² instead of an energy",
                  symmetric.residual);
    told.help("V = 2 - B⁻¹ Wᵀ B, which is 2 - W where W is symmetric and commutes with B");
}

void tell(const Duality& duality, const Condition& condition, const char* what, Diagnostics& diagnostics) {
    switch (condition.kind) {
    case ConditionKind::activation_linear: return tell_linear(condition, diagnostics);
    case ConditionKind::learning_mirrors: return tell_mirror(duality, condition, diagnostics);
    case ConditionKind::bias_invertible:
        if (condition.verdict == Verdict::undecided)
            diagnostics.report(Code::bias_undecided, condition.span, condition.residual)
                .here("β = Bπ must tell π")
                .help("give neurons and trainables the same shape, and B the same form at every site");
        else
            diagnostics.report(Code::bias_not_invertible, condition.span)
                .here("{}", condition.residual)
                .note("{} is one of φ and β = Bπ, and this β does not tell π", what);
        return;
    case ConditionKind::force_is_gradient:
        diagnostics.report(Code::force_without_potential, condition.span)
            .here("its derivative by φ less the transpose {}", condition.residual)
            .note("(2.14) needs B dπ/dt = -∂𝒱/∂φ at π = 0, with a symmetric second derivative");
        return;
    case ConditionKind::loss_exists:
        diagnostics.report(Code::learning_without_loss, condition.span)
            .here("V - 1 + A B less its transpose {}", condition.residual)
            .note("a loss needs equal second derivatives along π, with φ carried along by B: for W = Wᵀ and W B = B W "
                  "this is (B Bᵀ)⁻¹ Hess 𝒱 symmetric")
            .help("types of neurons may each have a loss of their own: `loss H[a] = …`");
        return;
    default: return;
    }
}

} // namespace

void check_duality(const LearningSystem& system, const Duality& duality, Diagnostics& diagnostics) {
    const bool is_given_hamiltonian = duality.hamiltonian && duality.hamiltonian->given;
    const bool is_given_loss = duality.loss && duality.loss->given;
    const bool either = !is_given_hamiltonian && !is_given_loss;
    if (either && (duality.hamiltonian || duality.loss))
        return;
    if (!is_given_hamiltonian && !duality.hamiltonian) {
        if (const Condition* against = duality.against_hamiltonian())
            tell(duality, *against, hamiltonian, diagnostics);
        else
            diagnostics.report(Code::dual_without_closed_form, system.span_of(system.trainables, 0))
                .here("{}", duality.without_hamiltonian);
    }
    if (is_given_loss || duality.loss)
        return;
    if (const Condition* against = duality.against_loss()) {
        if (!either || against->kind != ConditionKind::activation_linear)
            tell(duality, *against, "the loss (2.16)", diagnostics);
    } else {
        diagnostics.report(Code::dual_without_closed_form, system.span_of(system.trainables, 0))
            .here("{}", duality.without_loss);
    }
}

} // namespace nphys::analysis
