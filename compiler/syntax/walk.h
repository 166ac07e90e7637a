// A look at every expression of a tree.
//
// `visit` is called for each expression, outer ones first, in the order in which they are written. Places that are not
// expressions but hold some (indices of targets, ranges, options) are passed through.
#pragma once

#include "compiler/syntax/ast.h"

#include <functional>

namespace nphys::syntax {

using ExpressionVisitor = std::function<void(const Expression&)>;

void for_each_expression(const Expression& expression, const ExpressionVisitor& visit);
void for_each_expression(const Statement& statement, const ExpressionVisitor& visit);
void for_each_expression(const SyntaxTree& tree, const ExpressionVisitor& visit);

// Calls `visit` for each name that the tree declares: parameters, indices, variables, lets and theirs, coordinates.
void for_each_declared_name(const SyntaxTree& tree, const std::function<void(const Name&)>& visit);

// The left-hand sides of declarations, laws and initial values, also in runs, and the parameters of lets.
void for_each_target(const SyntaxTree& tree, const std::function<void(const Target&)>& visit);

} // namespace nphys::syntax
