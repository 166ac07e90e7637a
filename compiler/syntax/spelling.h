// Which of its spellings a word or sign is written in.
//
// In: a tree and its source. Out: the text of each token in Unicode, in ASCII or as written. Names that the file
// declares are renamed all together, never into a name that means something else: with ASCII, φ becomes phi, κ₀ becomes
// kappa0, and π becomes pi_, because pi is the circle constant. Names that come from elsewhere are kept, but for the
// built-in ones.
#pragma once

#include "compiler/syntax/ast.h"
#include "compiler/syntax/tokens.h"

#include <map>
#include <set>

namespace nphys::syntax {

enum class Spelling { as_written, ascii, unicode };

class Speller {
public:
    Speller(const SyntaxTree& tree, const Source& source, Spelling spelling);

    [[nodiscard]] std::string text(const Token& token) const;

private:
    void rename_declared(const SyntaxTree& tree);
    void rename_built_in(const std::set<std::string>& declared);
    void close_roots_and_powers(const SyntaxTree& tree);
    [[nodiscard]] std::string plain(const Token& token) const;

    const Source& source_;
    Spelling spelling_;
    std::map<std::string, std::string> names_;    // from normal forms
    std::map<std::uint32_t, std::string> before_; // brackets that another spelling needs, by offset
    std::map<std::uint32_t, std::string> after_;  // the same, by the end of a token
    std::set<std::uint32_t> bracketed_roots_;     // √(…), which has its brackets
};

} // namespace nphys::syntax
