#include "compiler/model/data.h"

#include <algorithm>
#include <array>
#include <fmt/ranges.h>

#include "compiler/base/suggest.h"
#include "compiler/model/matrices.h"
#include "compiler/model/settle.h"
#include "compiler/model/spaces.h"

namespace nphys::model {
namespace {

using syntax::Expression;

void tell_failure(Context& context, Span span, const DataFailure& failure) {
    auto& told = context.tell(Code::data_unreadable, span, failure.message);
    if (!failure.help.empty())
        told.help("{}", failure.help);
}

template <class T>
const T* read(Context& context, Span span, const DataResult<T>& result) {
    if (const auto* failure = std::get_if<DataFailure>(&result))
        tell_failure(context, span, *failure);
    return std::get_if<T>(&result);
}

struct FormatRow {
    std::string_view function;
    DataFormat format;
};
constexpr std::array<FormatRow, 4> format_rows{{{"csv", DataFormat::csv},
                                                {"npy", DataFormat::npy},
                                                {"idx", DataFormat::idx},
                                                {"hdf5", DataFormat::hdf5}}};

// The call `function("path", …)` and its path.
struct Source {
    const syntax::Call* call;
    std::string function;
    std::filesystem::path path;
    Span span;

    [[nodiscard]] DataFile file() const {
        return {path, std::ranges::find(format_rows, function, &FormatRow::function)->format};
    }
};

template <class Known>
std::optional<Source> source_of(Context& context, const Declaration& declaration, const Expression& value,
                                const char* usual, Known known) {
    const auto* call = std::get_if<syntax::Call>(&value.node);
    const syntax::Name* callee = call == nullptr ? nullptr : syntax::as_name(*call->callee);
    const auto* first =
        call == nullptr || call->arguments.empty() ? nullptr : std::get_if<Expression>(&call->arguments.front().value);
    const auto* path =
        first == nullptr || call->arguments.front().key ? nullptr : std::get_if<syntax::String>(&first->node);
    if (callee == nullptr || !known(callee->text) || path == nullptr) {
        context.tell(Code::data_source_expected, value.span, kind_name(declaration.kind))
            .help("write `{}(\"file.csv\")`", usual);
        return std::nullopt;
    }
    return Source{call, callee->text, declaration.scope->folder / path->value, first->span};
}

Whole whole_of(Context& context, Declaration& declaration, SymbolId symbol, std::vector<Slot> slots, std::size_t rows,
               std::shared_ptr<const std::vector<double>> numbers) {
    context.tensors[symbol] = &declaration;
    Whole whole(std::move(slots), rows, [&context, symbol](std::span<const Place> places) -> std::optional<Expr> {
        const Expr element = context.pool.element(symbol, {places.begin(), places.end()});
        const bool literal = std::ranges::all_of(places, [](const Place& place) { return place.is_literal(); });
        const auto number = literal ? constant_entry(context, element) : std::nullopt;
        return number ? context.pool.real(number->real()) : element;
    });
    whole.numbers = {std::move(numbers), nullptr};
    whole.name = context.pool.symbol(symbol).name;
    return whole;
}

SpaceId line(Context& context, const std::string& name, algebra::SpaceKind kind, std::int64_t extent) {
    algebra::Space space;
    space.name = name;
    space.kind = kind;
    space.axes.push_back({.coordinate = "", .first = 1, .extent = extent, .edge = algebra::Edge::strict, .origin = 1});
    return context.pool.add_space(std::move(space));
}

struct DatasetReader {
    Context& context;
    Declaration& declaration;
    const Source& source;
    const TableShape& shape;
    Slot rows;

    void add(const std::string& key, std::vector<Slot> slots, std::vector<double> values) {
        const std::string name = key.empty() ? declaration.text() : declaration.text() + "." + key;
        const SymbolId symbol = context.pool.add_symbol({.name = name, .slots = slots, .row_slots = slots.size()});
        auto numbers = std::make_shared<const std::vector<double>>(std::move(values));
        Data data;
        data.symbol = symbol;
        data.values = *numbers;
        context.model.data.push_back(std::move(data));
        Whole whole = whole_of(context, declaration, symbol, std::move(slots), 1, std::move(numbers));
        if (key.empty()) {
            declaration.symbol = symbol;
            declaration.whole = std::move(whole);
        } else
            declaration.columns.emplace(key, std::move(whole));
    }

