#include "compiler/syntax/dump.h"
#include "compiler/syntax/print.h"
#include "tests/unit/syntax_programs.h"

#include <gtest/gtest.h>

namespace nphys::syntax {
namespace {

// The tree of one statement.
std::string statement(const std::string& text) {
    const Parsed parsed("model m " + text);
    EXPECT_EQ(parsed.errors, "") << text;
    const std::string tree = dump(parsed.tree);
    return tree.substr(tree.find('\n') + 1, tree.size() - tree.find('\n') - 2);
}

std::string expression(const std::string& text) {
    const std::string tree = statement("expect " + text);
    return tree.substr(8, tree.size() - 9);
}

TEST(Parse, every_program_of_the_design_is_read_whole) {
    const auto files = program_files();
    ASSERT_EQ(files.size(), 31u);
    for (const auto& file : files) {
        const Parsed parsed(read_file(file));
        EXPECT_EQ(parsed.errors, "") << file;
        EXPECT_GE(parsed.tree.statements.size(), 3u) << file;
    }
}

TEST(Parse, operators_bind_as_on_paper) {
    EXPECT_EQ(expression("-x^2"), "(minus (power x 2))");
    EXPECT_EQ(expression("a - b - c"), "(subtract (subtract a b) c)");
    EXPECT_EQ(expression("a/b*c"), "(multiply (divide a b) c)");
    EXPECT_EQ(expression("a^b^c"), "(power a (power b c))");
    EXPECT_EQ(expression("2^-x"), "(power 2 (minus x))");
    EXPECT_EQ(expression("√x²"), "(power (root x) 2)");
    EXPECT_EQ(expression("√φ[i]"), "(root (indexed φ (at i)))");
    EXPECT_EQ(expression("x⁻¹²"), "(power x (minus 12))");
    EXPECT_EQ(expression("-a*b"), "(multiply (minus a) b)");
    EXPECT_EQ(expression("a and not b or c"), "(or (and a (not b)) c)");
    EXPECT_EQ(expression("0 < x <= 1"), "(compare 0 less x less_equal 1)");
    EXPECT_EQ(expression("a if b else c if d else e"), "(if b a (if d c e))");
    EXPECT_EQ(expression("(a*b)*c"), "(multiply (group (multiply a b)) c)");
}

TEST(Parse, spellings_of_one_sign_are_one_tree) {
    const std::vector<std::pair<std::string, std::string>> spellings = {
        {"expect a ≤ b", "expect a <= b"},
        {"expect a ≥ b", "expect a >= b"},
        {"expect a ≠ b", "expect a != b"},
        {"expect a·b×c", "expect a*b*c"},
        {"expect a − b", "expect a - b"},
        {"expect x²", "expect x^2"},
        {"expect ϕ", "expect φ"},
        {"expect φ₀", "expect φ0"},
        {"expect ∑[i](x)", "expect Σ[i](x)"},
        {"index i ∈ s", "index i in s"},
        {"activation φ ← 1", "activation φ <- 1"},
        {"expect 𝜑", "expect φ"},
    };
    for (const auto& [first, second] : spellings)
        EXPECT_EQ(statement(first), statement(second));
}

TEST(Parse, calls_and_indices_follow_each_other_in_any_order) {
    EXPECT_EQ(expression("Σ[i,j](f)"), "(call (indexed Σ (at i j)) f)");
    EXPECT_EQ(expression("laplacian(φ)[i]"), "(indexed (call laplacian φ) (at i))");
    EXPECT_EQ(expression("(X0^θ[i])[a,b]"), "(indexed (group (power X0 (indexed θ (at i)))) (at a b))");
    EXPECT_EQ(expression("dirac.X0[1]"), "(indexed (member dirac X0) (at 1))");
    EXPECT_EQ(expression("φ[(3,4,5)]"), "(indexed φ (at (site 3 4 5)))");
    EXPECT_EQ(expression("W[i,a; j,b]"), "(indexed W (at i a ; j b))");
    EXPECT_EQ(expression("csv(\"a.csv\", x = 1..4, y = class(5))"),
              "(call csv \"a.csv\" (key x (range 1 4)) (key y (call class 5)))");
    EXPECT_EQ(expression("[[0, 1], [-1, 0]]"), "(list (list 0 1) (list (minus 1) 0))");
}

TEST(Parse, numbers_have_their_values) {
    EXPECT_EQ(expression("100'000"), "100000");
    EXPECT_EQ(expression("1.5e-3"), "0.0015");
    EXPECT_EQ(expression("0.5i"), "0.5i");
    EXPECT_EQ(statement("index i in 2..5"), "(index (names i) (range 2 5))");
}

TEST(Parse, statements_have_all_their_parts) {
    EXPECT_EQ(statement("use lattice, \"./mine.nphys\""), "(use lattice \"./mine.nphys\")");
    EXPECT_EQ(statement("param m = 0.5 in 0..10"), "(param m 0.5 (range 0 10))");
    EXPECT_EQ(statement("lattice s(x, y) = periodic(64) × open(N) over (-8..8, 0..1)"),
              "(lattice s (coordinates x y) (multiply (call periodic 64) (call open N)) (over (range (minus 8) 8) "
              "(range 0 1)))");
    EXPECT_EQ(statement("neuron ψ[i], χ[i] : complex"), "(neuron (ψ (at i)) (χ (at i)) : complex)");
    EXPECT_EQ(statement("let f(u[μ], c)[i] = u"), "(let f (parameters (u (at μ)) c) (at i) u)");
    EXPECT_EQ(statement("hamiltonian E(φ, π; A, P) = φ"), "(hamiltonian E (pairs (φ π) (A P)) φ)");
    EXPECT_EQ(statement("noise κ diagonal from H decay 0.99"), "(noise κ diagonal from H decay 0.99)");
    EXPECT_EQ(statement("metric g = κ^α"), "(metric g (power κ α))");
    EXPECT_EQ(statement("activation d/dt φ[i] = β[i] + white()"),
              "(activation flow (φ (at i)) (add (indexed β (at i)) (call white)))");
    EXPECT_EQ(statement("learning W, b descends H with rate γ, metric g, carry"),
              "(learning descends W b H (with (rate γ) (metric g) (carry)))");
    EXPECT_EQ(statement("learning q evolves U with jump normal(0, s), accept min(1, U')"),
              "(learning evolves q U (with (jump (call normal 0 s)) (accept (call min 1 U'))))");
    EXPECT_EQ(statement("boundary φ[i] ← sin(t) where x < 1 with carry"),
              "(boundary (φ (at i)) (call sin t) where (compare x less 1) (with (carry)))");
    EXPECT_EQ(statement("timescale activation 1, boundary L, learning L*M"),
              "(timescale (activation 1) (boundary L) (learning (multiply L M)))");
    EXPECT_EQ(statement("observe E"), "(observe E)");
}

TEST(Parse, runs_have_all_their_items) {
    EXPECT_EQ(statement("run slow { scheme = rk45(1e-6)  observe E, q[1] every 10  save φ every t = 5  sweep α = [0, 1]"
                        " param m = 2 init φ = 1 expect E < 2 }"),
              "(run slow \n  (set scheme (call rk45 1e-06)) \n  (observe E (indexed q (at 1)) (every 10)) \n  (save φ "
              "(every_time 5))"
              " \n  (sweep α (list 0 1)) \n  (param m 2) \n  (init φ 1) \n  (expect (compare E less 2)))");
    EXPECT_EQ(statement("run { as = wave(β) on grid(q[1]: -3..3 by 256, q[2]: periodic(0..1 by 64)) }"),
              "(run \n  (set as (call wave β) (grid (axis (indexed q (at 1)) (range (minus 3) 3 256)) (axis (indexed q "
              "(at 2)) "
              "(call periodic (range 0 1 64))))))");
}

TEST(Parse, words_with_a_meaning_in_one_place_are_names_elsewhere) {
    EXPECT_EQ(statement("param rate = over + save*d/t"), "(param rate (add over (divide (multiply save d) t)))");
    EXPECT_EQ(statement("activation d ← d"), "(activation map d d)");
    EXPECT_EQ(statement("run { save = 3  every = 2 }"), "(run \n  (set save 3) \n  (set every 2))");
}

TEST(Parse, comments_and_documentation_are_kept) {
    const Parsed parsed(
        "## The model\nmodel m # first\n\n## Mass\n##   in units of h\nparam m = 1\n# plain\nparam n = 2\n");
    EXPECT_EQ(parsed.errors, "");
    EXPECT_EQ(parsed.tree.header.documentation, "The model");
    EXPECT_EQ(parsed.tree.statements.at(0).documentation, "Mass\nin units of h");
    EXPECT_EQ(parsed.tree.statements.at(1).documentation, "");
    ASSERT_EQ(parsed.tree.comments.size(), 5u);
    EXPECT_EQ(parsed.tree.comments[1].text, "# first");
    EXPECT_FALSE(parsed.tree.comments[1].own_line);
    EXPECT_TRUE(parsed.tree.comments[4].own_line);
}

TEST(Parse, spans_are_bytes_of_the_source) {
    const Parsed parsed("\xEF\xBB\xBFmodel m\nneuron φ[i]\nloss H = φ[i]*φ[i] # end");
    ASSERT_EQ(parsed.errors, "");
    const Source& source = *parsed.source;
    EXPECT_EQ(source.text(parsed.tree.header.span), "model m") << "after a byte order mark";
    EXPECT_EQ(source.text(parsed.tree.statements.at(0).span), "neuron φ[i]");
    const auto& loss = std::get<Definition>(parsed.tree.statements.at(1).node);
    EXPECT_EQ(source.text(loss.target.name.span), "H");
    EXPECT_EQ(source.text(loss.value.span), "φ[i]*φ[i]");
    EXPECT_EQ(source.text(std::get<Binary>(loss.value.node).op_span), "*");
}

TEST(Parse, an_error_spoils_only_its_own_statement) {
    const Parsed parsed(
        "model m\nparam a = \nparam b = 2\nneuron φ[\nparam c = 3\nrun { dt = *\n steps = 5 }\nobserve a");
    EXPECT_NE(parsed.errors, "");
    EXPECT_EQ(dump(parsed.tree), "(model m)\n(param b 2)\n(param c 3)\n(run \n  (set steps 5))\n(observe a)\n");
    EXPECT_EQ(parsed.tree.broken_names, (std::vector<std::string>{"a", "φ"}));
}

TEST(Parse, files_without_statements_are_told_or_accepted) {
    EXPECT_NE(Parsed("").errors, "");
    EXPECT_NE(Parsed("\n\n# nothing\n").errors, "");
    EXPECT_EQ(Parsed("model m").errors, "");
    EXPECT_EQ(Parsed("module lattice \"a reserved word names a module\"").errors, "");
}

TEST(Parse, depth_has_a_limit_instead_of_a_crash) {
    const auto repeated = [](std::string_view text, int count) {
        std::string result;
        for (int i = 0; i < count; ++i)
            result += text;
        return result;
    };
    const std::vector<std::string> deep = {
        repeated("(", 20000) + "1" + repeated(")", 20000),
        "1" + repeated("+1", 20000),
        "1" + repeated("^1", 20000),
        repeated("-", 20000) + "1",
        repeated("not ", 20000) + "1",
        repeated("[", 20000) + "1" + repeated("]", 20000),
        "a" + repeated("[1]", 20000),
        repeated("1 if a else ", 20000) + "1",
        repeated("√", 20000) + "1",
    };
    for (const std::string& text : deep) {
        const Parsed parsed("model m\nlet x = " + text + "\nparam y = 1");
        EXPECT_NE(parsed.errors.find("E0121"), std::string::npos) << text.substr(0, 20);
        EXPECT_EQ(dump(parsed.tree), "(model m)\n(param y 1)\n") << text.substr(0, 20);
    }
    EXPECT_EQ(Parsed("model m let x = " + repeated("(", 250) + "1" + repeated(")", 250)).errors, "");
    EXPECT_EQ(Parsed("model m let x = 1" + repeated("+1", 900)).errors, "");
}

TEST(Parse, two_hundred_statements_are_read_quickly) {
    std::string text = "model m\n";
    for (int i = 0; i < 200; ++i)
        text += "let f" + std::to_string(i) + "[i] = 1/2*φ[i]*laplacian(φ)[i] + Σ[μ]((φ[i+e[μ]] - φ[i])^2) # comment\n";
    EXPECT_EQ(Parsed(text).tree.statements.size(), 200u);
}

TEST(Print, expressions_are_written_as_the_language_reads_them) {
    const std::vector<std::string> texts = {
        "1/2*φ[i+e[μ]]^2 - V(φ[i])",
        "(a + b)*c",
        "a if x > 0 and not y else b",
        "-x^2",
        "φ[(3,4,5)]",
        "csv(\"a.csv\", x = 1..4)",
        "W[i,a; j,b]*φ[j]",
        "[[0, 1], [1, 0]][a,b]",
        "0 < x <= 1",
        "dirac.X0[i+1, j]",
        "2*(1 - 0.5i)",
        "√x + sqrt(y)",
        "Σ[i](x[i])",
    };
    for (const std::string& text : texts) {
        const Parsed parsed("model m expect " + text);
        ASSERT_EQ(parsed.errors, "");
        EXPECT_EQ(print(std::get<Expect>(parsed.tree.statements.at(0).node).condition), text);
    }
}

TEST(Print, made_expressions_get_the_brackets_they_need) {
    const auto name = [](const char* text) { return Expression{{}, Name{{}, text, ""}}; };
    const auto binary = [](BinaryOperator op, Expression left, Expression right) {
        return Expression{{}, Binary{op, {}, std::move(left), std::move(right)}};
    };
    const Expression sum = binary(BinaryOperator::add, name("a"), name("b"));
    EXPECT_EQ(print(binary(BinaryOperator::multiply, sum, name("c"))), "(a + b)*c");
    EXPECT_EQ(print(binary(BinaryOperator::subtract, name("c"), sum)), "c - (a + b)");
    EXPECT_EQ(print(binary(BinaryOperator::power, Expression{{}, Number{-2, ""}}, name("c"))), "(-2)^c");
    EXPECT_EQ(print(Expression{{}, Indexed{sum, Indices{{}, {Position{{}, {name("i")}}}, std::nullopt}}}),
              "(a + b)[i]");
}

} // namespace
} // namespace nphys::syntax
