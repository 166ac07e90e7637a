#include "compiler/backend/cpp/emit.h"

#include <fmt/format.h>
#include <set>

#include "compiler/backend/cpp/identifiers.h"
#include "compiler/backend/cpp/literals.h"
#include "compiler/backend/cpp/model_class.h"
#include "compiler/backend/cpp/print.h"
#include "compiler/backend/cpp/templates.h"
#include "compiler/backend/cpp/translate_services.h"
#include "compiler/backend/cpp/uses.h"

namespace nphys::backend::cpp {

namespace {

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

// The headers of the services that are called.
void add_headers(const loops::Block& block, std::set<std::string_view>& headers) {
    for (const loops::Statement& statement : block) {
        if (const auto* call = std::get_if<loops::CallService>(&statement.node))
            headers.insert(header_of_service(call->service));
        if (const auto* loop = std::get_if<loops::For>(&statement.node))
            add_headers(*loop->body, headers);
        if (const auto* branch = std::get_if<loops::If>(&statement.node))
            add_headers(*branch->body, headers);
        if (const auto* repeat = std::get_if<loops::Repeat>(&statement.node))
            add_headers(*repeat->body, headers);
    }
}

std::set<std::string_view> headers_of(const loops::Module& module) {
    std::set<std::string_view> headers;
    for (const loops::Function& function : module.functions)
        add_headers(function.body, headers);
    return headers;
}

std::string top_comment(const Interface& interface) {
    const std::string source = interface.source.empty() ? "" : fmt::format(", from {}", interface.source);
    const std::string doc = interface.doc.empty() ? "" : interface.doc + "\n\n";
    return print_comment(
        fmt::format("{}Made by nphysc{}: a model of the physics of learning systems, as standalone C++20.", doc,
                    source),
        0);
}

// Headers of the runtime that stand on their own, under the names that they have in the folder.
std::string standalone(std::string_view header, std::string_view guard) {
    std::string text = replaced(std::string(header), "#pragma once", fmt::format("#ifndef {0}\n#define {0}", guard));
    for (const std::string_view name : {"random/philox", "random/noise", "data/shuffle", "spectral/lattice_modes", "spectral/matrices",
                                        "spectral/step_table", "spectral/planning", "spectral/turn_modes", "sparse/lattice_matrix", "sparse/band", "sparse/rightmost"})
        text = replaced(text, fmt::format("\"runtime/{}.h\"", name),
                        fmt::format("\"{}.hpp\"", name.substr(name.find('/') + 1)));
    return text + "\n#endif\n";
}

// The only libraries beside those of C++: FFTW where a model is propagated or observed in Fourier space, LAPACK where it has
// functions of larger matrices.
std::string cmake_lists(bool transforms, bool has_eigensystems) {
    std::string packages, libraries = "Threads::Threads";
    const auto take = [&](std::string_view name, std::string_view package) {
        packages += packages.empty() ? "find_package(PkgConfig REQUIRED)\n" : "";
        packages += fmt::format("pkg_check_modules({} REQUIRED IMPORTED_TARGET {})\n", name, package);
        libraries += fmt::format(" PkgConfig::{}", name);
    };
    if (transforms)
        take("FFTW", "fftw3");
    if (has_eigensystems)
        take("LAPACKE", "lapacke");
    const std::string text = replaced(std::string(templates::cmake_lists), "@PACKAGES@\n", packages);
    return replaced(text, "@LIBRARIES@", libraries);
}

std::string header_text(const Interface& interface, const ModelClass& made,
                        const std::set<std::string_view>& headers, bool draws) {
    std::string text = top_comment(interface);
    text += fmt::format(
        "\n// Example: {0}::Model model; model.initialize(); model.step(100); model.observe();\n#pragma once\n\n"
        "#include <array>\n#include <cstdint>\n#include <ostream>\n#include <span>\n#include <string>\n"
        "#include <string_view>\n#include <vector>\n\n",
        interface.model);
    for (const std::string_view header : headers)
        text += fmt::format("#include \"{}\"\n", header);
    if (draws)
        text += "#include \"draws.hpp\"\n";
    text += "#include \"numeric.hpp\"\n#include \"parallel.hpp\"\n\n";
    return text + fmt::format("namespace {0} {{\n\n{1}\n}} // namespace {0}\n", interface.model,
                              print_class(made.declaration));
}

std::string source_text(const Interface& interface, const ModelClass& made) {
    std::string text =
        top_comment(interface) +
        fmt::format("#include \"{}.hpp\"\n\n#include <algorithm>\n#include <cmath>\n#include <iterator>\n"
                    "#include <limits>\n#include <utility>\n",
                    interface.model);
    if (!interface.data.empty())
        text += fmt::format("\n#include \"{}_data.hpp\"\n", interface.model);
    text += fmt::format("\nnamespace {} {{\n", interface.model);
    for (const tree::Function& function : made.definitions)
        text += "\n" + print_definition(function, "Model", 0);
    return text + fmt::format("\n}} // namespace {}\n", interface.model);
}

// ---- Data ----

std::string array_declaration(const loops::Module& module, const Data& data, const ClassNames& names) {
    const loops::Type type = module.buffers[data.buffer.index()].type;
    const std::size_t count = type == loops::Type::i64 ? data.integers.size() : data.numbers.size();
    return fmt::format("extern const {} {}[{}];", cpp_type(type), names.members.local_buffers[data.buffer.index()],
                       count);
}

std::string array_values(const loops::Module& module, const Data& data) {
    const loops::Type type = module.buffers[data.buffer.index()].type;
    std::string text, line = "   ";
    const auto put = [&](const std::string& value) {
        if (line.size() + value.size() + 2 > 120) {
            text += line + "\n";
            line = "   ";
        }
        line += " " + value + ",";
    };
    if (type == loops::Type::i64) {
        for (const std::int64_t value : data.integers)
            put(std::to_string(value));
    } else {
        for (const double value : data.numbers)
            put(literal(value, type));
    }
    return text + line + "\n";
}

std::string data_header(const loops::Module& module, const Interface& interface, const ClassNames& names) {
    std::string text = fmt::format(
        "// Constant tensors that come from data.\n#pragma once\n\n#include <cstdint>\n\nnamespace {}::data {{\n\n",
        interface.model);
    for (const Data& data : interface.data) {
        const std::string& origin = module.buffers[data.buffer.index()].origin;
        text += array_declaration(module, data, names) + (origin.empty() ? "\n" : " // " + origin + "\n");
    }
    return text + fmt::format("\n}} // namespace {}::data\n", interface.model);
}

std::string data_source(const loops::Module& module, const Interface& interface, const ClassNames& names) {
    std::string text =
        fmt::format("#include \"{0}_data.hpp\"\n\n#include <limits>\n\nnamespace {0}::data {{\n", interface.model);
    for (const Data& data : interface.data) {
        std::string declaration = array_declaration(module, data, names);
        declaration.pop_back();
        text += fmt::format("\n{} = {{\n{}}};\n", declaration.substr(std::string_view("extern ").size()),
                            array_values(module, data));
    }
    return text + fmt::format("\n}} // namespace {}::data\n", interface.model);
}

// A buffer that is filled with nothing needs no array.
Interface without_empty_data(Interface interface) {
    std::erase_if(interface.data, [](const Data& data) { return data.numbers.empty() && data.integers.empty(); });
    return interface;
}

} // namespace

tl::expected<std::vector<File>, std::string> emit(const loops::Module& module, const Interface& given) {
    Interface interface = without_empty_data(given);
    interface.model = namespace_name(interface.model);
    const auto made = make_class(module, interface);
    if (!made)
        return tl::unexpected<std::string>(made.error());
    const std::set<std::string_view> headers = headers_of(module);
    const bool has_data = !interface.data.empty(), shows_rows = headers.contains("show_rows.hpp"),
               propagates = headers.contains("spectral.hpp"), waves = headers.contains("waves.hpp"),
               transforms = propagates || waves || headers.contains("power.hpp"),
               has_eigensystems = headers.contains("eigensystems.hpp"),
               draws = draws_numbers(module);
    const std::string& model = interface.model;
    const std::string sources = model + ".cpp" + (has_data ? " " + model + "_data.cpp" : "");
    std::vector<File> files{
        {model + ".hpp", header_text(interface, *made, headers, draws)},
        {model + ".cpp", source_text(interface, *made)},
        {"main.cpp", replaced(std::string(templates::main_cpp), "@MODEL@", model)},
        {"CMakeLists.txt",
         replaced(replaced(cmake_lists(transforms, has_eigensystems), "@SOURCES@", sources), "@MODEL@", model)},
        {"numeric.hpp", std::string(templates::numeric)},
        {"parallel.hpp", std::string(templates::parallel)}};
    if (headers.contains("dense.hpp"))
        files.push_back({"dense.hpp", std::string(templates::dense)});
    if (headers.contains("samples.hpp"))
        files.push_back({"samples.hpp", standalone(templates::samples, "NPHYS_SAMPLES_HPP")});
    if (has_eigensystems)
        files.push_back({"eigensystems.hpp", standalone(templates::eigensystems, "NPHYS_EIGENSYSTEMS_HPP")});
    if (transforms)
        files.push_back({"planning.hpp", standalone(templates::planning, "NPHYS_PLANNING_HPP")});
    if (headers.contains("power.hpp"))
        files.push_back({"power.hpp", standalone(templates::power, "NPHYS_POWER_HPP")});
    if (propagates) {
        files.push_back({"spectral.hpp", std::string(templates::spectral)});
        files.push_back({"propagation.hpp", standalone(templates::propagation, "NPHYS_PROPAGATION_HPP")});
        files.push_back({"matrices.hpp", standalone(templates::matrices, "NPHYS_MATRICES_HPP")});
        files.push_back({"step_table.hpp", standalone(templates::step_table, "NPHYS_STEP_TABLE_HPP")});
        files.push_back({"lattice_modes.hpp", standalone(templates::lattice_modes, "NPHYS_LATTICE_MODES_HPP")});
    }
    if (waves) {
        files.push_back({"waves.hpp", std::string(templates::waves)});
        files.push_back({"turn_modes.hpp", standalone(templates::turn_modes, "NPHYS_TURN_MODES_HPP")});
    }
    const bool rests = headers.contains("at_rest.hpp"), ranks = rests || headers.contains("rightmost.hpp");
    if (rests)
        files.push_back({"at_rest.hpp", standalone(templates::at_rest, "NPHYS_AT_REST_HPP")});
    if (ranks)
        files.push_back({"rightmost.hpp", standalone(templates::rightmost, "NPHYS_RIGHTMOST_HPP")});
    if (ranks || headers.contains("band.hpp")) {
        files.push_back({"band.hpp", standalone(templates::band, "NPHYS_BAND_HPP")});
        files.push_back({"lattice_matrix.hpp", standalone(templates::lattice_matrix, "NPHYS_LATTICE_MATRIX_HPP")});
    }
    if (draws) {
        files.push_back({"draws.hpp", std::string(templates::draws)});
        files.push_back({"noise.hpp", standalone(templates::noise, "NPHYS_NOISE_HPP")});
        files.push_back({"poisson.hpp", standalone(templates::poisson, "NPHYS_POISSON_HPP")});
        files.push_back({"noise_single.hpp", standalone(templates::noise_single, "NPHYS_NOISE_SINGLE_HPP")});
    }
    if (shows_rows) {
        files.push_back({"show_rows.hpp", standalone(templates::show_rows, "NPHYS_SHOW_ROWS_HPP")});
        files.push_back({"shuffle.hpp", standalone(templates::shuffle, "NPHYS_SHUFFLE_HPP")});
    }
    if (shows_rows || draws)
        files.push_back({"philox.hpp", standalone(templates::philox, "NPHYS_PHILOX_HPP")});
    if (has_data) {
        const ClassNames names = name_class(module, interface);
        files.push_back({model + "_data.hpp", data_header(module, interface, names)});
        files.push_back({model + "_data.cpp", data_source(module, interface, names)});
    }
    return files;
}

} // namespace nphys::backend::cpp
