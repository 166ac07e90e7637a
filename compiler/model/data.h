#pragma once
// graph and dataset: numbers from files.
//
// Goes in: `graph G = edges("net.csv")`, `dataset iris = csv("iris.csv", x = 1..4, species = class(5))`. Holds
// afterwards: the numbers are in Model::data; G is a sparse tensor over its nodes, each column group a tensor over rows
// (and columns). Files that are missing or cannot be read as said are told at their place in the text.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] bool settle_graph(Context& context, Declaration& declaration);
[[nodiscard]] bool settle_dataset(Context& context, Declaration& declaration);

[[nodiscard]] Value member_of_dataset(Context& context, Declaration& dataset, const syntax::Member& member, Span span);
// iris.x[k] in the row shown: told; nothing if the brackets name the row.
[[nodiscard]] std::optional<Value> row_shown(Context& context, const syntax::Member& member,
                                             const syntax::Indices& indices, Span span, const Environment& environment);

} // namespace nphys::model
