#include "compiler/dynamics/state_matrix.h"

#include <array>
#include <fmt/format.h>
#include <functional>

#include "compiler/algebra/symmetric.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/simplify.h"
#include "compiler/dynamics/vanishes.h"

namespace nphys::dynamics {

namespace {

using Places = std::vector<Place>;

class StateMatrixWriter {
public:
    StateMatrixWriter(Motion& motion, const model::Model& model, const model::Law& law)
        : motion_(motion), model_(model), pool_(*model.pool), law_(law), matrix_(*law.state_matrix), target_(law.components.front()),
          slot_(pool_.symbol(target_.tensor).slots.front()), name_(pool_.symbol(target_.tensor).name) {}

    StateGeometry run(Expr gradient) {
        vectors_ = square("eigenvectors");
        values_ = line("eigenvalues");
        diagonalise();
        watch_metric();
        StateGeometry result{.direction = direction(gradient), .amplitude = {}, .covariant = {}, .ito = {}};
        if (!matrix_.amplitude)
            return result;
        result.amplitude = square("amplitude");
        assign("the amplitude of the noise", *result.amplitude, [&](const Places& at) {
            return over([&](const Place& a) { return pool_.multiply({vector(at[0], a), of(*matrix_.amplitude, a), vector(at[1], a)}); });
        });
        if (algebra::depends_on(pool_, matrix_.entry, target_.tensor))
            add_drifts(result);
        return result;
    }

private:
    // ---- Tensors and their assignments

    SymbolId made(const char* what, std::size_t slots) {
        algebra::Symbol symbol{.name = fmt::format("{}_{}", what, name_), .slots = std::vector(slots, slot_)};
        symbol.row_slots = slots;
        motion_.temporaries.push_back(pool_.add_symbol(std::move(symbol)));
        return motion_.temporaries.back();
    }
    SymbolId line(const char* what) { return made(what, 1); }
    SymbolId square(const char* what) { return made(what, 2); }

    Place any(const char* name) { return Place{pool_.add_index({name, slot_.space, slot_.first, slot_.last})}; }

    void assign(std::string label, SymbolId tensor, const std::function<Expr(const Places&)>& value) {
        Places target;
        for (std::size_t slot = 0; slot < pool_.symbol(tensor).slots.size(); ++slot)
            target.push_back(any(std::array{"n", "k", "l"}[slot]));
        motion_.before_rates.emplace_back(Update{.label = std::move(label), .assignments = {{tensor, target, value(target)}}});
    }

    Expr over(const std::function<Expr(const Place&)>& term) {
        const Place place = any("m");
        return pool_.sum(place.index, term(place));
    }

    // ---- M and functions of it

    Expr vector(const Place& row, const Place& number) { return pool_.element(vectors_, {row, number}); }
    Expr value(const Place& number) { return pool_.element(values_, {number}); }
    Expr entry(const Place& row, const Place& column) {
        return algebra::substitute(pool_, matrix_.entry, {{matrix_.row, row}, {matrix_.column, column}});
    }
    Expr of(Expr function, const Place& number) { return algebra::replace(pool_, function, {{pool_.eigenvalue().id, value(number)}}); }

    void diagonalise() {
        assign(fmt::format("the matrix of `{}`", matrix_.name), vectors_, [&](const Places& at) { return entry(at[0], at[1]); });
        motion_.before_rates.emplace_back(Service{"nphys_eigensystems", {vectors_, values_, std::int64_t{1}, slot_.last - slot_.first + 1, model_.run.copies}});
    }

    // The eigenvalues of g, and those that observables ask for, wherever observables are computed.
    void watch_metric() {
        const bool changes = pool_.has_symbol(matrix_.metric, pool_.eigenvalue_symbol());
        if (changes || matrix_.kept)
            motion_.watching.insert(motion_.watching.end(), motion_.before_rates.end() - 2, motion_.before_rates.end());
        const Places here{any("n")};
        if (matrix_.kept) {
            motion_.temporaries.push_back(*matrix_.kept);
            motion_.watching.emplace_back(Update{.label = "the eigenvalues of the noise", .assignments = {{*matrix_.kept, here, value(here[0])}}});
        }
        if (!changes)
            return;
        const SymbolId watched = pool_.add_symbol({.name = "direction", .slots = {slot_}, .row_slots = 1});
        motion_.watching.emplace_back(Update{.label = "the eigenvalues of the metric", .assignments = {{watched, here, of(matrix_.metric, here[0])}}});
        motion_.metrics.push_back({matrix_.name, name_, watched, "eigenvalue"});
    }

    SymbolId direction(Expr gradient) {
        const SymbolId given = line("gradient"), along = line("along"), direction = line("direction");
        assign("the gradient", given, [&](const Places& at) { return algebra::substitute(pool_, gradient, {{target_.target.front().index, at[0]}}); });
        assign("along eigenvectors, by the metric", along, [&](const Places& at) {
            const Expr turned = over([&](const Place& n) { return pool_.multiply({vector(n, at[0]), pool_.element(given, {n})}); });
            return pool_.divide(turned, of(matrix_.metric, at[0]));
        });
        assign("back", direction, [&](const Places& at) { return back(at[0], along); });
        return direction;
    }

    // Σ_a V_na x_a
    Expr back(const Place& row, SymbolId along) {
        return over([&](const Place& a) { return pool_.multiply({vector(row, a), pool_.element(along, {a})}); });
    }

