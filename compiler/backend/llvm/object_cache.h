#pragma once
// Defines where machine code is kept between two runs of nphysc.
//
// In: a folder, a key that says everything the code depends on, object files. Out: the object file of a key, if it was kept.
// Holds: a cache never fails, what cannot be read or written is as if it had not been kept; files are written whole or
// not at all, carry a digest of themselves, and the oldest go when there are too many.
//
//     ObjectCache cache(default_cache_folder());           // ~/.cache/nphys, $NPHYS_CACHE, or nothing
//     cache.keep(key, {.code = "\177ELF…", .symbols = {"nphys_sin"}});
//     cache.find(key)->symbols;                            // {"nphys_sin"}

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nphys::backend {

struct CachedObject {
    std::string code;
    std::vector<std::string> symbols; // that the code uses
};

class ObjectCache {
public:
    explicit ObjectCache(std::filesystem::path folder, std::size_t most_files = 1000)
        : folder_(std::move(folder)), most_files_(most_files) {}
    [[nodiscard]] std::optional<CachedObject> find(const std::string& key) const;
    void keep(const std::string& key, const CachedObject& object) const;

private:
    void forget_oldest() const;
    std::filesystem::path folder_;
    std::size_t most_files_;
};

// A key from texts, in which one letter that differs gives another key.
[[nodiscard]] std::string digest(std::string_view text);

// $NPHYS_CACHE (`off`: nowhere), else nphys in the user's folder of caches.
[[nodiscard]] std::optional<std::filesystem::path> default_cache_folder();

} // namespace nphys::backend
