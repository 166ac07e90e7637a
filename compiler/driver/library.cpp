#include "compiler/driver/library.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

#include "compiler/syntax/parse.h"

namespace nphys::driver {
namespace {

namespace fs = std::filesystem;

fs::path executable_folder() {
    std::error_code error;
    const fs::path executable = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path{} : executable.parent_path();
}

} // namespace

fs::path standard_library() {
    std::error_code error;
    const fs::path installed = executable_folder() / NPHYS_STDLIB_FROM_EXECUTABLE;
    if (fs::exists(installed / "lattice.nphys", error)) return fs::weakly_canonical(installed, error);
    return NPHYS_SOURCE_STDLIB;
}

const syntax::SyntaxTree* Library::load(const fs::path& path, Diagnostics& diagnostics) {
    if (const auto known = trees_.find(path); known != trees_.end()) return known->second.tree.get();
    std::error_code error;
    if (fs::is_directory(path, error)) {
        diagnostics.report(Code::cannot_read_file, Span{}, path.string(), "it is a folder");
        return nullptr;
    }
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    std::ostringstream text;
    if (stream) text << stream.rdbuf();
    if (!stream) {
        diagnostics.report(Code::cannot_read_file, Span{}, path.string(), errno != 0 ? std::strerror(errno) : "it is empty");
        return nullptr;
    }
    return add(path, text.str(), diagnostics);
}

const syntax::SyntaxTree* Library::add(const fs::path& path, std::string text, Diagnostics& diagnostics) {
    const Source& source = sources_.add(path.string(), std::move(text));
    auto tree = std::make_unique<syntax::SyntaxTree>(syntax::parse(source, diagnostics));
    return trees_.insert_or_assign(path, Loaded{&source, std::move(tree)}).first->second.tree.get();
}

std::string_view Library::text_of(const fs::path& path) const {
    const auto known = trees_.find(path);
    return known == trees_.end() ? std::string_view{} : known->second.source->text();
}

const syntax::SyntaxTree* Library::find(const std::string& name, bool is_path, const fs::path& from, Diagnostics& diagnostics) {
    const fs::path path = is_path ? from / name : standard_library() / (name + ".nphys");
    std::error_code error;
    return fs::exists(path, error) ? load(path.lexically_normal(), diagnostics) : nullptr;
}

model::ModuleFinder Library::finder() {
    return [this](const std::string& name, bool is_path, const fs::path& from, Diagnostics& diagnostics) { return find(name, is_path, from, diagnostics); };
}

} // namespace nphys::driver
