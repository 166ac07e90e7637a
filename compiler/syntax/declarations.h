// The syntax tree of the statements that declare something: names, sets, variables, maps, functions, covariances.
//
//   weight W[i; j] = δ[i,j]   ->   Definition{weight, Target{W, [i; j]}, Indexed(δ, [i, j])}
#pragma once

#include "compiler/syntax/expression.h"

namespace nphys::syntax {

// A name that is declared or assigned, with its indices: φ[i,a], W[i; j]
struct Target {
    Span span;
    Name name;
    std::optional<Indices> indices;
};

struct Use { // use lattice, "./mine.nphys"
    struct Source {
        Span span;
        bool is_path = false;
        std::string text;
    };
    std::vector<Source> sources;
};

struct Parameter { // param m = 0.5 in 0..10; in a run: without range
    Name name;
    Expression value;
    std::optional<Range> range;
};

struct Lattice { // lattice space(x, y) = periodic(N) × open(M) over (-8..8, 0..1)
    Name name;
    std::vector<Name> coordinates;
    Expression kinds;
    std::vector<Range> extent;
};

struct Graph { // graph G = edges("net.csv")
    Name name;
    Expression value;
};

struct Dataset { // dataset iris = csv("iris.csv", x = 1..4)
    Name name;
    Expression value;
};

struct Index { // index i, j in space
    std::vector<Name> names;
    ExpressionOrRange set;
};

enum class VariableKind { neuron, trainable };
struct Variables { // neuron ψ[i], χ[i] : complex
    VariableKind kind;
    std::vector<Target> targets;
    std::optional<Name> type;
};

enum class DefinitionKind { weight, bias, loss };
struct Definition { // weight W[i; j] = …
    DefinitionKind kind;
    Target target;
    Expression value;
};

struct Let { // let f(x[i], c)[i] = …; without parameters: a name for an expression
    Name name;
    std::vector<Target> parameters;
    std::optional<Indices> indices;
    Expression value;
};

struct Hamiltonian { // hamiltonian E(φ, π; A, P) = …
    struct Pair {
        Name neuron;
        Name trainable;
    };
    Name name;
    std::vector<Pair> pairs;
    Expression value;
};

struct Noise { // noise κ diagonal from H decay 0.99, or noise κ[μ,ν] = …
    Target target;
    std::optional<Name> structure;
    std::optional<Expression> value;  // given …
    std::optional<Expression> source; // … or estimated from this
    std::optional<Expression> decay;
};

struct Metric { // metric g diagonal = …
    Target target;
    std::optional<Name> structure;
    Expression value;
};

} // namespace nphys::syntax
