#include "compiler/analysis/misprints.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "compiler/algebra/transform.h"
#include "compiler/analysis/brillouin.h"
#include "compiler/dynamics/clock.h"

namespace nphys::analysis {

namespace {

using dynamics::DerivedLaw;

// The law of the only neuron and of the only trainable that move.
struct Pair {
    const DerivedLaw* neuron = nullptr;
    const DerivedLaw* trainable = nullptr;
};

std::optional<Pair> only_pair(const dynamics::Program& program) {
    Pair pair;
    for (const DerivedLaw& law : program.laws) {
        const DerivedLaw*& side = law.dynamics == model::Dynamics::activation ? pair.neuron : pair.trainable;
        if (side != nullptr && side->component.tensor != law.component.tensor)
            return std::nullopt;
        side = &law;
    }
    return pair.neuron != nullptr && pair.trainable != nullptr ? std::optional(pair) : std::nullopt;
}

// How one plane wave of a law moves; it runs away if it grows with a real rate, and another decays as fast.
struct Wave {
    double speed = 0, growth = 0;
    bool runs_away = false;
};

constexpr double tolerance = 1e-7;

Wave wave_of(SquareMatrix law, bool is_map) {
    for (std::size_t row = 0; is_map && row < law.size; ++row)
        law(row, row) -= 1;
    Wave wave;
    const std::vector<Complex> rates = eigenvalues(law);
    Complex fastest = 0;
    for (const Complex& rate : rates) {
        wave.speed = std::max(wave.speed, std::abs(rate));
        if (rate.real() > fastest.real())
            fastest = rate;
    }
    wave.growth = fastest.real();
    const double scale = tolerance * std::max(1.0, wave.speed);
    wave.runs_away = wave.growth > scale && std::abs(fastest.imag()) < scale &&
                     std::ranges::any_of(rates, [&](const Complex& rate) { return std::abs(rate + fastest) < scale; });
    return wave;
}

// The waves of a law that is linear and the same everywhere and always.
std::vector<Wave> waves_of(const model::Model& model, const dynamics::Program& program) {
    const FieldsOrReason found = fields_of(program);
    if (!found.fields || !found.fields->lattice)
        return {};
    const algebra::Space& lattice = program.pool->space(*found.fields->lattice);
    const Values values(model, program);
    const Brillouin zone(&lattice);
    Shift middle{};
    for (std::size_t axis = 0; axis < lattice.axes.size(); ++axis)
        middle[axis] = lattice.axes[axis].first + lattice.axes[axis].extent / 2;
    const LinearStep step(program, *found.fields, values, middle, 0);
    if (!step.nature().constant() || !step.nature().obstacle.empty())
        return {};
    std::vector<Wave> waves;
    for (const Mode& mode : zone.coarse())
        waves.push_back(wave_of(step.generator(zone.wave_vector(mode)), dynamics::is_map(program.stepping())));
    return waves;
}

bool is_carried(const Wave& wave) {
    return wave.speed > tolerance;
}

} // namespace

void check_signs(const model::Model& model, const dynamics::Program& program, Diagnostics& diagnostics) {
    const std::optional<Pair> pair = only_pair(program);
    if (!pair || model.run.allow_unstable)
        return;
    const std::vector<Wave> waves = waves_of(model, program);
    if (std::ranges::count_if(waves, is_carried) < 2)
        return;
    const auto& [slow, fast] = std::ranges::minmax_element(waves, {}, &Wave::speed);
    const std::string& neuron = program.pool->symbol(pair->neuron->component.tensor).name;
    const std::string& trainable = program.pool->symbol(pair->trainable->component.tensor).name;
    const bool all = std::ranges::all_of(
        waves, [](const Wave& wave) { return !is_carried(wave) || (wave.runs_away && wave.growth > 0.999 * wave.speed); });
    if (all && fast->speed > slow->speed * (1 + tolerance))
        diagnostics.report(Code::lattice_sign_reversed, pair->trainable->span, neuron, trainable)
            .here("at short waves like exp({:.4g} t)", fast->growth)
            .help("reverse the sign of what this law makes of `{}`", neuron)
            .note("this is the law of Eq. (3.8) as printed; A is +Σ(δ[i,j-e] - 2δ[i,j] + δ[i,j+e]) - m²δ[i,j]");
    else if (waves.front().runs_away && fast->growth < tolerance)
        diagnostics.report(Code::mass_makes_tachyon, pair->trainable->span, neuron, trainable)
            .here("at k = 0 like exp({:.4g} t)", waves.front().growth)
            .help("reverse the sign of the mass term")
            .note("this is the law of Eq. (4.10) as printed; (-BBᵀ + (W-1)²)φ has the mass term -m²φ");
}

void check_answer(const model::Model& model, const dynamics::Program& program, Diagnostics& diagnostics) {
    const algebra::Pool& pool = *program.pool;
    std::set<std::uint32_t> neurons;
    for (const DerivedLaw& law : program.laws)
        if (law.dynamics == model::Dynamics::activation)
            neurons.insert(law.component.tensor.value);
    const auto reads_neurons = [&](Expr value) {
        return std::ranges::any_of(neurons, [&](auto id) { return algebra::depends_on(pool, value, SymbolId{id}); });
    };
    for (const model::Law& law : model.laws) {
        const bool own_losses = law.kind == model::LawKind::descent &&
                                std::ranges::any_of(law.components, [&](const model::Component& component) {
                                    return !(component.value == law.components.front().value);
                                });
        if (!own_losses)
            continue;
        const SymbolId trainable = law.components.front().tensor;
        const auto moves = [&](const DerivedLaw& one) { return one.component.tensor == trainable; };
        const bool answered = std::ranges::any_of(
            program.laws, [&](const DerivedLaw& one) { return moves(one) && reads_neurons(one.component.value); });
        const auto moved = std::ranges::find_if(program.laws, [&](const DerivedLaw& one) {
            return one.dynamics == model::Dynamics::activation &&
                   algebra::depends_on(pool, one.component.value, trainable);
        });
        const bool lost = !answered && moved != program.laws.end() && reads_neurons(law.components.front().value);
        if (!lost)
            continue;
        const std::string& neuron = pool.symbol(moved->component.tensor).name;
        diagnostics.report(Code::loss_without_transposed_bias, law.span, pool.symbol(trainable).name, neuron)
            .here("no neuron is left in what is derived")
            .help("sum the square over all types: `H[a] = 1/2*Σ[b](…[i,b]^2) + …`")
            .note("this is the loss of Eq. (4.14) as printed");
    }
}

void check_misprints(const model::Model& model, const dynamics::Program& program, Diagnostics& diagnostics) {
    check_signs(model, program, diagnostics);
    check_answer(model, program, diagnostics);
    check_turns(model, diagnostics);
}

} // namespace nphys::analysis
