#include "compiler/syntax/dump.h"
#include "compiler/syntax/format.h"
#include "tests/unit/syntax_programs.h"

#include <gtest/gtest.h>

namespace nphys::syntax {
namespace {

std::string formatted(const std::string& text, Spelling spelling = Spelling::as_written) {
    const Parsed parsed(text);
    EXPECT_EQ(parsed.errors, "") << text;
    return format(parsed.tree, *parsed.source, spelling);
}

TEST(Format, programs_keep_their_meaning_and_their_comments) {
    for (const auto& file : program_files()) {
        const Parsed before(read_file(file));
        const Parsed after(format(before.tree, *before.source));
        EXPECT_EQ(after.errors, "") << file;
        EXPECT_EQ(dump(after.tree), dump(before.tree)) << file;
        ASSERT_EQ(after.tree.comments.size(), before.tree.comments.size()) << file;
        for (std::size_t i = 0; i < before.tree.comments.size(); ++i)
            EXPECT_EQ(after.tree.comments[i].text, before.tree.comments[i].text);
    }
}

TEST(Format, formatting_twice_changes_nothing) {
    for (const auto& file : program_files())
        for (const Spelling spelling : {Spelling::as_written, Spelling::ascii, Spelling::unicode}) {
            const std::string once = formatted(read_file(file), spelling);
            EXPECT_EQ(formatted(once, spelling), once) << file;
        }
}

TEST(Format, ascii_is_ascii_and_back_again) {
    for (const auto& file : program_files()) {
        const std::string ascii = formatted(read_file(file), Spelling::ascii);
        const Parsed parsed(ascii);
        for (const Statement& statement : parsed.tree.statements)
            for (const char sign : parsed.source->text(statement.span))
                ASSERT_GT(sign, 0) << file << "\n" << ascii;
        // What the two spellings share is the tree, up to the names: Unicode of ASCII is a fixed point.
        const std::string unicode = formatted(ascii, Spelling::unicode);
        EXPECT_EQ(formatted(formatted(unicode, Spelling::ascii), Spelling::unicode), unicode) << file;
    }
}

TEST(Format, statements_are_spaced_and_aligned) {
    EXPECT_EQ(formatted("model   m   \"t\"  param a=1 # one\n\n\n# own\nneuron φ [ i , a ]\ntrainable π[ i+e[ 1 ],a ]\n"
                        "neuron x : complex\n\nlet z=- 3 +x* y -(a+b) ^ 2\nlet f ( x[i] ) [ i ]=2 *x[i]"),
              "model m \"t\"\nparam a = 1  # one\n\n# own\nneuron    φ[i,a]\ntrainable π[i+e[1], a]\nneuron    x : "
              "complex\n\n"
              "let z = -3 + x * y - (a+b)^2\nlet f(x[i])[i] = 2 * x[i]\n");
}

TEST(Format, laws_keep_their_form) {
    EXPECT_EQ(
        formatted(
            "model m\nactivation d / dt φ[i]=-φ[i] with rate - 1,metric g\nlearning π<-π\nboundary φ[1] ← 2 where x<1"),
        "model m\nactivation d/dt φ[i] = -φ[i] with rate -1, metric g\nlearning   π <- π\nboundary   φ[1] ← 2 where x "
        "< 1\n");
}

TEST(Format, runs_keep_their_lines) {
    EXPECT_EQ(
        formatted("model m\nrun {\n# first\nscheme=map # c\ndt = 0.1\n\nsteps=3  save x\nobserve E every t=5\n}\n"
                  "run a { dt=1 steps=2\n save x }\nrun longer { as = wave( 1 ) on grid( q:0 .. 1 by 3 ) }"),
        "model m\nrun {\n  # first\n  scheme = map  # c\n  dt     = 0.1\n\n  steps = 3  save x\n  observe E every t = "
        "5\n}\n"
        "run a { dt = 1  steps = 2\n        save x }\nrun longer { as = wave(1) on grid(q: 0..1 by 3) }\n");
}

TEST(Format, alignment_of_the_author_stays) {
    const std::string aligned =
        "model m\n\nlet f(x)   = x      # one\nlet longer = 2\nlet z = 3             # two\n\n"
        "param a = 1         # alone\n\nparam b = 1         # as far\n\n"
        "observe E\nexpect  E < 1\nrun      { dt = 1 }\nrun slow { dt = 2\n           save x }\n";
    EXPECT_EQ(formatted(aligned),
              "model m\n\nlet f(x)   = x  # one\nlet longer = 2\nlet z = 3       # two\n\n"
              "param a = 1         # alone\n\nparam b = 1         # as far\n\n"
              "observe E\nexpect  E < 1\nrun      { dt = 1 }\nrun slow { dt = 2\n           save x }\n");
    EXPECT_EQ(formatted("model m\nobserve  E\nexpect E < 1\nlet a = 1     # c\nlet bc = 2    # d\n"),
              "model m\nobserve E\nexpect E < 1\nlet a = 1     # c\nlet bc = 2    # d\n");
}

TEST(Format, line_breaks_inside_a_statement_stay) {
    EXPECT_EQ(formatted("model m\nlet M = [[1,0],\n[0,1]] # identity\n  # more\n + 2\nparam b=1"),
              "model m\nlet M = [[1, 0],\n    [0, 1]]  # identity\n    # more\n    + 2\nparam b = 1\n");
}

TEST(Format, ascii_spells_signs_and_names) {
    EXPECT_EQ(formatted("model m\nparam γ = 1\nparam κ₀ = 2\ntrainable π[i]\nloss H = Σ[i](√π[i] + x²^3 + γ⁻¹·δ[i,1])\n"
                        "let V(x) = √(x+1)\nexpect 1 ≤ ψ ≠ ℏ\nactivation φ' ← φ' − pi",
                        Spelling::ascii),
              "model m\nparam gamma = 1\nparam kappa0 = 2\ntrainable pi_[i]\nloss H = sum[i](sqrt(pi_[i]) + (x^2)^3 + "
              "gamma^-1*delta[i,1])\nlet V(x) = sqrt(x+1)\nexpect 1 <= psi != hbar\nactivation φ' <- φ' - pi\n");
}

TEST(Format, ascii_never_makes_two_names_one) {
    EXPECT_EQ(formatted("model m\nparam φ = 1\nparam phi = 2\nloss μ = φ*phi - μ'", Spelling::ascii),
              "model m\nparam phi_ = 1\nparam phi = 2\nloss mu = phi_*phi - mu'\n");
}

TEST(Format, unicode_spells_signs_and_names) {
    EXPECT_EQ(
        formatted("model m\nparam gamma = 1\nparam kappa0 = 2\ntrainable pi_\nlet f = sum[i](delta[i,1]*gamma) + "
                  "partial(H, q) + pi\n"
                  "expect a <= psi != hbar\nactivation φ <- sqrt(φ)^2",
                  Spelling::unicode),
        "model m\nparam γ = 1\nparam κ0 = 2\ntrainable π\nlet f = Σ[i](δ[i,1]*γ) + ∂(H, q) + pi\nexpect a ≤ ψ ≠ ℏ\n"
        "activation φ ← sqrt(φ)^2\n");
}

} // namespace
} // namespace nphys::syntax