    // ---- Drifts

    // Vᵀ ∂_νM V, one side after the other.
    SymbolId turned_slopes() {
        const SymbolId half = made("half_turned_slope", 3), whole = made("slope", 3);
        assign("slopes of the matrix, turned on one side", half, [&](const Places& at) {
            return over([&](const Place& n) {
                const Expr slope = algebra::partial(pool_, entry(n, at[1]), target_.tensor, {at[2]});
                return pool_.multiply({vector(n, at[0]), slope});
            });
        });
        assign("and on the other", whole, [&](const Places& at) {
            return over([&](const Place& n) { return pool_.multiply({vector(n, at[1]), pool_.element(half, {at[0], n, at[2]})}); });
        });
        return whole;
    }

    void add_drifts(StateGeometry& result) {
        const SymbolId slopes = turned_slopes();
        const SymbolId divergence = square("divergence"), volume = line("slope_of_volume"), along = line("along_slope"), covariant = line("covariant_drift");
        assign("R", divergence, [&](const Places& at) {
            return over([&](const Place& n) { return pool_.multiply({vector(n, at[1]), pool_.element(slopes, {at[0], at[1], n})}); });
        });
        const Expr number = pool_.eigenvalue();
        const Expr steep = simplified(pool_, pool_.divide(algebra::partial(pool_, matrix_.metric, pool_.eigenvalue_symbol(), {}), matrix_.metric));
        const bool is_flat = pool_.is_zero(steep);
        if (!is_flat)
            assign("slope of log √g", volume, [&](const Places& at) {
                return over([&](const Place& a) { return pool_.multiply({pool_.rational(1, 2), of(steep, a), pool_.element(slopes, {a, a, at[0]})}); });
            });
        const Expr amplitude = *matrix_.amplitude;
        const auto quotient = [&](const Place& a, const Place& b) { // s[a,b]
            const Expr stand_in = pool_.element(values_, {b});
            const Expr difference = algebra::divided_difference(pool_, amplitude, number, stand_in);
            return algebra::replace(pool_, difference, {{number.id, value(a)}});
        };
        assign("covariant drift, along eigenvectors", along, [&](const Places& at) {
            std::vector<Expr> terms{over([&](const Place& b) { return pool_.multiply({quotient(at[0], b), pool_.element(divergence, {at[0], b})}); })};
            if (!is_flat)
                terms.push_back(pool_.multiply({of(amplitude, at[0]), over([&](const Place& n) { return pool_.multiply({vector(n, at[0]), pool_.element(volume, {n})}); })}));
            return pool_.multiply({pool_.rational(1, 2), of(amplitude, at[0]), pool_.add(std::move(terms))});
        });
        assign("covariant drift, in the reading of Stratonovich", covariant, [&](const Places& at) { return back(at[0], along); });
        result.covariant = covariant;
        if (!pool_.has_symbol(amplitude, pool_.eigenvalue_symbol()))
            return; // s(M) is a number
        const SymbolId mixed = line("along_ito"), ito = line("ito_drift");
        assign("from Stratonovich to Itô, along eigenvectors", mixed, [&](const Places& at) {
            return over([&](const Place& b) {
                return pool_.multiply({pool_.rational(1, 2), quotient(at[0], b), of(amplitude, b), pool_.element(divergence, {at[0], b})});
            });
        });
        assign("from Stratonovich to Itô", ito, [&](const Places& at) { return back(at[0], mixed); });
        result.ito = ito;
    }

    Motion& motion_;
    const model::Model& model_;
    Pool& pool_;
    const model::Law& law_;
    const model::StateMatrix& matrix_;
    const Component& target_;
    const algebra::Slot slot_;
    const std::string name_;
    SymbolId vectors_, values_;
};

} // namespace

bool check_state_matrix(const model::Model& model, const model::Law& law, Diagnostics& diagnostics) {
    if (!law.state_matrix)
        return true;
    Pool& pool = *model.pool;
    const model::StateMatrix& matrix = *law.state_matrix;
    const SymbolId variable = law.components.front().tensor;
    if (matrix.amplitude && ((law.rate && algebra::depends_on(pool, *law.rate, variable)) || algebra::depends_on(pool, matrix.metric, variable))) {
        diagnostics.report(Code::matrix_joins_places, matrix.span, matrix.name)
            .help("its noise then changes with `{0}` by this matrix alone: let the rate, and all else in the metric, not depend on `{0}`", pool.symbol(variable).name);
        return false;
    }
    const Expr turned = algebra::substitute(pool, matrix.entry, {{matrix.row, Place{matrix.column}}, {matrix.column, Place{matrix.row}}});
    const Expr difference = pool.subtract(matrix.entry, turned);
    if (pool.is_zero(algebra::expand(pool, difference)) || vanishes(pool, difference))
        return true;
    diagnostics.report(Code::matrix_of_law_not_symmetric, matrix.span, "matrix", matrix.name)
        .here("its entries (n, k) and (k, n) differ")
        .help("a symmetric part is `1/2*(M + transpose(M))`");
    return false;
}

StateGeometry state_geometry(Motion& motion, const model::Model& model, const model::Law& law, Expr gradient) {
    return StateMatrixWriter(motion, model, law).run(gradient);
}

} // namespace nphys::dynamics
