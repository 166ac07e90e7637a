// Split steps of a wave: half of the potential at each cell, the kinetic part in Fourier space, half of the potential (Strang).
// Each part is unitary, so that the norm stays to round-off; the error is of second order in dt, of no order in the grid.
// In imaginary time each part damps instead, the more the higher its energy, and the norm is put back after each step: what is
// left is the lowest state that the wave had in it.
#include <fmt/format.h>
#include <utility>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/schemes.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;

class SplitSteps {
public:
    explicit SplitSteps(Program& program)
        : program_(program), pool_(*program.pool), level_(*program.level), wave_(level_.names.at("ψ")),
          damps_(program.scheme == model::Scheme::imaginary_time) {
        cell_.index = level_.cell;
        make_tables();
    }

    // Between two steps the parts stay where they are transformed: the wave is written where it is looked at.
    void apply() {
        program_.opening = {moved("half of the potential", wave_, parts_)};
        program_.cycle = program_.closing = {Service{"nphys_turn_modes", {table_, angles_, parts_, room_, std::int64_t{damps_}}}};
        program_.closing.emplace_back(moved("half of the potential", parts_, damps_ ? parts_ : wave_));
        program_.cycle.emplace_back(moved("half of the potential", parts_, parts_));
        if (damps_)
            put_norm_back();
        for (Procedure* procedure : {&program_.cycle, &program_.closing})
            procedure->emplace_back(AdvanceStep{});
        program_.cycle.emplace_back(moved("half of the potential of the next step", parts_, parts_));
    }

private:
    [[nodiscard]] const std::vector<algebra::Axis>& axes() const { return pool_.space(level_.grid).axes; }

    static Place literal(std::size_t number) {
        Place place;
        place.offset[0] = static_cast<std::int64_t>(number);
        return place;
    }

    SymbolId numbers(const std::string& name, std::size_t count) {
        algebra::Space range;
        range.axes.push_back({.coordinate = {}, .first = 1, .extent = static_cast<std::int64_t>(count)});
        return pool_.add_symbol({.name = name, .slots = {{pool_.add_space(range), 1, range.axes.front().extent}}, .row_slots = 1});
    }

    SymbolId field(const std::string& name, Expr value) {
        const SymbolId symbol = pool_.add_symbol({.name = name, .slots = {{level_.grid, 1, 1}}, .row_slots = 1});
        program_.constants.push_back({symbol, {cell_}, value});
        return symbol;
    }

    void make_tables() {
        std::vector<std::int64_t> table{static_cast<std::int64_t>(axes().size())};
        for (const algebra::Axis& axis : axes())
            table.insert(table.end(), {axis.extent, axis.edge == algebra::Edge::periodic ? 1 : 0});
        table_ = numbers("modes_table", table.size());
        for (std::size_t n = 0; n < table.size(); ++n)
            program_.constants.push_back({table_, {literal(n + 1)}, pool_.integer(table[n])});
        angles_ = numbers("modes_angles", axes().size());
        for (std::size_t n = 0; n < axes().size(); ++n)
            program_.constants.push_back(
                {angles_, {literal(n + 1)}, pool_.multiply({pool_.step(), level_.split->turns[n]})});
        const Expr phase = pool_.multiply({pool_.rational(1, 2), pool_.step(), level_.split->phase});
        if (damps_) {
            share_ = field("half_share", pool_.apply(Op::exp, {pool_.negate(phase)}));
        } else {
            cosine_ = field("half_cosine", pool_.apply(Op::cos, {phase}));
            sine_ = field("half_sine", pool_.apply(Op::sin, {phase}));
        }
        const SymbolId like = numbers("parts", 2);
        for (const auto& [tensor, name] : {std::pair{&parts_, "wave_parts"}, std::pair{&room_, "room_for_modes"}})
            *tensor = pool_.add_symbol({.name = name, .slots = {pool_.symbol(like).slots.front(), {level_.grid, 1, 1}}, .row_slots = 2});
    }

    // The parts stand first in the array that is transformed, last in the wave.
    [[nodiscard]] std::vector<Place> place(SymbolId tensor, std::size_t part) const {
        return tensor == wave_ ? std::vector{cell_, literal(part)} : std::vector{literal(part), cell_};
    }

    [[nodiscard]] Update moved(const std::string& label, SymbolId from, SymbolId into) const {
        return damps_ ? scaled(label, from, into, pool_.element(share_, {cell_})) : turned(label, from, into);
    }

    // (re + i im) e^{-iθ}
    [[nodiscard]] Update turned(const std::string& label, SymbolId from, SymbolId into) const {
        const Expr re = pool_.element(from, place(from, 1)), im = pool_.element(from, place(from, 2));
        const Expr cosine = pool_.element(cosine_, {cell_}), sine = pool_.element(sine_, {cell_});
        const Expr real = pool_.add({pool_.multiply({cosine, re}), pool_.multiply({sine, im})});
        const Expr imaginary = pool_.subtract(pool_.multiply({cosine, im}), pool_.multiply({sine, re}));
        return {.label = label, .assignments = {{into, place(into, 1), real}, {into, place(into, 2), imaginary}}};
    }

    [[nodiscard]] Update scaled(const std::string& label, SymbolId from, SymbolId into, Expr share) const {
        Update update{.label = label, .assignments = {}};
        for (const std::size_t part : {1, 2})
            update.assignments.push_back({into, place(into, part), pool_.multiply({share, pool_.element(from, place(from, part))})});
        return update;
    }

    void put_norm_back() {
        const SymbolId norm = pool_.add_symbol({.name = "norm_of_step", .slots = {}});
        program_.temporaries.push_back(norm);
        program_.stands_for.emplace_back();
        const Expr weight = algebra::rewrite_leaves(pool_, level_.weight.value(), [&](Expr leaf) {
            const auto* element = pool_.get<algebra::Element>(leaf);
            return element != nullptr && element->tensor == wave_ ? pool_.element(parts_, {element->positions[1], element->positions[0]}) : leaf;
        });
        const Expr share = pool_.power(pool_.element(norm, {}), pool_.rational(-1, 2));
        for (const auto& [procedure, into] : {std::pair{&program_.cycle, parts_}, std::pair{&program_.closing, wave_}}) {
            procedure->emplace_back(Update{.label = "the norm that is left", .assignments = {{norm, {}, pool_.sum(level_.cell, weight)}}});
            procedure->emplace_back(scaled("is put back", parts_, into, share));
        }
    }

    Program& program_;
    Pool& pool_;
    const model::Level& level_;
    SymbolId wave_;
    bool damps_; // in imaginary time
    SymbolId table_, angles_, cosine_, sine_, share_, parts_, room_;
    Place cell_;
};

} // namespace

void apply_split_step(Program& program) { SplitSteps(program).apply(); }

} // namespace nphys::dynamics
