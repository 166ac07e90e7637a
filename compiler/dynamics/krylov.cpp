#include "compiler/dynamics/krylov.h"

#include <array>

namespace nphys::dynamics {

namespace {

using algebra::Op;

constexpr std::int64_t most_iterations = 1000;
// Below this sine of the angle between them, two vectors are one to the rounding of their products.
constexpr double parallel = 1e-13;

// Words for what both methods write.
class Method {
public:
    Method(Program& program, const Motion& motion, Stages& stages, const System& system)
        : pool_(*program.pool), motion_(motion), stages_(stages), system_(system), number_(program) {}

protected:
    Expr times(SymbolId factor, const Renaming& vector, const Moved& moved) const {
        return pool_.multiply({number_(factor), stages_.element(vector, moved)});
    }
    Expr product(const Renaming& a, const Renaming& b) const { return dot(pool_, motion_, stages_, a, b); }
    Expr one_more() const { return pool_.add({number_(system_.iterations), pool_.integer(1)}); }

    template <class Value>
    void move(Procedure& procedure, const char* label, const Renaming& into, Value value) const {
        procedure.emplace_back(stages_.update(label, into, value));
    }
    // to = A from
    void act(Procedure& procedure, const Renaming& from, const Renaming& to) const {
        std::size_t row = 0;
        move(procedure, "apply the operator", to,
             [&](const Moved& moved) { return system_.apply(moved, row++, from); });
    }
    void set(Procedure& procedure, std::vector<std::pair<SymbolId, Expr>> values) const {
        procedure.emplace_back(number_.set("numbers of the solve", std::move(values)));
    }
    Repeat until_small(Procedure body) const {
        const Expr is_larger = number_.truth(Op::greater, number_(system_.squares), number_(system_.limit));
        return {"solve", std::move(body), pool_.subtract(pool_.integer(1), is_larger), most_iterations};
    }

    Pool& pool_;
    const Motion& motion_;
    Stages& stages_;
    const System& system_;
    Numbers number_;
};

// r = b; p = Aᵀ r; then α = (r,r)/(p,p), x += α p, r -= α A p, β = (r,r)/(r,r)_before, p = Aᵀ r + β p.
class ConjugateGradients : Method {
public:
    using Method::Method;

    Iteration written() {
        const Renaming direction = stages_.tensors("direction");
        const SymbolId length = number_.make("direction_squares"), next = number_.make("next_squares");
        const SymbolId alpha = number_.make("alpha"), beta = number_.make("beta");
        Iteration solve;
        std::size_t row = 0;
        move(solve.before, "direction", direction,
             [&](const Moved& moved) { return system_.apply_transposed(moved, row++, system_.residual); });
        set(solve.before, {{length, product(direction, direction)}});

        Procedure body;
        set(body,
            {{alpha, number_.ratio({number_(system_.squares), number_(length)})}, {system_.iterations, one_more()}});
        row = 0;
        Update along = stages_.update("move along the direction", system_.solution, [&](const Moved& moved) {
            return pool_.add({stages_.element(system_.solution, moved), times(alpha, direction, moved)});
        });
        stages_.append(along, system_.residual, [&](const Moved& moved) {
            const Expr change = pool_.multiply({number_(alpha), system_.apply(moved, row++, direction)});
            return pool_.subtract(stages_.element(system_.residual, moved), change);
        });
        body.emplace_back(std::move(along));
        set(body, {{next, product(system_.residual, system_.residual)}});
        set(body, {{beta, number_.ratio({number_(next), number_(system_.squares)})}, {system_.squares, number_(next)}});
        row = 0;
        move(body, "next direction", direction, [&](const Moved& moved) {
            return pool_.add({system_.apply_transposed(moved, row++, system_.residual), times(beta, direction, moved)});
        });
        set(body, {{length, product(direction, direction)}});
        solve.repeat = until_small(std::move(body));
        return solve;
    }
};

class StabilisedBiconjugateGradients : Method {
public:
    StabilisedBiconjugateGradients(Program& program, const Motion& motion, Stages& stages, const System& system)
        : Method(program, motion, stages, system), r_{system.residual, stages.tensors("r1"), stages.tensors("r2")},
          u_{stages.tensors("u0"), stages.tensors("u1"), stages.tensors("u2")}, shadow_(stages.tensors("shadow")) {
        for (auto& [number, name] : {std::pair{&rho_, "rho"},
                                     {&alpha_, "alpha"},
                                     {&beta_, "beta"},
                                     {&omega_, "omega"},
                                     {&next_, "next_rho"},
                                     {&first_, "first_factor"},
                                     {&second_, "second_factor"}})
            *number = number_.make(name);
    }

