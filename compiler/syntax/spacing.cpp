#include "compiler/syntax/spacing.h"

#include "NphysLexer.h"

#include "compiler/syntax/walk.h"

namespace nphys::syntax {

namespace {

using Lexer = grammar::NphysLexer;

bool is_one_of(std::size_t type, std::initializer_list<std::size_t> types) {
    for (const std::size_t candidate : types)
        if (candidate == type)
            return true;
    return false;
}

bool never_space_before(std::size_t type) {
    return is_one_of(type, {Lexer::RIGHT_PAREN, Lexer::RIGHT_BRACKET, Lexer::COMMA, Lexer::SEMICOLON, Lexer::RANGE,
                            Lexer::DOT, Lexer::POWER, Lexer::SUPERSCRIPT});
}

bool never_space_after(std::size_t type) {
    return is_one_of(type,
                     {Lexer::LEFT_PAREN, Lexer::LEFT_BRACKET, Lexer::ROOT, Lexer::RANGE, Lexer::DOT, Lexer::POWER});
}

} // namespace

Spacing::Spacing(const SyntaxTree& tree, const Source& source, std::span<const Token> tokens)
    : source_(source), tokens_(tokens) {
    find_brackets(tree);
    find_tight_lists();
    for (std::size_t i = 1; i + 1 < tokens.size(); ++i)
        if (tokens[i - 1].type == Lexer::D && tokens[i].type == Lexer::DIVIDE && tokens[i + 1].type == Lexer::DT &&
            !binary_.contains(tokens[i].span.begin))
            rate_.insert(i);
}

void Spacing::find_brackets(const SyntaxTree& tree) {
    for_each_expression(tree, [&](const Expression& expression) {
        if (const Binary* binary = std::get_if<Binary>(&expression.node)) {
            if (binary->op != BinaryOperator::power)
                binary_.insert(binary->op_span.begin);
        } else if (const Call* call = std::get_if<Call>(&expression.node)) {
            attached_after_.insert(call->callee->span.end);
        } else if (const Indexed* indexed = std::get_if<Indexed>(&expression.node)) {
            attached_after_.insert(indexed->base->span.end);
            index_lists_.insert(indexed->indices.span.begin);
        }
    });
    const auto mark_target = [&](const Target& target) {
        attached_after_.insert(target.name.span.end);
        if (target.indices)
            index_lists_.insert(target.indices->span.begin);
    };
    for_each_target(tree, mark_target);
    for (const Statement& statement : tree.statements) {
        if (const Let* let = std::get_if<Let>(&statement.node)) {
            attached_after_.insert(let->name.span.end);
            if (let->indices) {
                index_lists_.insert(let->indices->span.begin);
            }
        } else if (const Lattice* lattice = std::get_if<Lattice>(&statement.node)) {
            attached_after_.insert(lattice->name.span.end);
        } else if (const Hamiltonian* hamiltonian = std::get_if<Hamiltonian>(&statement.node)) {
            attached_after_.insert(hamiltonian->name.span.end);
        }
    }
}

// φ[i,a; j,b] is tight because every index is one word; φ[i+e[1], a] is not.
void Spacing::find_tight_lists() {
    struct Open {
        bool index_list;
        bool plain;
        std::vector<std::size_t> commas;
        std::size_t words = 0;
    };
    std::vector<Open> open;
    for (std::size_t i = 0; i < tokens_.size(); ++i) {
        const std::size_t type = tokens_[i].type;
        if (closes(type) && !open.empty()) {
            if (open.back().index_list && open.back().plain && open.back().words <= 1)
                tight_commas_.insert(open.back().commas.begin(), open.back().commas.end());
            open.pop_back();
        }
        if (!open.empty()) {
            inner_.insert(i);
            Open& list = open.back();
            const bool separates = type == Lexer::COMMA || type == Lexer::SEMICOLON;
            if (type == Lexer::COMMA)
                list.commas.push_back(i);
            list.words = separates ? 0 : list.words + 1;
            list.plain = list.plain && list.words <= 1;
        }
        if (opens(type) && type != Lexer::LEFT_BRACE)
            open.push_back({index_lists_.contains(tokens_[i].span.begin), true, {}, 0});
    }
}

bool Spacing::is_binary(std::size_t token) const {
    return binary_.contains(tokens_[token].span.begin);
}

bool Spacing::is_spaced(std::size_t binary) const {
    const auto apart = [&](std::size_t left) { return tokens_[left].span.end != tokens_[left + 1].span.begin; };
    return apart(binary - 1) || apart(binary);
}

bool Spacing::space_before(std::size_t token) const {
    const std::size_t next = tokens_[token].type;
    const std::size_t previous = tokens_[token - 1].type;
    if (never_space_before(next) || never_space_after(previous) || rate_.contains(token) || rate_.contains(token - 1))
        return false;
    const bool after_sign = (previous == Lexer::MINUS || previous == Lexer::PLUS) && !is_binary(token - 1);
    if (after_sign)
        return false;
    if (previous == Lexer::COMMA)
        return !tight_commas_.contains(token - 1);
    if (next == Lexer::COLON)
        return !inner_.contains(token);
    if (is_binary(token))
        return is_spaced(token);
    if (is_binary(token - 1))
        return is_spaced(token - 1);
    if (next == Lexer::LEFT_PAREN || next == Lexer::LEFT_BRACKET) {
        const bool grid = previous == Lexer::GRID && token >= 2 && tokens_[token - 2].type == Lexer::ON;
        return !grid && !attached_after_.contains(tokens_[token - 1].span.end) &&
               !index_lists_.contains(tokens_[token].span.begin);
    }
    return true;
}

} // namespace nphys::syntax