    bool add_columns(const std::string& key, Span span, std::int64_t first, std::int64_t last) {
        if (!exists(span, first) || !exists(span, last) || !in_order(span, first, last))
            return false;
        const auto result = context.data.numbers(source.file(), first, last);
        const auto* values = read(context, span, result);
        if (values == nullptr)
            return false;
        std::vector<Slot> slots{rows};
        if (key.empty() || first != last)
            slots.push_back(slot_of(range_set(context, 1, last - first + 1)));
        add(key, std::move(slots), *values);
        return true;
    }

    bool add_labels(const std::string& key, Span span, std::int64_t column) {
        if (!exists(span, column))
            return false;
        const auto result = context.data.labels(source.file(), column);
        const auto* values = read(context, span, result);
        if (values != nullptr)
            add(key, {rows}, *values);
        return values != nullptr;
    }

    bool exists(Span span, std::int64_t column) {
        if (column >= 1 && column <= shape.columns)
            return true;
        context.tell(Code::no_such_column, span, column, shape.columns);
        return false;
    }

    // By number, or by the name that the first line of the file gives it.
    std::optional<std::int64_t> column(const Expression& value) {
        const auto* text = std::get_if<syntax::String>(&value.node);
        if (text == nullptr)
            return whole_number(context, value, of_scope(*declaration.scope), "a column");
        const auto found = std::ranges::find(shape.names, text->value);
        if (found != shape.names.end())
            return found - shape.names.begin() + 1;
        auto& told = context.tell(Code::unknown_member, value.span, source.path.filename().string(), text->value);
        if (shape.names.empty())
            told.help("its columns have no names: say which one it is, from 1 to {}", shape.columns);
        else if (const auto nearest = suggest(text->value, shape.names))
            told.help("did you mean `\"{}\"`?", *nearest);
        else
            told.help("its columns are {}", fmt::join(shape.names, ", "));
        return std::nullopt;
    }

    bool in_order(Span span, std::int64_t first, std::int64_t last) {
        if (first <= last)
            return true;
        context.tell(Code::empty_range, span, static_cast<double>(first), static_cast<double>(last));
        return false;
    }

