// ANTLR's trees to ours.
//
// In: the context of one rule that was read without an error. Out: the node for it. What the grammar cannot say (a
// number too large, an unknown escape, a tuple in a formula) is reported here; the node is made all the same. Only an
// expression deeper than the stages to come can walk through is given up, by throwing TooDeep.
#pragma once

#include "compiler/base/diagnostics.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/tokens.h"

namespace nphys::syntax {

struct TooDeep {
    Span span;
};

struct BuildContext {
    const Places& places;
    Diagnostics& diagnostics;
    std::size_t depth = 0; // of the expression around
};

// From any of the rules expression, disjunction, …, arithmetic.
[[nodiscard]] Expression build_expression(antlr4::ParserRuleContext& rule, BuildContext context);
[[nodiscard]] ExpressionOrRange build_values(antlr4::ParserRuleContext& values, BuildContext context);
[[nodiscard]] Indices build_indices(antlr4::ParserRuleContext& indices, BuildContext context);
// From any rule or token that is a name.
[[nodiscard]] Name build_name(antlr4::ParserRuleContext& name, BuildContext context);
[[nodiscard]] std::string build_string(const antlr4::Token& token, BuildContext context);

[[nodiscard]] Header build_header(antlr4::ParserRuleContext& header, BuildContext context);
[[nodiscard]] Statement build_statement(antlr4::ParserRuleContext& statement, BuildContext context);
[[nodiscard]] RunItem build_item(antlr4::ParserRuleContext& item, BuildContext context);
// The beginning of a run, without its items.
[[nodiscard]] Statement build_run(antlr4::ParserRuleContext& run, BuildContext context);

} // namespace nphys::syntax
