// Whole tensors of numbers: entries of constants and data worked out when the model is built.

#include <algorithm>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/evaluate_op.h"
#include "compiler/algebra/matrix_numbers.h"
#include "compiler/algebra/transform.h"
#include "compiler/model/complex.h"
#include "compiler/model/matrices.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"

namespace nphys::model {
namespace {

constexpr std::int64_t most_numbers = 1 << 24;

const Data* data_of(const Context& context, SymbolId symbol) {
    const auto found = std::ranges::find(context.model.data, symbol, &Data::symbol);
    return found == context.model.data.end() ? nullptr : &*found;
}

double element_of(const Context& context, const Data& data, std::span<const std::int64_t> numbers) {
    const std::vector<Slot>& slots = context.pool.symbol(data.symbol).slots;
    if (data.row_begin.empty()) {
        std::size_t index = 0;
        for (std::size_t k = 0; k < slots.size(); ++k)
            index = index * static_cast<std::size_t>(slots[k].last - slots[k].first + 1) +
                    static_cast<std::size_t>(numbers[k] - slots[k].first);
        return data.values[index];
    }
    const auto row = static_cast<std::size_t>(numbers[0] - 1);
    for (auto k = static_cast<std::size_t>(data.row_begin[row]); k < static_cast<std::size_t>(data.row_begin[row + 1]);
         ++k)
        if (data.column[k] == numbers[1] - 1)
            return data.values[k];
    return 0;
}

// Whether a formula can be worked out now: data and stored tensors only, no index left.
bool is_constant(const Context& context, Expr entry) {
    const algebra::Dependence on = algebra::dependence(context.pool, entry);
    if (on.time || on.step || !on.free_indices.empty())
        return false;
    return std::ranges::all_of(on.tensors, [&](SymbolId symbol) {
        return data_of(context, symbol) != nullptr || context.formulas.contains(symbol);
    });
}

bool on_ranges(const Context& context, const Whole& whole) {
    return std::ranges::all_of(whole.slots,
                               [&](const Slot& slot) { return !context.pool.space(slot.space).is_lattice(); });
}

// An element of a stored definition, from its formula.
double formula_at(Context& context, SymbolId symbol, std::span<const std::int64_t> numbers) {
    const bool has_parts = context.pool.symbol(symbol).has_parts;
    std::vector<Place> places;
    for (const std::int64_t number : numbers.first(numbers.size() - (has_parts ? 1 : 0)))
        places.push_back(literal_place(number));
    const auto formula = context.formulas.at(symbol).at(places);
    const std::complex<double> value = formula ? constant_entry(context, *formula).value_or(0) : 0;
    return has_parts && numbers.back() == 2 ? value.imag() : value.real();
}

// Calls `visit` with the literal places of every entry, row by row, until it returns false.
template <class Visit>
bool each_entry(const Whole& whole, Visit&& visit) {
    std::vector<Place> places;
    for (const Slot& slot : whole.slots)
        places.push_back(literal_place(slot.first));
    while (true) {
        if (!visit(std::span<const Place>(places)))
            return false;
        std::size_t k = places.size();
        while (k-- > 0) {
            if (++places[k].offset[0] <= whole.slots[k].last)
                break;
            places[k].offset[0] = whole.slots[k].first;
        }
        if (k >= places.size())
            return true;
    }
}

Numbers worked_out(Context& context, const Whole& whole) {
    std::int64_t entries = 1;
    for (const Slot& slot : whole.slots) {
        entries *= slot.last - slot.first + 1;
        if (entries > most_numbers)
            return {};
    }
    if (!on_ranges(context, whole))
        return {};
    std::vector<std::complex<double>> numbers;
    numbers.reserve(static_cast<std::size_t>(entries));
    const bool constant = each_entry(whole, [&](std::span<const Place> places) {
        const auto entry = whole.at(places);
        const auto number = entry ? constant_entry(context, *entry) : std::nullopt;
        if (number)
            numbers.push_back(*number);
        return number.has_value();
    });
    return constant ? numbers_from(numbers) : Numbers{};
}

} // namespace

std::optional<std::complex<double>> constant_entry(Context& context, Expr entry) {
    if (const auto number = context.pool.number(entry))
        return *number;
    if (!is_constant(context, entry))
        return std::nullopt;
    algebra::Environment environment;
    environment.parameter = [&](SymbolId symbol) {
        context.structural.insert(symbol);
        return context.parameter_values.at(symbol.value);
    };
    environment.element = [&](SymbolId symbol, std::span<const std::int64_t> numbers) -> std::complex<double> {
        if (const Data* data = data_of(context, symbol))
            return element_of(context, *data, numbers);
        return formula_at(context, symbol, numbers);
    };
    return algebra::evaluate(context.pool, entry, environment);
}

std::optional<double> constant_exponent(Context& context, Expr exponent) {
    const algebra::Dependence on = algebra::dependence(context.pool, exponent);
    if (!on.tensors.empty() || on.time || on.step || on.coordinates || !on.free_indices.empty())
        return std::nullopt;
    return constant_value(context, exponent);
}

Numbers numbers_of(Context& context, const Whole& whole) {
    return whole.numbers ? whole.numbers : worked_out(context, whole);
}

SymbolId add_data(Context& context, const std::string& name, const std::vector<Slot>& slots, std::size_t row_slots,
                  const Numbers& numbers) {
    Data data;
    data.symbol = add_tensor(context, name, slots, row_slots, numbers.imaginary != nullptr);
    data.values = *numbers.real;
    if (numbers.imaginary != nullptr) {
        data.values.clear();
        for (std::size_t k = 0; k < numbers.size(); ++k)
            data.values.insert(data.values.end(), {numbers[k].real(), numbers[k].imag()});
    }
    context.model.data.push_back(std::move(data));
    return context.model.data.back().symbol;
}

Whole whole_of_numbers(Context& context, std::vector<Slot> slots, std::size_t row_slots, Numbers numbers,
                       const std::string& name) {
    auto symbol = std::make_shared<SymbolId>();
    Whole whole(
        slots, row_slots,
        [&context, slots, row_slots, numbers, name, symbol](std::span<const Place> places) -> std::optional<Expr> {
            const bool literal = std::ranges::all_of(places, [](const Place& place) { return place.is_literal(); });
            if (literal) {
                std::size_t index = 0;
                for (std::size_t k = 0; k < slots.size(); ++k)
                    index = index * static_cast<std::size_t>(slots[k].last - slots[k].first + 1) +
                            static_cast<std::size_t>(places[k].offset[0] - slots[k].first);
                return algebra::complex_constant(context.pool, numbers[index]);
            }
            if (!symbol->valid())
                *symbol = add_data(context, name, slots, row_slots, numbers);
            return element_at(context, *symbol, places);
        });
    whole.numbers = std::move(numbers);
    whole.name = name;
    return whole;
}

Whole computed(Context& context, Whole result, std::initializer_list<const Whole*> operands,
               std::initializer_list<Expr> factors) {
    if (std::ranges::none_of(operands, [](const Whole* operand) { return bool(operand->numbers); }))
        return result;
    if (!std::ranges::all_of(factors, [&](Expr factor) { return is_constant(context, factor); }))
        return result;
    const auto numbers = worked_out(context, result);
    return numbers ? whole_of_numbers(context, result.slots, result.row_slots, numbers, "matrix") : result;
}

std::optional<Whole> product_of_numbers(Context& context, const Whole& left, const Whole& right) {
    if (!left.numbers && !right.numbers)
        return std::nullopt;
    const auto a = numbers_of(context, left), b = numbers_of(context, right);
    if (!a || !b)
        return std::nullopt;
    std::size_t rows = 1;
    std::vector<Slot> slots;
    for (std::size_t k = 0; k < left.row_slots; ++k) {
        slots.push_back(left.slots[k]);
        rows *= static_cast<std::size_t>(count(context, left.slots[k]));
    }
    for (std::size_t k = right.row_slots; k < right.slots.size(); ++k)
        slots.push_back(right.slots[k]);
    const std::size_t inner = a.size() / rows, columns = b.size() / inner;
    std::vector<std::complex<double>> product(rows * columns);
    for (std::size_t i = 0; i < rows; ++i)
        for (std::size_t k = 0; k < inner; ++k)
            for (std::size_t j = 0; j < columns; ++j)
                product[i * columns + j] += algebra::multiply(a[i * inner + k], b[k * columns + j]);
    return whole_of_numbers(context, std::move(slots), left.row_slots, numbers_from(product), "matrix");
}

} // namespace nphys::model
