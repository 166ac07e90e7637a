// The house keeps its shape: who includes whom, where foreign headers stay, how long a file may be.
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Room {
    std::string_view folder;
    std::vector<std::string_view> may_include; // beginnings of paths; its own folder is always allowed
};

// A stage sees only the stages before it. Of the runtime, the compiler sees the interface that compiled code is given,
// the memory that the interpreter works in, and dense linear algebra; the driver sees all of it.
const std::vector<Room> rooms = {
    {"compiler/base/", {}},
    {"compiler/syntax/", {"compiler/base/"}},
    {"compiler/algebra/", {"compiler/base/", "runtime/linalg/", "runtime/random/poisson.h", "runtime/result.h"}},
    {"compiler/model/", {"compiler/base/", "compiler/syntax/", "compiler/algebra/"}},
    {"compiler/dynamics/", {"compiler/base/", "compiler/algebra/", "compiler/model/"}},
    {"compiler/analysis/",
     {"compiler/base/", "compiler/algebra/", "compiler/model/", "compiler/dynamics/", "runtime/linalg/single_thread.h"}},
    {"compiler/loops/",
     {"compiler/base/", "compiler/algebra/", "compiler/model/", "compiler/dynamics/", "runtime/abi",
      "runtime/context.h", "runtime/parallel/memory.h", "runtime/result.h"}},
    {"compiler/backend/llvm/",
     {"compiler/base/", "compiler/algebra/", "compiler/loops/", "runtime/abi", "runtime/context.h",
      "runtime/random/noise"}}, // the coefficients of its series
    {"compiler/backend/cpp/", {"compiler/base/", "compiler/algebra/", "compiler/loops/", "runtime/abi"}},
    {"compiler/driver/", {"compiler/", "runtime/"}},
    {"runtime/", {}},
};

struct Foreign {
    std::string_view header; // beginning
    std::string_view folder; // outside of which nothing may see it, not even through our headers
};

const std::vector<Foreign> foreign_headers = {
    {"antlr4-runtime", "compiler/syntax/"}, {"NphysLexer", "compiler/syntax/"},    {"NphysParser", "compiler/syntax/"},
    {"llvm/", "compiler/backend/llvm/"},    {"llvm-c/", "compiler/backend/llvm/"}, {"hdf5", "runtime/output/"},
    {"fftw3", "runtime/spectral/"},
};

constexpr std::size_t longest_source = 400;

std::vector<std::string> sources() {
    std::vector<std::string> paths;
    const fs::path root = NPHYS_SOURCE_DIR;
    for (const std::string_view top : {"compiler", "runtime", "tests", "bench"}) {
        if (!fs::exists(root / top))
            continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / top)) {
            const std::string extension = entry.path().extension().string();
            if (extension == ".h" || extension == ".cpp")
                paths.push_back(fs::relative(entry.path(), root).generic_string());
        }
    }
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::vector<std::string> lines_of(const std::string& path) {
    std::ifstream file(fs::path(NPHYS_SOURCE_DIR) / path);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

std::vector<std::string> includes_of(const std::string& path) {
    std::vector<std::string> includes;
    for (const std::string& line : lines_of(path)) {
        constexpr std::string_view directive = "#include ";
        if (!line.starts_with(directive) || line.size() < directive.size() + 3)
            continue;
        const std::string quoted = line.substr(directive.size() + 1);
        includes.push_back(quoted.substr(0, quoted.find_first_of("\">")));
    }
    return includes;
}

bool is_allowed(const Room& room, const std::string& include) {
    const bool ours = include.starts_with("compiler/") || include.starts_with("runtime/");
    const auto begins = [&](std::string_view beginning) { return include.starts_with(beginning); };
    return !ours || begins(room.folder) || std::any_of(room.may_include.begin(), room.may_include.end(), begins);
}

// Everything that a file includes, directly or through our own headers.
void reach(const std::string& path, std::set<std::string>& reached) {
    for (const std::string& include : includes_of(path))
        if (reached.insert(include).second && fs::exists(fs::path(NPHYS_SOURCE_DIR) / include))
            reach(include, reached);
}

TEST(Structure, includes_go_one_way) {
    for (const std::string& path : sources())
        for (const Room& room : rooms)
            for (const std::string& include : includes_of(path)) {
                EXPECT_TRUE(!path.starts_with(room.folder) || is_allowed(room, include))
                    << path << " includes " << include;
            }
}

TEST(Structure, foreign_headers_stay_in_their_rooms) {
    for (const std::string& path : sources()) {
        std::set<std::string> reached;
        reach(path, reached);
        for (const std::string& include : reached)
            for (const Foreign& foreign : foreign_headers) {
                // Rivals are what people write without us, with the libraries themselves.
                const bool outside = !path.starts_with(foreign.folder) && !path.starts_with("tests/") && !path.starts_with("bench/rivals/");
                EXPECT_FALSE(outside && include.starts_with(foreign.header)) << path << " sees " << include;
            }
    }
}

TEST(Structure, every_folder_of_the_compiler_is_a_known_room) {
    for (const std::string& path : sources())
        if (path.starts_with("compiler/")) {
            EXPECT_TRUE(std::any_of(rooms.begin(), rooms.end(), [&](const Room& room) {
                return path.starts_with(room.folder);
            })) << path;
        }
}

TEST(Structure, files_are_short_enough_to_have_one_subject) {
    for (const std::string& path : sources())
        EXPECT_LE(lines_of(path).size(), longest_source) << path;
}

TEST(Structure, headers_are_guarded_and_open_no_namespaces) {
    for (const std::string& path : sources()) {
        if (!path.ends_with(".h"))
            continue;
        const std::vector<std::string> lines = lines_of(path);
        EXPECT_NE(std::find(lines.begin(), lines.end(), "#pragma once"), lines.end()) << path;
        EXPECT_TRUE(std::none_of(lines.begin(), lines.end(), [](const std::string& line) {
            return line.starts_with("using namespace");
        })) << path;
    }
}

} // namespace
