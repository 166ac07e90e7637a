#include "compiler/model/matrices.h"

#include <algorithm>
#include <cmath>

#include "compiler/algebra/evaluate_op.h"
#include "compiler/algebra/matrix.h"
#include "compiler/algebra/matrix_numbers.h"
#include "compiler/algebra/symmetric.h"
#include "compiler/algebra/transform.h"
#include "compiler/model/arithmetic.h"
#include "compiler/model/spaces.h"

namespace nphys::model {
namespace {

using algebra::DenseMatrix;
using algebra::MatrixResult;
using algebra::MatrixTrouble;
using algebra::SymbolicMatrix;
using Places = std::span<const Place>;

constexpr std::size_t largest_symbolic = 64;

void tell_trouble(Context& context, MatrixTrouble trouble, const std::string& name, Span span) {
    switch (trouble) {
    case MatrixTrouble::singular:
        context.tell(Code::matrix_singular, span, name);
        return;
    case MatrixTrouble::no_principal_value:
        context.tell(Code::matrix_no_value, span, name);
        return;
    case MatrixTrouble::no_convergence:
        context.tell(Code::matrix_no_value, span, name);
        return;
    case MatrixTrouble::not_diagonalizable:
        context.tell(Code::not_diagonalizable, span, name);
        return;
    case MatrixTrouble::no_closed_form:
        break;
    }
    context.tell(Code::matrix_no_closed_form, span, name)
        .help("of matrices with names in them there are the inverse and the determinant up to 4×4, whole powers, and "
              "functions of symmetric and diagonal ones and of a variable times a matrix of numbers");
}

// Row and column slots whose places are written out, and those that only δ joins.
struct Split {
    std::vector<std::size_t> small, large;
    std::size_t size = 1; // of the matrix over the small ones
};

Split split(const Context& context, const Whole& matrix) {
    Split parts;
    for (std::size_t k = 0; k < matrix.row_slots; ++k) {
        const bool small = written_out(context, set_of_slot(matrix.slots[k]));
        (small ? parts.small : parts.large).push_back(k);
        if (small)
            parts.size *= static_cast<std::size_t>(count(context, matrix.slots[k]));
    }
    return parts;
}

// The literal places of the small slots that a number counts, the last one fastest.
void set_small(const Context& context, const Whole& matrix, const Split& parts, std::size_t number, std::size_t offset,
               std::vector<Place>& places) {
    for (std::size_t k = parts.small.size(); k-- > 0;) {
        const Slot& slot = matrix.slots[parts.small[k]];
        const auto extent = static_cast<std::size_t>(count(context, slot));
        places[offset + parts.small[k]] = literal_place(slot.first + static_cast<std::int64_t>(number % extent));
        number /= extent;
    }
}

std::size_t small_number(const Context& context, const Whole& matrix, const Split& parts, Places places,
                         std::size_t offset) {
    std::size_t number = 0;
    for (const std::size_t k : parts.small) {
        const Slot& slot = matrix.slots[k];
        number = number * static_cast<std::size_t>(count(context, slot)) +
                 static_cast<std::size_t>(places[offset + k].offset[0] - slot.first);
    }
    return number;
}

// A matrix that is local in its large slots: entries over the small ones, in the row variables of the large ones.
struct Local {
    Split parts;
    std::vector<IndexId> rows;
    SymbolicMatrix matrix;
};

std::optional<Local> local_matrix(Context& context, const Whole& matrix) {
    Local local{split(context, matrix), {}, {}};
    if (local.parts.size > largest_symbolic)
        return std::nullopt;
    std::vector<Place> places(matrix.slots.size());
    std::vector<IndexId> columns;
    for (const std::size_t k : local.parts.large) {
        local.rows.push_back(add_variable(context, "i", set_of_slot(matrix.slots[k])));
        columns.push_back(add_variable(context, "j", set_of_slot(matrix.slots[k])));
        places[k].index = local.rows.back();
        places[matrix.row_slots + k].index = columns.back();
    }
    local.matrix.size = local.parts.size;
    for (std::size_t row = 0; row < local.parts.size; ++row)
        for (std::size_t column = 0; column < local.parts.size; ++column) {
            set_small(context, matrix, local.parts, row, 0, places);
            set_small(context, matrix, local.parts, column, matrix.row_slots, places);
            std::optional<Expr> entry = matrix.at(places);
            for (std::size_t k = 0; entry && k < columns.size(); ++k)
                entry = algebra::local_part(context.pool, *entry, local.rows[k], columns[k]);
            if (!entry)
                return std::nullopt;
            local.matrix.entries.push_back(*entry);
        }
    return local;
}

Whole from_local(Context& context, const Whole& like, const Local& local, SymbolicMatrix result) {
    return {like.slots, like.row_slots, [&context, like, local, result](Places places) -> std::optional<Expr> {
                const std::size_t row = small_number(context, like, local.parts, places, 0);
                const std::size_t column = small_number(context, like, local.parts, places, like.row_slots);
                algebra::Substitution at;
                std::vector<Expr> factors;
                for (std::size_t k = 0; k < local.rows.size(); ++k) {
                    const std::size_t slot = local.parts.large[k];
                    at.emplace_back(local.rows[k], places[slot]);
                    factors.push_back(
                        context.pool.delta(like.slots[slot].space, places[slot], places[like.row_slots + slot]));
                }
                factors.push_back(algebra::substitute(context.pool, result.at(row, column), at));
                return context.pool.multiply(std::move(factors));
            }};
}

bool is_finite(Context& context, const SymbolicMatrix& matrix, Span span, const std::string& name) {
    const auto infinite = [&](Expr entry) {
        return context.pool.number(entry) && !std::isfinite(*context.pool.number(entry));
    };
    if (std::ranges::any_of(matrix.entries, infinite)) {
        tell_trouble(context, MatrixTrouble::no_principal_value, name, span);
        return false;
    }
    return true;
}

std::optional<DenseMatrix> dense(Context& context, const Whole& matrix) {
    const auto numbers = numbers_of(context, matrix);
    if (!numbers)
        return std::nullopt;
    std::size_t rows = 1;
    for (std::size_t k = 0; k < matrix.row_slots; ++k)
        rows *= static_cast<std::size_t>(count(context, matrix.slots[k]));
    DenseMatrix result{rows, numbers.size() / rows, {}};
    for (std::size_t k = 0; k < numbers.size(); ++k)
        result.values.push_back(numbers[k]);
    return result;
}

// A function of a square matrix: in closed form where it is local, else of numbers, else, of a symmetric one, by the eigenvalues
// that it has while the model runs; `formula` is the function of one number.
template <class Symbolic, class Numeric, class Formula>
Value function_of(Context& context, const Whole& matrix, const std::string& name, Span span, Symbolic symbolic,
                  Numeric numeric, Formula formula) {
    const auto local = matrix.numbers ? std::nullopt : local_matrix(context, matrix);
    if (local) {
        MatrixResult<SymbolicMatrix> result = symbolic(local->matrix);
        if (result)
            return is_finite(context, *result, span, name)
                       ? Value(from_local(context, matrix, *local, std::move(*result)))
                       : Value(Poison{});
        if (result.error() != MatrixTrouble::no_closed_form) {
            tell_trouble(context, result.error(), name, span);
            return Poison{};
        }
    }
    const auto numbers = dense(context, matrix);
    if (!numbers && local && algebra::is_symmetric(context.pool, local->matrix)) {
        const Expr function = formula(context.pool.eigenvalue());
        return from_local(context, matrix, *local, algebra::symmetric_function(context.pool, local->matrix, function));
    }
    if (!numbers) {
        tell_trouble(context, MatrixTrouble::no_closed_form, name, span);
        return Poison{};
    }
    const MatrixResult<DenseMatrix> result = numeric(*numbers);
    if (!result) {
        tell_trouble(context, result.error(), name, span);
        return Poison{};
    }
    return whole_of_numbers(context, matrix.slots, matrix.row_slots, numbers_from(result->values), name);
}

Value repeated_product(Context& context, const Whole& matrix, std::int64_t times, Span span) {
    Value result = matrix;
    for (std::int64_t k = 1; k < times; ++k) {
        const auto* left = std::get_if<Whole>(&result);
        if (left == nullptr)
            return Poison{};
        result = matrix_product(context, *left, matrix, span);
    }
    return result;
}

} // namespace

Value matrix_function(Context& context, algebra::Op op, const Whole& matrix, const std::string& name, Span span) {
    return function_of(
        context, matrix, name, span,
        [&](const SymbolicMatrix& m) { return algebra::matrix_function(context.pool, op, m); },
        [&](const DenseMatrix& m) { return algebra::matrix_function(op, m); },
        [&](Expr number) {
            return op == algebra::Op::sqrt ? context.pool.power(number, context.pool.rational(1, 2)) : context.pool.apply(op, {number});
        });
}

Value matrix_power(Context& context, const Whole& matrix, Expr exponent, Span span) {
    const auto number = constant_exponent(context, exponent);
    constexpr double largest = 16; // more products than that are better done on numbers
    if (number && *number == std::floor(*number) && *number >= 1 && *number <= largest && !matrix.numbers)
        return repeated_product(context, matrix, static_cast<std::int64_t>(*number), span);
    return function_of(
        context, matrix, "^", span,
        [&](const SymbolicMatrix& m) {
            return algebra::matrix_power(context.pool, m, number ? context.pool.real(*number) : exponent);
        },
        [&](const DenseMatrix& m) -> MatrixResult<DenseMatrix> {
            if (!number)
                return tl::unexpected(MatrixTrouble::no_closed_form);
            return algebra::matrix_power(m, *number);
        },
        [&](Expr value) { return context.pool.power(value, number ? context.pool.real(*number) : exponent); });
}

Value inverse(Context& context, const Whole& matrix, Span span) {
    return function_of(
        context, matrix, "inv", span, [&](const SymbolicMatrix& m) { return algebra::inverse(context.pool, m); },
        [](const DenseMatrix& m) { return algebra::inverse(m); },
        [&](Expr number) { return context.pool.power(number, context.pool.integer(-1)); });
}

Value determinant(Context& context, const Whole& matrix, Span span) {
    const Split parts = split(context, matrix);
    if (parts.large.empty() && !matrix.numbers)
        if (const auto local = local_matrix(context, matrix))
            if (const auto result = algebra::determinant(context.pool, local->matrix))
                return *result;
    const auto numbers = dense(context, matrix);
    if (numbers)
        return algebra::complex_constant(context.pool, algebra::determinant(*numbers));
    tell_trouble(context, MatrixTrouble::no_closed_form, "det", span);
    return Poison{};
}

Value eigenvalues(Context& context, const Whole& matrix, Span span) {
    const auto numbers = dense(context, matrix);
    if (!numbers) {
        tell_trouble(context, MatrixTrouble::no_closed_form, "eigenvalues", span);
        return Poison{};
    }
    const auto result = algebra::eigenvalues(*numbers);
    if (!result) {
        tell_trouble(context, result.error(), "eigenvalues", span);
        return Poison{};
    }
    const auto size = static_cast<std::int64_t>(result->size());
    return whole_of_numbers(context, {slot_of(range_set(context, 1, size))}, 1, numbers_from(*result), "eigenvalues");
}

Value trace(Context& context, const Whole& matrix) {
    const std::span<const Slot> rows(matrix.slots.data(), matrix.row_slots);
    return value_of(sum_over(context, rows, [&](Places places) {
        std::vector<Place> both(places.begin(), places.end());
        both.insert(both.end(), places.begin(), places.end());
        return matrix.at(both);
    }));
}

Value kronecker(Context& context, const Whole& left, const Whole& right, Span span) {
    const auto is_plain = [&](const Whole& whole) {
        return whole.slots.size() == 2 && std::ranges::all_of(whole.slots, [&](const Slot& slot) {
                   return context.pool.space(slot.space).kind == algebra::SpaceKind::range;
               });
    };
    if (!is_plain(left) || !is_plain(right)) {
        context.tell(Code::kronecker_of_ranges, span);
        return Poison{};
    }
    std::vector<Slot> slots;
    for (std::size_t k = 0; k < 2; ++k)
        slots.push_back(slot_of(range_set(context, 1, count(context, left.slots[k]) * count(context, right.slots[k]))));
    if (!std::ranges::all_of(slots, [&](const Slot& slot) { return written_out(context, set_of_slot(slot)); })) {
        const auto a = numbers_of(context, left), b = numbers_of(context, right);
        if (!a || !b) {
            tell_trouble(context, MatrixTrouble::no_closed_form, "kronecker", span);
            return Poison{};
        }
        const auto width = [&](const Whole& whole) { return static_cast<std::size_t>(count(context, whole.slots[1])); };
        const std::size_t columns = static_cast<std::size_t>(slots[1].last);
        std::vector<std::complex<double>> numbers(static_cast<std::size_t>(slots[0].last) * columns);
        const auto below = static_cast<std::size_t>(count(context, right.slots[0]));
        for (std::size_t row = 0; row < static_cast<std::size_t>(slots[0].last); ++row)
            for (std::size_t column = 0; column < columns; ++column)
                numbers[row * columns + column] =
                    algebra::multiply(a[row / below * width(left) + column / width(right)],
                                      b[row % below * width(right) + column % width(right)]);
        return whole_of_numbers(context, slots, 1, numbers_from(numbers), "kronecker");
    }
    return Whole(slots, 1, [&context, left, right](Places places) -> std::optional<Expr> {
        Place outer[2], inner[2];
        for (std::size_t k = 0; k < 2; ++k) {
            const std::int64_t extent = count(context, right.slots[k]), number = places[k].offset[0] - 1;
            outer[k] = literal_place(left.slots[k].first + number / extent);
            inner[k] = literal_place(right.slots[k].first + number % extent);
        }
        const auto a = left.at(outer), b = right.at(inner);
        return a && b ? std::optional(context.pool.multiply({*a, *b})) : std::nullopt;
    });
}

} // namespace nphys::model
