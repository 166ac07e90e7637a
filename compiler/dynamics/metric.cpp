#include "compiler/dynamics/metric.h"

#include <algorithm>
#include <cmath>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/symmetric.h"
#include "compiler/algebra/transform.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::SymbolicMatrix;

class Reader {
public:
    Reader(const model::Model& model, const model::Law& law, Diagnostics& diagnostics)
        : model_(model), pool_(*model.pool), law_(law), diagnostics_(diagnostics), size_(law.components.size()) {}

    std::optional<Geometry> run() {
        Geometry result{algebra::identity_matrix(pool_, size_, pool_.integer(1)), std::nullopt, {}};
        if (law_.given_metric && !law_.joined_inverse) {
            const SymbolicMatrix metric{size_, law_.given_metric->entries};
            if (!is_symmetric(metric, *law_.given_metric, "metric"))
                return std::nullopt;
            function_ = algebra::as_symmetric_function(pool_, metric);
            const auto inverse = function_ ? function_of(function_->argument, pool_.power(function_->function, pool_.integer(-1)))
                                           : inverse_of(metric);
            if (!inverse)
                return tell_singular();
            result.inverse = *inverse;
            for (Expr& entry : result.inverse.entries)
                entry = simplified(pool_, entry);
            if (function_)
                add_log_volume(function_->argument, *function_of(function_->argument, slope_of_logarithm(function_->function)), result);
            else
                add_log_volume(metric, result.inverse, result);
        }
        if (law_.given_noise && !law_.joined_amplitude) {
            const SymbolicMatrix noise{size_, law_.given_noise->entries};
            if (!is_symmetric(noise, *law_.given_noise, "noise"))
                return std::nullopt;
            result.amplitude = amplitude(noise, result.inverse);
            if (!result.amplitude)
                return std::nullopt;
        }
        return result;
    }

private:
    // The value where it follows from parameters.
    [[nodiscard]] std::optional<double> number(Expr entry) const {
        const auto value = algebra::constant_value(
            pool_, entry, [&](SymbolId symbol) { return model_.parameter_value(symbol); });
        return value ? std::optional(value->real()) : std::nullopt;
    }

    // A matrix function of numbers is symmetric to their last digits only.
    [[nodiscard]] bool is_round_off(Expr difference, Expr entry) const {
        const auto gap = number(difference), size = number(entry);
        return gap && size && std::abs(*gap) <= 1e-12 * std::max(1.0, std::abs(*size));
    }

    bool is_symmetric(const SymbolicMatrix& matrix, const model::MatrixOfLaw& given, const char* what) {
        for (std::size_t row = 0; row < size_; ++row)
            for (std::size_t column = 0; column < row; ++column) {
                const Expr difference =
                    algebra::expand(pool_, pool_.subtract(matrix.at(row, column), matrix.at(column, row)));
                if (pool_.is_zero(difference) || is_round_off(difference, matrix.at(row, column)))
                    continue;
                diagnostics_.report(Code::matrix_of_law_not_symmetric, given.span, what, given.name)
                    .here("its entries ({}, {}) and ({}, {}) differ", row + 1, column + 1, column + 1, row + 1)
                    .help("a symmetric part is `1/2*(M + transpose(M))`");
                return false;
            }
        return true;
    }

    std::optional<Geometry> tell_singular() {
        diagnostics_.report(Code::metric_without_inverse, law_.given_metric->span, law_.given_metric->name)
            .here("it is singular")
            .help("add a multiple of the identity: `ε^2 + …`");
        return std::nullopt;
    }

    std::optional<SymbolicMatrix> function_of(const SymbolicMatrix& argument, Expr function) {
        return algebra::symmetric_function(pool_, argument, function);
    }

    // By eigenvalues where there is no closed form.
    std::optional<SymbolicMatrix> inverse_of(const SymbolicMatrix& metric) {
        const auto inverse = algebra::inverse(pool_, metric);
        if (inverse)
            return *inverse;
        if (inverse.error() == algebra::MatrixTrouble::singular)
            return std::nullopt;
        const Expr number = pool_.eigenvalue();
        return function_of(metric, pool_.power(number, pool_.integer(-1)));
    }

    // f'/f
    Expr slope_of_logarithm(Expr function) {
        const Expr slope = algebra::partial(pool_, function, pool_.eigenvalue_symbol(), {});
        return simplified(pool_, pool_.divide(slope, function));
    }

    std::optional<SymbolicMatrix> amplitude(const SymbolicMatrix& noise, const SymbolicMatrix& inverse) {
        const auto factored = factor(noise);
        if (!factored)
            return std::nullopt;
        if (!turns_with_state(noise))
            return algebra::product(pool_, inverse, *factored);
        const Expr number = pool_.eigenvalue();
        const Expr root = pool_.power(number, pool_.rational(1, 2));
        if (function_ && has_triangle_of(noise, function_->argument))
            return function_of(function_->argument, pool_.divide(root, function_->function));
        return algebra::product(pool_, inverse, *function_of(noise, root));
    }

