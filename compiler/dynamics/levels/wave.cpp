#include "compiler/dynamics/levels/wave.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/algebra/print.h"
#include "compiler/dynamics/levels/initial_density.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

using algebra::Op;

// V in the variables.
Expr potential_of(Pool& pool, const model::Level& level, const Landscape& landscape) {
    std::vector<Expr> squares, curvature;
    for (std::size_t row = 0; row < landscape.axes(); ++row) {
        std::vector<Expr> fluxes;
        for (std::size_t column = 0; column < landscape.axes(); ++column) {
            squares.push_back(pool.multiply({landscape.rate, landscape.inverse.at(row, column), landscape.force[row], landscape.force[column]}));
            fluxes.push_back(pool.multiply({landscape.volume, landscape.inverse.at(row, column), landscape.force[column]}));
        }
        curvature.push_back(by_axis(pool, level, pool.add(std::move(fluxes)), row));
    }
    const Expr spread = pool.divide(pool.multiply({landscape.rate, pool.add(std::move(curvature))}),
                                    pool.multiply({*level.beta, landscape.volume}));
    squares.push_back(pool.negate(spread));
    return simplified(pool, pool.add(std::move(squares)));
}

model::Level::Line potential_line(Pool& pool, const model::Level& level, const Landscape& landscape) {
    const Expr potential = potential_of(pool, level, landscape);
    return {"the potential, (3.6)", "V = " + algebra::print(pool, potential),
            "V = " + algebra::print(pool, potential, algebra::Notation::latex)};
}

Hamiltonian::Hamiltonian(Cells& cells, model::Model& model, const Landscape& landscape, Expr planck)
    : cells_(cells), pool_(*model.pool), is_flat_(!cells.depends(landscape.volume)) {
    const model::Level& level = *model.level;
    kinetic_ = pool_.multiply({landscape.rate, pool_.power(planck, pool_.integer(2))});
    volume_ = is_flat_ ? landscape.volume : cells.stored("√g", cells.here(landscape.volume));
    potential_ = cells.stored_as(level.names.at("V"), cells.here(potential_of(pool_, level, landscape)));
    const std::size_t axes = landscape.axes();
    stiffness_.assign(axes, std::vector<Expr>(axes, pool_.integer(0)));
    for (std::size_t row = 0; row < axes; ++row)
        for (std::size_t column = 0; column <= row; ++column) {
            const Expr entry = simplified(pool_, pool_.multiply({is_flat_ ? pool_.integer(1) : landscape.volume, landscape.inverse.at(row, column)}));
            if (pool_.is_zero(entry))
                continue;
            const Expr there = row == column ? cells.along(entry, row, pool_.rational(1, 2)) : cells.between(entry, row, column);
            Expr held = cells.inside(row, there);
            if (row != column)
                held = cells.inside(column, held);
            const bool is_number = !pool_.facts(held).coordinates && held == there;
            stiffness_[row][column] = is_number ? held : cells.stored(fmt::format("stiffness{}{}", row + 1, column + 1), held);
        }
}

// Σ_μ (flux towards i+e - flux from i-e)/h; off the diagonal the mean of the two corners of a face.
Expr Hamiltonian::laplacian(const std::function<Expr(const Place&)>& field) const {
    const std::size_t axes = stiffness_.size();
    const auto at = [&](std::initializer_list<std::pair<std::size_t, std::int64_t>> steps) {
        Place place = cells_.cell();
        for (const auto& [axis, count] : steps)
            place.offset[axis] += count;
        return field(place);
    };
    const Expr half = pool_.rational(1, 2);
    std::vector<Expr> terms;
    for (std::size_t axis = 0; axis < axes; ++axis) {
        std::vector<Expr> flux;
        if (!pool_.is_zero(stiffness_[axis][axis]))
            flux.push_back(pool_.divide(pool_.multiply({stiffness_[axis][axis], pool_.subtract(at({{axis, 1}}), at({}))}), cells_.width(axis)));
        for (std::size_t other = 0; other < axes; ++other) {
            const Expr corner = stiffness_[std::max(axis, other)][std::min(axis, other)];
            if (other == axis || pool_.is_zero(corner))
                continue;
            const Expr rise = pool_.multiply({half, pool_.add({pool_.subtract(at({{other, 1}}), at({})),
                                                               pool_.subtract(at({{axis, 1}, {other, 1}}), at({{axis, 1}}))})});
            const Expr there = pool_.divide(pool_.multiply({corner, rise}), cells_.width(other));
            flux.push_back(pool_.multiply({half, pool_.add({there, cells_.moved(there, other, -1)})}));
        }
        const Expr out = pool_.add(std::move(flux));
        terms.push_back(pool_.divide(pool_.subtract(out, cells_.moved(out, axis, -1)), cells_.width(axis)));
    }
    const Expr sum = pool_.add(std::move(terms));
    return is_flat_ ? sum : pool_.divide(sum, volume_);
}

