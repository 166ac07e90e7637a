// Machine code kept for the next run.

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "compiler/backend/llvm/compile.h"
#include "compiler/backend/llvm/object_cache.h"
#include "tests/unit/loops_programs.h"

using namespace nphys;
using backend::CachedObject;
using backend::ObjectCache;
namespace fs = std::filesystem;

namespace {

class Folder {
public:
    Folder() : path_(fs::path(testing::TempDir()) / testing::UnitTest::GetInstance()->current_test_info()->name()) {
        fs::remove_all(path_);
    }
    ~Folder() { fs::remove_all(path_); }
    [[nodiscard]] const fs::path& path() const { return path_; }
    [[nodiscard]] std::size_t files() const {
        return fs::exists(path_) ? static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), {})) : 0;
    }

private:
    fs::path path_;
};

TEST(ObjectCache, gives_back_what_was_kept) {
    const Folder folder;
    const ObjectCache cache(folder.path());
    EXPECT_FALSE(cache.find("a"));
    const std::string code("\177ELF\0\n\n code", 12);
    cache.keep("a", {code, {"sin", "cos"}});
    cache.keep("b", {"other", {}});
    const auto found = cache.find("a");
    ASSERT_TRUE(found);
    EXPECT_EQ(found->code, code);
    EXPECT_EQ(found->symbols, (std::vector<std::string>{"sin", "cos"}));
    EXPECT_EQ(cache.find("b")->code, "other");
    EXPECT_EQ(folder.files(), 2U) << "nothing unfinished stays behind";
}

TEST(ObjectCache, a_file_that_was_cut_or_changed_is_not_code) {
    const Folder folder;
    const ObjectCache cache(folder.path());
    cache.keep("a", {"some code", {"sin"}});
    const fs::path file = folder.path() / "a.object";
    ASSERT_TRUE(fs::exists(file));
    fs::resize_file(file, fs::file_size(file) - 1);
    EXPECT_FALSE(cache.find("a"));
    fs::resize_file(file, 3);
    EXPECT_FALSE(cache.find("a"));
    cache.keep("a", {"some code", {"sin"}});
    std::fstream(file, std::ios::binary | std::ios::in | std::ios::out).seekp(70).put('!');
    EXPECT_FALSE(cache.find("a"));
}

TEST(ObjectCache, a_folder_that_cannot_be_written_is_no_error) {
    const Folder folder;
    fs::create_directories(folder.path());
    std::ofstream(folder.path() / "file") << "not a folder";
    const ObjectCache cache(folder.path() / "file" / "below");
    cache.keep("a", {"some code", {}});
    EXPECT_FALSE(cache.find("a"));
}

TEST(ObjectCache, the_oldest_go_when_there_are_too_many) {
    const Folder folder;
    const ObjectCache cache(folder.path(), 4);
    for (int n = 0; n < 4; ++n) {
        cache.keep(std::to_string(n), {"code", {}});
        fs::last_write_time(folder.path() / (std::to_string(n) + ".object"),
                            fs::file_time_type::clock::now() - std::chrono::hours(10 - n));
    }
    EXPECT_TRUE(cache.find("0")) << "used now, so no longer the oldest";
    cache.keep("4", {"code", {}});
    EXPECT_FALSE(cache.find("1"));
    EXPECT_TRUE(cache.find("0"));
    EXPECT_TRUE(cache.find("3"));
    EXPECT_TRUE(cache.find("4"));
}

TEST(ObjectCache, a_second_compilation_takes_the_code_of_the_first) {
    const Folder folder;
    const loops::Module module = test::stencil(64, loops::Type::f64).module;
    const auto first = backend::compile(module, {.cache = folder.path()});
    ASSERT_TRUE(first) << first.error();
    const std::size_t kept = folder.files();
    EXPECT_GE(kept, 1U);
    const auto second = backend::compile(module, {.cache = folder.path()});
    ASSERT_TRUE(second) << second.error();
    EXPECT_EQ(folder.files(), kept);
    EXPECT_EQ(second->timings().optimize, 0) << "nothing was compiled";
    const auto other = backend::compile(test::stencil(65, loops::Type::f64).module, {.cache = folder.path()});
    ASSERT_TRUE(other) << other.error();
    EXPECT_GT(folder.files(), kept);
}

} // namespace
