#include "compiler/syntax/syntax_errors.h"

#include "NphysLexer.h"

#include "compiler/base/suggest.h"

#include <algorithm>
#include <fmt/ranges.h>

namespace nphys::syntax {

namespace {

using Lexer = grammar::NphysLexer;

class Teller {
public:
    Teller(std::span<const Token> tokens, const Source& source, Diagnostics& diagnostics, std::size_t first)
        : tokens_(tokens), source_(source), diagnostics_(diagnostics), first_(first) {}

    void failure(const Failure& failure) {
        const std::size_t i = failure.token;
        expected_ = failure.expected;
        if (failure.too_deep) {
            diagnostics_.report(Code::nested_too_deeply, span(i)).help("give parts of it names with `let`");
            return;
        }
        if (reserved_word(i) || law_sign(i) || index_set(i) || comparison(i) || empty_indices(i) || missing_else(i))
            return;
        const bool period = type(first_) == Lexer::EVERY && i == first_ + 1 && expects(Lexer::ASSIGN);
        unexpected(i, period ? "how often, such as `every 10` or `every t = 5`," : describe_expected(i));
    }

    void trailing(std::size_t i, Surroundings surroundings) {
        if (comparison(i))
            return;
        const std::string_view next =
            surroundings == Surroundings::run ? "the next line of the run" : "the next statement";
        Diagnostic& diagnostic = unexpected(i, fmt::format("{}{}", continuation(i), next));
        const std::size_t statement = type(first_);
        if (surroundings == Surroundings::run && type(i) == Lexer::COMMA)
            diagnostic.help("the lines of a run stand one after the other, without commas");
        else if (statement == Lexer::ACTIVATION || statement == Lexer::LEARNING)
            law_options(i, diagnostic);
    }

    void no_statement(std::size_t i) {
        if (type(i) == Lexer::MODEL || type(i) == Lexer::MODULE) {
            diagnostics_.report(Code::second_header, span(i)).label(span(first_), "the file begins here");
            return;
        }
        Diagnostic& diagnostic = diagnostics_.report(Code::not_a_statement, span(i), found(i));
        const std::optional<std::string> word =
            is_name(type(i)) ? suggest(text(i), statement_words()) : std::optional<std::string>();
        if (word)
            diagnostic.help("did you mean `{}`?", *word);
        else if (is_name(type(i)) && type(i + 1) == Lexer::ASSIGN)
            diagnostic.help("write `let {} = …` to give an expression a name, `param {} = …` for a parameter", text(i),
                            text(i));
        else if (is_name(type(i)))
            diagnostic.help("a law begins with `activation`, `learning` or `boundary`, a definition with `let`");
    }

private:
    [[nodiscard]] std::size_t type(std::size_t i) const { return tokens_[std::min(i, tokens_.size() - 1)].type; }
    [[nodiscard]] Span span(std::size_t i) const { return tokens_[i].span; }
    [[nodiscard]] std::string_view text(std::size_t i) const { return source_.text(span(i)); }
    [[nodiscard]] bool expects(std::size_t wanted) const {
        return std::find(expected_.begin(), expected_.end(), wanted) != expected_.end();
    }
    [[nodiscard]] bool expects_only(std::size_t wanted) const { return expected_.size() == 1 && expects(wanted); }
    [[nodiscard]] bool expects_expression() const { return expects(Lexer::NUMBER); }

    [[nodiscard]] std::string found(std::size_t i) const {
        if (type(i) == antlr4::Token::EOF)
            return "the end of the file";
        if (begins_statement(type(i)) && tokens_[i].first_on_line)
            return fmt::format("the next statement, `{}`,", text(i));
        return fmt::format("`{}`", text(i));
    }

    // What could have followed the statement, before the next one begins.
    [[nodiscard]] std::string_view continuation(std::size_t i) const {
        switch (type(first_)) {
        case Lexer::MODEL:
        case Lexer::MODULE:
            return "a title in quotes or ";
        case Lexer::USE:
            return "`,` or ";
        case Lexer::NEURON:
        case Lexer::TRAINABLE:
            return "`,`, `:` or ";
        default:
            return ends_operand(type(i - 1)) ? "an operator or " : "";
        }
    }

