#include "compiler/model/metric.h"

#include <algorithm>

#include "compiler/algebra/matrix.h"
#include "compiler/base/suggest.h"
#include "compiler/model/arithmetic.h"
#include "compiler/model/definitions.h"
#include "compiler/model/matrices.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

const std::optional<syntax::Name>& structure_of(const Declaration& declaration) {
    const auto* noise = std::get_if<syntax::Noise>(&declaration.statement->node);
    return noise != nullptr ? noise->structure : std::get<syntax::Metric>(declaration.statement->node).structure;
}

// Keeps what joins equal places: of all slots, or (block) of the long ones only.
Whole kept(Context& context, const Whole& matrix, bool block) {
    Whole result(matrix.slots, matrix.row_slots,
                 [&context, matrix, block](std::span<const Place> places) -> std::optional<Expr> {
                     const auto entry = matrix.at(places);
                     if (!entry)
                         return std::nullopt;
                     std::vector<Expr> factors{*entry};
                     for (std::size_t k = 0; k < matrix.row_slots; ++k)
                         if (!block || !written_out(context, set_of_slot(matrix.slots[k])))
                             factors.push_back(context.pool.delta(matrix.slots[k].space, places[k],
                                                                  places[matrix.row_slots + k]));
                     return context.pool.multiply(std::move(factors));
                 });
    result.name = matrix.name;
    return result;
}

// `noise κ[n] diagonal = …` gives the diagonal alone.
Whole with_diagonal(Context& context, const Whole& diagonal) {
    std::vector<Slot> slots = diagonal.slots;
    slots.insert(slots.end(), diagonal.slots.begin(), diagonal.slots.end());
    Whole result(slots, diagonal.slots.size(),
                 [&context, diagonal](std::span<const Place> places) -> std::optional<Expr> {
                     const std::size_t rows = diagonal.slots.size();
                     const auto entry = diagonal.at(places.first(rows));
                     if (!entry)
                         return std::nullopt;
                     std::vector<Expr> factors{*entry};
                     for (std::size_t k = 0; k < rows; ++k)
                         factors.push_back(context.pool.delta(diagonal.slots[k].space, places[k], places[rows + k]));
                     return context.pool.multiply(std::move(factors));
                 });
    result.name = diagonal.name;
    return result;
}

bool take_structure(Context& context, Declaration& declaration, const syntax::Name& structure) {
    if (structure.text == "full")
        return true;
    if (structure.text != "diagonal" && structure.text != "block") {
        auto& told = context.tell(Code::unknown_structure, structure.span, structure.written);
        if (const auto nearest = suggest(structure.text, std::vector<std::string>{"diagonal", "block", "full"}))
            told.help("did you mean `{}`?", *nearest);
        return false;
    }
    if (!declaration.whole)
        return true; // of a number
    const auto matrix = as_matrix(*declaration.whole);
    if (structure.text == "diagonal" && (!matrix || !is_square(*matrix)))
        declaration.whole = with_diagonal(context, *declaration.whole);
    else if (matrix)
        declaration.whole = kept(context, *matrix, structure.text == "block");
    return true;
}

struct EntryReader {
    Context& context;
    const Law& law;
    const Whole& matrix;
    const std::vector<std::size_t>& meant;
    const std::string& name;
    Span span;

    // The entry of two components, without what joins equal places of their long indices.
    [[nodiscard]] std::optional<Expr> entry(const Component& row, const Component& column, bool& joins) const {
        for (std::size_t slot = 0; slot < row.target.size(); ++slot)
            if (std::ranges::find(meant, slot) == meant.end() && row.target[slot].is_literal() &&
                row.target[slot] != column.target[slot])
                return context.pool.integer(0);
        std::vector<Place> places;
        for (const std::size_t slot : meant)
            places.push_back(row.target[slot]);
        std::vector<std::pair<IndexId, IndexId>> joined;
        for (const std::size_t slot : meant) {
            Place place = column.target[slot];
            if (!place.is_literal()) {
                place.index = context.pool.fresh_index(place.index);
                joined.emplace_back(row.target[slot].index, place.index);
            }
            places.push_back(place);
        }
        std::optional<Expr> value = matrix.at(places);
        for (std::size_t k = 0; value && k < joined.size(); ++k) {
            value = algebra::local_part(context.pool, *value, joined[k].first, joined[k].second);
            joins = joins || !value;
        }
        return value;
    }

    // Joins different places of a long index: only as a matrix of numbers.
    [[nodiscard]] std::optional<MatrixOfLaw> joining() const {
        if (numbers_of(context, matrix))
            return MatrixOfLaw{name, {}, span};
        context.tell(Code::matrix_joins_places, span, name)
            .help("write it with `δ` along lattices, and along long ranges where it is no matrix of numbers");
        return std::nullopt;
    }

