#include "compiler/dynamics/levels/density.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/dynamics/levels/initial_density.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;

class DensityWriter {
public:
    DensityWriter(Cells& cells, model::Model& model, const Landscape& landscape)
        : cells_(cells), pool_(*model.pool), level_(*model.level), landscape_(landscape),
          density_(model.level->names.at("P")), is_flat_(!cells.depends(landscape.volume)) {
        for (std::size_t row = 0; row < axes(); ++row)
            for (std::size_t column = 0; column < axes(); ++column)
                is_diagonal_ = is_diagonal_ && (row == column || pool_.is_zero(landscape.diffusion.at(row, column)));
    }

    [[nodiscard]] bool joins_axes() const { return !is_diagonal_; }

    LevelFields run() {
        const Expr volume = is_flat_ ? pool_.integer(1) : cells_.stored("√g", cells_.here(landscape_.volume));
        for (std::size_t axis = 0; axis < axes(); ++axis)
            add_edge(axis);
        std::vector<Expr> gains, entropies;
        for (std::size_t axis = 0; axis < axes(); ++axis) {
            const Expr out = flux(axis), width = cells_.width(axis);
            gains.push_back(pool_.divide(pool_.subtract(cells_.moved(out, axis, -1), out), width));
            if (level_.axes[axis].absorbs)
                gains.push_back(pool_.negate(pool_.divide(pool_.multiply({leak(axis), density_at(axis, 0)}), width)));
            entropies.push_back(pool_.multiply({pool_.divide(out, width), drive(axis)}));
        }
        LevelFields fields;
        const Expr rate = pool_.divide(pool_.add(std::move(gains)), volume);
        fields.rates = {{density_, {cells_.cell()}, rate}};
        level_.spectrum = model::Level::Spectrum{density_, rate, 1};
        // Of a constant √g only integrals know.
        const Expr here = density_at(0, 0), constant = is_flat_ ? landscape_.volume : pool_.integer(1);
        const Expr measure = pool_.multiply({cells_.volume_of_cell(), is_flat_ ? landscape_.volume : volume});
        fields.measure = measure;
        fields.weight = pool_.multiply({measure, here});
        const Expr entropy = cells_.integral(guarded(here, pool_.negate(pool_.multiply({fields.weight, log(here)}))));
        fields.numbers["mass"] = cells_.integral(fields.weight);
        fields.numbers["entropy"] = entropy;
        fields.numbers["entropy_production"] =
            cells_.integral(pool_.multiply({cells_.volume_of_cell(), constant, pool_.add(std::move(entropies))}));
        if (const auto cold = inverse_temperature(pool_, landscape_)) {
            const Expr energy = cells_.integral(pool_.multiply({fields.weight, cells_.here(landscape_.loss.front())}));
            fields.numbers["free_energy"] = pool_.subtract(energy, pool_.divide(entropy, *cold));
        }
        if (level_.rest) {
            const Expr rest = pool_.element(level_.rest->field, {cells_.cell()});
            const Expr ratio = pool_.subtract(log(here), log(rest));
            fields.numbers["relative_entropy"] =
                cells_.integral(guarded(here, guarded(rest, pool_.multiply({fields.weight, ratio}))));
        }
        fields.lines = lines_of(pool_, level_, landscape_);
        return fields;
    }

    // Divided by its integral.
    void put_begin(LevelFields& fields, Expr begin) {
        fields.begin = {{density_, {cells_.cell()}, begin}};
        fields.mass = pool_.add_symbol({.name = "mass_at_start", .slots = {}});
        fields.normalized = {{density_, {cells_.cell()}, pool_.divide(density_at(0, 0), pool_.element(fields.mass, {}))}};
    }

private:
    [[nodiscard]] std::size_t axes() const { return landscape_.axes(); }
    [[nodiscard]] bool depends(Expr value) const { return cells_.depends(value); }
    [[nodiscard]] Expr log(Expr value) const { return pool_.apply(Op::log, {value}); }
    [[nodiscard]] Expr guarded(Expr positive, Expr value) const {
        const Expr zero = pool_.integer(0);
        return pool_.select(pool_.apply(Op::greater, {positive, zero}), value, zero);
    }
    [[nodiscard]] Expr density_at(std::size_t axis, std::int64_t steps) const {
        return pool_.element(density_, {cells_.next(axis, steps)});
    }