Expr Hamiltonian::on(const std::function<Expr(const Place&)>& field) const {
    return pool_.subtract(pool_.multiply({potential_, field(cells_.cell())}), pool_.multiply({kinetic_, laplacian(field)}));
}

namespace {

// The kinetic part in Fourier space: where the metric is the same everywhere and joins no two axes.
std::optional<std::vector<Expr>> turns_of(Pool& pool, const Cells& cells, const Landscape& landscape, Expr planck) {
    std::vector<Expr> turns;
    for (std::size_t row = 0; row < landscape.axes(); ++row)
        for (std::size_t column = 0; column < landscape.axes(); ++column) {
            const Expr entry = landscape.inverse.at(row, column);
            if (cells.depends(entry) || cells.depends(landscape.volume) || (row != column && !pool.is_zero(entry)))
                return std::nullopt;
            if (row != column)
                continue;
            const algebra::Axis& axis = cells.axis(row);
            const double length = axis.spacing * static_cast<double>(axis.extent);
            const std::int64_t waves = axis.edge == algebra::Edge::periodic ? 2 : 1;
            const Expr number = pool.multiply({pool.integer(waves), pool.pi(), pool.real(1 / length)});
            turns.push_back(pool.multiply({landscape.rate, planck, entry, pool.power(number, pool.integer(2))}));
        }
    return turns;
}

class WaveWriter {
public:
    WaveWriter(Cells& cells, model::Model& model, const Landscape& landscape, Expr planck)
        : cells_(cells), pool_(*model.pool), model_(model), level_(*model.level), landscape_(landscape), planck_(planck),
          wave_(level_.names.at("ψ")), hamiltonian_(cells, model, landscape, planck) {}

    LevelFields run() {
        const auto real = [&](const Place& place) { return part(1, place); };
        const auto imaginary = [&](const Place& place) { return part(2, place); };
        const Expr on_real = hamiltonian_.on(real), on_imaginary = hamiltonian_.on(imaginary);
        const Expr re = real(cells_.cell()), im = imaginary(cells_.cell());
        LevelFields fields;
        fields.rates = {{wave_, places(1), pool_.divide(on_imaginary, planck_)},
                        {wave_, places(2), pool_.negate(pool_.divide(on_real, planck_))}};
        const Expr density = pool_.add({pool_.power(re, pool_.integer(2)), pool_.power(im, pool_.integer(2))});
        fields.derived = {{level_.names.at("P"), density}};
        if (const auto phase = level_.names.find("S"); phase != level_.names.end())
            fields.derived.emplace_back(phase->second, pool_.negate(pool_.multiply({planck_, pool_.apply(Op::atan2, {im, re})})));
        const Expr measure = pool_.multiply({cells_.volume_of_cell(), hamiltonian_.volume()});
        fields.measure = measure;
        fields.weight = pool_.multiply({measure, density});
        fields.numbers["ħ"] = planck_;
        fields.numbers["norm"] = fields.numbers["mass"] = cells_.integral(fields.weight);
        put_turns(fields);
        fields.numbers["energy"] = cells_.integral(
            pool_.multiply({measure, pool_.add({pool_.multiply({re, on_real}), pool_.multiply({im, on_imaginary})})}));
        fields.lines = lines();
        if (auto turns = turns_of(pool_, cells_, landscape_, planck_))
            level_.split = model::Level::Split{pool_.divide(hamiltonian_.potential(), planck_), std::move(*turns)};
        if (level_.rest || !level_.eigenvalues.empty())
            put_spectrum();
        return fields;
    }