    [[nodiscard]] std::optional<MatrixOfLaw> all() const {
        MatrixOfLaw result{name, {}, span};
        for (const Component& row : law.components)
            for (const Component& column : law.components) {
                bool joins = false;
                const auto value = entry(row, column, joins);
                if (joins)
                    return joining();
                if (!value)
                    return std::nullopt;
                result.entries.push_back(*value);
            }
        return result;
    }
};

MatrixOfLaw multiple_of_identity(Context& context, const Law& law, Expr value, std::string name, Span span) {
    MatrixOfLaw result{std::move(name), {}, span};
    const std::size_t size = law.components.size();
    for (std::size_t n = 0; n < size * size; ++n)
        result.entries.push_back(n % (size + 1) == 0 ? value : context.pool.integer(0));
    return result;
}

} // namespace

std::optional<std::vector<std::size_t>> slots_meant(const std::vector<Slot>& variable, const Whole& matrix) {
    if (matrix.slots.size() != 2 * matrix.row_slots ||
        !std::equal(matrix.slots.begin(), matrix.slots.begin() + static_cast<std::ptrdiff_t>(matrix.row_slots),
                    matrix.slots.begin() + static_cast<std::ptrdiff_t>(matrix.row_slots)))
        return std::nullopt;
    std::vector<std::size_t> meant;
    std::size_t next = 0;
    for (std::size_t k = 0; k < matrix.row_slots; ++k) {
        while (next < variable.size() && variable[next] != matrix.slots[k])
            ++next;
        if (next == variable.size())
            return std::nullopt;
        meant.push_back(next++);
    }
    return meant;
}

bool settle_matrix_of_law(Context& context, Declaration& declaration) {
    if (!settle_definition(context, declaration))
        return false;
    const auto& structure = structure_of(declaration);
    return !structure || take_structure(context, declaration, *structure);
}

std::optional<MatrixOfLaw> matrix_of_law(Context& context, const Law& law, const syntax::Expression& expression,
                                         const Environment& environment) {
    const std::string name = syntax::print(expression);
    const Value value = elaborate(context, expression, environment);
    if (const auto* number = std::get_if<Expr>(&value))
        return multiple_of_identity(context, law, *number, name, expression.span);
    const auto* whole = std::get_if<Whole>(&value);
    if (whole == nullptr) {
        if (!is_poison(value))
            context.tell(Code::text_in_formula, expression.span);
        return std::nullopt;
    }
    if (law.components.empty())
        return std::nullopt;
    const SymbolId variable = law.components.front().tensor;
    const auto& slots = context.pool.symbol(variable).slots;
    for (const Component& component : law.components)
        if (component.tensor != variable) {
            context.tell(Code::matrix_of_several_variables, expression.span, name)
                .help("give each variable a law of its own");
            return std::nullopt;
        }
    const auto matrix = as_matrix(*whole);
    const auto meant = matrix ? slots_meant(slots, *matrix) : std::nullopt;
    if (!meant) {
        context.tell(Code::matrix_does_not_fit, expression.span, name, describe(context, whole->slots),
                     context.pool.symbol(variable).name, describe(context, slots))
            .help("its rows and its columns have the indices of the variable: `κ[μ,ν]` for `q[μ]`");
        return std::nullopt;
    }
    return EntryReader{context, law, *matrix, *meant, name, expression.span}.all();
}

bool take_calculus(Context& context, const syntax::Option& option, Law& law) {
    const syntax::Name* name = option.value ? syntax::as_name(*option.value) : nullptr;
    const std::vector<std::string> known{"covariant", "ito", "stratonovich"};
    law.calculus_span = option.span;
    if (name != nullptr && name->text == "ito")
        law.calculus = Calculus::ito;
    else if (name != nullptr && name->text == "stratonovich")
        law.calculus = Calculus::stratonovich;
    else if (name != nullptr && name->text == "covariant" && law.kind == LawKind::descent)
        law.calculus = Calculus::covariant;
    else {
        auto& told = context.tell(Code::unknown_calculus, option.value ? option.value->span : option.span,
                                  option.value ? syntax::print(*option.value) : "nothing");
        const auto nearest = name == nullptr ? std::nullopt : suggest(name->text, known);
        if (name != nullptr && name->text == "covariant")
            told.help("the covariant reading needs the metric of a descent; of a written law say `ito` or "
                      "`stratonovich`");
        else if (nearest)
            told.help("did you mean `{}`?", *nearest);
        else
            told.help("it can be `covariant`, `ito` or `stratonovich`");
        return false;
    }
    return true;
}

} // namespace nphys::model
