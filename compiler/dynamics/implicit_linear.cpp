// Implicit steps of linear laws dx/dt = A x + s, by factors that are made once. Each solves with one matrix 1 - a A:
//
//   implicit_euler   a = dt      x' = x + dt (A x' + s')
//   crank_nicolson   a = dt/2    y = x + dt/2 (A y + s), x' = 2y - x
//   bdf2             a = 2/3 dt  x' = (4x - x₋₁)/3 + 2/3 dt (A x' + s');  before the first step
//                             x₋₁ = (5x - 3y)/2, y being x after 2/3 dt of implicit Euler: positive where that is
//
// With a tolerance the matrix is made anew for each attempt, and solves with it again give the error that is left out, damped
// where it is stiff: of implicit_euler ½ (dt A)² M⁻²x, of crank_nicolson ⅔ (dt A/2)³ M⁻³x, with M = 1 - a A.
#include <fmt/format.h>

#include "compiler/dynamics/direct_solve.h"
#include "compiler/dynamics/schemes.h"
#include "compiler/dynamics/stages.h"

namespace nphys::dynamics {

namespace {

using model::Scheme;

class ImplicitSteps {
public:
    ImplicitSteps(Program& program, const Motion& motion, const Drives& drives)
        : program_(program), pool_(*program.pool), stages_(program, motion, drives),
          share_(solved_share(program.scheme)),
          solve_(program.adaptive ? DirectSolve::of_each_step(program, motion, share_of_step()) : DirectSolve(program, motion, share_of_step())) {}

    void apply() {
        if (program_.adaptive)
            return apply_attempts();
        if (program_.scheme == Scheme::bdf2)
            begin_past();
        Procedure& step = program_.cycle;
        solve_.append(step, fmt::format("right-hand side of (1 - {}*A) x' = …", algebra_text()),
                      [&](const Moved& moved) { return right_side(moved); });
        step.emplace_back(move());
        step.emplace_back(AdvanceStep{});
        program_.closing = step;
    }

private:
    [[nodiscard]] Expr share_of_step() {
        return pool_.multiply({pool_.rational(share_.numerator, share_.denominator), pool_.step()});
    }
    [[nodiscard]] std::string algebra_text() const {
        return multiple_of_step(share_.value());
    }
    [[nodiscard]] Expr now(const Moved& moved) const { return pool_.element(moved.tensor, moved.target); }
    [[nodiscard]] Expr before(const Moved& moved) const { return stages_.element(past_, moved); }

    // The solution of M y = value, kept in tensors of its own.
    template <class Value>
    Renaming solved(Procedure& procedure, const std::string& suffix, const Value& value) {
        solve_.append(procedure, "right-hand side: " + suffix, value);
        const Renaming kept = stages_.tensors(suffix);
        procedure.emplace_back(stages_.update(suffix, kept, [&](const Moved& moved) { return solve_.solution(moved); }));
        return kept;
    }
    [[nodiscard]] Expr difference(const Renaming& of, Expr from, const Moved& moved) const {
        return pool_.subtract(stages_.element(of, moved), from);
    }

    void apply_attempts() {
        Adaptive adaptive = *program_.adaptive;
        algebra::Symbol error;
        error.name = "error";
        adaptive.error = pool_.add_symbol(std::move(error));
        solve_.append_matrix(adaptive.attempt);
        const Renaming middle = solved(adaptive.attempt, "solution", [&](const Moved& moved) { return right_side(moved); });
        const Renaming first = solved(adaptive.attempt, "first", [&](const Moved& moved) { return difference(middle, now(moved), moved); });
        if (program_.scheme == Scheme::implicit_euler)
            attempt_euler(adaptive, middle, first);
        else
            attempt_midpoint(adaptive, middle, first);
        program_.adaptive = std::move(adaptive);
    }

    void attempt_euler(Adaptive& adaptive, const Renaming& reached, const Renaming& first) const {
        adaptive.order = 2;
        adaptive.error_value = stages_.error_norm(reached, adaptive.tolerance, [&](const Moved& moved) {
            const Expr moved_by = difference(reached, now(moved), moved);
            return pool_.multiply({pool_.rational(1, 2), difference(first, moved_by, moved)});
        });
        adaptive.accept.emplace_back(stages_.update("accept", Renaming{}, [&](const Moved& moved) { return stages_.element(reached, moved); }));
    }