    Iteration written() {
        Iteration solve;
        move(solve.before, "shadow", shadow_, [&](const Moved& moved) { return stages_.element(r_[0], moved); });
        move(solve.before, "no direction yet", u_[0], [&](const Moved&) { return pool_.integer(0); });
        set(solve.before, {{rho_, pool_.integer(1)}, {alpha_, pool_.integer(0)}, {omega_, pool_.integer(1)}});
        Procedure body;
        set(body,
            {{system_.iterations, one_more()}, {rho_, pool_.negate(pool_.multiply({number_(omega_), number_(rho_)}))}});
        biconjugate(body, 0);
        biconjugate(body, 1);
        minimise(body);
        solve.repeat = until_small(std::move(body));
        return solve;
    }

private:
    // One step of biconjugate gradients for all powers of A that are carried along.
    void biconjugate(Procedure& body, std::size_t j) {
        set(body, {{next_, product(shadow_, r_[j])}});
        set(body, {{beta_, number_.ratio({pool_.multiply({number_(alpha_), number_(next_)}), number_(rho_)})},
                   {rho_, number_(next_)}});
        Update directions{.label = "directions", .assignments = {}};
        for (std::size_t power = 0; power <= j; ++power)
            stages_.append(directions, u_[power], [&](const Moved& moved) {
                const Expr residual = stages_.element(r_[power], moved);
                return pool_.subtract(residual, times(beta_, u_[power], moved));
            });
        body.emplace_back(std::move(directions));
        act(body, u_[j], u_[j + 1]);
        set(body, {{next_, product(shadow_, u_[j + 1])}});
        set(body, {{alpha_, number_.ratio({number_(rho_), number_(next_)})}});
        Update along{.label = "move along the direction", .assignments = {}};
        for (std::size_t power = 0; power <= j; ++power)
            stages_.append(along, r_[power], [&](const Moved& moved) {
                const Expr residual = stages_.element(r_[power], moved);
                return pool_.subtract(residual, times(alpha_, u_[power + 1], moved));
            });
        stages_.append(along, system_.solution, [&](const Moved& moved) {
            return pool_.add({stages_.element(system_.solution, moved), times(alpha_, u_[0], moved)});
        });
        body.emplace_back(std::move(along));
        act(body, r_[j], r_[j + 1]);
    }

    // r -= γ₁ A r + γ₂ A² r with the factors that make it smallest; where the two are parallel, or nothing is left to
    // be made smaller, with one of them or none.
    void minimise(Procedure& body) {
        const Expr a11 = product(r_[1], r_[1]), a12 = product(r_[1], r_[2]), a22 = product(r_[2], r_[2]);
        const Expr b1 = product(r_[0], r_[1]), b2 = product(r_[0], r_[2]);
        const Expr diagonal = pool_.multiply({a11, a22}), other = pool_.multiply({a12, a12});
        const Expr determinant = pool_.subtract(diagonal, other);
        const Expr is_plane = pool_.apply(Op::greater, {determinant, pool_.multiply({pool_.real(parallel), a11, a22})});
        const auto over = [&](const std::array<Expr, 2>& two) {
            return pool_.divide(pool_.subtract(two[0], two[1]), determinant);
        };
        const Expr first = over({pool_.multiply({b1, a22}), pool_.multiply({b2, a12})});
        const Expr second = over({pool_.multiply({a11, b2}), pool_.multiply({a12, b1})});
        const Expr is_left = pool_.apply(Op::greater, {product(r_[0], r_[0]), number_(system_.limit)});
        const auto if_left = [&](Expr factor) { return pool_.select(is_left, factor, pool_.integer(0)); };
        set(body, {{first_, if_left(pool_.select(is_plane, first, number_.ratio({b1, a11})))},
                   {second_, if_left(pool_.select(is_plane, second, pool_.integer(0)))}});
        Update update{.label = "make the residual small", .assignments = {}};
        const auto along = [&](const Renaming& into, const Renaming& one, const Renaming& two, int sign) {
            stages_.append(update, into, [&](const Moved& moved) {
                const Expr change = pool_.add({times(first_, one, moved), times(second_, two, moved)});
                return pool_.add({stages_.element(into, moved), sign > 0 ? change : pool_.negate(change)});
            });
        };
        along(system_.solution, r_[0], r_[1], 1);
        along(r_[0], r_[1], r_[2], -1);
        along(u_[0], u_[1], u_[2], -1);
        body.emplace_back(std::move(update));
        set(body, {{omega_, number_(second_)}, {system_.squares, product(r_[0], r_[0])}});
    }

    std::array<Renaming, 3> r_, u_; // the residual and the direction, and A and A² times them
    Renaming shadow_;
    SymbolId rho_, alpha_, beta_, omega_, next_, first_, second_;
};

} // namespace

SymbolId Numbers::make(const std::string& name) {
    algebra::Symbol symbol;
    symbol.name = "solve_" + name;
    const SymbolId number = pool_.add_symbol(std::move(symbol));
    program_.temporaries.push_back(number);
    program_.stands_for.emplace_back();
    return number;
}

Update Numbers::set(std::string label, std::vector<std::pair<SymbolId, Expr>> values) const {
    Update update{.label = std::move(label), .assignments = {}};
    for (const auto& [number, value] : values)
        update.assignments.push_back({number, {}, value});
    return update;
}

Expr Numbers::ratio(const std::array<Expr, 2>& of) const {
    const auto [numerator, denominator] = of;
    const Expr is_zero = pool_.apply(Op::equal, {denominator, pool_.integer(0)});
    return pool_.select(is_zero, pool_.integer(0), pool_.divide(numerator, denominator));
}

Expr Numbers::truth(Op comparison, Expr left, Expr right) const {
    return pool_.select(pool_.apply(comparison, {left, right}), pool_.integer(1), pool_.integer(0));
}

Expr dot(Pool& pool, const Motion& motion, const Stages& stages, const Renaming& a, const Renaming& b) {
    std::vector<Expr> terms;
    for (const Moved& moved : motion.moved) {
        Expr product = pool.multiply({stages.element(a, moved), stages.element(b, moved)});
        for (const Place& place : moved.target)
            if (!place.is_literal())
                product = pool.sum(place.index, product);
        terms.push_back(product);
    }
    return pool.add(std::move(terms));
}

Iteration conjugate_gradients(Program& program, const Motion& motion, Stages& stages, const System& system) {
    return ConjugateGradients(program, motion, stages, system).written();
}

Iteration stabilised_biconjugate_gradients(Program& program, const Motion& motion, Stages& stages,
                                           const System& system) {
    return StabilisedBiconjugateGradients(program, motion, stages, system).written();
}

} // namespace nphys::dynamics
