#include "compiler/model/arithmetic.h"

#include <cmath>

#include "compiler/model/complex.h"
#include "compiler/model/matrices.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using Places = std::span<const Place>;

std::vector<Slot> row_slots_of(const Whole& whole) {
    return {whole.slots.begin(), whole.slots.begin() + static_cast<std::ptrdiff_t>(whole.row_slots)};
}
std::vector<Slot> column_slots_of(const Whole& whole) {
    return {whole.slots.begin() + static_cast<std::ptrdiff_t>(whole.row_slots), whole.slots.end()};
}

Whole with_entries(const Whole& like, Entry entry) {
    return {like.slots, like.row_slots, std::move(entry)};
}

Whole scaled(Context& context, Expr factor, const Whole& whole) {
    return computed(
        context,
        with_entries(whole,
                     [&context, factor, whole](Places places) -> std::optional<Expr> {
                         const auto entry = whole.at(places);
                         return entry ? std::optional(context.pool.multiply({factor, *entry})) : std::nullopt;
                     }),
        {&whole}, {factor});
}

Value add_wholes(Context& context, const Whole& left, const Whole& right, Span span) {
    if (left.slots != right.slots) {
        context.tell(Code::shapes_differ, span, describe(context, left.slots), describe(context, right.slots));
        return Poison{};
    }
    const Whole& shape = left.row_slots < left.slots.size() ? left : right;
    return computed(context,
                    with_entries(shape,
                                 [&context, left, right](Places places) -> std::optional<Expr> {
                                     const auto a = left.at(places), b = right.at(places);
                                     return a && b ? std::optional(context.pool.add({*a, *b})) : std::nullopt;
                                 }),
                    {&left, &right}, {});
}

// A number added to a square matrix is a multiple of the identity.
Value add_number(Context& context, const Whole& whole, Expr number, Span span) {
    if (context.pool.is_zero(number))
        return whole;
    const std::optional<Whole> matrix = as_matrix(whole);
    if (!matrix || !is_square(*matrix)) {
        context.tell(Code::number_added_to_whole, span, describe(context, whole.slots))
            .help("with indices everything is elementwise: write the tensor with its indices");
        return Poison{};
    }
    return add_wholes(context, *matrix, identity_times(context, row_slots_of(*matrix), number), span);
}

void tell_no_matrix(Context& context, const Whole& whole, Span span) {
    context.tell(Code::not_a_matrix, span, describe(context, whole.slots))
        .help("whole tensors are multiplied as matrices; for products element by element write the indices");
}

Value whole_power(Context& context, const Whole& base, Expr exponent, Span span) {
    const std::optional<Whole> matrix = as_matrix(base);
    if (!matrix || !is_square(*matrix)) {
        tell_whole(context, base, span, base.name);
        return Poison{};
    }
    return matrix_power(context, *matrix, exponent, span);
}

bool all_real(Context& context, std::vector<Expr>& numbers, const std::string& name, Span span) {
    for (Expr& number : numbers) {
        number = settled(context, number);
        if (is_complex(context, number)) {
            context.tell(Code::function_of_complex, span, name)
                .help("take it of a real number: `{}(re(…))`, `{}(abs(…))`", name, name);
            return false;
        }
    }
    return true;
}

// log(-1), asin(2): of numbers the complex value.
std::optional<Expr> outside_real_domain(Pool& pool, algebra::Op op, Expr argument) {
    using algebra::Op;
    const auto number = pool.number(argument);
    const bool outside = number && ((op == Op::log && *number < 0) ||
                                    ((op == Op::asin || op == Op::acos) && std::abs(*number) > 1));
    const auto parts = outside ? algebra::parts_of_function(pool, op, argument, {argument, pool.integer(0)})
                               : std::nullopt;
    if (!parts)
        return std::nullopt;
    return pool.add({parts->real, pool.multiply({pool.imaginary_unit(), parts->imaginary})});
}

// Conjugates and parts of a tensor are those of its entries.
Value entry_by_entry(Context& context, algebra::Op op, const Whole& whole) {
    Whole result(whole.slots, whole.row_slots, [&context, op, whole](Places places) -> std::optional<Expr> {
        const auto entry = whole.at(places);
        return entry ? std::optional(context.pool.apply(op, {*entry})) : std::nullopt;
    });
    return computed(context, std::move(result), {&whole}, {});
}

// Parameters in exponents decide how a power is computed: their numbers are put in.
Expr settled_exponent(Context& context, Expr exponent) {
    if (context.pool.number(exponent))
        return exponent;
    const auto number = constant_exponent(context, exponent);
    return number ? context.pool.real(*number) : exponent;
}

} // namespace

void tell_whole(Context& context, const Whole& whole, Span span, const std::string& text) {
    auto& told =
        context.tell(Code::whole_where_number, span, text.empty() ? "this" : text, describe(context, whole.slots));
    if (!text.empty())
        told.help("write it with its indices, `{}[…]`", text);
}

