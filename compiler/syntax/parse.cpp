#include "compiler/syntax/parse.h"

#include "NphysLexer.h"
#include "NphysParser.h"

#include "compiler/base/unicode.h"
#include "compiler/syntax/build.h"
#include "compiler/syntax/lexical.h"
#include "compiler/syntax/syntax_errors.h"

#include <algorithm>

namespace nphys::syntax {

namespace {

using Grammar = grammar::NphysParser;

// Rules inside rules; an expression of n operators is n levels deep, a bracket seven.
constexpr std::size_t depth_limit = 2000;

// Leaves the parser at the first error: recovery is by statements, not by tokens.
struct Stopped {
    std::size_t antlr_token = 0;
    std::vector<std::size_t> expected;
    bool too_deep = false;
};

class StopAtError final : public antlr4::ANTLRErrorStrategy {
public:
    void reset(antlr4::Parser*) override {}
    void sync(antlr4::Parser*) override {}
    void reportMatch(antlr4::Parser*) override {}
    void reportError(antlr4::Parser*, const antlr4::RecognitionException&) override {}
    bool inErrorRecoveryMode(antlr4::Parser*) override { return false; }

    antlr4::Token* recoverInline(antlr4::Parser* parser) override {
        throw Stopped{parser->getCurrentToken()->getTokenIndex(), expected(*parser)};
    }

    void recover(antlr4::Parser* parser, std::exception_ptr error) override {
        const std::size_t current = parser->getCurrentToken()->getTokenIndex();
        std::size_t offending = current;
        try {
            std::rethrow_exception(error);
        } catch (const antlr4::RecognitionException& recognition) {
            if (recognition.getOffendingToken() != nullptr)
                offending = recognition.getOffendingToken()->getTokenIndex();
        }
        // The state tells what is expected at the current token; further on there were several readings.
        throw Stopped{offending, offending == current ? expected(*parser) : std::vector<std::size_t>()};
    }

private:
    static std::vector<std::size_t> expected(antlr4::Parser& parser) {
        std::vector<std::size_t> types;
        for (const auto type : parser.getExpectedTokens().toList())
            types.push_back(static_cast<std::size_t>(type));
        return types;
    }
};

class DepthLimit final : public antlr4::tree::ParseTreeListener {
public:
    explicit DepthLimit(antlr4::CommonTokenStream& tokens) : tokens_(tokens) {}
    void restart() { depth_ = 0; }

    void visitTerminal(antlr4::tree::TerminalNode*) override {}
    void visitErrorNode(antlr4::tree::ErrorNode*) override {}
    void enterEveryRule(antlr4::ParserRuleContext*) override {
        if (++depth_ > depth_limit)
            throw Stopped{tokens_.LT(1)->getTokenIndex(), {}, true};
    }
    void exitEveryRule(antlr4::ParserRuleContext*) override { --depth_; }

private:
    antlr4::CommonTokenStream& tokens_;
    std::size_t depth_ = 0;
};

class FileParser {
public:
    FileParser(const Source& source, std::string_view text, Diagnostics& diagnostics)
        : source_(source), diagnostics_(diagnostics), places_(source, source.text().size() - text.size()),
          input_(std::string(text)), lexer_(&input_), stream_(&lexer_), parser_(&stream_), depth_(stream_) {
        lexer_.removeErrorListeners();
        parser_.removeErrorListeners();
        parser_.setErrorHandler(std::make_shared<StopAtError>());
        parser_.addParseListener(&depth_);
    }

    SyntaxTree parse() {
        tree_.source = source_.id();
        read_tokens();
        parse_header();
        while (type() != antlr4::Token::EOF)
            parse_next();
        for (Statement& statement : tree_.statements)
            statement.documentation = documentation_above(statement.span);
        tree_.header.documentation = documentation_above(tree_.header.span);
        return std::move(tree_);
    }

private:
    void read_tokens() {
        stream_.fill();
        std::vector<Token> words;
        for (const Token& token : convert_tokens(stream_.getTokens(), places_)) {
            if (token.comment) {
                add_comment(token.span, token.first_on_line);
                continue;
            }
            words.push_back(token);
            if (!token.stray)
                tokens_.push_back(token);
        }
        told_ = check_tokens(words, source_, diagnostics_);
    }

    void add_comment(Span span, bool own_line) {
        std::string text(source_.text(span));
        text.erase(text.find_last_not_of(" \t") + 1);
        tree_.comments.push_back({span, std::move(text), own_line});
    }