    // Δ = ∫ w dq to the next cell, or to another place so many widths away. Along the axis itself it is a difference of losses, if
    // what scales it is constant; the rest by Simpson's rule, which is exact for forces up to the third power.
    [[nodiscard]] Expr rise(std::size_t axis, Expr widths) const {
        std::vector<Expr> terms;
        std::vector<Expr> pulls;
        for (std::size_t column = 0; column < axes(); ++column) {
            const Expr scale = landscape_.pull.at(axis, column);
            if (column == axis && !depends(scale)) {
                const Expr loss = landscape_.loss[axis];
                const Expr difference = pool_.subtract(cells_.along(loss, axis, widths), cells_.here(loss));
                terms.push_back(pool_.multiply({scale, difference}));
            } else {
                pulls.push_back(pool_.multiply({scale, landscape_.force[column]}));
            }
        }
        const Expr pull = simplified(pool_, pool_.add(std::move(pulls)));
        if (!pool_.is_zero(pull)) {
            const Expr middle = pool_.multiply({pool_.integer(4), cells_.along(pull, axis, pool_.multiply({pool_.rational(1, 2), widths}))});
            terms.push_back(pool_.multiply({cells_.width(axis), widths, pool_.rational(1, 6),
                                            pool_.add({cells_.here(pull), middle, cells_.along(pull, axis, widths)})}));
        }
        return pool_.add(std::move(terms));
    }

    // ½ √g D^{μν} so many widths away: on the face towards the next cell.
    [[nodiscard]] Expr on_face(std::size_t row, std::size_t column, Expr widths) const {
        const Expr volume = is_flat_ ? pool_.integer(1) : landscape_.volume;
        const Expr half =
            simplified(pool_, pool_.multiply({pool_.rational(1, 2), volume, landscape_.diffusion.at(row, column)}));
        return cells_.along(half, row, widths);
    }
    [[nodiscard]] Expr on_face(std::size_t row, std::size_t column) const { return on_face(row, column, pool_.rational(1, 2)); }

    // What goes out through the ends of an axis, over P of the last cells: P is 0 on the end itself, half a width away.
    [[nodiscard]] Expr leak(std::size_t axis) {
        const algebra::Axis& along = cells_.axis(axis);
        const Expr number = pool_.index_value(level_.grid, cells_.cell(), static_cast<int>(axis));
        const auto through = [&](std::int64_t side, std::int64_t last) {
            const Expr half = pool_.rational(side, 2);
            const Expr scale = pool_.divide(pool_.multiply({pool_.integer(2), on_face(axis, axis, half)}), cells_.width(axis));
            return pool_.select(pool_.apply(Op::equal, {number, pool_.integer(last)}),
                                pool_.multiply({scale, bernoulli(pool_, rise(axis, half))}), pool_.integer(0));
        };
        return cells_.stored("leak" + suffix(axis), pool_.add({through(-1, along.first), through(1, along.last())}));
    }

    // What carries probability up and down an edge: without other directions the face is part of it.
    void add_edge(std::size_t axis) {
        const Expr face = is_diagonal_ ? on_face(axis, axis) : pool_.integer(1);
        const Expr scale = pool_.divide(face, cells_.width(axis));
        const Expr step = cells_.stored("rise" + suffix(axis), rise(axis, pool_.integer(1)));
        up_.push_back(cells_.stored("up" + suffix(axis), cells_.inside(axis, pool_.multiply({scale, bernoulli(pool_, step)}))));
        down_.push_back(cells_.stored(
            "down" + suffix(axis), cells_.inside(axis, pool_.multiply({scale, bernoulli(pool_, pool_.negate(step))}))));
    }

    [[nodiscard]] std::string suffix(std::size_t axis) const { return axes() == 1 ? "" : std::to_string(axis + 1); }

    [[nodiscard]] Expr edge(std::size_t axis) const {
        return pool_.subtract(pool_.multiply({up_[axis], density_at(axis, 0)}),
                              pool_.multiply({down_[axis], density_at(axis, 1)}));
    }

