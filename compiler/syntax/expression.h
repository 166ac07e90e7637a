// The syntax tree of an expression: what was written, with the place of every part.
//
// Nothing is resolved here: a name is a name, whatever it will turn out to mean. Brackets are kept, because the index
// rule treats a bracket as one factor. `Σ[i](f)` is a Call whose callee is Indexed; `laplacian(φ)[i]` an Indexed whose
// base is a Call; `x²` and `x^2` are the same Binary, `√x` is a Unary and `sqrt(x)` a Call.
//
//   -φ[i+e[1]]^2  =  Unary(minus, Binary(power, Indexed(φ, [Binary(add, i, Indexed(e, [1]))]), 2))
#pragma once

#include "compiler/base/box.h"
#include "compiler/base/source.h"

#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace nphys::syntax {

struct Expression;

// Names are compared by `text` (NFKC; ∑ is Σ and ∏ is Π); `written` is for messages and for the formatter.
struct Name {
    Span span;
    std::string text;
    std::string written;
};

struct Number {
    double value = 0;
    std::string written; // "100'000"
};
struct Imaginary { // the number `value` times the imaginary unit
    double value = 0;
    std::string written; // "0.5i"
};
struct String {
    std::string value;
};

// One place between index brackets: an expression, or a site by its coordinates, `φ[(3,4,5)]`.
struct Position {
    Span span;
    std::vector<Expression> coordinates; // one unless written as a tuple
};
// [rows] or [rows; columns], with its brackets.
struct Indices {
    Span span;
    std::vector<Position> rows;
    std::optional<std::vector<Position>> columns;
};

// first..last by step
struct Range;
struct Argument;

struct Group { // (inner)
    Box<Expression> inner;
};
struct List { // [a, b, c]
    std::vector<Expression> elements;
};
struct Member { // base.member
    Box<Expression> base;
    Name member;
};
struct Indexed { // base[indices]
    Box<Expression> base;
    Indices indices;
};
struct Call { // callee(arguments)
    Box<Expression> callee;
    std::vector<Argument> arguments;
};

enum class UnaryOperator { minus, plus, root, logical_not };
struct Unary {
    UnaryOperator op;
    Span op_span;
    Box<Expression> operand;
};

enum class BinaryOperator { add, subtract, multiply, divide, power };
struct Binary {
    BinaryOperator op;
    Span op_span;
    Box<Expression> left;
    Box<Expression> right;
    bool superscript = false; // x², not x^2; then `right` is an integer, perhaps negated
};

enum class Comparator { less, less_equal, greater, greater_equal, equal, not_equal };
struct Comparison { // a < b <= c: one operator less than operands
    std::vector<Expression> operands;
    std::vector<Comparator> operators;
    std::vector<Span> operator_spans;
};

enum class LogicalOperator { conjunction, disjunction };
struct Logical {
    LogicalOperator op;
    std::vector<Expression> operands; // at least two
};

struct Conditional { // value if condition else otherwise
    Box<Expression> value;
    Box<Expression> condition;
    Box<Expression> otherwise;
};

struct Expression {
    using Node = std::variant<Number, Imaginary, String, Name, Group, List, Member, Indexed, Call, Unary, Binary,
                              Comparison, Logical, Conditional>;
    Span span;
    Node node;
};

struct Range {
    Span span;
    Box<Expression> first;
    Box<Expression> last;
    std::optional<Box<Expression>> step;
};

using ExpressionOrRange = std::variant<Expression, Range>;

struct Argument { // key = value
    Span span;
    std::optional<Name> key;
    ExpressionOrRange value;
};

// The expression inside any number of brackets.
[[nodiscard]] const Expression& ungrouped(const Expression& expression);
// The name, if the expression is nothing but a name (perhaps in brackets).
[[nodiscard]] const Name* as_name(const Expression& expression);

} // namespace nphys::syntax
