// Diagnostics as text for people and as JSON for programs.
//
//   error[E0111]: `loss` is reserved and cannot be a name
//     --> model.nphys:3:8
//      |
//    3 | neuron loss[i]
//      |        ^^^^ used as a name
//      = help: write `loss_`
//
// Carets stand under the characters as a terminal shows them: marks are narrow, ideographs wide, tabs four columns.
#pragma once

#include "compiler/base/diagnostics.h"

#include <string>

namespace nphys {

struct RenderOptions {
    bool color = false;
};

// Ends with a line break; a blank line between diagnostics is the caller's.
[[nodiscard]] std::string render_text(const Diagnostic& diagnostic, const SourceMap& sources,
                                      RenderOptions options = {});

// All of them in source order, with blank lines between and the number of errors at the end.
[[nodiscard]] std::string render_text(const Diagnostics& diagnostics, const SourceMap& sources,
                                      RenderOptions options = {});

// {"diagnostics": [{"code", "name", "severity", "message", "place": {"file", "line", "column", "end_line",
// "end_column", "begin", "end"}, "here", "labels": [{"text", "place"}], "helps", "notes"}]}; `place` is null where
// there is none.
[[nodiscard]] std::string render_json(const Diagnostics& diagnostics, const SourceMap& sources);

} // namespace nphys
