// [[0, 1], [1, 0]] and [X1, X2, X3]: whole tensors written out.

#include "compiler/model/elaborate.h"
#include "compiler/model/spaces.h"

namespace nphys::model {
namespace {

// The entry of a list at an index variable of a long range: 1·δ[k,1]·first + …
std::optional<Expr> chosen(Context& context, const Slot& slot, const Place& place,
                           const std::vector<std::optional<Expr>>& entries) {
    std::vector<Expr> terms;
    for (std::size_t k = 0; k < entries.size(); ++k) {
        if (!entries[k])
            return std::nullopt;
        const Place number = literal_place(static_cast<std::int64_t>(k) + 1);
        terms.push_back(context.pool.multiply({context.pool.delta(slot.space, place, number), *entries[k]}));
    }
    return context.pool.add(std::move(terms));
}

} // namespace

Value list(Context& context, const syntax::List& list, Span span, const Environment& environment) {
    std::vector<Value> elements;
    for (const syntax::Expression& element : list.elements)
        elements.push_back(elaborate(context, element, environment));
    std::vector<Slot> inner;
    for (std::size_t k = 0; k < elements.size(); ++k) {
        if (is_poison(elements[k]))
            return Poison{};
        const auto* whole = std::get_if<Whole>(&elements[k]);
        const std::vector<Slot> slots = whole == nullptr ? std::vector<Slot>{} : whole->slots;
        if (std::holds_alternative<Text>(elements[k])) {
            context.tell(Code::text_in_formula, list.elements[k].span);
            return Poison{};
        }
        if (k > 0 && slots != inner) {
            context
                .tell(Code::list_elements_differ, list.elements[k].span, describe(context, inner),
                      describe(context, slots))
                .label(list.elements.front().span, "the first element");
            return Poison{};
        }
        inner = slots;
    }
    if (elements.empty()) {
        context.tell(Code::empty_list, span);
        return Poison{};
    }
    std::vector<Slot> slots{slot_of(range_set(context, 1, static_cast<std::int64_t>(elements.size())))};
    slots.insert(slots.end(), inner.begin(), inner.end());
    const Slot first = slots.front();
    return Whole(slots, slots.size(),
                 [&context, elements, first](std::span<const Place> places) -> std::optional<Expr> {
                     const auto entry = [&](std::size_t k) -> std::optional<Expr> {
                         const auto* whole = std::get_if<Whole>(&elements[k]);
                         return whole == nullptr ? std::get<Expr>(elements[k]) : whole->at(places.subspan(1));
                     };
                     if (places[0].is_literal())
                         return entry(static_cast<std::size_t>(places[0].offset[0] - 1));
                     std::vector<std::optional<Expr>> all;
                     for (std::size_t k = 0; k < elements.size(); ++k)
                         all.push_back(entry(k));
                     return chosen(context, first, places[0], all);
                 });
}

} // namespace nphys::model
