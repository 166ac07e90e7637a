// Emitted C++, compiled by the compilers of this machine and loaded, against the interpreter: equal to the last bit.
#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <unistd.h>

#include "compiler/backend/cpp/emit.h"
#include "compiler/loops/interpret.h"
#include "tests/unit/loops_programs.h"

namespace nphys::backend::cpp {
namespace {

using namespace test;
using namespace loops;

Interface interface_of(const Program& program) {
    Interface interface;
    interface.model = program.module.name;
    interface.doc = "A model made for a test";
    for (const BufferId buffer : program.state) {
        const Buffer& state = program.module.buffers[buffer.index()];
        interface.fields.push_back({state.name == "pi" ? "π" : state.name, {buffer}, {state.size}, ""});
    }
    for (const BufferId buffer : program.outputs) {
        const Buffer& output = program.module.buffers[buffer.index()];
        interface.observables.push_back({output.name, buffer, 0, {output.size}, ""});
    }
    interface.parameters.push_back({"γ", 0.125, 0.0, 1.0, "", program.module.step_size});
    interface.steps = 10;
    return interface;
}

std::vector<double> interpreted(const Module& module, const Program& program, std::int64_t steps) {
    auto memory = Memory::create(module);
    Interpreter interpreter(module, *memory, {.threads = 2});
    for (const std::string name : {"constants", "initialize", "advance", "observe"}) {
        const bool exists = std::any_of(module.functions.begin(), module.functions.end(),
                                        [&](const loops::Function& function) { return function.name == name; });
        if (!exists)
            continue;
        if (name == "initialize")
            memory->scalar(module.time) = memory->scalar(module.start_time);
        const auto wrong = interpreter.run(name, name == "advance" ? steps : 0);
        EXPECT_FALSE(wrong.has_value()) << *wrong;
    }
    std::vector<double> values;
    std::vector<BufferId> wanted = program.state;
    wanted.insert(wanted.end(), program.outputs.begin(), program.outputs.end());
    for (const BufferId buffer : wanted) {
        if (memory->type(buffer) == Type::f64) {
            for (const double value : memory->values<double>(buffer))
                values.push_back(value);
        } else {
            for (const float value : memory->values<float>(buffer))
                values.push_back(static_cast<double>(value));
        }
    }
    values.push_back(memory->scalar(module.time));
    return values;
}

// A function with C linkage that runs the model and hands out all its numbers in the order of interpreted().
std::string probe(const Program& program) {
    std::string text =
        fmt::format("#include \"{0}.hpp\"\n#include <cstring>\n"
                    "extern \"C\" long probe(long steps, int threads, double* out) {{\n"
                    "    {0}::Model model({{}}, threads);\n    model.initialize();\n    model.step(steps);\n"
                    "    model.observe();\n    long n = 0;\n",
                    program.module.name);
    for (const BufferId buffer : program.state) {
        std::string name = program.module.buffers[buffer.index()].name;
        if (name == "pi" || name == "class")
            name += "_";
        text += fmt::format("    for (const auto value : model.{}()) out[n++] = static_cast<double>(value);\n", name);
    }
    text += "    for (const double value : model.observed()) out[n++] = value;\n";
    return text + "    out[n++] = model.time();\n    return n;\n}\n";
}

class Folder {
public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "nphys_cpp_XXXXXX").string();
        path_ = mkdtemp(pattern.data());
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    void write(const std::string& name, const std::string& text) const { std::ofstream(path_ / name) << text; }

private:
    std::filesystem::path path_;
};

bool exists(const std::string& compiler) {
    return std::system(fmt::format("command -v {} > /dev/null 2>&1", compiler).c_str()) == 0;
}

std::vector<double> compiled(const std::string& compiler, const Program& program, const std::vector<File>& files,
                             std::int64_t steps, int threads) {
    const Folder folder;
    for (const File& file : files)
        folder.write(file.path, file.text);
    folder.write("probe.cpp", probe(program));
    const std::string name = program.module.name;
    const std::string command = fmt::format(
        "cd {} && {} -std=c++20 -O3 -march=native -ffp-contract=off -Wall -Wextra -Wpedantic -Werror -fPIC -shared "
        "-pthread "
        "-o model.so probe.cpp {}.cpp",
        folder.path().string(), compiler, name);
    EXPECT_EQ(std::system(command.c_str()), 0) << compiler << "\n" << files.at(1).text;
    void* library = dlopen((folder.path() / "model.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr)
        return {};
    const auto run = reinterpret_cast<long (*)(long, int, double*)>(dlsym(library, "probe"));
    std::vector<double> values(100'000);
    values.resize(static_cast<std::size_t>(run(steps, threads, values.data())));
    dlclose(library);
    return values;
}

void expect_agreement(const Program& program, std::int64_t steps) {
    const std::vector<double> expected = interpreted(program.module, program, steps);
    const auto files = emit(program.module, interface_of(program));
    ASSERT_TRUE(files.has_value()) << files.error();
    for (const std::string compiler : {"c++", "clang++-19"}) {
        if (!exists(compiler))
            continue;
        const std::vector<double> found = compiled(compiler, program, *files, steps, 2);
        ASSERT_EQ(found.size(), expected.size()) << compiler;
        for (std::size_t i = 0; i < found.size(); ++i) {
            EXPECT_EQ(found[i], expected[i]) << compiler << " " << program.module.name << " " << i;
        }
    }
}

TEST(EmittedCpp, a_stencil_with_peeled_edges_and_reductions_agrees_to_the_last_bit) {
    expect_agreement(stencil(67, Type::f64), 20);
}
TEST(EmittedCpp, a_stencil_in_single_precision_agrees_to_the_last_bit) {
    expect_agreement(stencil(35, Type::f32), 20);
}
TEST(EmittedCpp, a_dense_matrix_in_plain_loops_agrees_to_the_last_bit) {
    expect_agreement(matrix_map(33, Type::f64), 7);
}
TEST(EmittedCpp, sparse_rows_agree_to_the_last_bit) {
    expect_agreement(sparse_map(29), 9);
}
TEST(EmittedCpp, every_exact_operation_agrees_to_the_last_bit) {
    expect_agreement(all_operations(53, Type::f64), 1);
    expect_agreement(all_operations(53, Type::f32), 1);
}
TEST(EmittedCpp, streamed_rows_agree_to_the_last_bit) {
    expect_agreement(streamed_lattice(9, 700, Type::f32), 5);
}
TEST(EmittedCpp, rows_with_edges_inside_agree_to_the_last_bit) {
    expect_agreement(ring(3, Type::f64), 3);
    expect_agreement(ring(83, Type::f32), 6);
}
TEST(EmittedCpp, a_single_neuron_agrees_to_the_last_bit) {
    expect_agreement(single_neuron(), 25);
}

TEST(EmittedCpp, the_program_runs_with_parameters_threads_and_files) {
    const Program program = stencil(17, Type::f64);
    Interface interface = interface_of(program);
    interface.observables = {{"φ", program.state[0], 0, {}, ""}};
    const auto files = emit(program.module, interface);
    ASSERT_TRUE(files.has_value());
    const Folder folder;
    for (const File& file : *files)
        folder.write(file.path, file.text);
    const std::string command =
        fmt::format("cd {} && c++ -std=c++20 -O1 -ffp-contract=off -Wall -Wextra -Wpedantic -Werror -pthread -o run "
                    "main.cpp stencil.cpp && ./run γ=0.125 --steps 25 --every 10 --threads 2 --state state > out "
                    "&& ! ./run γ=7 2> refused && ! ./run --nonsense 1 2>> refused",
                    folder.path().string());
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream series(folder.path() / "series.csv"), state(folder.path() / "state", std::ios::binary);
    std::vector<std::string> lines;
    for (std::string line; std::getline(series, line);)
        lines.push_back(line);
    ASSERT_EQ(lines.size(), 5u);
    EXPECT_EQ(lines[0], "step,t,φ");
    EXPECT_EQ(lines[1].substr(0, 6), "0,0.5,");
    EXPECT_EQ(lines[4].substr(0, 9), "25,3.625,");
    double phi = 0;
    state.read(reinterpret_cast<char*>(&phi), sizeof phi);
    EXPECT_EQ(phi, interpreted(program.module, program, 25)[0]);
}

TEST(EmittedCpp, numbers_drawn_are_those_of_the_runtime) {
    for (const Distribution distribution : {Distribution::normal, Distribution::uniform}) {
        Program program = drawing_program(distribution);
        const std::vector<double> expected = interpreted(program.module, program, 3);
        for (const int threads : {1, 2}) {
            const auto files = emit(program.module, interface_of(program));
            ASSERT_TRUE(files.has_value());
            EXPECT_EQ(compiled("c++", program, *files, 3, threads), expected);
        }
    }
}

} // namespace
} // namespace nphys::backend::cpp