    // ψ as written, or √P of the model's own initial law.
    bool put_begin(LevelFields& fields, Diagnostics& diagnostics) {
        for (const model::Initial& initial : model_.initials)
            for (const model::Component& component : initial.components)
                if (component.tensor == wave_)
                    fields.begin.push_back({wave_, places(component.target.back().offset[0]), initial_field(cells_, model_, component)});
        if (fields.begin.empty()) {
            const auto density = initial_density(cells_, model_, landscape_.volume, diagnostics);
            if (!density)
                return false;
            put_modulus(fields, pool_.power(*density, pool_.rational(1, 2)));
        }
        fields.mass = pool_.add_symbol({.name = "norm_at_start", .slots = {}});
        const Expr scale = pool_.power(pool_.element(fields.mass, {}), pool_.rational(-1, 2));
        for (const std::int64_t number : {1, 2})
            fields.normalized.push_back({wave_, places(number), pool_.multiply({part(number, cells_.cell()), scale})});
        return true;
    }

private:
    [[nodiscard]] std::vector<Place> places(std::int64_t number) const {
        Place literal;
        literal.offset[0] = number;
        return {cells_.cell(), literal};
    }
    [[nodiscard]] Expr part(std::int64_t number, const Place& place) const {
        return pool_.element(wave_, {place, places(number).back()});
    }

    // √P e^{-iS/ħ}, S being 0 where none is given.
    void put_modulus(LevelFields& fields, Expr modulus) const {
        Expr phase = pool_.integer(0);
        const auto named = level_.names.find("S");
        for (const model::Initial& initial : model_.initials)
            for (const model::Component& component : initial.components)
                if (named != level_.names.end() && component.tensor == named->second)
                    phase = initial_field(cells_, model_, component);
        const Expr angle = pool_.divide(phase, planck_);
        const bool is_real = pool_.is_zero(phase);
        const Expr cosine = is_real ? pool_.integer(1) : pool_.apply(Op::cos, {angle});
        const Expr sine = is_real ? pool_.integer(0) : pool_.apply(Op::sin, {angle});
        fields.begin = {{wave_, places(1), pool_.multiply({modulus, cosine})}, {wave_, places(2), pool_.negate(pool_.multiply({modulus, sine}))}};
    }

    // The angle by which the phase turns from one cell to another, arg(ψ*[here] ψ[next]).
    [[nodiscard]] Expr turn(const Place& here, const Place& next) const {
        const Expr re = pool_.add({pool_.multiply({part(1, here), part(1, next)}), pool_.multiply({part(2, here), part(2, next)})});
        const Expr im = pool_.subtract(pool_.multiply({part(1, here), part(2, next)}), pool_.multiply({part(2, here), part(1, next)}));
        return pool_.apply(Op::atan2, {im, re});
    }

    [[nodiscard]] Expr turns_in(Expr angle) const { return pool_.divide(angle, pool_.multiply({pool_.integer(2), pool_.pi()})); }

    // How often the phase turns along a ring; on several axes the mean over the lines of cells along each of them, and the number of
    // corners of cells round which it turns. Where there is nothing but round-off, it has no phase.
    void put_turns(LevelFields& fields) const {
        const std::size_t axes = cells_.axes();
        if (axes == 1) {
            fields.numbers["winding"] = turns_in(cells_.integral(turn(cells_.cell(), cells_.next(0))));
            return;
        }
        std::vector<Expr> corners;
        for (std::size_t axis = 0; axis < axes; ++axis) {
            fields.numbers[model::Level::winding_along(axis)] = along(axis);
            for (std::size_t other = 0; other < axis; ++other)
                corners.push_back(cells_.integral(cells_.inside(axis, cells_.inside(other, around(axis, other)))));
        }
        fields.numbers["vortices"] = pool_.add(std::move(corners));
    }

    [[nodiscard]] Expr along(std::size_t axis) const {
        if (cells_.axis(axis).edge != algebra::Edge::periodic)
            return pool_.integer(0);
        const Place here = cells_.cell(), next = cells_.next(axis);
        const Expr is_there = is_something({here, next});
        const Expr mean = pool_.divide(cells_.integral(pool_.multiply({is_there, turn(here, next)})), cells_.integral(is_there));
        return turns_in(pool_.multiply({pool_.integer(cells_.axis(axis).extent), mean}));
    }

