#pragma once
// The stages in their order: from the text of a file to loops.
//
// Goes in: a file and what is asked for (parameter values, run, seed). Comes out: a Compilation that holds the value of every
// stage, as far as there were no errors. Holds: each stage took the value of the one before; nothing flows back but diagnostics.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/analysis/detailed_balance.h"
#include "compiler/analysis/stability.h"
#include "compiler/base/diagnostics.h"
#include "compiler/driver/library.h"
#include "compiler/driver/options.h"
#include "compiler/dynamics/derive.h"
#include "compiler/dynamics/program.h"
#include "compiler/loops/lower.h"
#include "compiler/model/build.h"

namespace nphys::driver {

enum class Until : std::uint8_t { syntax, model, program, loops };

using StageTimes = std::vector<std::pair<std::string, double>>;

struct Compilation {
    Library library;
    Diagnostics diagnostics;
    const syntax::SyntaxTree* tree = nullptr;
    model::Model model;
    dynamics::Program program;
    dynamics::Program derived; // the same of one system, with neither memories nor what is observed: what is analysed
    analysis::StabilityReport stability;
    std::vector<analysis::Balance> balance; // of laws that evolve
    loops::Lowered lowered;
    Until reached = Until::syntax;
    StageTimes seconds;                                       // what each stage took

    [[nodiscard]] bool complete() const { return reached == Until::loops && !diagnostics.has_errors(); }
};

// The same run in other steps, for estimates of its error: dt and steps as given, cadences in steps `factor` times as long.
struct Refinement { double dt = 0; std::int64_t steps = 0, factor = 1; };

struct Inquiry {
    std::filesystem::path file;
    model::Request request;
    std::optional<Refinement> refinement;
    Until until = Until::loops;
    dynamics::DeriveOptions deriving;
    loops::LowerOptions lowering;
};

[[nodiscard]] std::unique_ptr<Compilation> compile(const Inquiry& inquiry);

// The same from a text, as if it were the file `name`; for tests and embedding.
[[nodiscard]] std::unique_ptr<Compilation> compile_text(const std::string& text, const Inquiry& inquiry);

[[nodiscard]] Inquiry inquiry_of(const Options& options);

// `syntax 0.4 ms, model 1.2 ms, …` in lines.
[[nodiscard]] std::string timings_text(const StageTimes& stages);

} // namespace nphys::driver
