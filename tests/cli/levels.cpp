// Ensembles on grids, runs at several levels, and how far they are apart.
#include <cmath>
#include <hdf5.h>
#include <nlohmann/json.hpp>
#include <numeric>

#include "tests/cli/command.h"
#include "tests/cli/series.h"

namespace nphys::cli {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// All numbers of a field, one save after the other; none where there is no such field.
std::vector<double> read_field(const fs::path& file, const std::string& name) {
    const hid_t opened = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    const std::string path = "/fields/" + name;
    std::vector<double> values;
    if (H5Lexists(opened, path.c_str(), H5P_DEFAULT) > 0) {
        const hid_t field = H5Dopen2(opened, path.c_str(), H5P_DEFAULT);
        const hid_t space = H5Dget_space(field);
        values.resize(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
        H5Dread(field, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
        H5Sclose(space);
        H5Dclose(field);
    }
    H5Fclose(opened);
    return values;
}

// Multiplicative noise, Geometric learning dynamics, (2.7): at rest √(1 + q²) exp(-2U/γ), with the variance 0.1915.
std::string law(const std::string& run) {
    return "model law\nparam γ = 0.5\ntrainable q\nloss U = 1/2*q^2 + 1/4*q^4\nnoise κ = 1 + q^2\nmetric g = κ\n"
           "learning q descends U with rate γ, metric g, noise κ\ninit q = normal(0.5, 0.3)\n"
           "observe centre = mean(q)\nobserve width = variance(q)\nrun { " +
           run + " }\n";
}
const std::string two_levels = "as = ensemble and density on grid(q: -2.4..2.4 by 48)  scheme = heun and bdf2  dt = 0.02  until = 4  "
                               "ensemble = 5000  observe centre, width, mass, entropy every 50  save P every t = 1";

TEST_F(Command, EnsembleOnAGridIsTheHistogramOfItsCopies) {
    const std::string text = "model law\nindex μ, ν in 1..1\ntrainable q[μ]\nloss U = 1/2*q[1]^2\nnoise κ[μ,ν] = δ[μ,ν]*(1 + q[1]^2)\nmetric g = κ\n"
                             "learning q descends U with metric g, noise κ\ninit q = normal(0.5, 0.3)\n"
                             "run { as = ensemble on grid(q[1]: -1..1.5 by 25)  dt = 0.1  until = 1  ensemble = 400  observe mass  save q, P every t = 1 }\n";
    ASSERT_EQ(run({"run", model(text).string(), "-o", "out", "--no-plots"}).status, 0);
    const std::vector<double> copies = read_field(folder() / "out/fields.h5", "q"), density = read_field(folder() / "out/fields.h5", "P");
    const std::vector<double> errors = read_field(folder() / "out/fields.h5", "P_stderr"), measure = read_field(folder() / "out/fields.h5", "√g");
    ASSERT_EQ(copies.size(), 800U);
    ASSERT_EQ(density.size(), 50U);
    std::vector<double> counted(50, 0.0);
    for (std::size_t n = 0; n < copies.size(); ++n)
        if (const double cell = std::floor((copies[n] + 1) / 0.1); cell >= 0 && cell < 25) counted[n / 400 * 25 + static_cast<std::size_t>(cell)] += 1;
    for (std::size_t cell = 0; cell < 50; ++cell) {
        const double place = -0.95 + 0.1 * static_cast<double>(cell % 25), volume = std::sqrt(1 + place * place), share = counted[cell] / 400;
        EXPECT_NEAR(measure[cell], volume, 1e-12);
        EXPECT_NEAR(density[cell], share / (0.1 * volume), 1e-12) << cell;
        EXPECT_NEAR(errors[cell], std::sqrt(share * (1 - share) / 399) / (0.1 * volume), 1e-12) << cell;
    }
    const double inside = std::accumulate(counted.begin() + 25, counted.end(), 0.0) / 400;
    EXPECT_NEAR(read_series(folder() / "out/series.csv").column("mass").back(), inside, 1e-12);
}

TEST_F(Command, CopiesAreCountedInPlanesAndOnRings) {
    const std::string text = "model ring\nindex μ in 1..2\ntrainable q[μ]\nloss H = 1/2*q[μ]^2\nlearning q evolves H with jump normal(0, 1), accept 1\n"
                             "init q[1] = uniform(-20, 20)\ninit q[2] = normal(0, 1)\n"
                             "run { as = ensemble on grid(q[1]: periodic(0..3 by 4), q[2]: -1..1 by 3)  scheme = map  steps = 2  ensemble = 300  save q, P every 2 }\n";
    ASSERT_EQ(run({"run", model(text).string(), "-o", "out", "--no-plots"}).status, 0);
    const std::vector<double> copies = read_field(folder() / "out/fields.h5", "q"), density = read_field(folder() / "out/fields.h5", "P");
    ASSERT_EQ(copies.size(), 1200U);
    ASSERT_EQ(density.size(), 24U);
    std::vector<double> counted(24, 0.0);
    for (std::size_t save = 0; save < 2; ++save)
        for (std::size_t copy = 0; copy < 300; ++copy) {
            const double* q = &copies[(save * 300 + copy) * 2];
            double around = std::fmod(std::floor(q[0] / 0.75 + 0.5), 4.0);
            around += around < 0 ? 4 : 0;
            const double up = std::floor((q[1] + 1) / (2.0 / 3));
            if (up >= 0 && up < 3) counted[save * 12 + static_cast<std::size_t>(3 * around + up)] += 1;
        }
    for (std::size_t cell = 0; cell < 24; ++cell) EXPECT_NEAR(density[cell], counted[cell] / 300 / (0.75 * 2 / 3), 1e-12) << cell;
}

TEST_F(Command, LevelsOfOneRunStandSideBySide) {
    const Ran ran = run({"run", model(law(two_levels)).string(), "-o", "out", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const Table table = read_series(folder() / "out/series.csv");
    EXPECT_EQ(table.columns, (std::vector<std::string>{"step", "t", "centre[ensemble]", "centre_stderr[ensemble]", "centre[density]", "width[ensemble]",
                                                       "width_stderr[ensemble]", "width[density]", "mass[ensemble]", "mass_stderr[ensemble]", "mass[density]",
                                                       "entropy[density]"}));
    EXPECT_EQ(table.column("t"), (std::vector<double>{0, 1, 2, 3, 4}));
    for (const char* level : {"ensemble", "density"}) {
        const fs::path part = folder() / "out" / level;
        EXPECT_EQ(table.column(std::string("width[") + level + "]"), read_series(part / "series.csv").column("width"));
        EXPECT_EQ(read_field(folder() / "out/fields.h5", std::string("P[") + level + "]"), read_field(part / "fields.h5", "P"));
    }
    EXPECT_EQ(Json::parse(read_text(folder() / "out/run.json")).at("notes").at("levels"), "ensemble, density");
    EXPECT_EQ(Json::parse(read_text(folder() / "out/run.json")).at("scheme"), "heun and bdf2");
    EXPECT_TRUE(contains(ran.out, "ensemble – density at t = 4: L1 distance")) << ran.out;
}

// Both begin with the same law of q, though P is with respect to √g dq.
TEST_F(Command, EnsembleAndDensityOfMultiplicativeNoiseAgree) {
    ASSERT_EQ(run({"run", model(law(two_levels)).string(), "-o", "out", "--no-plots"}).status, 0);
    const Table table = read_series(folder() / "out/series.csv");
    EXPECT_NEAR(table.column("width[density]").front(), 0.09, 2e-4);
    EXPECT_NEAR(table.column("width[density]").back(), 0.1915, 2e-3);
    for (std::size_t row = 0; row < table.rows.size(); ++row)
        for (const std::string what : {"centre", "width"})
            EXPECT_NEAR(table.column(what + "[ensemble]")[row], table.column(what + "[density]")[row], 5 * table.column(what + "_stderr[ensemble]")[row])
                << what << " at t = " << table.column("t")[row];
    const Ran compared = run({"compare", "out", "--json"});
    ASSERT_EQ(compared.status, 0) << compared.err;
    const Json densities = Json::parse(compared.out).at("comparisons").at(0).at("densities");
    ASSERT_EQ(densities.size(), 5U);
    for (const Json& at : densities) {
        EXPECT_LT(at.at("l1"), 1.5 * at.at("l1_by_chance").get<double>());
        EXPECT_LT(at.at("kullback_leibler"), 2 * at.at("kullback_leibler_by_chance").get<double>());
        for (const Json& moment : at.at("moments"))
            EXPECT_NEAR(moment.at("first"), moment.at("second"), 5 * moment.at("standard_error").get<double>()) << moment.at("name");
    }
}

TEST_F(Command, LevelsShareOnePicture) {
    ASSERT_EQ(run({"run", model(law(two_levels)).string(), "-o", "out", "--no-plots"}).status, 0);
    EXPECT_FALSE(fs::exists(folder() / "out/plots/levels.png"));
    const Ran ran = run({"plot", "out"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    for (const char* picture : {"levels.png", "levels.svg"}) {
        EXPECT_TRUE(fs::exists(folder() / "out/plots" / picture)) << picture;
        EXPECT_TRUE(contains(ran.out, picture)) << ran.out;
    }
    const std::string drawing = read_text(folder() / "out/plots/levels.svg");
    for (const char* word : {"ensemble", "density", "L1 distance", "Kullback", "by chance"}) EXPECT_TRUE(contains(drawing, word)) << word;
}

TEST_F(Command, CompareTellsAnotherLawFromChance) {
    for (const char* start : {"0.5", "0.4"})
        ASSERT_EQ(run({"run", model("model law\nparam a = 0\ntrainable q\nloss U = 1/2*q^2\nlearning q descends U with noise 1\ninit q = normal(a, 0.5)\n"
                                    "run { as = density on grid(q: -4..4 by 80)  dt = 0.1  until = 1  save P every t = 0.5 }\n").string(),
                       "-p", std::string("a=") + start, "-o", start, "--no-plots"}).status, 0);
    const Ran ran = run({"compare", "0.5", "0.4", "--json", "-o", "compared"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const Json densities = Json::parse(ran.out).at("comparisons").at(0).at("densities");
    // Two Gaussians of the variance s²: Σ p ln(p/q) = Δ²/(2s²), Σ |p - q| = 2 erf(Δ/(2√2 s)).
    for (const Json& at : densities) {
        const double t = at.at("t"), spread = 0.5 + (0.25 - 0.5) * std::exp(-2 * t), apart = 0.1 * std::exp(-t);
        EXPECT_NEAR(at.at("kullback_leibler"), apart * apart / (2 * spread), 0.05 * apart * apart / (2 * spread));
        EXPECT_NEAR(at.at("l1"), 2 * std::erf(apart / std::sqrt(8 * spread)), 0.02 * apart);
        EXPECT_TRUE(at.at("l1_by_chance").is_null());
    }
    EXPECT_EQ(densities.size(), 3U);
    EXPECT_TRUE(fs::exists(folder() / "compared/distances.csv"));
}

TEST_F(Command, EachLevelTakesWhatIsSaidOfIt) {
    const std::string text = "model law\nindex μ, ν in 1..1\ntrainable q[μ]\nloss U = 1/2*q[1]^2\nnoise κ[μ,ν] = δ[μ,ν]\nmetric g = κ\n"
                             "learning q descends U with metric g, noise κ\ninit q = normal(1, 0.5)\n"
                             "run { as = ensemble and density and wave(1) on grid(q[1]: -6..6 by 64)  scheme = heun and bdf2 and split_step  dt = 0.02  until = 0.2\n"
                             "ensemble = 50  init ψ = exp(-(q[1] - 1)^2)  observe entropy, norm, mass  save q, P, ψ every t = 0.1  expect abs(norm - 1) < 1e-12 }\n";
    const Ran ran = run({"run", model(text).string(), "-o", "out", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const Table table = read_series(folder() / "out/series.csv");
    EXPECT_FALSE(table.column("entropy[density]").empty());
    EXPECT_TRUE(table.column("entropy[wave]").empty());
    EXPECT_FALSE(table.column("norm[wave]").empty());
    const fs::path fields = folder() / "out/fields.h5";
    EXPECT_EQ(read_field(fields, "q[ensemble]").size(), 150U);
    EXPECT_EQ(read_field(fields, "ψ[wave]").size(), 384U);
    EXPECT_EQ(read_field(fields, "P[wave]").size(), 192U);
    EXPECT_TRUE(read_field(fields, "q[density]").empty());
}

// Madelung: P and S of the fluid are |ψ|² and the phase of the wave, Geometric learning dynamics, (3.7)-(3.11).
TEST_F(Command, AWaveAndItsFluidAgree) {
    const std::string text = "model madelung\ntrainable q\nloss U = cos(q)\nnoise κ = 1\nmetric g = κ\nlearning q descends U with rate 0.5, metric g, noise κ\n"
                             "run { as = wave(1) and hydrodynamic(1) on grid(q: periodic(0..2*pi by 128))  scheme = rk4  dt = 0.0005  until = 0.5\n"
                             "init ψ = √(1 + 0.3*cos(q))  init P = 1 + 0.3*cos(q)  observe energy every 100  save P every t = 0.1 }\n";
    const Ran ran = run({"run", model(text).string(), "-o", "out", "--no-plots", "--json"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const Json densities = Json::parse(ran.out).at("comparisons").at(0).at("densities");
    ASSERT_EQ(densities.size(), 6U);
    for (const Json& at : densities) EXPECT_LT(at.at("l1"), 1e-5) << at.at("t");
    const std::vector<double> all = read_field(folder() / "out/fields.h5", "P[wave]");
    EXPECT_GT(std::abs(all.front() - all[5 * 128]), 1e-3); // and it moves
}

TEST_F(Command, OneOfTheLevelsCanBeTaken) {
    ASSERT_EQ(run({"run", model(law(two_levels)).string(), "--level", "density", "-o", "out", "--no-plots"}).status, 0);
    EXPECT_FALSE(fs::exists(folder() / "out/density"));
    EXPECT_EQ(read_series(folder() / "out/series.csv").columns, (std::vector<std::string>{"step", "t", "centre", "width", "mass", "entropy"}));
}

TEST_F(Command, WhatIsForOneLevelSaysWhichItTook) {
    const std::string file = model(law(two_levels)).string();
    const Ran first = run({"explain", file}), second = run({"explain", file, "--level", "density"});
    ASSERT_EQ(first.status, 0) << first.err;
    EXPECT_TRUE(contains(first.err, "at its level `ensemble`; `--level density`")) << first.err;
    ASSERT_EQ(second.status, 0) << second.err;
    EXPECT_EQ(second.err, "");
    EXPECT_TRUE(contains(second.out, "d/dt P")) << second.out;
}

TEST_F(Command, SweepsOfLevelsHaveThemInOneTable) {
    const Ran ran = run({"run", model(law(two_levels + "  sweep γ = [0.4, 0.5]")).string(), "-o", "out", "--no-plots"});
    ASSERT_EQ(ran.status, 0) << ran.err;
    const Table table = read_series(folder() / "out/sweep.csv");
    EXPECT_EQ(table.column("width[density]").size(), 2U);
    EXPECT_EQ(table.column("width_stderr[ensemble]").size(), 2U);
    EXPECT_TRUE(fs::exists(folder() / "out/0002/distances.csv"));
}

TEST_F(Command, AFailedExpectationOfOneLevelIsThatOfTheRun) {
    EXPECT_EQ(run({"run", model(law(two_levels + "  expect entropy < 0")).string(), "-o", "out", "--no-plots"}).status, 3);
}

TEST_F(Command, LevelsAreHalvedAndResumedOneByOne) {
    const std::string file = model(law(two_levels)).string();
    for (const char* flag : {"--halve", "--resume"}) {
        const Ran ran = run({"run", file, "-o", "out", flag});
        EXPECT_EQ(ran.status, 2) << flag;
        EXPECT_TRUE(contains(ran.err, "--level ensemble")) << ran.err;
    }
    EXPECT_EQ(run({"run", file, "--level", "ensemble", "--halve", "-o", "out", "--no-plots"}).status, 0);
}

TEST_F(Command, OneRunAtOneLevelHasNothingToBeComparedTo) {
    ASSERT_EQ(run({"run", model(law(two_levels)).string(), "--level", "density", "-o", "out", "--no-plots"}).status, 0);
    const Ran ran = run({"compare", "out"});
    EXPECT_EQ(ran.status, 5);
    EXPECT_TRUE(contains(ran.err, "give the folder of a second run")) << ran.err;
}

} // namespace
} // namespace nphys::cli
