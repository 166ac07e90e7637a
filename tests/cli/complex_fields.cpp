// Complex variables as a user meets them: columns, fields, ParaView, resuming, the emitted class, the derived law.
#include <complex>
#include <hdf5.h>
#include <numbers>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;

// A plane wave of a free particle: ψ = exp(i k x - i ω t) with ω = 1 - cos k.
const std::string plane_wave = "model wave \"A plane wave\"\nuse lattice\nlattice ring(x) = periodic(8)\nindex i in ring\n"
                               "neuron ψ[i] : complex\nlet k = 2*pi/8\n"
                               "activation d/dt ψ[i] = 1/2*1i*laplacian(ψ)[i]\ninit ψ = exp(1i*k*x)\n"
                               "observe amplitude = 1/8*Σ[i](exp(-1i*k*x)*ψ[i])\nobserve norm = abs(ψ[i])^2\n"
                               "run { scheme = rk4  dt = 0.05  steps = 40  observe amplitude, norm every 10  save ψ every 20 }\n";

std::vector<double> numbers_of(const fs::path& file, const std::string& name, std::vector<hsize_t>& extents) {
    const hid_t id = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const hid_t array = H5Dopen2(id, name.c_str(), H5P_DEFAULT), space = H5Dget_space(array);
    extents.resize(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
    H5Sget_simple_extent_dims(space, extents.data(), nullptr);
    std::vector<double> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    H5Dread(array, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
    H5Sclose(space);
    H5Dclose(array);
    H5Fclose(id);
    return values;
}

TEST_F(Command, AComplexObservableHasTwoColumns) {
    ASSERT_EQ(run({"run", model(plane_wave).string(), "-o", "out", "--no-plots"}).status, 0);
    const Table series = read_series(folder() / "out/series.csv");
    EXPECT_EQ(series.columns, (std::vector<std::string>{"step", "t", "amplitude.re", "amplitude.im", "norm"}));
    const double frequency = 1 - std::cos(std::numbers::pi / 4);
    const std::complex<double> expected = std::polar(1.0, -frequency * 2);
    EXPECT_NEAR(series.column("amplitude.re").back(), expected.real(), 1e-8);
    EXPECT_NEAR(series.column("amplitude.im").back(), expected.imag(), 1e-8);
}

TEST_F(Command, AComplexFieldIsStoredWithItsPartsAsTheLastAxis) {
    ASSERT_EQ(run({"run", model(plane_wave).string(), "-o", "out", "--no-plots"}).status, 0);
    std::vector<hsize_t> extents;
    const std::vector<double> values = numbers_of(folder() / "out/fields.h5", "/fields/ψ", extents);
    ASSERT_EQ(extents, (std::vector<hsize_t>{3, 8, 2}));
    for (std::size_t site = 0; site < 8; ++site) {
        EXPECT_NEAR(values[2 * site], std::cos(static_cast<double>(site) * std::numbers::pi / 4), 1e-15);
        EXPECT_NEAR(values[2 * site + 1], std::sin(static_cast<double>(site) * std::numbers::pi / 4), 1e-15);
    }
    const std::string xdmf = read_text(folder() / "out/fields.xdmf");
    EXPECT_TRUE(contains(xdmf, "\"ψ.re\"") && contains(xdmf, "\"ψ.im\"")) << xdmf;
}

TEST_F(Command, ARunOfAComplexFieldGoesOnFromItsCheckpoint) {
    const std::string file = model(plane_wave).string();
    ASSERT_EQ(run({"run", file, "-o", "out", "--no-plots"}).status, 0);
    EXPECT_EQ(run({"run", file, "-o", "out", "--resume", "--no-plots"}).status, 0);
}

TEST_F(Command, TheLawOfAComplexVariableIsExplainedAsOne) {
    const Ran ran = run({"explain", model(plane_wave).string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "d/dt ψ[i] = 1i*(1/2*ψ[i+e[1]] - ψ[i] + 1/2*ψ[i-e[1]])")) << ran.out;
}

// The convention of docs/language.md: gradients in both parts, 2 ∂/∂z̄.
TEST_F(Command, PairsAndDescentsOfComplexVariablesFollowTheGradientInBothParts) {
    const std::string pair = "model pair\nneuron φ : complex\ntrainable π : complex\nparam ω = 1.3\n"
                             "hamiltonian E = 1/2*abs(π)^2 + 1/2*ω^2*conj(φ)*φ\n"
                             "run { scheme = leapfrog  dt = 0.1  steps = 1 }\n";
    const Ran moved = run({"explain", model(pair).string()});
    EXPECT_TRUE(contains(moved.out, "d/dt φ = π ") && contains(moved.out, "d/dt π = -ω^2*φ ")) << moved.out << moved.err;
    const std::string descent = "model descent\ntrainable z : complex\nparam c = 2\nloss H = 1/2*abs(z - c*1i)^2\n"
                                "learning z descends H with rate 3\nrun { scheme = euler  dt = 0.1  steps = 1 }\n";
    const Ran descended = run({"explain", model(descent).string()});
    EXPECT_TRUE(contains(descended.out, "d/dt z = 3*1i*c - 3*z ")) << descended.out << descended.err;
}

TEST_F(Command, TheEmittedClassHasBothPartsByName) {
    ASSERT_EQ(run({"emit", model(plane_wave).string(), "-o", "out"}).status, 0);
    const std::string header = read_text(folder() / "out/wave.hpp");
    EXPECT_TRUE(contains(header, "psi_re()") && contains(header, "psi_im()")) << header;
}

} // namespace
} // namespace nphys::cli
