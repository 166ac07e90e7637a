#include "compiler/syntax/format.h"

#include "NphysLexer.h"

#include "compiler/base/unicode.h"
#include "compiler/syntax/layout.h"
#include "compiler/syntax/spacing.h"

#include <algorithm>
#include <map>
#include <set>

namespace nphys::syntax {

namespace {

using Lexer = grammar::NphysLexer;

constexpr std::size_t item_indent = 2;
constexpr std::size_t continuation_indent = 4;
constexpr std::size_t deepest_continuation = 60;

Family family_of(std::size_t keyword) {
    switch (keyword) {
    case Lexer::NEURON:
    case Lexer::TRAINABLE:
        return Family::variables;
    case Lexer::WEIGHT:
    case Lexer::BIAS:
        return Family::maps;
    case Lexer::ACTIVATION:
    case Lexer::LEARNING:
    case Lexer::BOUNDARY:
        return Family::dynamics;
    case Lexer::LOSS:
    case Lexer::NOISE:
    case Lexer::METRIC:
        return Family::functions;
    case Lexer::OBSERVE:
    case Lexer::EXPECT:
        return Family::records;
    default:
        return Family::none;
    }
}

class Formatter {
public:
    Formatter(const SyntaxTree& tree, const Source& source, Spelling spelling)
        : source_(source), tokens_(read_tokens(source)), speller_(tree, source, spelling),
          spacing_(tree, source, tokens_) {
        statements_.insert(tree.header.span.begin);
        for (const Statement& statement : tree.statements) {
            statements_.insert(statement.span.begin);
            if (const Run* run = std::get_if<Run>(&statement.node))
                for (const RunItem& item : run->items)
                    items_[item.span.begin] = &item;
        }
    }

    std::string run() {
        for (std::size_t i = 0; i + 1 < tokens_.size(); ++i)
            add(i);
        return print_lines(std::move(lines_));
    }

private:
    [[nodiscard]] bool begins_statement_at(std::size_t i) const { return statements_.contains(tokens_[i].span.begin); }
    [[nodiscard]] bool begins_item_at(std::size_t i) const { return items_.contains(tokens_[i].span.begin); }

    void add(std::size_t i) {
        const Token& token = tokens_[i];
        if (token.comment && !token.first_on_line && !lines_.empty()) {
            lines_.back().comment = speller_.text(token);
            trim(lines_.back().comment);
            lines_.back().comment_column = column(i);
            return;
        }
        if (begins_line(i))
            start_line(i);
        else
            lines_.back().text += separator(i);
        append(i);
    }

    [[nodiscard]] bool begins_line(std::size_t i) const {
        const bool closes_broken_run = tokens_[i].type == Lexer::RIGHT_BRACE && style_ == RunStyle::broken;
        return lines_.empty() || tokens_[i].first_on_line || begins_statement_at(i) || closes_broken_run;
    }

    [[nodiscard]] std::string separator(std::size_t i) const {
        if (begins_item_at(i) && tokens_[i - 1].type != Lexer::LEFT_BRACE)
            return "  ";
        return spacing_.space_before(i) ? " " : "";
    }

    void start_line(std::size_t i) {
        const Token& token = tokens_[i];
        Line line;
        line.blank_before = !lines_.empty() && token.first_on_line && blank_above(i);
        line.own_comment = token.comment;
        const std::size_t next = next_word(i);
        if (begins_statement_at(next)) {
            style_ = RunStyle::none;
        } else if (style_ != RunStyle::none && tokens_[next].type == Lexer::RIGHT_BRACE) {
            line.continues = true;
            if (token.comment)
                place_in_run(line);
        } else if (style_ != RunStyle::none) {
            line.continues = true;
            place_in_run(line);
            if (!begins_item_at(next))
                line.indent += continuation_indent;
        } else if (tokens_[next].type != antlr4::Token::EOF) {
            line.continues = true;
            line.indent = std::clamp(column(i), continuation_indent, deepest_continuation);
        }
        lines_.push_back(std::move(line));
    }

    void place_in_run(Line& line) const {
        if (style_ == RunStyle::hanging)
            line.hangs_below = run_head_;
        else
            line.indent = item_indent;
    }

    void append(std::size_t i) {
        Line& line = lines_.back();
        const bool starts = begins_statement_at(i);
        const std::size_t type = tokens_[i].type;
        if (type == Lexer::LEFT_BRACE) {
            const bool alone = tokens_[i + 1].first_on_line || tokens_[i + 1].comment;
            style_ = alone ? RunStyle::broken : RunStyle::hanging;
            run_head_ = lines_.size() - 1;
            line.family = Family::runs;
            pad_here(i);
        }
        // The `=` of a let is its first one, for its parameters have none.
        if (type == Lexer::ASSIGN && line.text.starts_with("let ") && line.text.find('=') == std::string::npos) {
            line.family = Family::lets;
            pad_here(i);
        }
        line.text += speller_.text(tokens_[i]);
        if (tokens_[i].comment)
            trim(line.text);
        if (starts && family_of(type) != Family::none) {
            line.family = family_of(type);
            pad_here(i + 1);
        }
        if (type == Lexer::RIGHT_BRACE)
            style_ = RunStyle::none;
        mark_setting(i);
    }

    // Padding goes to the end of the line so far, and token i stands after it.
    void pad_here(std::size_t i) {
        lines_.back().pad_at = lines_.back().text.size();
        lines_.back().author_column = tokens_[i].first_on_line ? 0 : column(i);
    }

    // Where a token stands on its line in the source.
    [[nodiscard]] std::size_t column(std::size_t i) const {
        const std::uint32_t begin = tokens_[i].span.begin;
        const std::uint32_t line = source_.line_number(begin);
        return display_width(source_.line(line).substr(0, begin - source_.line_begin(line)));
    }

    // `key   = value`, one to a line: the name is padded, if nothing else begins on its line.
    void mark_setting(std::size_t i) {
        Line& line = lines_.back();
        if (style_ != RunStyle::broken || !begins_item_at(i))
            return;
        const bool setting = std::holds_alternative<Setting>(items_.at(tokens_[i].span.begin)->node);
        line.family = setting && tokens_[i].first_on_line ? Family::settings : Family::none;
        line.pad_at = line.text.size();
        line.continues = line.family != Family::settings;
    }

    // The first token from i on that is not a comment.
    [[nodiscard]] std::size_t next_word(std::size_t i) const {
        while (tokens_[i].comment)
            ++i;
        return i;
    }

    [[nodiscard]] bool blank_above(std::size_t i) const {
        return source_.line_number(tokens_[i].span.begin) > source_.line_number(tokens_[i - 1].span.end) + 1;
    }

    static void trim(std::string& text) { text.erase(text.find_last_not_of(" \t") + 1); }

    // How the items of the run at hand are laid out: below its first line, or beside its brace.
    enum class RunStyle { none, broken, hanging };

    const Source& source_;
    std::vector<Token> tokens_;
    Speller speller_;
    Spacing spacing_;
    std::set<std::uint32_t> statements_;
    std::map<std::uint32_t, const RunItem*> items_;
    std::vector<Line> lines_;
    RunStyle style_ = RunStyle::none;
    std::size_t run_head_ = 0;
};

} // namespace

std::string format(const SyntaxTree& tree, const Source& source, Spelling spelling) {
    return Formatter(tree, source, spelling).run();
}

} // namespace nphys::syntax