    // Where the parser stands, as an index into tokens_.
    [[nodiscard]] std::size_t at() { return index_of(stream_.LT(1)->getTokenIndex()); }
    [[nodiscard]] std::size_t index_of(std::size_t number) const {
        const auto found =
            std::lower_bound(tokens_.begin(), tokens_.end(), number,
                             [](const Token& token, std::size_t wanted) { return token.number < wanted; });
        return std::min(static_cast<std::size_t>(found - tokens_.begin()), tokens_.size() - 1);
    }
    [[nodiscard]] std::size_t type() { return tokens_[at()].type; }
    [[nodiscard]] BuildContext context() { return {places_, diagnostics_}; }

    void go_to(std::size_t token) { stream_.seek(tokens_[std::min(token, tokens_.size() - 1)].number); }

    // Reads one rule; if it cannot be read, tells why and returns nothing.
    template <class Rule>
    Rule* attempt(Rule* (Grammar::*rule)()) {
        const std::size_t first = at();
        parser_.reset();
        depth_.restart();
        go_to(first);
        try {
            return (parser_.*rule)();
        } catch (const Stopped& stopped) {
            const std::size_t token = index_of(stopped.antlr_token);
            if (!told_within(first, token))
                report_failure({token, first, stopped.expected, stopped.too_deep}, tokens_, source_, diagnostics_);
            remember_names(first, token);
            // A reserved word in the place of a name does not begin the next statement.
            const bool misused = is_reserved(tokens_[token].type) && !tokens_[token].first_on_line;
            go_to(std::max(misused ? token + 1 : token, first + 1));
            return nullptr;
        }
    }

    template <class Build>
    void build(Build make) {
        try {
            make();
        } catch (const TooDeep& deep) {
            diagnostics_.report(Code::nested_too_deeply, deep.span).help("give parts of it names with `let`");
        }
    }

    // Whether the tokens were found to be wrong where the statement that they stand in could not be read.
    [[nodiscard]] bool told_within(std::size_t first, std::size_t last) const {
        const auto told = std::lower_bound(told_.begin(), told_.end(), tokens_[first].span.begin);
        return told != told_.end() && *told <= tokens_[last].span.end;
    }

    // The names on the left of a statement that could not be read.
    void remember_names(std::size_t first, std::size_t last) {
        for (std::size_t i = first + 1; i < last; ++i) {
            if (tokens_[i].type == Grammar::ASSIGN || tokens_[i].type == Grammar::ARROW ||
                tokens_[i].type == Grammar::IN)
                return;
            if (is_name(tokens_[i].type))
                tree_.broken_names.push_back(normalize_name(source_.text(tokens_[i].span)));
        }
    }

    void parse_header() {
        if (type() != Grammar::MODEL && type() != Grammar::MODULE) {
            report_no_header(at(), tokens_, source_, diagnostics_);
            tree_.header.span = tokens_[at()].span;
            return;
        }
        if (Grammar::HeaderContext* header = attempt(&Grammar::header)) {
            tree_.header = build_header(*header, context());
            require_end(0, Surroundings::file);
        } else {
            skip(Surroundings::file);
        }
    }

    void parse_next() {
        const std::size_t first = at();
        const bool header = type() == Grammar::MODEL || type() == Grammar::MODULE;
        if (header || !begins_statement(type())) {
            if (!told_within(first, first))
                report_no_statement(first, tokens_, source_, diagnostics_);
            go_to(first + 1);
            skip(Surroundings::file);
        } else if (type() == Grammar::RUN) {
            parse_run();
        } else if (Grammar::StatementContext* statement = attempt(&Grammar::statement)) {
            build([&] { tree_.statements.push_back(build_statement(*statement, context())); });
            require_end(first, Surroundings::file);
        } else {
            skip(Surroundings::file);
        }
    }

    void parse_run() {
        const std::size_t first = at();
        Grammar::RunContext* rule = attempt(&Grammar::run);
        if (rule == nullptr) {
            skip(Surroundings::file);
            return;
        }
        Statement statement = build_run(*rule, context());
        while (begins_item(type()))
            parse_item(std::get<Run>(statement.node));
        if (type() == Grammar::RIGHT_BRACE) {
            statement.span = join(statement.span, tokens_[at()].span);
            go_to(at() + 1);
            require_end(first, Surroundings::file);
        }
        tree_.statements.push_back(std::move(statement));
    }

    void parse_item(Run& run) {
        const std::size_t first = at();
        if (Grammar::ItemContext* item = attempt(&Grammar::item)) {
            build([&] { run.items.push_back(build_item(*item, context())); });
            require_end(first, Surroundings::run);
        } else {
            skip(Surroundings::run);
        }
    }