    // The flux towards the next cell.
    [[nodiscard]] Expr flux(std::size_t axis) {
        if (is_diagonal_)
            return edge(axis);
        std::vector<Expr> terms;
        for (std::size_t other = 0; other < axes(); ++other) {
            const Expr face = on_face(axis, other);
            if (pool_.is_zero(face))
                continue;
            const Expr carried = depends_on_place(face) ? cells_.stored(fmt::format("face{}{}", axis + 1, other + 1), cells_.inside(axis, face))
                                                        : face;
            terms.push_back(pool_.multiply({carried, other == axis ? edge(axis) : around(axis, other)}));
        }
        return pool_.add(std::move(terms));
    }

    [[nodiscard]] bool depends_on_place(Expr face) const { return pool_.facts(face).coordinates || !is_closed_nowhere(); }
    [[nodiscard]] bool is_closed_nowhere() const {
        for (std::size_t axis = 0; axis < axes(); ++axis)
            if (cells_.axis(axis).edge != algebra::Edge::periodic)
                return false;
        return true;
    }

    // The mean of the four edges of another axis that meet a face.
    [[nodiscard]] Expr around(std::size_t axis, std::size_t other) const {
        const Expr here = edge(other), before = cells_.moved(here, other, -1);
        return pool_.multiply({pool_.rational(1, 4), pool_.add({here, before, cells_.moved(here, axis, 1), cells_.moved(before, axis, 1)})});
    }

    // What drives the flux: log of what goes up over what comes down.
    [[nodiscard]] Expr drive(std::size_t axis) const {
        const Expr going = pool_.multiply({up_[axis], density_at(axis, 0)});
        const Expr coming = pool_.multiply({down_[axis], density_at(axis, 1)});
        return guarded(going, guarded(coming, pool_.subtract(log(going), log(coming))));
    }

    Cells& cells_;
    Pool& pool_;
    model::Level& level_;
    const Landscape& landscape_;
    SymbolId density_;
    bool is_flat_, is_diagonal_ = true;
    std::vector<Expr> up_, down_;
};

// Where probability leaves: only along the axis itself, and what is at rest then is nothing.
bool check_ends(const model::Model& model, const Landscape& landscape, bool joins_axes, Diagnostics& diagnostics) {
    const auto absorbs = std::ranges::find_if(model.level->axes, &model::Level::Axis::absorbs);
    if (absorbs == model.level->axes.end() || (!joins_axes && !model.level->rest))
        return true;
    const auto refuse = [&](const char* what, const char* why, const char* help) {
        diagnostics.report(Code::level_of_other_law, model.laws[landscape.law].span, absorbs->name, what, why)
            .label(absorbs->span, "absorbed at the ends of this axis")
            .help("{}", help);
    };
    if (joins_axes)
        refuse("flux through an end", "its metric or its noise joins two axes", "turn the variables so that both are diagonal");
    else
        refuse("stationary density", "all of it is absorbed in time",
               "close the ends: `-3..3 by 100`; how slowly it goes is `observe eigenvalues(1)`");
    return false;
}

} // namespace

// |x|/(e^|x| - 1) = |x| e^{-|x|/2}/(2 sinh(|x|/2)), and B(-x) = x + B(x).
Expr bernoulli(Pool& pool, Expr x) {
    const Expr zero = pool.integer(0), half = pool.rational(1, 2);
    const Expr size = pool.apply(Op::abs, {x});
    const Expr middle = pool.multiply({half, size});
    const Expr falling = pool.apply(Op::exp, {pool.negate(middle)});
    const Expr ratio = pool.divide(pool.multiply({middle, falling}), pool.apply(Op::sinh, {middle}));
    const Expr known = pool.select(pool.apply(Op::greater, {size, zero}), ratio, pool.integer(1));
    return pool.add({known, pool.apply(Op::max, {pool.negate(x), zero})});
}

std::optional<LevelFields> density_fields(Cells& cells, model::Model& model, const Landscape& landscape, Diagnostics& diagnostics) {
    const auto begin = initial_density(cells, model, landscape.volume, diagnostics);
    if (!begin)
        return std::nullopt;
    DensityWriter writer(cells, model, landscape);
    if (!check_ends(model, landscape, writer.joins_axes(), diagnostics))
        return std::nullopt;
    LevelFields fields = writer.run();
    writer.put_begin(fields, *begin);
    return fields;
}

} // namespace nphys::dynamics
