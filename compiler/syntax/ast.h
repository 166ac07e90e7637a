// The syntax tree of a file: its header, its statements in the order written, its comments.
//
// What goes in is a text, see parse.h; what holds afterwards: every part has its span, every statement is complete.
// Statements that could not be read are left out of the tree; the names that they were about to declare are in
// `broken_names`, so that later stages need not complain about them.
//
//   loss H[a] = 1/2*φ[i,a]^2   ->   Statement{span, "", Definition{loss, Target{H, [a]}, …}}
#pragma once

#include "compiler/syntax/declarations.h"

namespace nphys::syntax {

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