    void attempt_midpoint(Adaptive& adaptive, const Renaming& middle, const Renaming& first) {
        adaptive.order = 3;
        const auto half = [&](const Moved& moved) { return difference(middle, now(moved), moved); };
        const auto second = [&](const Moved& moved) { return difference(first, half(moved), moved); };
        const Renaming third = solved(adaptive.attempt, "second", second);
        const Renaming reached = stages_.tensors("new");
        adaptive.attempt.emplace_back(stages_.update("new", reached, [&](const Moved& moved) {
            return pool_.subtract(pool_.multiply({pool_.integer(2), stages_.element(middle, moved)}), now(moved));
        }));
        adaptive.error_value = stages_.error_norm(reached, adaptive.tolerance, [&](const Moved& moved) {
            return pool_.multiply({pool_.rational(2, 3), difference(third, second(moved), moved)});
        });
        adaptive.accept.emplace_back(stages_.update("accept", Renaming{}, [&](const Moved& moved) { return stages_.element(reached, moved); }));
    }

    // The step before the first is where the law comes from. Its rate is taken from a solve with the matrix of the step, not from x:
    // the first right-hand side is then (x + y)/2, so that what begins as a point does not fall below 0.
    void begin_past() {
        past_ = stages_.tensors("before");
        for (const auto& [tensor, past] : past_) {
            program_.state.push_back(past); // what a restart needs to go on
            std::erase_if(program_.temporaries, [&](SymbolId temporary) { return temporary == past; });
        }
        program_.stands_for.resize(program_.temporaries.size());
        solve_.append(program_.before, "right-hand side: 2/3 dt of implicit Euler", [&](const Moved& moved) {
            const Expr source = at_time(pool_, solve_.source(moved), later(pool_, share_.value()));
            const Expr added = pool_.multiply({share_of_step(), source});
            return pool_.add({now(moved), added});
        });
        program_.before.emplace_back(stages_.update("the step before the first", past_, [&](const Moved& moved) {
            const Expr twice_and_half = pool_.multiply({pool_.rational(5, 2), now(moved)});
            const Expr reached = pool_.multiply({pool_.rational(-3, 2), solve_.solution(moved)});
            return pool_.add({twice_and_half, reached});
        }));
    }

    [[nodiscard]] Expr right_side(const Moved& moved) {
        const double when = program_.scheme == Scheme::crank_nicolson ? 0.5 : 1;
        const Expr source = at_time(pool_, solve_.source(moved), later(pool_, when));
        const Expr added = pool_.multiply({share_of_step(), source});
        if (program_.scheme != Scheme::bdf2)
            return pool_.add({now(moved), added});
        return pool_.add({pool_.multiply({pool_.rational(4, 3), now(moved)}),
                          pool_.multiply({pool_.rational(-1, 3), before(moved)}), added});
    }

    [[nodiscard]] Update move() {
        Update update = stages_.update(fmt::format("move {} by dt", stages_.moved_names()), {}, [&](const Moved& moved) {
            const Expr solution = solve_.solution(moved);
            return program_.scheme == Scheme::crank_nicolson
                       ? pool_.subtract(pool_.multiply({pool_.integer(2), solution}), now(moved))
                       : solution;
        });
        if (program_.scheme == Scheme::bdf2)
            stages_.append(update, past_, [&](const Moved& moved) { return now(moved); });
        return update;
    }

    Program& program_;
    Pool& pool_;
    Stages stages_;
    ShareOfStep share_;
    DirectSolve solve_;
    Renaming past_;
};

} // namespace

ShareOfStep solved_share(Scheme scheme) {
    if (scheme == Scheme::implicit_euler)
        return {1, 1};
    return scheme == Scheme::bdf2 ? ShareOfStep{2, 3} : ShareOfStep{1, 2};
}

void apply_implicit_linear(Program& program, const Motion& motion, const Drives& drives) {
    ImplicitSteps(program, motion, drives).apply();
}

} // namespace nphys::dynamics