std::optional<Whole> as_matrix(const Whole& whole) {
    if (whole.row_slots < whole.slots.size())
        return whole;
    const std::size_t half = whole.slots.size() / 2;
    if (whole.slots.empty() || whole.slots.size() % 2 != 0)
        return std::nullopt;
    if (!std::equal(whole.slots.begin(), whole.slots.begin() + static_cast<std::ptrdiff_t>(half),
                    whole.slots.begin() + static_cast<std::ptrdiff_t>(half)))
        return whole.slots.size() == 2 ? std::optional([&] {
            Whole matrix = whole;
            matrix.row_slots = 1;
            return matrix;
        }())
                                       : std::nullopt;
    Whole matrix = whole;
    matrix.row_slots = half;
    return matrix;
}

bool is_square(const Whole& matrix) {
    return row_slots_of(matrix) == column_slots_of(matrix);
}

Whole transposed(const Whole& matrix) {
    std::vector<Slot> slots = column_slots_of(matrix);
    const std::size_t columns = slots.size();
    const std::vector<Slot> rows = row_slots_of(matrix);
    slots.insert(slots.end(), rows.begin(), rows.end());
    return {slots, columns, [matrix, columns](Places places) {
                std::vector<Place> swapped(places.begin() + static_cast<std::ptrdiff_t>(columns), places.end());
                swapped.insert(swapped.end(), places.begin(), places.begin() + static_cast<std::ptrdiff_t>(columns));
                return matrix.at(swapped);
            }};
}

Whole identity_times(Context& context, const std::vector<Slot>& row_slots, Expr factor) {
    std::vector<Slot> slots = row_slots;
    slots.insert(slots.end(), row_slots.begin(), row_slots.end());
    const std::size_t rows = row_slots.size();
    return {slots, rows, [&context, row_slots, rows, factor](Places places) -> std::optional<Expr> {
                std::vector<Expr> factors{factor};
                for (std::size_t k = 0; k < rows; ++k)
                    factors.push_back(context.pool.delta(row_slots[k].space, places[k], places[rows + k]));
                return context.pool.multiply(std::move(factors));
            }};
}

std::optional<Expr> sum_over(Context& context, std::span<const Slot> slots,
                             const std::function<std::optional<Expr>(Places)>& body) {
    std::vector<Place> places(slots.size());
    const std::function<std::optional<Expr>(std::size_t)> from = [&](std::size_t slot) -> std::optional<Expr> {
        if (slot == slots.size())
            return body(places);
        const IndexSet set = set_of_slot(slots[slot]);
        if (!written_out(context, set)) {
            const IndexId variable = add_variable(context, "k", set);
            places[slot] = Place{};
            places[slot].index = variable;
            const auto inner = from(slot + 1);
            return inner ? std::optional(context.pool.sum(variable, *inner)) : std::nullopt;
        }
        std::vector<Expr> terms;
        for (std::int64_t number = set.first; number <= set.last; ++number) {
            places[slot] = literal_place(number);
            const auto term = from(slot + 1);
            if (!term)
                return std::nullopt;
            terms.push_back(*term);
        }
        return context.pool.add(std::move(terms));
    };
    return from(0);
}

Value matrix_product(Context& context, const Whole& left, const Whole& right, Span span) {
    const std::optional<Whole> matrix = as_matrix(left);
    if (!matrix) {
        tell_no_matrix(context, left, span);
        return Poison{};
    }
    const std::vector<Slot> inner = column_slots_of(*matrix);
    Whole other = right;
    if (other.row_slots == other.slots.size() && other.slots != inner) {
        const std::optional<Whole> read = as_matrix(right);
        if (!read) {
            tell_no_matrix(context, right, span);
            return Poison{};
        }
        other = *read;
    }
    if (row_slots_of(other) != inner) {
        context.tell(Code::product_does_not_fit, span, describe(context, inner),
                     describe(context, row_slots_of(other)));
        return Poison{};
    }
    if (const auto product = product_of_numbers(context, *matrix, other))
        return *product;
    std::vector<Slot> slots = row_slots_of(*matrix);
    const std::size_t rows = slots.size();
    const std::vector<Slot> columns = column_slots_of(other);
    slots.insert(slots.end(), columns.begin(), columns.end());
    return Whole(slots, rows, [&context, a = *matrix, b = other, inner, rows](Places places) {
        return sum_over(context, inner, [&](Places between) -> std::optional<Expr> {
            std::vector<Place> left_places(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(rows));
            left_places.insert(left_places.end(), between.begin(), between.end());
            std::vector<Place> right_places(between.begin(), between.end());
            right_places.insert(right_places.end(), places.begin() + static_cast<std::ptrdiff_t>(rows), places.end());
            const auto first = a.at(left_places);
            if (first && context.pool.is_zero(*first))
                return first;
            const auto second = b.at(right_places);
            return first && second ? std::optional(context.pool.multiply({*first, *second})) : std::nullopt;
        });
    });
}