    // `descends H rate 0.1`, `descends with rate 0.1`, `with rate = 0.1`
    void law_options(std::size_t i, Diagnostic& diagnostic) {
        std::size_t with = first_;
        while (with < i && type(with) != Lexer::WITH)
            ++with;
        if (with == i && is_name(type(i)))
            diagnostic.help("options follow the word `with`: `with {} …`", text(i));
        else if (with + 1 == i)
            diagnostic.help("a formula stands before `with`");
        else if (with < i && type(i) == Lexer::ASSIGN)
            diagnostic.help("options are written without `=`: `with {} …`", text(i - 1));
    }

    // What is missing at the end of a line is missing there, not at the beginning of the next one.
    [[nodiscard]] Span place(std::size_t i) const {
        const bool line_ends = i > 0 && tokens_[i].first_on_line;
        return line_ends ? Span{span(i).source, span(i - 1).end, span(i - 1).end} : span(i);
    }

    bool reserved_word(std::size_t i) {
        const bool is_word = expects_expression() ? begins_statement(type(i)) : is_reserved(type(i));
        if (!expects(Lexer::NAME) || !is_word || tokens_[i].first_on_line)
            return false;
        diagnostics_.report(Code::reserved_word, span(i), text(i)).help("take another name, such as `{}_`", text(i));
        return true;
    }

    bool law_sign(std::size_t i) {
        const std::size_t statement = type(first_);
        const bool is_law =
            statement == Lexer::ACTIVATION || statement == Lexer::LEARNING || statement == Lexer::BOUNDARY;
        if (!is_law)
            return false;
        if (expects(Lexer::ARROW) && type(i) == Lexer::ASSIGN) {
            Diagnostic& diagnostic = diagnostics_.report(Code::map_needs_arrow, span(i));
            const Span target = join(span(first_ + 1), span(i - 1));
            diagnostic.help("write `{} ← …` for the value after one step", source_.text(target));
            if (statement != Lexer::BOUNDARY)
                diagnostic.help("write `d/dt {} = …` for a rate", source_.text(target));
            return true;
        }
        if (expects_only(Lexer::ASSIGN) && type(i) == Lexer::ARROW) {
            diagnostics_.report(Code::flow_needs_equals, span(i))
                .help("write `=` after `d/dt`, or leave `d/dt` out for a map");
            return true;
        }
        if (!expects(Lexer::DESCENDS) || !expects(Lexer::ARROW))
            return false;
        Diagnostic& diagnostic = diagnostics_.report(Code::missing_verb, place(i), text(first_ + 1));
        const std::vector<std::string> verbs = {"descends", "evolves"};
        const std::optional<std::string> verb =
            is_name(type(i)) ? suggest(text(i), verbs) : std::optional<std::string>();
        if (verb)
            diagnostic.help("did you mean `{}`?", *verb);
        else
            diagnostic.help("write `{} ← …` for a map, `d/dt {} = …` for a flow", text(first_ + 1), text(first_ + 1));
        return true;
    }

    bool index_set(std::size_t i) {
        if (type(first_) != Lexer::INDEX || !expects(Lexer::IN))
            return false;
        diagnostics_.report(Code::missing_index_set, place(i), text(i - 1))
            .help("write `index {} in 1..4` for a range, `index {} in space` for a lattice", text(i - 1), text(i - 1));
        return true;
    }

    // `=` and `<-` after an operand, where a comparison was meant.
    bool comparison(std::size_t i) {
        if (i == 0 || !ends_operand(type(i - 1)) || expects(type(i)) || !inside_expression(i))
            return false;
        if (type(i) == Lexer::ASSIGN) {
            diagnostics_.report(Code::assignment_in_expression, span(i)).help("write `==` to compare");
            return true;
        }
        if (type(i) == Lexer::ARROW && text(i) == "<-") {
            diagnostics_.report(Code::arrow_in_expression, span(i)).help("write `< -`, with a space, to compare");
            return true;
        }
        return false;
    }

    [[nodiscard]] bool inside_expression(std::size_t i) const {
        if (type(first_) == Lexer::EXPECT)
            return true;
        for (std::size_t k = first_; k < i; ++k)
            if (type(k) == Lexer::ASSIGN || type(k) == Lexer::ARROW || type(k) == Lexer::IF || type(k) == Lexer::WHERE)
                return true;
        return false;
    }

    bool empty_indices(std::size_t i) {
        if (type(i) != Lexer::RIGHT_BRACKET || i == 0 || type(i - 1) != Lexer::LEFT_BRACKET || !expects_expression())
            return false;
        diagnostics_.report(Code::empty_indices, join(span(i - 1), span(i)))
            .help("leave the brackets out to mean the whole tensor");
        return true;
    }