    [[nodiscard]] bool turns_with_state(const SymbolicMatrix& noise) const {
        bool is_diagonal = true, depends = false;
        for (std::size_t place = 0; place < noise.entries.size(); ++place) {
            is_diagonal = is_diagonal && (place % (size_ + 1) == 0 || pool_.is_zero(noise.entries[place]));
            depends = depends || algebra::depends_on_fields(pool_, noise.entries[place]);
        }
        return depends && !is_diagonal;
    }

    [[nodiscard]] bool has_triangle_of(const SymbolicMatrix& left, const SymbolicMatrix& right) const {
        for (std::size_t row = 0; row < size_; ++row)
            for (std::size_t column = 0; column <= row; ++column)
                if (left.at(row, column) != right.at(row, column))
                    return false;
        return true;
    }

    // ∂_ν log √g = ½ Σ_ab g⁻¹_ab ∂_ν g_ab, over all places of a and b; of g = f(κ), ½ Σ_ab (f'/f)(κ)_ab ∂_ν κ_ab.
    void add_log_volume(const SymbolicMatrix& metric, const SymbolicMatrix& weights, Geometry& result) {
        bool curved = false;
        for (const Component& moved : law_.components) {
            std::vector<Expr> terms;
            for (std::size_t row = 0; row < size_; ++row)
                for (std::size_t column = 0; column < size_; ++column)
                    terms.push_back(volume_term(metric.at(row, column), weights.at(column, row), row, moved));
            result.log_volume.push_back(
                simplified(pool_, pool_.multiply({pool_.rational(1, 2), pool_.add(std::move(terms))})));
            curved = curved || !pool_.is_zero(result.log_volume.back());
        }
        if (!curved)
            result.log_volume.clear();
    }

    Expr volume_term(Expr entry, Expr inverse, std::size_t row, const Component& moved) {
        if (!algebra::depends_on(pool_, entry, moved.tensor))
            return pool_.integer(0);
        const Component own = with_fresh_indices(pool_, {moved.tensor, law_.components[row].target, entry});
        Expr product = pool_.multiply({algebra::partial(pool_, own.value, moved.tensor, moved.target),
                                       in_indices_of(pool_, inverse, law_.components[row].target, own.target)});
        for (const Place& place : own.target)
            if (!place.is_literal())
                product = pool_.sum(place.index, product);
        return product;
    }

    // The factor of Cholesky.
    std::optional<SymbolicMatrix> factor(const SymbolicMatrix& noise) {
        SymbolicMatrix lower = algebra::identity_matrix(pool_, size_, pool_.integer(0));
        for (std::size_t column = 0; column < size_; ++column) {
            const Expr square = rest(noise, lower, column, column);
            const auto known = number(square);
            if (known && *known < 0) {
                tell_not_positive(column, *known);
                return std::nullopt;
            }
            const bool is_nothing = pool_.is_zero(square) || known == 0.0;
            if (!is_nothing)
                lower.at(column, column) = pool_.power(square, pool_.rational(1, 2));
            for (std::size_t row = column + 1; row < size_; ++row) {
                const Expr left = rest(noise, lower, row, column);
                if (pool_.is_zero(left))
                    continue;
                if (is_nothing) {
                    tell_not_positive(column, 0);
                    return std::nullopt;
                }
                lower.at(row, column) = simplified(pool_, pool_.divide(left, lower.at(column, column)));
            }
        }
        return lower;
    }

    Expr rest(const SymbolicMatrix& noise, const SymbolicMatrix& lower, std::size_t row, std::size_t column) {
        std::vector<Expr> terms{noise.at(row, column)};
        for (std::size_t k = 0; k < column; ++k)
            terms.push_back(pool_.negate(pool_.multiply({lower.at(row, k), lower.at(column, k)})));
        return simplified(pool_, pool_.add(std::move(terms)));
    }

    void tell_not_positive(std::size_t row, double value) {
        auto& told = diagnostics_.report(Code::noise_not_positive, law_.given_noise->span, law_.given_noise->name);
        if (row == 0)
            told.here("its entry (1, 1) is {:.6g}", value);
        else
            told.here("its leading minor of order {} is not positive", row + 1);
        told.help("a covariance is `transpose(A)*A` of some matrix `A`");
    }

    const model::Model& model_;
    Pool& pool_;
    const model::Law& law_;
    Diagnostics& diagnostics_;
    std::size_t size_;
    std::optional<algebra::FunctionOfSymmetric> function_; // what the metric is, and of what
};

} // namespace

std::optional<Geometry> geometry(const model::Model& model, const model::Law& law, Diagnostics& diagnostics) {
    return Reader(model, law, diagnostics).run();
}

Expr in_indices_of(Pool& pool, Expr value, const std::vector<Place>& own, const std::vector<Place>& other) {
    algebra::Substitution same;
    for (std::size_t slot = 0; slot < own.size(); ++slot)
        if (!own[slot].is_literal() && own[slot].index != other[slot].index)
            same.emplace_back(own[slot].index, other[slot]);
    return same.empty() ? value : algebra::substitute(pool, value, same);
}

} // namespace nphys::dynamics
