// The implicit midpoint rule, x' = x + dt f((x + x')/2, t + dt/2): for linear laws the Cayley form of Crank and
// Nicolson, (1 - dt/2 L) x' = (1 + dt/2 L) x + dt b. It solves for the middle y = (x + x')/2, which is y = x + dt/2
// f(y), by Newton's method; a linear law takes one round of it. Driven elements have their values at t + dt/2 in the
// middle and at t + dt at the end; the solve leaves them alone.
#include <algorithm>
#include <fmt/format.h>
#include <iterator>

#include "compiler/dynamics/krylov.h"
#include "compiler/dynamics/linear_operator.h"
#include "compiler/dynamics/schemes.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;

constexpr double middle_of_step = 0.5;
constexpr std::int64_t most_rounds = 50;

// How small a residual is, against the state; and squares of it, and of a change of Newton's method, whose square is
// its error afterwards.
struct Precision {
    double residual, squared, change_squared;
};
constexpr Precision of_f64{1e-16, 1e-32, 1e-18}, of_f32{5e-8, 2.5e-15, 1e-8};

class Midpoint {
public:
    Midpoint(Program& program, const Motion& motion, const Drives& drives)
        : program_(program), pool_(*program.pool), motion_(motion), stages_(program, motion, drives), number_(program),
          precision_(program.single_precision ? of_f32 : of_f64),
          half_(pool_.multiply({pool_.rational(1, 2), pool_.step()})), middle_(stages_.tensors("middle")),
          change_(stages_.tensors("change")), residual_(stages_.tensors("residual")),
          law_(linear_operator(pool_, motion, change_)),
          antisymmetric_(is_antisymmetric(pool_, motion, law_, change_)) {
        stages_.copy_resting(middle_);
        for (auto& [number, name] : {std::pair{&squares_, "squares"},
                                     {&limit_, "limit"},
                                     {&state_, "state_squares"},
                                     {&passes_, "passes"},
                                     {&started_, "squares_at_start"},
                                     {&solved_, "is_done"},
                                     {&length_, "change_squares"}})
            *number = number_.make(name);
    }

    void apply() {
        program_.solver = Solver{make_report(), equation(), method()};
        Procedure& step = program_.cycle;
        step.emplace_back(stages_.update("begin in the middle with the state", middle_, [&](const Moved& moved) {
            return stages_.held(moved, pool_.element(moved.tensor, moved.target), middle_of_step);
        }));
        const Solver::Report& report = program_.solver->report;
        step.emplace_back(number_.set("begin the solve", {{state_, dot(pool_, motion_, stages_, {}, {})},
                                                          {passes_, pool_.integer(0)},
                                                          {solved_, number_(report.failed)}}));
        step.emplace_back(Repeat{law_.is_linear ? "solve, again if one round was not enough" : "Newton's method",
                                 round(), number_(solved_), most_rounds});
        tell();
        finish();
        program_.closing = program_.cycle;
    }

private:
    Solver::Report make_report() {
        Solver::Report report;
        for (auto& [symbol, name] : {std::pair{&report.iterations, "iterations"},
                                     {&report.most, "most_iterations"},
                                     {&report.failed, "failed"},
                                     {&report.time, "failed_at"},
                                     {&report.residual, "failed_residual"}}) {
            algebra::Symbol tensor;
            tensor.name = fmt::format("solve_{}", name);
            *symbol = pool_.add_symbol(std::move(tensor));
            program_.initial.push_back({*symbol, {}, pool_.integer(0)});
        }
        return report;
    }

    std::string equation() const {
        const std::string of = stages_.moved_names();
        if (law_.is_linear)
            return fmt::format(
                "(1 - dt/2*L) x' = (1 + dt/2*L) x + dt*b for x = {}, with L and b of the laws at t + dt/2", of);
        return fmt::format("x' = x + dt*f((x + x')/2, t + dt/2) for x = {}, with f of the laws", of);
    }

    std::string method() const {
        const std::string rounds = law_.is_linear ? "" : "Newton's method, in each round ";
        const std::string to = fmt::format("until the residual is {:g} of the state", precision_.residual);
        if (antisymmetric_)
            return fmt::format(
                "L is antisymmetric: conjugate gradients on 1 - (dt/2)²L², {}; an iteration applies L 2 times", to);
        return fmt::format("{}BiCGStab(2), {}; an iteration applies {} 4 times", rounds, to,
                           law_.is_linear ? "L" : "the derivative of f");
    }

    // What does not move any more has a unit row: v - a L v with a = dt/2, or v + a L v.
    Expr applied(const Moved& moved, std::size_t row, const Renaming& vector, int sign) const {
        Renaming names = middle_;
        for (const auto& [tensor, probe] : change_) // the law is written for this one
            names.emplace(probe.value, vector.at(tensor));
        const Expr law = at_time(pool_, with_tensors(pool_, law_.rows[row], names), later(pool_, middle_of_step));
        const Expr moves = stages_.rested(moved, pool_.multiply({half_, law}), middle_of_step);
        return pool_.add({stages_.element(vector, moved), sign > 0 ? moves : pool_.negate(moves)});
    }