    bool add_argument(const syntax::Argument& argument) {
        if (!argument.key) {
            context.tell(Code::column_without_name, argument.span)
                .help("name the columns: `csv(\"file.csv\", x = 1..4)`");
            return false;
        }
        if (const auto* range = std::get_if<syntax::Range>(&argument.value)) {
            const auto first = column(*range->first), last = column(*range->last);
            return first && last && add_columns(argument.key->text, range->span, *first, *last);
        }
        const auto& value = std::get<Expression>(argument.value);
        const auto* call = std::get_if<syntax::Call>(&value.node);
        const syntax::Name* callee = call == nullptr ? nullptr : syntax::as_name(*call->callee);
        if (callee != nullptr && callee->text == "class") {
            if (call->arguments.size() != 1) {
                context.tell(Code::argument_count, value.span, "class", "1 column", call->arguments.size()).help("`class(3)` makes labels of what stands in column 3");
                return false;
            }
            const auto* labels = std::get_if<Expression>(&call->arguments.front().value);
            const auto number = labels == nullptr ? std::nullopt : column(*labels);
            return number && add_labels(argument.key->text, value.span, *number);
        }
        const auto number = column(value);
        return number && add_columns(argument.key->text, value.span, *number, *number);
    }
};

// What a column is in the row that is shown: a number, or a tensor of the slots after the first.
Value row_of(Context& context, Declaration& dataset, const Whole& column, Span span) {
    const auto rows_of = [&](const Declaration& of) { return context.pool.space(of.space).size(); };
    if (context.shown_dataset && rows_of(**context.shown_dataset) != rows_of(dataset)) {
        const Declaration& other = **context.shown_dataset;
        context.tell(Code::two_datasets_shown, span, other.text(), rows_of(other), dataset.text(), rows_of(dataset))
            .help("name the row of one of them: `{}[p]`", column.name);
        return Poison{};
    }
    if (!context.shown_dataset)
        context.shown_dataset = &dataset;
    const auto data = std::ranges::find_if(context.model.data, [&](const Data& one) {
        return context.pool.symbol(one.symbol).name == column.name;
    });
    const SymbolId table = data->symbol;
    auto known = std::ranges::find(context.shown, table, &ShownColumn::table);
    const std::vector<Slot> slots(column.slots.begin() + 1, column.slots.end());
    if (known == context.shown.end()) {
        const SymbolId row = context.pool.add_symbol({.name = column.name, .slots = slots, .row_slots = slots.size()});
        context.shown.push_back({table, row});
        known = std::prev(context.shown.end());
    }
    if (slots.empty())
        return context.pool.element(known->row, {});
    Whole row(slots, slots.size(), [&context, symbol = known->row](std::span<const Place> places) -> std::optional<Expr> {
        return context.pool.element(symbol, {places.begin(), places.end()});
    });
    row.name = column.name;
    return row;
}

} // namespace

bool settle_graph(Context& context, Declaration& declaration) {
    const auto& node = std::get<syntax::Graph>(declaration.statement->node);
    const auto source = source_of(context, declaration, node.value, "edges",
                                  [](const std::string& function) { return function == "edges"; });
    if (!source)
        return false;
    const auto result = context.data.edges(source->path);
    const auto* table = read(context, source->span, result);
    if (table == nullptr)
        return false;
    declaration.space = line(context, declaration.text(), algebra::SpaceKind::nodes, table->nodes);
    const Slot nodes{declaration.space, 1, table->nodes};
    declaration.symbol = context.pool.add_symbol(
        {.name = declaration.text(), .slots = {nodes, nodes}, .row_slots = 1, .is_sparse = true});
    context.model.data.push_back({declaration.symbol, table->weights, table->row_begin, table->column});
    declaration.whole = whole_of(context, declaration, declaration.symbol, {nodes, nodes}, 1, nullptr);
    return true;
}

bool settle_dataset(Context& context, Declaration& declaration) {
    const auto& node = std::get<syntax::Dataset>(declaration.statement->node);
    const auto source = source_of(context, declaration, node.value, "csv", [](const std::string& function) {
        return std::ranges::find(format_rows, function, &FormatRow::function) != format_rows.end();
    });
    if (!source)
        return false;
    const auto result = context.data.table(source->file());
    const auto* shape = read(context, source->span, result);
    if (shape == nullptr)
        return false;
    declaration.space = line(context, declaration.text(), algebra::SpaceKind::rows, shape->rows);
    DatasetReader reader{context, declaration, *source, *shape, {declaration.space, 1, shape->rows}};
    if (source->call->arguments.size() == 1)
        return reader.add_columns("", source->span, 1, shape->columns);
    bool right = true;
    for (std::size_t k = 1; k < source->call->arguments.size(); ++k)
        right = reader.add_argument(source->call->arguments[k]) && right;
    return right;
}

Value member_of_dataset(Context& context, Declaration& dataset, const syntax::Member& member, Span span) {
    if (!settle(context, dataset))
        return Poison{};
    const auto found = dataset.columns.find(member.member.text);
    if (found == dataset.columns.end()) {
        auto& told =
            context.tell(Code::unknown_member, member.member.span, dataset.name->written, member.member.written);
        std::vector<std::string> known;
        for (const auto& [name, column] : dataset.columns)
            known.push_back(name);
        if (const auto nearest = suggest(member.member.text, known))
            told.help("did you mean `{}.{}`?", dataset.name->written, *nearest);
        return Poison{};
    }
    if (found->second.slots.size() > 1)
        return found->second;
    return row_of(context, dataset, found->second, span);
}

std::optional<Value> row_shown(Context& context, const syntax::Member& member, const syntax::Indices& indices,
                               Span span, const Environment& environment) {
    const auto* base = std::get_if<syntax::Name>(&member.base->node);
    if (base == nullptr)
        return std::nullopt;
    const Found found = find(context, *environment.scope, *base);
    if (found.declaration == nullptr || found.declaration->kind != NameKind::dataset)
        return std::nullopt;
    if (!settle(context, *found.declaration))
        return Poison{};
    const auto column = found.declaration->columns.find(member.member.text);
    if (column == found.declaration->columns.end())
        return member_of_dataset(context, *found.declaration, member, span);
    if (indices.rows.size() + 1 == column->second.slots.size()) {
        const Value row = row_of(context, *found.declaration, column->second, span);
        const auto* whole = std::get_if<Whole>(&row);
        return whole == nullptr ? row : index_whole(context, *whole, indices, whole->name, environment);
    }
    if (column->second.slots.size() == 1 && !indices.columns && indices.rows.size() == 1) {
        // One number for each row: y[p].
        Whole whole = column->second;
        return index_whole(context, whole, indices, whole.name, environment);
    }
    return std::nullopt;
}

} // namespace nphys::model
