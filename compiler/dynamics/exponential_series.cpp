// Exact propagation where plane waves are no modes - edges, laws that differ from place to place, sums over places: the step
// x(t + dt) = exp(dt L) x + ∫ exp(s L) b ds by its Taylor series, x + dt f(x) + dt²/2 L f(x) + …, f = L x + b. The terms
// stay small where |dt L| <= 2, so a longer step is made in pieces; the bound of |L| is the largest sum of a row. A term
// is left out, with all after it, when it is below the rounding of the state. A polynomial in L of the same degree from a
// basis of Krylov vectors would be closer; but L costs as little as one of the many products its basis takes.
#include <fmt/format.h>

#include "compiler/dynamics/krylov.h"
#include "compiler/dynamics/linear_operator.h"
#include "compiler/dynamics/row_sums.h"
#include "compiler/dynamics/schemes.h"

namespace nphys::dynamics {

namespace {

using algebra::Op;

constexpr std::int64_t largest_piece = 2;       // of |dt L|
constexpr std::int64_t most_terms = 60;         // 2^60/60! is 1e-64
constexpr std::int64_t most_pieces = std::int64_t{1} << 40;
constexpr double negligible_f64 = 1e-34, negligible_f32 = 1e-17; // squares, of a term against the state

class Series {
public:
    Series(Program& program, const Motion& motion, const Drives& drives)
        : program_(program), pool_(*program.pool), motion_(motion), stages_(program, motion, drives), number_(program),
          term_(stages_.tensors("term")), next_(stages_.tensors("next_term")),
          law_(linear_operator(pool_, motion, term_)) {
        for (auto& [number, name] : {std::pair{&pieces_, "pieces"},
                                     {&done_, "pieces_done"},
                                     {&order_, "order"},
                                     {&factor_, "factor"},
                                     {&squares_, "term_squares"},
                                     {&limit_, "negligible_squares"}})
            *number = number_.make(name);
    }

    void apply() {
        program_.series = fmt::format("the Taylor series of exp(dt*L) on {}, in pieces with |dt*L| <= {}, until a term is {:g} "
                                      "of the state; |L| is at most the largest sum of a row",
                                      stages_.moved_names(), largest_piece, program_.single_precision ? 3e-9 : 1e-17);
        const Expr parts = pool_.divide(pool_.multiply({pool_.step(), size_of_law()}), pool_.integer(largest_piece));
        const Expr rounded = pool_.negate(pool_.apply(Op::floor, {pool_.negate(parts)}));
        program_.cycle.emplace_back(number_.set(
            "pieces of the step",
            {{pieces_, pool_.apply(Op::max, {pool_.integer(1), rounded})}, {done_, pool_.integer(0)}}));
        const Expr is_left = number_.truth(Op::less, number_(done_), number_(pieces_));
        program_.cycle.emplace_back(Repeat{"pieces of the step", piece(), pool_.subtract(pool_.integer(1), is_left), most_pieces});
        program_.cycle.emplace_back(AdvanceStep{});
        program_.closing = program_.cycle;
    }

private:
    // Worked out once, when the parameters are set.
    Expr size_of_law() {
        std::vector<Expr> rows;
        for (const Moved& moved : motion_.moved) {
            Expr row = *row_sum(pool_, moved.rate, program_.state); // it was checked to be linear
            for (const Place& place : moved.target)
                if (!place.is_literal() && pool_.has_index(row, place.index))
                    row = pool_.reduce(algebra::Reduction::maximum, place.index, row);
            rows.push_back(row);
        }
        Expr largest = rows.front();
        for (std::size_t n = 1; n < rows.size(); ++n)
            largest = pool_.apply(Op::max, {largest, rows[n]});
        algebra::Symbol symbol;
        symbol.name = "size_of_law";
        const SymbolId size = pool_.add_symbol(std::move(symbol));
        program_.constants.push_back({size, {}, largest});
        return pool_.element(size, {});
    }

    Procedure piece() {
        Procedure body;
        const auto part = [&](Expr order) {
            return pool_.divide(pool_.step(), pool_.multiply({number_(pieces_), order}));
        };
        body.emplace_back(number_.set("the first term", {{factor_, part(pool_.integer(1))}, {order_, pool_.integer(1)}}));
        body.emplace_back(stages_.update("the first term", term_, [&](const Moved& moved) {
            return pool_.multiply({number_(factor_), moved.rate});
        }));
        body.emplace_back(stages_.update("add it", {}, [&](const Moved& moved) {
            return pool_.add({pool_.element(moved.tensor, moved.target), stages_.element(term_, moved)});
        }));
        body.emplace_back(number_.set("squares of the term and the state",
                                      {{squares_, dot(pool_, motion_, stages_, term_, term_)},
                                       {limit_, dot(pool_, motion_, stages_, {}, {})}}));
        const double negligible = program_.single_precision ? negligible_f32 : negligible_f64;
        body.emplace_back(number_.set("what is negligible", {{limit_, pool_.multiply({pool_.real(negligible), number_(limit_)})}}));
        Procedure terms;
        for (const auto& [from, to] : {std::pair{&term_, &next_}, {&next_, &term_}}) {
            const Expr order = pool_.add({number_(order_), pool_.integer(1)});
            terms.emplace_back(number_.set("the next term", {{factor_, part(order)}, {order_, order}}));
            add_term(terms, *from, *to);
        }
        terms.emplace_back(number_.set("squares of the term", {{squares_, dot(pool_, motion_, stages_, term_, term_)}}));
        const Expr is_larger = number_.truth(Op::greater, number_(squares_), number_(limit_));
        body.emplace_back(Repeat{"terms of the series", std::move(terms), pool_.subtract(pool_.integer(1), is_larger), most_terms / 2});
        body.emplace_back(number_.set("a piece is done", {{done_, pool_.add({number_(done_), pool_.integer(1)})}}));
        return body;
    }

    // The law is written for `term_`.
    Renaming renamed(const Renaming& vector) const {
        Renaming names;
        for (const auto& [tensor, probe] : term_)
            names.emplace(probe.value, vector.at(tensor));
        return names;
    }

    // to ← factor L from, and added to the state.
    void add_term(Procedure& procedure, const Renaming& from, const Renaming& to) const {
        std::vector<Expr> values;
        for (const Expr row : law_.rows)
            values.push_back(pool_.multiply({number_(factor_), with_tensors(pool_, row, renamed(from))}));
        std::size_t row = 0;
        Update update = stages_.update("a term of the series", to, [&](const Moved&) { return values[row++]; });
        row = 0;
        stages_.append(update, {}, [&](const Moved& moved) {
            return pool_.add({pool_.element(moved.tensor, moved.target), values[row++]});
        });
        procedure.emplace_back(std::move(update));
    }

    Program& program_;
    Pool& pool_;
    const Motion& motion_;
    Stages stages_;
    Numbers number_;
    Renaming term_, next_;
    LinearOperator law_;
    SymbolId pieces_, done_, order_, factor_, squares_, limit_;
};

} // namespace

void apply_exponential_series(Program& program, const Motion& motion, const Drives& drives) {
    Series(program, motion, drives).apply();
}

} // namespace nphys::dynamics
