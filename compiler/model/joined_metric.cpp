#include "compiler/model/joined_metric.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "compiler/algebra/dense.h"
#include "compiler/model/arithmetic.h"
#include "compiler/model/matrices.h"
#include "compiler/model/metric.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using algebra::DenseMatrix;

struct Given {
    std::string name;
    Span span;
    std::optional<double> multiple; // of the identity
    std::vector<Slot> slots;        // of rows and columns
    DenseMatrix matrix;
};

class JoinedReader {
public:
    JoinedReader(Context& context, Law& law, const Environment& environment)
        : context_(context), law_(law), environment_(environment) {}

    bool run(const syntax::Expression* metric, const syntax::Expression* noise) {
        std::optional<Given> given_metric, given_noise;
        if (metric != nullptr && !(given_metric = read(*metric)))
            return false;
        if (noise != nullptr && !(given_noise = read(*noise)))
            return false;
        if (given_metric && given_noise && !of_one_shape(*given_metric, *given_noise))
            return false;
        return (!given_metric || take_metric(*given_metric)) && (!given_noise || take_noise(*given_noise));
    }

private:
    bool take_metric(const Given& given) {
        const auto known = algebra::inverse(given.matrix);
        if (!known) {
            context_.tell(Code::metric_without_inverse, given.span, given.name)
                .here("it is singular")
                .help("add a multiple of the identity: `ε^2 + …`");
            return false;
        }
        inverse_ = *known;
        law_.joined_inverse = entries("inverse_" + given.name, given.slots, *inverse_);
        return true;
    }

    bool take_noise(const Given& given) {
        if (!is_covariance(given))
            return false;
        const DenseMatrix root = root_of(given);
        law_.joined_amplitude = entries("amplitude_" + given.name, given.slots, inverse_ ? algebra::product(*inverse_, root) : root);
        return true;
    }

    std::optional<Given> read(const syntax::Expression& expression) {
        Given given{syntax::print(expression), expression.span, std::nullopt, {}, {}};
        const Value value = elaborate(context_, expression, environment_);
        if (const auto* number = std::get_if<Expr>(&value)) {
            given.multiple = constant_exponent(context_, *number);
            if (given.multiple)
                return given;
        }
        const auto* whole = std::get_if<Whole>(&value);
        const auto matrix = whole == nullptr ? std::nullopt : as_matrix(*whole);
        const Numbers numbers = matrix ? numbers_of(context_, *matrix) : Numbers{};
        if (!numbers || numbers.imaginary != nullptr) {
            context_.tell(Code::matrix_joins_places, expression.span, given.name)
                .help("what joins places of long indices is a matrix of numbers: `{}` is none", given.name);
            return std::nullopt;
        }
        given.slots = matrix->slots;
        given.matrix.rows = given.matrix.columns = static_cast<std::size_t>(std::llround(std::sqrt(static_cast<double>(numbers.size()))));
        for (std::size_t k = 0; k < numbers.size(); ++k)
            given.matrix.values.push_back(numbers[k]);
        return is_symmetric(given) ? std::optional(std::move(given)) : std::nullopt;
    }

    // A multiple of the identity takes the shape of the other.
    bool of_one_shape(Given& first, Given& second) {
        for (auto [one, other] : {std::pair{&first, &second}, std::pair{&second, &first}})
            if (one->multiple) {
                one->slots = other->slots;
                one->matrix = identity(other->matrix.rows, *one->multiple);
            }
        if (first.slots == second.slots)
            return true;
        context_.tell(Code::matrix_joins_places, first.span, first.name)
            .help("`{}` and `{}` join places of one variable: give both the same indices", first.name, second.name);
        return false;
    }

    static DenseMatrix identity(std::size_t size, double multiple) {
        DenseMatrix matrix{size, size, std::vector<std::complex<double>>(size * size)};
        for (std::size_t k = 0; k < size; ++k)
            matrix.values[k * (size + 1)] = multiple;
        return matrix;
    }

