#include "compiler/base/diagnostics.h"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace nphys {

namespace {

bool same_number(std::string_view left, std::string_view right) {
    const auto equal = [](unsigned char a, unsigned char b) { return std::toupper(a) == std::toupper(b); };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(), equal);
}

// `valid` first: what has no place comes last.
auto order(const Diagnostic& diagnostic) {
    return std::tuple(!diagnostic.span.valid(), diagnostic.span.source, diagnostic.span.begin, diagnostic.span.end);
}

bool says_the_same(const Diagnostic& left, const Diagnostic& right) {
    return left.code == right.code && left.span == right.span && left.message == right.message;
}

} // namespace

const CodeInfo* find_code(std::string_view number) {
    const auto found = std::find_if(code_table.begin(), code_table.end(),
                                    [&](const CodeInfo& row) { return same_number(row.number, number); });
    return found == code_table.end() ? nullptr : &*found;
}

Diagnostic& Diagnostics::add(Code code, Span span, std::string message) {
    Diagnostic& diagnostic = entries_.emplace_back();
    diagnostic.code = code;
    diagnostic.severity = info(code).severity;
    diagnostic.span = span;
    diagnostic.message = std::move(message);
    return diagnostic;
}

std::size_t Diagnostics::error_count() const {
    return static_cast<std::size_t>(std::count_if(entries_.begin(), entries_.end(), [](const Diagnostic& diagnostic) {
        return diagnostic.severity == Severity::error;
    }));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
    std::vector<Diagnostic> result(entries_.begin(), entries_.end());
    std::stable_sort(result.begin(), result.end(),
                     [](const Diagnostic& left, const Diagnostic& right) { return order(left) < order(right); });
    std::vector<Diagnostic> unique;
    for (Diagnostic& diagnostic : result) {
        // Repetitions have the same span, so they stand in one row.
        bool repeated = false;
        for (auto other = unique.rbegin(); other != unique.rend() && other->span == diagnostic.span; ++other)
            repeated = repeated || says_the_same(*other, diagnostic);
        if (!repeated)
            unique.push_back(std::move(diagnostic));
    }
    return unique;
}

} // namespace nphys
