// Damaged programs: whatever is missing, doubled or out of place, the parser tells it and goes on.
#include "compiler/syntax/dump.h"
#include "compiler/syntax/format.h"
#include "compiler/syntax/tokens.h"
#include "tests/unit/syntax_programs.h"

#include <gtest/gtest.h>
#include <random>

namespace nphys::syntax {
namespace {

constexpr int rounds_for_each_program = 40;

class Damage {
public:
    explicit Damage(unsigned seed) : random_(seed) {
        for (const auto& file : program_files()) {
            SourceMap sources;
            const Source& source = sources.add("p.nphys", read_file(file));
            std::vector<std::string>& words = programs_.emplace_back();
            for (const Token& token : read_tokens(source))
                words.emplace_back(source.text(token.span));
        }
    }

    [[nodiscard]] std::size_t programs() const { return programs_.size(); }

    std::string tokens(std::size_t program) {
        std::vector<std::string> words = programs_[program];
        for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
            const std::size_t at = below(words.size());
            switch (below(4)) {
            case 0:
                words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
                break;
            case 1:
                words.insert(words.begin() + static_cast<std::ptrdiff_t>(at), any_word());
                break;
            case 2:
                words[at] = any_word();
                break;
            default:
                std::swap(words[at], words[below(words.size())]);
            }
        }
        return join(words);
    }

    std::string bytes(std::size_t program) {
        std::string text = join(programs_[program]);
        for (std::size_t changes = 1 + below(4); changes > 0; --changes)
            text[below(text.size())] = static_cast<char>(below(256));
        return text;
    }

private:
    std::size_t below(std::size_t limit) { return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_); }

    const std::string& any_word() {
        const std::vector<std::string>& words = programs_[below(programs_.size())];
        return words[below(words.size())];
    }

    std::string join(const std::vector<std::string>& words) {
        std::string text;
        for (const std::string& word : words)
            text += word + (word.starts_with('#') || below(8) == 0 ? "\n" : " ");
        return text;
    }

    std::mt19937 random_;
    std::vector<std::vector<std::string>> programs_;
};

void expect_spans_inside(const SyntaxTree& tree, const Source& source) {
    for (const Statement& statement : tree.statements) {
        EXPECT_LE(statement.span.begin, statement.span.end);
        EXPECT_LE(statement.span.end, source.text().size());
    }
}

// Wrong programs are told; right ones survive the formatter in each spelling.
void expect_sound(const std::string& text) {
    const Parsed parsed(text);
    expect_spans_inside(parsed.tree, *parsed.source);
    if (!parsed.errors.empty())
        return;
    const std::string once = format(parsed.tree, *parsed.source);
    const Parsed again(once);
    EXPECT_EQ(again.errors, "") << text << "\n---\n" << once;
    EXPECT_EQ(dump(again.tree), dump(parsed.tree)) << text << "\n---\n" << once;
    EXPECT_EQ(format(again.tree, *again.source), once) << text;
    for (const Spelling spelling : {Spelling::ascii, Spelling::unicode}) {
        const Parsed spelled(format(parsed.tree, *parsed.source, spelling));
        EXPECT_EQ(spelled.errors, "") << text << "\n---\n" << spelled.source->text();
        EXPECT_EQ(spelled.tree.statements.size(), parsed.tree.statements.size());
    }
}

TEST(Fuzz, damaged_tokens_are_told_or_formatted) {
    Damage damage(1);
    for (std::size_t program = 0; program < damage.programs(); ++program)
        for (int round = 0; round < rounds_for_each_program; ++round)
            expect_sound(damage.tokens(program));
}

TEST(Fuzz, damaged_bytes_are_told_or_formatted) {
    Damage damage(2);
    for (std::size_t program = 0; program < damage.programs(); ++program)
        for (int round = 0; round < rounds_for_each_program; ++round)
            expect_sound(damage.bytes(program));
}

TEST(Fuzz, damaged_programs_have_at_least_one_error_for_each_unreadable_statement) {
    Damage damage(3);
    for (std::size_t program = 0; program < damage.programs(); ++program) {
        const Parsed parsed(damage.tokens(program) + "\nlet = broken");
        EXPECT_NE(parsed.errors.find("E0"), std::string::npos);
    }
}

} // namespace
} // namespace nphys::syntax