    Procedure round() {
        System system{.apply = [this](const Moved& moved, std::size_t row,
                                      const Renaming& vector) { return applied(moved, row, vector, -1); },
                      .apply_transposed = [this](const Moved& moved, std::size_t row,
                                                 const Renaming& vector) { return applied(moved, row, vector, 1); },
                      .solution = change_,
                      .residual = residual_,
                      .squares = squares_,
                      .limit = limit_,
                      .iterations = passes_};
        Procedure body;
        Update residual = stages_.update("what the law says against the middle", residual_, [&](const Moved& moved) {
            const Expr law = pool_.multiply({half_, stages_.rate(moved, middle_, middle_of_step)});
            const Expr old = pool_.element(moved.tensor, moved.target);
            const Expr difference = pool_.subtract(old, stages_.element(middle_, moved));
            return stages_.rested(moved, pool_.add({difference, law}), middle_of_step);
        });
        stages_.append(residual, change_, [&](const Moved&) { return pool_.integer(0); });
        body.emplace_back(std::move(residual));
        body.emplace_back(
            number_.set("squares of the residual", {{squares_, dot(pool_, motion_, stages_, residual_, residual_)}}));
        body.emplace_back(number_.set("what is small",
                                      {{started_, number_(squares_)},
                                       {limit_, pool_.multiply({pool_.real(precision_.squared),
                                                                pool_.add({number_(state_), number_(squares_)})})}}));
        Iteration solve = antisymmetric_ ? conjugate_gradients(program_, motion_, stages_, system)
                                         : stabilised_biconjugate_gradients(program_, motion_, stages_, system);
        std::ranges::move(solve.before, std::back_inserter(body));
        body.emplace_back(std::move(solve.repeat));
        step_on(body);
        return body;
    }

    // A change that made the residual larger, or no number, is left out.
    void step_on(Procedure& body) {
        const Expr is_better = pool_.apply(Op::less_equal, {number_(squares_), number_(started_)});
        body.emplace_back(stages_.update("change the middle", middle_, [&](const Moved& moved) {
            const Expr old = stages_.element(middle_, moved);
            return pool_.select(is_better, pool_.add({old, stages_.element(change_, moved)}), old);
        }));
        Expr is_done = number_.truth(Op::less_equal, number_(squares_), number_(limit_));
        if (!law_.is_linear) {
            body.emplace_back(
                number_.set("squares of the change", {{length_, dot(pool_, motion_, stages_, change_, change_)}}));
            const Expr is_small = number_.truth(Op::less_equal, number_(length_),
                                                pool_.multiply({pool_.real(precision_.change_squared),
                                                                dot(pool_, motion_, stages_, middle_, middle_)}));
            is_done = pool_.multiply({is_done, is_small});
        }
        body.emplace_back(number_.set("whether it is done", {{solved_, is_done}}));
    }

    void tell() {
        const Solver::Report& report = program_.solver->report;
        const Expr fails = pool_.subtract(pool_.integer(1), number_(solved_));
        const auto at_failure = [&](SymbolId number, Expr value) {
            return std::pair{number, pool_.select(fails, value, number_(number))};
        };
        // Of a linear law what the solve has left; else what Newton's last round began with.
        const Expr left = number_(law_.is_linear ? squares_ : started_);
        const Expr relative =
            pool_.power(pool_.divide(left, pool_.add({number_(state_), number_(started_)})), pool_.rational(1, 2));
        program_.cycle.emplace_back(number_.set(
            "tell of the solve", {{report.iterations, pool_.add({number_(report.iterations), number_(passes_)})},
                                  {report.most, pool_.apply(Op::max, {number_(report.most), number_(passes_)})},
                                  at_failure(report.failed, pool_.integer(1)),
                                  at_failure(report.time, pool_.time()),
                                  at_failure(report.residual, relative)}));
    }

    // x' = 2 y - x
    void finish() {
        const Expr failed = number_(program_.solver->report.failed);
        program_.cycle.emplace_back(
            stages_.update(fmt::format("move {} by dt", stages_.moved_names()), {}, [&](const Moved& moved) {
                const Expr old = pool_.element(moved.tensor, moved.target);
                const Expr value =
                    pool_.subtract(pool_.multiply({pool_.integer(2), stages_.element(middle_, moved)}), old);
                return stages_.held(moved, pool_.select(failed, old, value), 1);
            }));
        program_.cycle.emplace_back(AdvanceStep{});
    }

    Program& program_;
    Pool& pool_;
    const Motion& motion_;
    Stages stages_;
    Numbers number_;
    Precision precision_;
    Expr half_;
    Renaming middle_, change_, residual_;
    LinearOperator law_;
    bool antisymmetric_;
    SymbolId squares_, limit_, state_, passes_, started_, solved_, length_;
};

} // namespace

void apply_implicit_midpoint(Program& program, const Motion& motion, const Drives& drives) {
    Midpoint(program, motion, drives).apply();
}

} // namespace nphys::dynamics
