#include "compiler/backend/llvm/object_cache.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <system_error>

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/Process.h>
#include <llvm/Support/SHA256.h>

namespace nphys::backend {

namespace fs = std::filesystem;

namespace {

// A file is the digest of the rest, then the names of symbols, one a line, an empty line, and the code.
constexpr std::size_t digest_length = 64;
constexpr std::string_view ending = ".object";

std::string contents_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

std::optional<CachedObject> parsed(std::string_view contents) {
    if (contents.size() < digest_length || digest(contents.substr(digest_length)) != contents.substr(0, digest_length))
        return std::nullopt;
    contents.remove_prefix(digest_length);
    CachedObject object;
    for (auto end = contents.find('\n'); end != std::string_view::npos; end = contents.find('\n')) {
        const std::string_view line = contents.substr(0, end);
        contents.remove_prefix(end + 1);
        if (line.empty()) {
            object.code = contents;
            return object;
        }
        object.symbols.emplace_back(line);
    }
    return std::nullopt;
}

} // namespace

std::optional<CachedObject> ObjectCache::find(const std::string& key) const {
    const fs::path path = folder_ / (key + std::string(ending));
    auto object = parsed(contents_of(path));
    std::error_code ignored;
    if (object) // the oldest are those not used for longest
        fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
    return object;
}

void ObjectCache::keep(const std::string& key, const CachedObject& object) const {
    std::error_code problem;
    fs::create_directories(folder_, problem);
    std::string contents;
    for (const std::string& symbol : object.symbols)
        contents += symbol + "\n";
    contents += "\n" + object.code;
    // Under a name of its own first: two runs may keep the same key at the same time.
    const fs::path unfinished = folder_ / (key + "." + std::to_string(llvm::sys::Process::getProcessId()));
    std::ofstream file(unfinished, std::ios::binary);
    file << digest(contents) << contents;
    file.close();
    if (file)
        fs::rename(unfinished, folder_ / (key + std::string(ending)), problem);
    if (!file || problem)
        fs::remove(unfinished, problem);
    forget_oldest();
}

void ObjectCache::forget_oldest() const {
    std::error_code problem;
    std::vector<std::pair<fs::file_time_type, fs::path>> files;
    for (fs::directory_iterator entry(folder_, problem), last; !problem && entry != last; entry.increment(problem)) {
        if (entry->path().extension() == ending)
            files.emplace_back(entry->last_write_time(problem), entry->path());
    }
    if (problem || files.size() <= most_files_)
        return;
    std::ranges::sort(files);
    files.resize(files.size() - most_files_ * 3 / 4); // some room, not to come here at each run
    for (const auto& [when, path] : files)
        fs::remove(path, problem);
}

std::string digest(std::string_view text) {
    const auto hash = llvm::SHA256::hash(
        llvm::ArrayRef(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
    return llvm::toHex(hash, true);
}

std::optional<fs::path> default_cache_folder() {
    const auto of = [](const char* name) { return llvm::sys::Process::GetEnv(name).value_or(""); };
    if (const std::string own = of("NPHYS_CACHE"); !own.empty())
        return own == "off" ? std::nullopt : std::optional<fs::path>(own);
    if (const std::string caches = of("XDG_CACHE_HOME"); !caches.empty())
        return fs::path(caches) / "nphys";
    if (const std::string home = of("HOME"); !home.empty())
        return fs::path(home) / ".cache" / "nphys";
    return std::nullopt;
}

} // namespace nphys::backend
