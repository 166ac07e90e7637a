#pragma once
// Where modules come from: the standard library (found relative to the executable, or in the source tree) and files beside the
// model. Owns every source text and syntax tree of a compilation.

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "compiler/base/diagnostics.h"
#include "compiler/base/source.h"
#include "compiler/model/build.h"
#include "compiler/syntax/ast.h"

namespace nphys::driver {

class Library {
public:
    // Reads and parses a file; nothing (and a diagnostic) where it cannot be read.
    const syntax::SyntaxTree* load(const std::filesystem::path& path, Diagnostics& diagnostics);
    // Parses a text as if it were the file `path`.
    const syntax::SyntaxTree* add(const std::filesystem::path& path, std::string text, Diagnostics& diagnostics);
    [[nodiscard]] model::ModuleFinder finder();
    [[nodiscard]] const SourceMap& sources() const { return sources_; }
    // The text of a file that was loaded; empty if it was not.
    [[nodiscard]] std::string_view text_of(const std::filesystem::path& path) const;

private:
    const syntax::SyntaxTree* find(const std::string& name, bool is_path, const std::filesystem::path& from, Diagnostics& diagnostics);

    SourceMap sources_;
    struct Loaded { const Source* source; std::unique_ptr<syntax::SyntaxTree> tree; };
    std::map<std::filesystem::path, Loaded> trees_;
};

// The folder of the standard library.
[[nodiscard]] std::filesystem::path standard_library();

} // namespace nphys::driver
