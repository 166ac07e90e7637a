// Diagnostics as values: what is said about a model, where, and with which help. How they look is in render.h.
//
// In: a Code (a row of diagnostics.def), a span and the arguments of its message; the format is checked against them
// when the compiler is compiled. Out: a list in source order, without repetitions.
//
//   diagnostics.report(Code::reserved_word, span, "loss")
//       .here("used as a name")                     // beside the carets of the main span
//       .label(other_span, "declared here")         // a second place
//       .help("write `{}_`", "loss")                // what to do
//       .note("the reserved words are …");
#pragma once

#include "compiler/base/source.h"

#include <array>
#include <deque>
#include <fmt/format.h>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nphys {

enum class Severity { error, warning, note };

enum class Code : std::uint16_t {
#define NPHYS_DIAGNOSTIC(name, number, severity, message, explanation) name,
#include "compiler/base/diagnostics.def"
#undef NPHYS_DIAGNOSTIC
};

struct CodeInfo {
    std::string_view name;
    std::string_view number;
    Severity severity;
    std::string_view message;
    std::string_view explanation;
};

inline constexpr auto code_table = std::to_array<CodeInfo>({
#define NPHYS_DIAGNOSTIC(name, number, severity, message, explanation)                                                 \
    {#name, #number, Severity::severity, message, explanation},
#include "compiler/base/diagnostics.def"
#undef NPHYS_DIAGNOSTIC
});

[[nodiscard]] constexpr const CodeInfo& info(Code code) {
    return code_table[static_cast<std::size_t>(code)];
}
// The row with a number such as `E0111`, in either case.
[[nodiscard]] const CodeInfo* find_code(std::string_view number);

struct Label {
    Span span;
    std::string text;
};

struct Diagnostic {
    Code code{};
    Severity severity = Severity::error;
    Span span; // invalid: about no place in a text
    std::string message;
    std::string here_text;
    std::vector<Label> labels;
    std::vector<std::string> helps;
    std::vector<std::string> notes;

    template <class... Args>
    Diagnostic& here(fmt::format_string<Args...> text, Args&&... args) {
        here_text = fmt::format(text, std::forward<Args>(args)...);
        return *this;
    }
    template <class... Args>
    Diagnostic& label(Span place, fmt::format_string<Args...> text, Args&&... args) {
        labels.push_back({place, fmt::format(text, std::forward<Args>(args)...)});
        return *this;
    }
    template <class... Args>
    Diagnostic& help(fmt::format_string<Args...> text, Args&&... args) {
        helps.push_back(fmt::format(text, std::forward<Args>(args)...));
        return *this;
    }
    template <class... Args>
    Diagnostic& note(fmt::format_string<Args...> text, Args&&... args) {
        notes.push_back(fmt::format(text, std::forward<Args>(args)...));
        return *this;
    }
};

// A Code whose message fits Args: constructing one with another message does not compile.
template <class... Args>
struct CodeFor {
    Code code;
    consteval CodeFor(Code chosen) : code(chosen) { // NOLINT(google-explicit-constructor)
        static_cast<void>(fmt::format_string<Args...>(info(chosen).message));
    }
};

class Diagnostics {
public:
    template <class... Args>
    Diagnostic& report(CodeFor<std::type_identity_t<Args>...> code, Span span, Args&&... args) {
        return add(code.code, span, fmt::format(fmt::runtime(info(code.code).message), std::forward<Args>(args)...));
    }
    // For a code chosen at run time: the message is already put together.
    Diagnostic& add(Code code, Span span, std::string message);

    [[nodiscard]] bool has_errors() const { return error_count() > 0; }
    [[nodiscard]] std::size_t error_count() const;
    [[nodiscard]] bool empty() const { return entries_.empty(); }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    // For what was only tried: takes back all but the first so many.
    void keep_first(std::size_t size) { entries_.resize(std::min(size, entries_.size())); }
    // In source order, those without a place last; equal ones once.
    [[nodiscard]] std::vector<Diagnostic> sorted() const;

private:
    std::deque<Diagnostic> entries_; // a deque, so that the references handed out stay good
};

} // namespace nphys
