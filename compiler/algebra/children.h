#pragma once
// The expressions and the places that a node holds, and the node rebuilt from others: what every traversal needs.
// Example: the children of x*y are x and y; the places of φ[i]*δ[i,j]'s factors are i; i and j.

#include <utility>
#include <variant>
#include <vector>

#include "compiler/algebra/pool.h"

namespace nphys::algebra {

// Calls `visit(Expr)` for each child, in the order in which they are stored.
template <class Visit>
void for_each_child(const Node& node, Visit&& visit) {
    if (const auto* reduce = std::get_if<Reduce>(&node)) {
        visit(reduce->body);
    } else if (const auto* sum = std::get_if<Add>(&node)) {
        for (const Expr term : sum->terms)
            visit(term);
    } else if (const auto* product = std::get_if<Multiply>(&node)) {
        for (const Expr factor : product->factors)
            visit(factor);
    } else if (const auto* power = std::get_if<Power>(&node)) {
        visit(power->base);
        visit(power->exponent);
    } else if (const auto* apply = std::get_if<Apply>(&node)) {
        for (const Expr argument : apply->arguments)
            visit(argument);
    } else if (const auto* spectral = std::get_if<Spectral>(&node)) {
        visit(spectral->function);
        for (const Expr entry : spectral->entries)
            visit(entry);
    } else if (const auto* select = std::get_if<Select>(&node)) {
        visit(select->condition);
        visit(select->chosen);
        visit(select->otherwise);
    } else if (const auto* start = std::get_if<AtStart>(&node)) {
        visit(start->value);
    } else if (const auto* end = std::get_if<AtEnd>(&node)) {
        visit(end->value);
    }
}

// Calls `visit(const Place&)` for each place that the node itself (not its children) names.
template <class Visit>
void for_each_place(const Node& node, Visit&& visit) {
    if (const auto* element = std::get_if<Element>(&node)) {
        for (const Place& place : element->positions)
            visit(place);
    } else if (const auto* coordinate = std::get_if<Coordinate>(&node)) {
        visit(coordinate->place);
    } else if (const auto* value = std::get_if<IndexValue>(&node)) {
        visit(value->place);
    } else if (const auto* delta = std::get_if<Delta>(&node)) {
        visit(delta->left);
        visit(delta->right);
    } else if (const auto* within = std::get_if<Within>(&node)) {
        visit(within->place);
    } else if (const auto* sign = std::get_if<EdgeSign>(&node)) {
        visit(sign->place);
    }
}

// The node with `change(child)` in the place of each child. Reductions are contracted anew; leaves stay.
template <class Change>
Expr rebuild(Pool& pool, Expr expression, Change&& change) {
    const Node& node = pool[expression];
    const auto all = [&](const std::vector<Expr>& children) {
        std::vector<Expr> changed;
        changed.reserve(children.size());
        for (const Expr child : children)
            changed.push_back(change(child));
        return changed;
    };
    if (const auto* reduce = std::get_if<Reduce>(&node)) {
        const Expr body = change(reduce->body);
        return body == reduce->body ? expression : pool.reduce(reduce->operation, reduce->index, body);
    }
    if (const auto* sum = std::get_if<Add>(&node)) {
        auto terms = all(sum->terms);
        return terms == sum->terms ? expression : pool.add(std::move(terms));
    }
    if (const auto* product = std::get_if<Multiply>(&node)) {
        auto factors = all(product->factors);
        return factors == product->factors ? expression : pool.multiply(std::move(factors));
    }
    if (const auto* power = std::get_if<Power>(&node)) {
        const Expr base = change(power->base), exponent = change(power->exponent);
        return base == power->base && exponent == power->exponent ? expression : pool.power(base, exponent);
    }
    if (const auto* apply = std::get_if<Apply>(&node)) {
        auto arguments = all(apply->arguments);
        return arguments == apply->arguments ? expression : pool.apply(apply->op, std::move(arguments));
    }
    if (const auto* spectral = std::get_if<Spectral>(&node)) {
        Spectral changed = *spectral;
        changed.function = change(changed.function);
        changed.entries = all(changed.entries);
        return changed == *spectral ? expression : pool.spectral(std::move(changed));
    }
    if (const auto* select = std::get_if<Select>(&node)) {
        const Expr condition = change(select->condition), chosen = change(select->chosen),
                   otherwise = change(select->otherwise);
        return pool.select(condition, chosen, otherwise);
    }
    if (const auto* start = std::get_if<AtStart>(&node))
        return pool.at_start(change(start->value));
    if (const auto* end = std::get_if<AtEnd>(&node))
        return pool.at_end(change(end->value));
    return expression;
}

} // namespace nphys::algebra
