#include <fmt/format.h>

#include <cctype>
#include <filesystem>

#include "compiler/driver/commands/commands.h"
#include "compiler/driver/messages.h"
#include "runtime/output/run_folder.h"

namespace nphys::driver {
namespace {

constexpr const char* starting_model = R"(model {0} "A field on a ring, learned from its loss"
use lattice

param N = 200                              # sites
param m = 1 in 0..10                       # mass
lattice ring(x) = periodic(N) over -10..10
index i in ring

neuron    φ[i]                             # the field
trainable π[i]                             # what learns
loss H = -1/2*φ[i]*laplacian(φ)[i] + 1/2*m^2*φ[i]^2
activation φ[i] ← φ[i] + π[i]
learning   π descends H                    # the compiler derives d/dt π = laplacian(φ) - m²φ

init φ = exp(-x^2)
observe energy = 1/2*π[i]^2 + H
expect abs(energy/initial(energy) - 1) < 1e-2

run {{ scheme = leapfrog  dt = 0.05  until = 20  observe energy every 5  save φ every t = 0.2 }}
)";

// A word that the grammar takes as a name and a shell takes without quotes.
bool is_plain_name(const std::string& name) {
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return false;
    for (const char character : name)
        if (std::isalnum(static_cast<unsigned char>(character)) == 0 && character != '_') return false;
    return true;
}

} // namespace

int fresh(const Options& options) {
    std::filesystem::path path = options.files.front();
    if (path.extension() != ".nphys") path += ".nphys";
    const std::string name = path.stem().string();
    if (!is_plain_name(name)) {
        fmt::print(stderr, "error: `{}` cannot be the name of a model\n  = help: use letters, digits and underscores: `nphysc new my_model`\n", name);
        return command_line_is_wrong;
    }
    std::error_code error;
    if (std::filesystem::exists(path, error)) {
        fmt::print(stderr, "error: `{}` exists already and is not overwritten\n  = help: choose another name\n", path.string());
        return environment_failed;
    }
    if (const auto written = runtime::write_text(path, fmt::format(starting_model, name)); !written) return tell_failure(written.error());
    fmt::print("wrote {}\nrun it with: nphysc run {}\n", path.string(), path.string());
    return all_well;
}

} // namespace nphys::driver
