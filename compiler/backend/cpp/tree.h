// The C++ that is written: a typed tree, printed last.
// Goes in: nodes made by translate.cpp and model_class.cpp. Comes out: with print.h, text. Holds: operators know their
// precedence, so parentheses are never a matter of strings.
//
// Example: binary("*", name("dt"), binary("+", name("a"), name("b"))) prints `dt * (a + b)`.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace nphys::backend::cpp::tree {

struct Expression;
using ExpressionPtr = std::shared_ptr<const Expression>;

struct Atom {
    std::string text;
}; // a name or a literal
struct Unary {
    std::string op;
    ExpressionPtr operand;
};
struct Binary {
    std::string op;
    ExpressionPtr left, right;
};
struct Call {
    std::string callee;
    std::vector<ExpressionPtr> arguments;
}; // casts too: `static_cast<float>`
struct Subscript {
    ExpressionPtr array, index;
};
struct Conditional {
    ExpressionPtr condition, yes, no;
};
struct Expression {
    std::variant<Atom, Unary, Binary, Call, Subscript, Conditional> node;
};

[[nodiscard]] inline ExpressionPtr atom(std::string text) {
    return std::make_shared<Expression>(Expression{Atom{std::move(text)}});
}
[[nodiscard]] inline ExpressionPtr unary(std::string op, ExpressionPtr operand) {
    return std::make_shared<Expression>(Expression{Unary{std::move(op), std::move(operand)}});
}
[[nodiscard]] inline ExpressionPtr binary(std::string op, ExpressionPtr left, ExpressionPtr right) {
    return std::make_shared<Expression>(Expression{Binary{std::move(op), std::move(left), std::move(right)}});
}
[[nodiscard]] inline ExpressionPtr call(std::string callee, std::vector<ExpressionPtr> arguments) {
    return std::make_shared<Expression>(Expression{Call{std::move(callee), std::move(arguments)}});
}
[[nodiscard]] inline ExpressionPtr subscript(ExpressionPtr array, ExpressionPtr index) {
    return std::make_shared<Expression>(Expression{Subscript{std::move(array), std::move(index)}});
}
[[nodiscard]] inline ExpressionPtr conditional(ExpressionPtr condition, ExpressionPtr yes, ExpressionPtr no) {
    return std::make_shared<Expression>(Expression{Conditional{std::move(condition), std::move(yes), std::move(no)}});
}

struct Statement;
using Body = std::vector<Statement>;

struct Declare {
    std::string type, name;
    ExpressionPtr value;
}; // `const double a = …;` or, without value, `Type a;`
struct Assign {
    ExpressionPtr target, value;
};
struct Evaluate {
    ExpressionPtr expression;
};
struct Return {
    ExpressionPtr value;
};
struct Comment {
    std::string text;
}; // one `//` line for each line of text
struct For {
    std::string variable;
    ExpressionPtr begin, end;
    bool vector = false; // iterations are independent
    std::shared_ptr<Body> body;
    ExpressionPtr also = nullptr; // goes on only while this holds, too
};
struct If {
    ExpressionPtr condition;
    std::shared_ptr<Body> body;
};
struct While {
    ExpressionPtr condition;
    std::shared_ptr<Body> body;
};
struct Scope {
    std::shared_ptr<Body> body;
};
// callee(arguments, [captures](parameters) { body });
struct CallWithBody {
    std::string callee;
    std::vector<ExpressionPtr> arguments;
    std::vector<std::string> parameters; // with their types
    std::shared_ptr<Body> body;
    std::string captures = "&";
};
struct Statement {
    std::variant<Declare, Assign, Evaluate, Return, Comment, For, If, While, Scope, CallWithBody> node;
};

struct Function {
    std::string comment; // may be empty
    std::string result;  // `std::span<double>`; empty for constructors
    std::string name;
    std::vector<std::string> parameters;
    std::vector<std::string> initializers; // of a constructor: `m_(parameters.m)`
    std::string qualifiers;                // ` const`
    Body body;
};
struct DataMember {
    std::string type, name, value, comment;
}; // value, comment: may be empty
struct Struct {
    std::string comment, name;
    std::vector<DataMember> members;
};
using Member = std::variant<Function, DataMember, Struct, Comment>;
struct Class {
    std::string comment, name;
    std::vector<Member> interface; // public: functions with a body are inline
    std::vector<Member> details;   // private
};

} // namespace nphys::backend::cpp::tree