    bool missing_else(std::size_t i) {
        if (!expects_only(Lexer::ELSE))
            return false;
        std::size_t word = i;
        while (word > first_ && type(word) != Lexer::IF)
            --word;
        diagnostics_.report(Code::missing_else, span(word)).help("write `a if condition else b`");
        return true;
    }

    Diagnostic& unexpected(std::size_t i, const std::string& expected) {
        Diagnostic& diagnostic = diagnostics_.report(Code::unexpected, place(i), found(i), expected);
        const bool operand_follows = is_name(type(i)) || type(i) == Lexer::NUMBER || type(i) == Lexer::IMAGINARY;
        const bool side_by_side =
            i > first_ + 1 && ends_operand(type(i - 1)) && operand_follows && !tokens_[i].first_on_line;
        const bool law = type(first_) == Lexer::ACTIVATION || type(first_) == Lexer::LEARNING;
        if (expects_only(Lexer::ASSIGN) && type(i) == Lexer::EQUAL)
            diagnostic.help("write `=` to give a name its value");
        else if (expects_only(Lexer::ASSIGN) && type(i) == Lexer::ARROW)
            diagnostic.help("write `=`; the arrow belongs to laws");
        else if (i > 1 && type(i - 1) == Lexer::EVERY && type(i - 2) == Lexer::COMMA)
            diagnostic.help("write no comma before `every`");
        else if (side_by_side && inside_expression(i) && !law)
            diagnostic.help("write `*` between the factors of a product: `{}*{}`", text(i - 1), text(i));
        return diagnostic;
    }

    [[nodiscard]] std::string describe_expected(std::size_t i) const {
        const bool after_operand = i > 0 && ends_operand(type(i - 1)) && inside_brackets(i);
        if (expects_expression())
            return "an expression";
        if (expects(Lexer::NAME))
            return "a name";
        if (expected_.empty() || expected_.size() > 6)
            return after_operand ? "an operator or a closing bracket" : "something else";
        std::vector<std::string> words;
        if (after_operand)
            words.emplace_back("an operator");
        for (const std::size_t wanted : expected_)
            if (std::string word = describe(wanted); std::find(words.begin(), words.end(), word) == words.end())
                words.push_back(std::move(word));
        const std::string last = words.back();
        words.pop_back();
        return words.empty() ? last : fmt::format("{} or {}", fmt::join(words, ", "), last);
    }

    // Whether token i stands in brackets that were opened in this statement, outside a list of names.
    [[nodiscard]] bool inside_brackets(std::size_t i) const {
        int depth = 0;
        for (std::size_t k = first_; k < i; ++k)
            depth += opens(type(k)) ? 1 : closes(type(k)) ? -1 : 0;
        return depth > 0;
    }

    std::span<const Token> tokens_;
    const Source& source_;
    Diagnostics& diagnostics_;
    std::size_t first_;
    std::vector<std::size_t> expected_;
};

} // namespace

bool resembles_statement(const Token& token, const Source& source) {
    return is_name(token.type) && suggest(source.text(token.span), statement_words()).has_value();
}

void report_failure(const Failure& failure, std::span<const Token> tokens, const Source& source,
                    Diagnostics& diagnostics) {
    Teller(tokens, source, diagnostics, failure.first).failure(failure);
}

void report_trailing(std::size_t token, std::size_t first, Surroundings surroundings, std::span<const Token> tokens,
                     const Source& source, Diagnostics& diagnostics) {
    Teller(tokens, source, diagnostics, first).trailing(token, surroundings);
}

void report_no_statement(std::size_t token, std::span<const Token> tokens, const Source& source,
                         Diagnostics& diagnostics) {
    Teller(tokens, source, diagnostics, 0).no_statement(token);
}

void report_no_header(std::size_t token, std::span<const Token> tokens, const Source& source,
                      Diagnostics& diagnostics) {
    const Token& first = tokens[token];
    const std::string_view text = source.text(first.span);
    const std::string found = first.span.empty() ? "the end of the file" : fmt::format("`{}`", text);
    diagnostics.report(Code::missing_header, first.span, found)
        .help("write `model NAME \"what it is\"` above everything else");
}

} // namespace nphys::syntax
