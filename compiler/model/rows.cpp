#include "compiler/model/rows.h"

#include <algorithm>

#include "compiler/algebra/transform.h"

namespace nphys::model {

Rows::Rows(algebra::Pool& pool, const std::vector<SymbolId>& tensors, std::int64_t rows, const std::string& name,
           bool always)
    : pool_(&pool), count_(rows) {
    for (const SymbolId tensor : tensors)
        tensors_.emplace(tensor, tensor);
    if (rows == 1 && !always)
        return;
    algebra::Space space;
    space.name = name;
    space.axes.push_back({.coordinate = "", .first = 1, .extent = rows, .edge = algebra::Edge::strict, .origin = 1});
    const SpaceId id = pool.add_space(std::move(space));
    for (auto& [one, many] : tensors_) {
        algebra::Symbol symbol = pool.symbol(one);
        symbol.slots.insert(symbol.slots.begin(), {id, 1, rows});
        ++symbol.row_slots;
        many = pool.add_symbol(std::move(symbol));
    }
    if (rows > algebra::expanded_extent) {
        Place all;
        all.index = pool.add_index({"m", id, 1, rows});
        places_.push_back(all);
        return;
    }
    for (std::int64_t row = 1; row <= rows; ++row)
        places_.push_back(Place{{}, {row, 0, 0, 0}});
}

SymbolId Rows::of(SymbolId tensor) const {
    const auto found = tensors_.find(tensor);
    return found == tensors_.end() ? tensor : found->second;
}

bool Rows::depends(Expr expression) const {
    return std::ranges::any_of(tensors_, [&](const auto& pair) { return pool_->has_symbol(expression, pair.first); });
}

Expr Rows::at(Expr expression, const Place& row) const {
    if (!depends(expression))
        return expression;
    return algebra::rewrite_leaves(*pool_, expression, [&](Expr leaf) {
        const auto* element = pool_->get<algebra::Element>(leaf);
        const auto found = element == nullptr ? tensors_.end() : tensors_.find(element->tensor);
        if (found == tensors_.end())
            return leaf;
        std::vector<Place> positions{row};
        positions.insert(positions.end(), element->positions.begin(), element->positions.end());
        return pool_->element(found->second, std::move(positions));
    });
}

Expr Rows::mean(Expr expression) const {
    if (places_.empty() || !depends(expression))
        return expression;
    if (const auto* sum = pool_->get<algebra::Add>(expression)) {
        std::vector<Expr> terms;
        for (const Expr term : std::vector<Expr>(sum->terms))
            terms.push_back(mean(term));
        return pool_->add(std::move(terms));
    }
    std::vector<Expr> rows;
    for (const Place& place : places_) {
        const Expr here = at(expression, place);
        rows.push_back(place.is_literal() ? here : pool_->sum(place.index, here));
    }
    return pool_->divide(pool_->add(std::move(rows)), pool_->integer(count_));
}

std::vector<Component> Rows::components(const std::vector<Component>& components) const {
    if (places_.empty())
        return components;
    std::vector<Component> result;
    for (const Place& place : places_)
        for (const Component& component : components) {
            std::vector<Place> target{place};
            target.insert(target.end(), component.target.begin(), component.target.end());
            result.push_back({of(component.tensor), std::move(target), at(component.value, place)});
        }
    return result;
}

std::vector<Component> Rows::means(const std::vector<Component>& components) const {
    std::vector<Component> result = components;
    for (Component& component : result)
        component.value = mean(component.value);
    return result;
}

} // namespace nphys::model
