#include "tests/agreement/emitted.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <unistd.h>

#include "compiler/backend/cpp/emit.h"
#include "compiler/driver/interface.h"

namespace nphys::test {
namespace {

namespace fs = std::filesystem;

// A folder that is gone when its owner is.
struct Scratch {
    fs::path path;
    Scratch() {
        static int count = 0;
        path = fs::temp_directory_path() / fmt::format("nphys-emitted-{}-{}", getpid(), count++);
        fs::create_directories(path);
    }
    ~Scratch() { fs::remove_all(path); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

std::string words_of(const fs::path& file) {
    std::ifstream stream(file);
    return {std::istreambuf_iterator<char>(stream), {}};
}

bool succeeds(const fs::path& folder, const std::string& command) {
    return std::system(fmt::format("cd '{}' && {} > log.txt 2>&1", folder.string(), command).c_str()) == 0;
}

template <class Number>
void append(std::vector<double>& values, const void* data, std::size_t count) {
    const auto* numbers = static_cast<const Number*>(data);
    for (std::size_t n = 0; n < count; ++n) values.push_back(static_cast<double>(numbers[n]));
}

} // namespace

std::vector<double> flat_state(driver::Simulation& simulation) {
    std::vector<double> values;
    for (const driver::Simulation::StateArray& array : simulation.state()) {
        const auto count = static_cast<std::size_t>(array.count);
        if (array.type == loops::Type::f32) append<float>(values, array.data, count);
        else append<double>(values, array.data, count);
    }
    return values;
}

tl::expected<std::vector<double>, std::string> state_of_emitted(const driver::Compilation& compilation, std::int64_t steps, const std::string& compiler) {
    const Scratch folder;
    const auto files = backend::cpp::emit(compilation.lowered.module, driver::interface_of(compilation, "model.nphys"));
    if (!files) return tl::unexpected("cannot be emitted: " + files.error());
    for (const backend::cpp::File& file : *files) std::ofstream(folder.path / file.path) << file.text;
    if (!succeeds(folder.path, compiler + " -std=c++20 -O2 -march=native -ffp-contract=off -fno-math-errno -Wall -Wextra -Wpedantic -Werror -pthread *.cpp " +
                                  (fs::exists(folder.path / "planning.hpp") ? "-lfftw3 " : "") + (fs::exists(folder.path / "eigensystems.hpp") ? "-llapacke " : "") + "-o model"))
        return tl::unexpected("does not compile: " + words_of(folder.path / "log.txt"));
    if (!succeeds(folder.path, fmt::format("./model --steps {} --threads 2 --state state.bin", steps))) return tl::unexpected("does not run: " + words_of(folder.path / "log.txt"));
    const std::string bytes = words_of(folder.path / "state.bin");
    std::vector<double> values;
    if (compilation.program.single_precision) append<float>(values, bytes.data(), bytes.size() / sizeof(float));
    else append<double>(values, bytes.data(), bytes.size() / sizeof(double));
    return values;
}

} // namespace nphys::test
