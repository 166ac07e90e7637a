// Where a space stands between two tokens of a line.
//
// In: the tree (which knows unary from binary, calls from brackets) and the tokens. Out: how many spaces precede a
// token. Around + - * / the author decides, together for both sides; everything else follows rules: φ[i,a], φ[i+e[μ],
// a], f(x, y), a < b, neuron ψ[i] : complex, on grid(q: -6..6).
#pragma once

#include "compiler/syntax/ast.h"
#include "compiler/syntax/tokens.h"

#include <set>
#include <span>

namespace nphys::syntax {

class Spacing {
public:
    Spacing(const SyntaxTree& tree, const Source& source, std::span<const Token> tokens);

    // Whether a space stands before a token that is not the first of its line.
    [[nodiscard]] bool space_before(std::size_t token) const;

private:
    void find_brackets(const SyntaxTree& tree);
    void find_tight_lists();
    [[nodiscard]] bool is_binary(std::size_t token) const;
    [[nodiscard]] bool is_spaced(std::size_t binary) const;

    const Source& source_;
    std::span<const Token> tokens_;
    std::set<std::uint32_t> binary_;         // offsets of the operators + - * / between two operands
    std::set<std::uint32_t> attached_after_; // ends of names and callees whose bracket follows without space
    std::set<std::uint32_t> index_lists_;    // offsets of index brackets
    std::set<std::size_t> tight_commas_;     // tokens: commas in index lists of plain indices
    std::set<std::size_t> inner_;            // tokens between brackets
    std::set<std::size_t> rate_;             // tokens: the / of d/dt
};

} // namespace nphys::syntax