    // After a complete statement stands the beginning of another one.
    void require_end(std::size_t first, Surroundings surroundings) {
        const std::size_t next = at();
        const std::size_t next_type = tokens_[next].type;
        const bool fine =
            next_type == antlr4::Token::EOF || begins_statement(next_type) ||
            (surroundings == Surroundings::run && (begins_item(next_type) || next_type == Grammar::RIGHT_BRACE));
        if (fine)
            return;
        if (!told_within(first, next)) {
            if (surroundings == Surroundings::file && tokens_[next].first_on_line && is_name(next_type))
                report_no_statement(next, tokens_, source_, diagnostics_);
            else
                report_trailing(next, first, surroundings, tokens_, source_, diagnostics_);
        }
        go_to(next + 1);
        skip(surroundings);
    }

    // To the next place where a statement, or a line of a run, may begin.
    void skip(Surroundings surroundings) {
        const std::size_t start = at();
        std::size_t i = start;
        while (tokens_[i].type != antlr4::Token::EOF && !may_begin(i, i == start, surroundings))
            ++i;
        go_to(i);
    }

    [[nodiscard]] bool may_begin(std::size_t i, bool after_error, Surroundings surroundings) const {
        const std::size_t type = tokens_[i].type;
        const std::size_t before = i == 0 || after_error ? antlr4::Token::INVALID_TYPE : tokens_[i - 1].type;
        if (surroundings == Surroundings::run) {
            const bool setting = is_name(type) && tokens_[i + 1].type == Grammar::ASSIGN && before != Grammar::COMMA &&
                                 before != Grammar::LEFT_PAREN && before != Grammar::EVERY;
            const bool list = (type == Grammar::SAVE || type == Grammar::SWEEP) && is_name(tokens_[i + 1].type);
            if (setting || list || type == Grammar::RIGHT_BRACE)
                return true;
        }
        const bool misspelt = surroundings == Surroundings::file && tokens_[i].first_on_line &&
                              tokens_[i + 1].type != Grammar::ASSIGN && resembles_statement(tokens_[i], source_);
        if (misspelt)
            return true;
        if (!begins_statement(type) || before == Grammar::DOT)
            return false;
        // `with rate γ, metric g` and `timescale activation 1, learning L` have such words within a statement.
        const bool option = type == Grammar::NOISE || type == Grammar::METRIC;
        const bool scale = type == Grammar::ACTIVATION || type == Grammar::BOUNDARY || type == Grammar::LEARNING;
        if (before == Grammar::COMMA || before == Grammar::WITH)
            return !option && !(scale && !tokens_[i].first_on_line);
        return before != Grammar::TIMESCALE;
    }

    // The `##` lines that stand directly above a place.
    [[nodiscard]] std::string documentation_above(Span span) const {
        std::uint32_t line = source_.line_number(span.begin);
        std::string text;
        for (auto comment = tree_.comments.rbegin(); comment != tree_.comments.rend(); ++comment) {
            if (comment->span.begin >= span.begin)
                continue;
            const bool above = comment->own_line && comment->text.starts_with("##") &&
                               source_.line_number(comment->span.begin) + 1 == line;
            if (!above)
                break;
            --line;
            const std::size_t begin = comment->text.find_first_not_of(" \t", 2);
            text = (begin == std::string::npos ? std::string() : comment->text.substr(begin)) +
                   (text.empty() ? "" : "\n") + text;
        }
        return text;
    }

    const Source& source_;
    Diagnostics& diagnostics_;
    Places places_;
    antlr4::ANTLRInputStream input_;
    grammar::NphysLexer lexer_;
    antlr4::CommonTokenStream stream_;
    Grammar parser_;
    DepthLimit depth_;
    SyntaxTree tree_;
    std::vector<Token> tokens_; // those that the parser sees, and the end of the file
    std::vector<std::uint32_t> told_;
};

} // namespace

SyntaxTree parse(const Source& source, Diagnostics& diagnostics) {
    const std::string_view text = source.text();
    if (const std::optional<std::size_t> offset = find_invalid_utf8(text)) {
        const auto begin = static_cast<std::uint32_t>(*offset);
        diagnostics
            .report(Code::not_utf8, source.span(begin, begin + 1),
                    fmt::format("0x{:02X}", static_cast<unsigned char>(text[*offset])), *offset)
            .help("save the file as UTF-8");
        SyntaxTree nothing;
        nothing.source = source.id();
        return nothing;
    }
    return FileParser(source, text_without_mark(source), diagnostics).parse();
}

} // namespace nphys::syntax
