#include "compiler/dynamics/levels/hydrodynamic.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/dynamics/levels/initial_density.h"
#include "compiler/dynamics/levels/wave.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;

// What is smaller is taken for so much: its logarithm is a number.
constexpr double least_density = 1e-300;

class PairWriter {
public:
    PairWriter(Cells& cells, model::Model& model, const Landscape& landscape)
        : cells_(cells), pool_(*model.pool), level_(*model.level), landscape_(landscape),
          phase_(level_.names.at("S")) {
        logarithm_ = pool_.add_symbol({.name = "ln_P", .slots = {cells.slot()}, .row_slots = 1});
        model::Tensor tensor;
        tensor.symbol = logarithm_;
        tensor.name = "ln_P";
        tensor.role = model::Role::neuron;
        tensor.span = level_.span;
        model.tensors.push_back(std::move(tensor));
        is_flat_ = !cells.depends(landscape.volume);
        volume_ = is_flat_ ? landscape.volume : cells.stored("√g", cells.here(landscape.volume));
        potential_ = cells.stored_as(level_.names.at("V"), cells.here(potential_of(pool_, level_, landscape)));
        for (std::size_t axis = 0; axis < cells.axes(); ++axis) {
            const Expr square = pool_.power(cells.width(axis), pool_.integer(2));
            carried_.push_back(on_faces("stiffness", axis, landscape.inverse.at(axis, axis), square));
            // κ^{μν} = D/γ²
            const Expr raised = pool_.divide(landscape.diffusion.at(axis, axis), pool_.power(landscape.rate, pool_.integer(2)));
            spread_.push_back(on_faces("spread", axis, simplified(pool_, raised), square));
        }
    }

    LevelFields run() {
        LevelFields fields;
        std::vector<Expr> gains, motions, quantum, energies;
        for (std::size_t axis = 0; axis < cells_.axes(); ++axis) {
            for (const bool forth : {true, false}) {
                const Expr carried = face(carried_, axis, forth), spread = face(spread_, axis, forth);
                const Expr rise = pool_.subtract(phase(axis, forth ? 1 : -1), phase(axis, 0));
                const Expr ratio = pool_.apply(Op::exp, {pool_.multiply({half(), pool_.subtract(log(axis, forth ? 1 : -1), log(axis, 0))})});
                // ½ (1 + P[i+e]/P[i]) 2γ (S[i+e] - S[i])
                gains.push_back(pool_.multiply({landscape_.rate, carried, rise, pool_.add({pool_.integer(1), pool_.power(ratio, pool_.integer(2))})}));
                motions.push_back(pool_.multiply({half(), landscape_.rate, carried, pool_.power(rise, pool_.integer(2))}));
                quantum.push_back(pool_.multiply({spread, pool_.subtract(ratio, pool_.integer(1))}));
            }
            energies.push_back(face_energy(axis));
        }
        const Expr dispersion = pool_.divide(pool_.multiply({pool_.integer(2), pool_.power(landscape_.rate, pool_.integer(2))}), *level_.beta);
        const Expr around = pool_.subtract(pool_.add(std::move(motions)), pool_.multiply({dispersion, pool_.add(std::move(quantum))}));
        const Expr divisor = is_flat_ ? pool_.integer(1) : volume_;
        fields.rates = {{logarithm_, {cells_.cell()}, pool_.divide(pool_.add(std::move(gains)), divisor)},
                        {phase_, {cells_.cell()}, pool_.add({potential_, pool_.divide(around, divisor)})}};
        const Expr density = pool_.apply(Op::exp, {log(0, 0)});
        fields.derived = {{level_.names.at("P"), density}};
        fields.weight = pool_.multiply({cells_.volume_of_cell(), volume_, density});
        fields.numbers["ħ"] = planck();
        fields.numbers["winding"] = fields.numbers["vortices"] = pool_.integer(0); // S has one value at each cell
        for (std::size_t axis = 0; axis < cells_.axes(); ++axis)
            fields.numbers[model::Level::winding_along(axis)] = pool_.integer(0);
        fields.numbers["mass"] = cells_.integral(fields.weight);
        const Expr constant = is_flat_ ? volume_ : pool_.integer(1);
        fields.numbers["energy"] = cells_.integral(pool_.add(
            {pool_.multiply({fields.weight, potential_}), pool_.multiply({cells_.volume_of_cell(), constant, pool_.add(std::move(energies))})}));
        fields.lines = lines();
        return fields;
    }

    void put_begin(LevelFields& fields, Expr density) {
        const Expr floor = pool_.apply(Op::max, {density, pool_.real(least_density)});
        fields.begin = {{logarithm_, {cells_.cell()}, pool_.apply(Op::log, {floor})}};
        fields.mass = pool_.add_symbol({.name = "mass_at_start", .slots = {}});
        const Expr mass = pool_.element(fields.mass, {});
        fields.normalized = {{logarithm_, {cells_.cell()}, pool_.subtract(log(0, 0), pool_.apply(Op::log, {mass}))}};
    }

private:
    [[nodiscard]] Expr half() const { return pool_.rational(1, 2); }
    [[nodiscard]] Expr log(std::size_t axis, std::int64_t steps) const { return pool_.element(logarithm_, {cells_.next(axis, steps)}); }
    [[nodiscard]] Expr phase(std::size_t axis, std::int64_t steps) const { return pool_.element(phase_, {cells_.next(axis, steps)}); }