Value add(Context& context, const Value& left, const Value& right, Span span) {
    const auto *a = std::get_if<Expr>(&left), *b = std::get_if<Expr>(&right);
    const auto *u = std::get_if<Whole>(&left), *v = std::get_if<Whole>(&right);
    if (a != nullptr && b != nullptr)
        return context.pool.add({*a, *b});
    if (u != nullptr && v != nullptr)
        return add_wholes(context, *u, *v, span);
    if (u != nullptr && b != nullptr)
        return add_number(context, *u, *b, span);
    if (a != nullptr && v != nullptr)
        return add_number(context, *v, *a, span);
    if (!is_poison(left) && !is_poison(right))
        context.tell(Code::text_in_formula, span);
    return Poison{};
}

Value negate(Context& context, const Value& value) {
    if (const auto* number = std::get_if<Expr>(&value))
        return context.pool.negate(*number);
    if (const auto* whole = std::get_if<Whole>(&value))
        return scaled(context, context.pool.integer(-1), *whole);
    return Poison{};
}

Value multiply(Context& context, const Value& left, const Value& right, Span span) {
    const auto *a = std::get_if<Expr>(&left), *b = std::get_if<Expr>(&right);
    const auto *u = std::get_if<Whole>(&left), *v = std::get_if<Whole>(&right);
    if (a != nullptr && b != nullptr)
        return context.pool.multiply({*a, *b});
    if (a != nullptr && v != nullptr)
        return scaled(context, *a, *v);
    if (u != nullptr && b != nullptr)
        return scaled(context, *b, *u);
    if (u != nullptr && v != nullptr)
        return matrix_product(context, *u, *v, span);
    if (!is_poison(left) && !is_poison(right))
        context.tell(Code::text_in_formula, span);
    return Poison{};
}

Value divide(Context& context, const Value& left, const Value& right, Span span) {
    const auto* divisor = std::get_if<Expr>(&right);
    if (divisor != nullptr && context.pool.is_zero(*divisor)) {
        context.tell(Code::division_by_zero, span);
        return Poison{};
    }
    if (divisor != nullptr)
        return multiply(context, left, context.pool.power(*divisor, context.pool.integer(-1)), span);
    if (std::holds_alternative<Whole>(right) && !is_poison(left))
        context.tell(Code::division_by_whole, span)
            .help("write `inv(…)` times it; element by element, write the indices");
    return Poison{};
}

Value power(Context& context, const Value& base, const Value& exponent, Span span) {
    if (is_poison(base) || is_poison(exponent))
        return Poison{};
    const auto* number = std::get_if<Expr>(&exponent);
    if (number == nullptr) {
        context.tell(Code::exponent_not_a_number, span);
        return Poison{};
    }
    if (const auto* whole = std::get_if<Whole>(&base))
        return whole_power(context, *whole, *number, span);
    const auto* value = std::get_if<Expr>(&base);
    if (value == nullptr)
        return Poison{};
    const Expr settled = settled_exponent(context, *number);
    const auto negative = context.pool.number(settled);
    if (context.pool.is_zero(*value) && negative && *negative < 0) {
        context.tell(Code::division_by_zero, span);
        return Poison{};
    }
    return algebra::principal_power(context.pool, *value, settled);
}

std::optional<Expr> equality(Context& context, const Value& left, const Value& right, Span span) {
    const Value difference = add(context, left, negate(context, right), span);
    const auto* whole = std::get_if<Whole>(&difference);
    if (whole == nullptr)
        return std::nullopt;
    const Expr zero = context.pool.integer(0);
    const auto unequal = sum_over(context, whole->slots, [&](Places places) -> std::optional<Expr> {
        const auto entry = whole->at(places);
        return entry ? std::optional(differs_from_zero(context, *entry)) : std::nullopt;
    });
    return unequal ? std::optional(context.pool.apply(algebra::Op::equal, {*unequal, zero})) : std::nullopt;
}

Value apply_function(Context& context, algebra::Op op, const std::vector<Value>& arguments, const std::string& name,
                     Span span) {
    std::vector<Expr> numbers;
    for (const Value& argument : arguments) {
        if (is_poison(argument))
            return Poison{};
        if (const auto* number = std::get_if<Expr>(&argument))
            numbers.push_back(*number);
        else if (const auto* whole = std::get_if<Whole>(&argument)) {
            if (op == algebra::Op::conj || op == algebra::Op::re || op == algebra::Op::im)
                return entry_by_entry(context, op, *whole);
            const std::optional<Whole> matrix = as_matrix(*whole);
            if (arguments.size() == 1 && matrix && is_square(*matrix))
                return matrix_function(context, op, *matrix, name, span);
            tell_whole(context, *whole, span, whole->name);
            return Poison{};
        } else {
            context.tell(Code::text_in_formula, span);
            return Poison{};
        }
    }
    if (!algebra::takes_complex(op) && !all_real(context, numbers, name, span))
        return Poison{};
    if (op == algebra::Op::sqrt)
        return algebra::principal_power(context.pool, numbers.front(), context.pool.rational(1, 2));
    if (const auto complex = outside_real_domain(context.pool, op, numbers.front()))
        return *complex;
    return context.pool.apply(op, std::move(numbers));
}

} // namespace nphys::model
