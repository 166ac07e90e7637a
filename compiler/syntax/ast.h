// The syntax tree of a file: its header, its statements in the order written, its comments.
//
// What goes in is a text, see parse.h; what holds afterwards: every part has its span, every statement is complete.
// Statements that could not be read are left out of the tree; the names that they were about to declare are in
// `broken_names`, so that later stages need not complain about them.
//
//   loss H[a] = 1/2*φ[i,a]^2   ->   Statement{span, "", Definition{loss, Target{H, [a]}, …}}
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

struct Option { // with rate γ, carry
    Span span;
    Name key;
    std::optional<Expression> value;
};

enum class Dynamics { activation, learning };
enum class LawForm { map, flow, descends, evolves };
struct Law { // activation φ[i] ← …, learning d/dt q = …, learning w, b descends H with …
    Dynamics dynamics;
    LawForm form;
    Span form_span;              // ←, d/dt, descends, evolves
    std::vector<Target> targets; // one for a map or a flow
    Expression value;
    std::vector<Option> options;
};

struct Boundary { // boundary φ[i] ← sin(t) where x < 1 with carry
    Target target;
    Expression value;
    std::optional<Expression> where;
    std::vector<Option> options;
};

enum class Scale { activation, boundary, learning };
struct Timescale { // timescale activation 1, learning L*M
    struct Period {
        Span span;
        Scale scale;
        Expression value;
    };
    std::vector<Period> periods;
};

struct Init { // init φ = …
    Target target;
    Expression value;
};

struct Observe { // observe energy = …, or observe E
    Target target;
    std::optional<Expression> value;
};

struct Expect { // expect a < b
    Expression condition;
};

struct Setting { // scheme = leapfrog; as = density on grid(q[1]: -3..3 by 256, q[2]: periodic(…))
    struct GridAxis {
        Span span;
        Expression variable;
        ExpressionOrRange points;
    };
    Name key;
    Expression value;
    std::vector<GridAxis> grid;
};

struct Cadence { // every 10, every t = 5
    Span span;
    bool in_time = false;
    Expression period;
};

struct Recorded {              // observe energy, q[1] every 10; save φ every t = 5
    bool whole_fields = false; // save
    std::vector<Expression> values;
    std::optional<Cadence> cadence;
};

struct Sweep { // sweep α = [0, 0.5, 1]
    Name parameter;
    ExpressionOrRange values;
};

struct RunItem {
    Span span;
    std::variant<Setting, Recorded, Sweep, Parameter, Init, Expect> node;
};

struct Run { // run slow { … }
    std::optional<Name> name;
    std::vector<RunItem> items;
};

struct Statement {
    using Node = std::variant<Use, Parameter, Lattice, Graph, Dataset, Index, Variables, Definition, Let, Hamiltonian,
                              Noise, Metric, Law, Boundary, Timescale, Init, Observe, Expect, Run>;
    Span span;                 // from its reserved word to its last token
    Span keyword;              // the reserved word
    std::string documentation; // the `##` lines above it, without the signs
    Node node;
};

struct Header { // model NAME "title", or module NAME "title"
    Span span;
    bool is_module = false;
    Name name;
    std::optional<std::string> title;
    std::string documentation;
};

struct Comment { // # …, or ## …
    Span span;
    std::string text;      // from its first # to the end of the line, without trailing space
    bool own_line = false; // nothing but space before it on its line
};

struct SyntaxTree {
    SourceId source;
    Header header;
    std::vector<Statement> statements;
    std::vector<Comment> comments;
    std::vector<std::string> broken_names;
};

} // namespace nphys::syntax