    bool is_symmetric(const Given& given) {
        double largest = 0;
        for (const std::complex<double> value : given.matrix.values)
            largest = std::max(largest, std::abs(value));
        const std::size_t size = given.matrix.rows;
        for (std::size_t row = 0; row < size; ++row)
            for (std::size_t column = 0; column < row; ++column) {
                if (std::abs(given.matrix.values[row * size + column] - given.matrix.values[column * size + row]) <= 1e-12 * largest)
                    continue;
                const bool is_noise = law_.given_noise && law_.given_noise->span == given.span;
                context_.tell(Code::matrix_of_law_not_symmetric, given.span, is_noise ? "noise" : "metric", given.name)
                    .here("its entries ({}, {}) and ({}, {}) differ", row + 1, column + 1, column + 1, row + 1)
                    .help("a symmetric part is `1/2*(M + transpose(M))`");
                return false;
            }
        return true;
    }

    bool is_covariance(const Given& given) {
        const auto values = algebra::eigenvalues(given.matrix);
        const double least = values ? values->front().real() : 0, most = values ? values->back().real() : 0;
        if (least >= -1e-12 * most)
            return true;
        context_.tell(Code::noise_not_positive, given.span, given.name)
            .here("its least eigenvalue is {:.6g}", least)
            .help("a covariance is `transpose(A)*A` of some matrix `A`");
        return false;
    }

    // L of L Lᵀ = κ after Cholesky. Where κ is singular, a column of nothing.
    static DenseMatrix root_of(const Given& given) {
        const std::size_t size = given.matrix.rows;
        DenseMatrix root = identity(size, 0);
        for (std::size_t column = 0; column < size; ++column)
            for (std::size_t row = column; row < size; ++row) {
                std::complex<double> left = given.matrix.values[row * size + column];
                for (std::size_t k = 0; k < column; ++k)
                    left -= root.values[row * size + k] * root.values[column * size + k];
                const double pivot = root.values[column * (size + 1)].real();
                if (row == column)
                    root.values[row * size + column] = std::sqrt(std::max(left.real(), 0.0));
                else if (pivot > 1e-8 * std::abs(given.matrix.values[column * (size + 1)]))
                    root.values[row * size + column] = left / pivot;
            }
        return root;
    }

    // For each pair of components: indices of the matrix are summed over, along all others it is the identity.
    JoinedMatrix entries(const std::string& name, const std::vector<Slot>& slots, const DenseMatrix& numbers) {
        const std::size_t rows = slots.size() / 2;
        const Whole matrix = whole_of_numbers(context_, slots, rows, numbers_from(numbers.values), name);
        const std::vector<std::size_t> meant = *slots_meant(context_.pool.symbol(law_.components.front().tensor).slots, matrix);
        JoinedMatrix result;
        for (const Component& row : law_.components)
            for (const Component& column : law_.components)
                result.entries.push_back(entry(matrix, meant, row, column));
        return result;
    }

    JoinedEntry entry(const Whole& matrix, const std::vector<std::size_t>& meant, const Component& row, const Component& column) {
        std::vector<Place> target = column.target, places, right;
        bool stays = true;
        for (std::size_t slot = 0; slot < target.size(); ++slot) {
            const bool is_meant = std::ranges::find(meant, slot) != meant.end();
            if (!is_meant)
                stays = stays && (!row.target[slot].is_literal() || row.target[slot] == target[slot]);
            if (!target[slot].is_literal())
                target[slot] = is_meant ? Place{context_.pool.fresh_index(target[slot].index)} : row.target[slot];
        }
        for (const std::size_t slot : meant) {
            places.push_back(row.target[slot]);
            right.push_back(target[slot]);
        }
        places.insert(places.end(), right.begin(), right.end());
        const auto value = stays ? matrix.at(places) : std::nullopt;
        return {value.value_or(context_.pool.integer(0)), std::move(target)};
    }

    Context& context_;
    Law& law_;
    const Environment& environment_;
    std::optional<DenseMatrix> inverse_;
};

} // namespace

bool take_joined(Context& context, Law& law, const syntax::Expression* metric, const syntax::Expression* noise,
                 const Environment& environment) {
    return JoinedReader(context, law, environment).run(metric, noise);
}

} // namespace nphys::model
