// The programs of tests/programs, which together use the whole language.
#pragma once

#include "compiler/base/render.h"
#include "compiler/syntax/parse.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace nphys::syntax {

inline std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline std::vector<std::filesystem::path> program_files() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(NPHYS_SOURCE_DIR "/tests/programs"))
        if (entry.path().extension() == ".nphys")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

// A text with its tree; `errors` is empty if all of it could be read.
struct Parsed {
    SourceMap sources;
    const Source* source = nullptr;
    SyntaxTree tree;
    std::string errors;

    explicit Parsed(std::string text) {
        Diagnostics diagnostics;
        source = &sources.add("test.nphys", std::move(text));
        tree = parse(*source, diagnostics);
        errors = render_text(diagnostics, sources);
    }
};

} // namespace nphys::syntax