    // √g times an entry over h², between the cell and the next one.
    Expr on_faces(const char* name, std::size_t axis, Expr entry, Expr square) {
        const Expr value = simplified(pool_, pool_.multiply({is_flat_ ? pool_.integer(1) : landscape_.volume, entry}));
        const Expr there = pool_.divide(cells_.along(value, axis, half()), square);
        return cells_.stored(fmt::format("{}{}", name, axis + 1), cells_.inside(axis, there));
    }
    [[nodiscard]] Expr face(const std::vector<Expr>& faces, std::size_t axis, bool forth) const {
        return forth ? faces[axis] : cells_.moved(faces[axis], axis, -1);
    }

    // √g (γ g P (∂S)² + 2γ²/β κ (∂√P)²) of the face towards the next cell.
    [[nodiscard]] Expr face_energy(std::size_t axis) const {
        const Expr here = pool_.apply(Op::exp, {log(axis, 0)}), there = pool_.apply(Op::exp, {log(axis, 1)});
        const Expr rise = pool_.subtract(phase(axis, 1), phase(axis, 0));
        const Expr steep = pool_.subtract(pool_.apply(Op::exp, {pool_.multiply({half(), log(axis, 1)})}),
                                          pool_.apply(Op::exp, {pool_.multiply({half(), log(axis, 0)})}));
        const Expr motion = pool_.multiply({landscape_.rate, carried_[axis], half(), pool_.add({here, there}), pool_.power(rise, pool_.integer(2))});
        const Expr quantum = pool_.divide(pool_.multiply({pool_.integer(2), pool_.power(landscape_.rate, pool_.integer(2)), spread_[axis],
                                                          pool_.power(steep, pool_.integer(2))}),
                                          *level_.beta);
        return pool_.add({motion, quantum});
    }

    [[nodiscard]] Expr planck() const {
        return pool_.power(pool_.divide(pool_.multiply({pool_.integer(2), landscape_.rate}), *level_.beta), half());
    }

    [[nodiscard]] std::vector<model::Level::Line> lines() const {
        return {{"continuity, (3.7)", "d/dt P = 2*γ/√g*∂_μ(√g*g^{μν}*P*∂_ν S)", "\\partial_t P = \\frac{2\\gamma}{\\sqrt g} \\partial_\\mu(\\sqrt g g^{\\mu\\nu} P \\partial_\\nu S)"},
                {inverse_temperature(pool_, landscape_) ? "quantum Hamilton-Jacobi equation, (3.8)-(3.9)" : "neural Hamilton-Jacobi equation, (5.2)-(5.4)",
                 "d/dt S = γ*g^{μν}*∂_μ S*∂_ν S + V - 2*γ^2/β/√P/√g*∂_μ(√g*κ^{μν}*∂_ν √P)",
                 "\\partial_t S = \\gamma g^{\\mu\\nu} \\partial_\\mu S \\partial_\\nu S + V - \\frac{2\\gamma^2}{\\beta} \\frac{1}{\\sqrt P \\sqrt g} \\partial_\\mu(\\sqrt g \\kappa^{\\mu\\nu} \\partial_\\nu \\sqrt P)"},
                potential_line(pool_, level_, landscape_)};
    }

    Cells& cells_;
    Pool& pool_;
    const model::Level& level_;
    const Landscape& landscape_;
    SymbolId logarithm_, phase_;
    bool is_flat_ = true;
    Expr volume_, potential_;
    std::vector<Expr> carried_, spread_;
};

bool joins_axes(const Pool& pool, const Landscape& landscape) {
    for (std::size_t row = 0; row < landscape.axes(); ++row)
        for (std::size_t column = 0; column < landscape.axes(); ++column)
            if (row != column && !(pool.is_zero(landscape.inverse.at(row, column)) && pool.is_zero(landscape.diffusion.at(row, column))))
                return true;
    return false;
}

} // namespace

std::optional<LevelFields> hydrodynamic_fields(Cells& cells, model::Model& model, const Landscape& landscape,
                                               Diagnostics& diagnostics) {
    if (joins_axes(*model.pool, landscape)) {
        diagnostics.report(Code::level_of_other_law, model.laws[landscape.law].span, model.level->axes.front().name, model.level->noun(),
                           "its metric or its noise joins two axes")
            .label(model.level->span, "asked for here")
            .help("turn the variables so that both are diagonal; with `metric g = κ` it is moved as a wave, by `scheme = crank_nicolson`");
        return std::nullopt;
    }
    const auto density = initial_density(cells, model, landscape.volume, diagnostics);
    if (!density)
        return std::nullopt;
    PairWriter writer(cells, model, landscape);
    LevelFields fields = writer.run();
    writer.put_begin(fields, *density);
    return fields;
}

} // namespace nphys::dynamics