    // 1 where the phase turns round the corner of four cells.
    [[nodiscard]] Expr around(std::size_t axis, std::size_t other) const {
        const Place here = cells_.cell(), first = cells_.next(axis), second = cells_.next(other);
        Place far = first;
        far.offset[other] += 1;
        const Expr angle = pool_.subtract(pool_.add({turn(here, first), turn(first, far)}), pool_.add({turn(second, far), turn(here, second)}));
        const Expr turned = pool_.apply(Op::greater, {pool_.apply(Op::abs, {turns_in(angle)}), pool_.rational(1, 2)});
        return pool_.multiply({is_something({here, first, second, far}), turned});
    }

    // Whether the mean of |ψ|² over some cells is more than round-off: 1e-20 of that over all of them.
    [[nodiscard]] Expr is_something(std::initializer_list<Place> places) const {
        const auto density = [&](const Place& place) {
            return pool_.add({pool_.power(part(1, place), pool_.integer(2)), pool_.power(part(2, place), pool_.integer(2))});
        };
        std::vector<Expr> some;
        std::int64_t cells = 1;
        for (const Place& place : places)
            some.push_back(density(place));
        for (std::size_t axis = 0; axis < cells_.axes(); ++axis)
            cells *= cells_.axis(axis).extent;
        constexpr double round_off = 1e-20;
        const auto number = static_cast<double>(places.size());
        Place any = cells_.cell();
        any.index = pool_.fresh_index(any.index);
        const Expr all = pool_.sum(any.index, density(any));
        return pool_.apply(Op::greater, {pool_.add(std::move(some)), pool_.multiply({pool_.real(round_off * number / static_cast<double>(cells)), all})});
    }

    // The levels are the eigenvalues of H, the lowest first: those of -H that are farthest to the right.
    void put_spectrum() {
        const SymbolId probe = pool_.add_symbol({.name = "probe", .slots = {cells_.slot()}, .row_slots = 1});
        const Expr applied = hamiltonian_.on([&](const Place& place) { return pool_.element(probe, {place}); });
        level_.spectrum = model::Level::Spectrum{probe, pool_.negate(applied), -1};
    }

    [[nodiscard]] std::vector<model::Level::Line> lines() const {
        return {{"Schrödinger equation, (3.11)-(3.13); Δ is the Laplacian of g, M = 1/(2*γ)", "1i*ħ*d/dt ψ = -ħ^2/(2*M)*Δψ + V*ψ",
                 "i\\hbar\\, \\partial_t \\psi = -\\frac{\\hbar^2}{2M} \\Delta \\psi + V \\psi"},
                {"", "ħ = " + algebra::print(pool_, planck_), "\\hbar = " + algebra::print(pool_, planck_, algebra::Notation::latex)},
                potential_line(pool_, level_, landscape_)};
    }

    Cells& cells_;
    Pool& pool_;
    const model::Model& model_;
    model::Level& level_;
    const Landscape& landscape_;
    Expr planck_;
    SymbolId wave_;
    Hamiltonian hamiltonian_;
};

} // namespace

std::optional<LevelFields> wave_fields(Cells& cells, model::Model& model, const Landscape& landscape, Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    const auto cold = inverse_temperature(pool, landscape); // 2/(γc) with κ = c g
    if (!cold) {
        diagnostics.report(Code::wave_without_metric, model.laws[landscape.law].span)
            .label(model.level->span, "asked for here")
            .help("take `metric g = κ`, or `as = hydrodynamic(β)` with `scheme = rk4`, which any metric has");
        return std::nullopt;
    }
    const Expr square = pool.divide(pool.integer(4), pool.multiply({*cold, *model.level->beta})); // 2γc/β
    const Expr planck = pool.power(simplified(pool, square), pool.rational(1, 2));
    WaveWriter writer(cells, model, landscape, planck);
    LevelFields fields = writer.run();
    if (!writer.put_begin(fields, diagnostics))
        return std::nullopt;
    return fields;
}

} // namespace nphys::dynamics
