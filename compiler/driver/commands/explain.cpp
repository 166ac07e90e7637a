#include <fmt/format.h>

#include "compiler/backend/llvm/compile.h"
#include "compiler/base/render.h"
#include "compiler/driver/commands/commands.h"
#include "compiler/driver/explanation.h"
#include "compiler/driver/messages.h"
#include "compiler/driver/pipeline.h"
#include "compiler/dynamics/explain.h"
#include "compiler/dynamics/print.h"
#include "compiler/loops/cost.h"
#include "compiler/loops/print.h"
#include "compiler/model/print.h"
#include "compiler/syntax/dump.h"

namespace nphys::driver {
namespace {

// What a diagnostic means, if the word is the number of one: `explain E0203`.
bool explain_diagnostic(const std::string& word) {
    const CodeInfo* row = find_code(word);
    if (row == nullptr) return false;
    fmt::print("{}: {}\n\n{}\n", row->number, row->message, row->explanation);
    return true;
}

bool looks_like_code(const std::string& word) {
    return word.size() == 5 && (word[0] == 'E' || word[0] == 'e') && word.find_first_not_of("0123456789", 1) == std::string::npos;
}

void print_sections(const std::vector<dynamics::Section>& sections, bool latex) {
    for (const dynamics::Section& section : sections) {
        fmt::print("{}{}\n", latex ? "% " : "", section.title);
        for (const dynamics::Formula& formula : section.formulas) {
            if (latex) fmt::print("{}\\[ {} \\]\n", formula.title.empty() ? "" : fmt::format("% {}\n", formula.title), formula.latex);
            else if (formula.title.empty()) fmt::print("  {}\n", formula.text);
            else fmt::print("  {:<44} # {}\n", formula.text, formula.title);
        }
        fmt::print("\n");
    }
}

void print_title(const model::Model& model, bool latex) {
    fmt::print("{}{}{}{}\n\n", latex ? "% " : "", model.name, model.title.empty() ? "" : ": ", model.title);
}

int explain_regimes(const Compilation& compilation, const Options& options) {
    if (options.json) {
        fmt::print("{}\n", regimes_json(compilation).dump(2));
        return all_well;
    }
    print_title(compilation.model, options.latex);
    const std::vector<dynamics::Section> sections = dynamics::explain_regimes(compilation.program);
    if (sections.empty())
        fmt::print("{}no law has a metric that is a formula in its noise, `metric g = sqrt(ε^2 + κ)`: there are no regimes\n", options.latex ? "% " : "");
    print_sections(sections, options.latex);
    return all_well;
}

int print_code(const Compilation& compilation, const Options& options) {
    const auto compiled = backend::compile(compilation.lowered.module, {.keep_text = true});
    if (!compiled) return tell_bug({runtime::ErrorKind::program, compiled.error(), {}});
    fmt::print("{}", options.assembly ? compiled->assembly() : compiled->ir());
    return all_well;
}

int print_stage(const Compilation& compilation, const Options& options) {
    if (options.dump == "syntax") fmt::print("{}", syntax::dump(*compilation.tree));
    else if (options.dump == "model") fmt::print("{}", model::print(compilation.model));
    else if (options.dump == "program") fmt::print("{}", dynamics::print(compilation.program));
    else if (options.dump == "loops") fmt::print("{}", loops::print(compilation.lowered.module));
    else return print_code(compilation, options);
    return all_well;
}

Until stage_needed(const std::string& dump) {
    if (dump == "syntax") return Until::syntax;
    if (dump == "model") return Until::model;
    return dump == "program" ? Until::program : Until::loops;
}

} // namespace

int explain(const Options& options) {
    const std::string& word = options.files.front();
    if (looks_like_code(word)) {
        if (explain_diagnostic(word)) return all_well;
        fmt::print(stderr, "error: there is no diagnostic `{}`\n", word);
        return command_line_is_wrong;
    }
    Inquiry inquiry = inquiry_of(options);
    inquiry.until = stage_needed(options.dump);
    const auto compilation = compile(inquiry);
    if (!compilation->diagnostics.empty())
        if (const int status = tell(compilation->diagnostics, compilation->library.sources(), options); status != all_well) return status;
    tell_first_level(compilation->model.levels, options);
    if (!options.dump.empty()) return print_stage(*compilation, options);
    if (options.assembly) return print_code(*compilation, options);
    if (options.time) {
        const auto compiled = backend::compile(compilation->lowered.module, {.quick_start = !compilation->model.run.allow_merging});
        if (compiled) compilation->seconds.emplace_back("llvm", compiled->timings().total());
    }
    if (options.regimes) return explain_regimes(*compilation, options);
    if (options.json) {
        fmt::print("{}\n", explanation_json(*compilation).dump(2));
        return all_well;
    }
    print_title(compilation->model, options.latex);
    print_sections(dynamics::explain(compilation->program), options.latex);
    if (!options.latex) {
        for (const analysis::Balance& balance : compilation->balance) {
            fmt::print("evolution\n");
            for (const std::string& line : balance.text) fmt::print("  {}\n", line);
            fmt::print("\n");
        }
        const std::string contractions = loops::print_contractions(compilation->model, compilation->lowered);
        fmt::print("{}{}kernels\n{}", contractions, contractions.empty() ? "" : "\n", loops::print_costs(loops::costs(compilation->lowered.module)));
    }
    if (options.time) fmt::print("\n{}", timings_text(compilation->seconds));
    return all_well;
}

} // namespace nphys::driver
