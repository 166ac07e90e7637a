#pragma once
// Where modules come from: the standard library (found relative to the executable, or in the source tree) and files beside the
// model. Owns every source text and syntax tree of a compilation.

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "compiler/base/diagnostics.h"
#include "compiler/base/source.h"
#include "compiler/model/build.h"
#include "compiler/syntax/ast.h"

namespace nphys::driver {

class Library {
public:
    // Reads and parses a file; nothing (and a diagnostic) where it cannot be read.
    const syntax::SyntaxTree* load(const std::filesystem::path& path, Diagnostics& diagnostics);
    [[nodiscard]] model::ModuleFinder finder();
    [[nodiscard]] const SourceMap& sources() const { return sources_; }

private:
    const syntax::SyntaxTree* find(const std::string& name, bool is_path, const std::filesystem::path& from, Diagnostics& diagnostics);

    SourceMap sources_;
    std::map<std::filesystem::path, std::unique_ptr<syntax::SyntaxTree>> trees_;
};

// The folder of the standard library.
[[nodiscard]] std::filesystem::path standard_library();

} // namespace nphys::driver
