// What analysis says of every example, against runs of it from random states: limits of stability from both sides, growth
// that the law itself demands, growth of maps, forms and observables that a scheme conserves, slow modes that only the
// lattice has. Those that are left out stand below by name, with the reason; a new example must come into one of the lists.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "compiler/analysis/conservation.h"
#include "compiler/analysis/dispersion.h"
#include "compiler/analysis/learning_system.h"
#include "compiler/analysis/stability.h"
#include "compiler/dynamics/clock.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

namespace fs = std::filesystem;

// An example on a lattice small enough to be quick; `at_rest`: a state around which its law, which is not linear, is linearised.
struct Looked {
    std::string name;
    std::map<std::string, double> parameters = {};
    std::string at_rest = {};
    friend void PrintTo(const Looked& looked, std::ostream* out) { *out << looked.name; }
};

const Looked looked_at[] = {
    {"aharonov_bohm", {{"N", 24}}},
    {"dimensions"},
    {"dirac_1d", {{"N", 32}}},
    {"dirac_3d", {{"N", 4}}},
    {"dirac_map", {{"N", 16}}},
    {"dirac_implicit", {{"N", 32}}},
    {"dirac_losses", {{"N", 8}}},
    {"driven_oscillator"},
    {"driven_string"},
    {"exact_waves", {{"N", 12}}},
    {"fitzhugh_nagumo", {}, "init v[i] = -1.199408035244035 init w[i] = -0.6242600440550439"}, // v - v³/3 = w = (v + a)/b
    {"free_packet", {{"N", 32}}},
    {"gauge_field_learns", {{"N", 6}}, "init A[i,μ] = 0"},
    {"gauge_transformation", {{"N", 6}}},
    {"graph_consensus"},
    {"gray_scott", {}, "init u[i] = 1 init v[i] = 0"},
    {"jackiw_rebbi", {{"N", 40}}},
    {"kg_first_form", {{"N", 8}}},
    {"kg_second_form"},
    {"klein_gordon", {{"N", 8}}},
    {"klein_gordon_1d"},
    {"klein_gordon_2d", {{"N", 8}}},
    {"klein_step", {{"N", 60}}},
    {"landau_levels", {{"N", 8}, {"n", 1}}},
    {"light_and_matter", {{"N", 4}}, "init φ[i,1] = 0 init π[i,3] = 0"},
    {"linear_system"},
    {"links_of_place", {{"N", 6}}},
    {"loss_not_unique", {}, "init φ = 1 init β = 0"},
    {"momenta", {{"N", 32}}},
    {"oscillator"},
    {"phi4_kinks", {}, "init φ[i] = 1 init π[i] = 0"},
    {"scalar_qed", {{"N", 8}}},
    {"sine_gordon_kinks", {}, "init φ[i] = 0 init π[i] = 0"},
    {"typed_neurons"},
    {"uniform_field", {{"N", 40}}},
    {"wilson_term", {{"N", 8}}},
    {"zitterbewegung", {{"N", 32}}},
};

const std::map<std::string, std::string> left_out = {
    {"canonical", "jumps: their balance is checked, tests/physics/evolution.cpp"},
    {"coherent_state", "a wave of a level: its split steps follow no law of neighbours"},
    {"copies_and_density", "noise, and a density: analysis_of_laws.cpp has the limits of one"},
    {"delayed_feedback", "its steps must divide its delay: analysis_of_laws.cpp has its law"},
    {"dephasing", "free particles: they go away like the time, so that nothing is bounded and nothing grows"},
    {"digits", "it shows rows of a data set"},
    {"discrete_variances", "noise: a single run is no answer to how the mean grows"},
    {"double_well", "a density: analysis_of_laws.cpp has the limits of one"},
    {"drift", "jumps: their balance is checked, tests/physics/evolution.cpp"},
    {"escape", "a density: analysis_of_laws.cpp has the limits of one"},
    {"evolving_network", "it shows rows of a data set"},
    {"fisher", "a metric that joins many places and changes as the run goes"},
    {"first_passage", "noise: a single run is no answer to how the mean grows"},
    {"hopfield", "a map of signs, which has no derivative"},
    {"imaginary_time", "a wave of a level: its split steps follow no law of neighbours"},
    {"ising", "a map of signs that are drawn: it has no derivative"},
    {"jumps", "jumps: their balance is checked, tests/physics/evolution.cpp"},
    {"jumps_density", "jumps, as a density: analysis_of_laws.cpp has the limits of one"},
    {"kramers", "noise: a single run is no answer to how the mean grows"},
    {"kuramoto", "its frequencies are drawn, so that nothing is at rest"},
    {"kuramoto_graph", "its frequencies are drawn, so that nothing is at rest"},
    {"learning_network", "not linear, and it has no state of rest that is known"},
    {"mean_first_passage", "a density: analysis_of_laws.cpp has the limits of one"},
    {"metrics", "it shows rows of a data set"},
    {"multiplicative_noise", "noise: a single run is no answer to how the mean grows"},
    {"neural_dispersion", "a hydrodynamic pair, not linear"},
    {"neural_physics", "a hydrodynamic pair, not linear"},
    {"natural_gradient", "maps with a metric of estimated noise"},
    {"optimisers", "maps with a metric of estimated noise"},
    {"ou_metrics", "noise: a single run is no answer to how the mean grows"},
    {"polar_coordinates", "a density: analysis_of_laws.cpp has the limits of one"},
    {"regime_counts", "noise: a single run is no answer to how the mean grows"},
    {"regimes", "its map forgets what was: every value is made anew from its place"},
    {"relaxing_copies", "noise: a single run is no answer to how the mean grows"},
    {"relaxing_densities", "a density: analysis_of_laws.cpp has the limits of one"},
    {"shift_symmetry", "a hydrodynamic pair, not linear"},
    {"single_neuron", "its norm swings while it grows, so no ratio of two norms is its growth; the reference has it step by step"},
    {"sphere", "a density: analysis_of_laws.cpp has the limits of one"},
    {"solenoid", "the lattice around it cannot be made smaller than takes minutes; klein_step has its law"},
    {"three_levels", "noise, a density and a wave of one law: each has its own reason here"},
    {"tunnelling", "a wave of a level: its split steps follow no law of neighbours"},
};

std::string text_of(const std::string& name) {
    std::ifstream file(fs::path(NPHYS_EXAMPLES) / (name + ".nphys"));
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

TEST(AnalysisOfExamples, every_example_is_looked_at_or_left_out_by_name) {
    std::set<std::string> named;
    for (const Looked& looked : looked_at) named.insert(looked.name);
    for (const auto& [name, reason] : left_out) EXPECT_TRUE(named.insert(name).second) << name << " stands in both lists";
    std::set<std::string> there;
    for (const auto& entry : fs::directory_iterator(NPHYS_EXAMPLES))
        if (entry.path().extension() == ".nphys") there.insert(entry.path().stem().string());
    EXPECT_EQ(named, there);
}

std::uint64_t next_of(std::uint64_t& seed) {
    seed = seed * 6364136223846793005U + 1442695040888963407U;
    return seed >> 33U;
}

double read(const driver::Simulation::StateArray& array, std::int64_t at) {
    return array.type == loops::Type::f32 ? static_cast<const float*>(array.data)[at] : static_cast<const double*>(array.data)[at];
}

void write(const driver::Simulation::StateArray& array, std::int64_t at, double value) {
    if (array.type == loops::Type::f32) static_cast<float*>(array.data)[at] = static_cast<float>(value);
    else static_cast<double*>(array.data)[at] = value;
}

std::vector<double> state_of(Running& run) {
    std::vector<double> state;
    for (const auto& array : run->state())
        for (std::int64_t at = 0; at < array.count; ++at) state.push_back(read(array, at));
    return state;
}

double distance_from(Running& run, const std::vector<double>& rest) {
    const std::vector<double> state = state_of(run);
    double sum = 0;
    for (std::size_t at = 0; at < state.size(); ++at) sum += std::pow(state[at] - rest[at], 2);
    return std::sqrt(sum);
}

// A run of the example with a scheme and a step of its own, away from the state of rest by a random field of this size.
class Probe {
public:
    Probe(const Looked& looked, const std::string& settings, const std::string& more = {})
        : run(running(text_of(looked.name) + "\n" + more + "\n" + looked.at_rest + "\nrun probe { " + settings + " unstable = allow }\n",
                      {.request = {.parameters = looked.parameters, .run = "probe", .seed = {}, .level = {}}, .folder = NPHYS_EXAMPLES})),
          size_(looked.at_rest.empty() ? 1 : 1e-7) {
        if (run.good()) rest_ = looked.at_rest.empty() ? std::vector<double>(state_of(run).size(), 0.0) : state_of(run);
    }

    void scatter(double size) {
        std::uint64_t seed = 12345;
        std::size_t number = 0;
        for (const auto& array : run->state())
            for (std::int64_t at = 0; at < array.count; ++at, ++number)
                write(array, at, rest_[number] + size * (static_cast<double>(next_of(seed)) / 0x1p30 - 1));
        run.advance(0);
    }

    // The largest distance from rest in so many steps, looked at ten times, beside the one at the start.
    double grown(std::int64_t steps) {
        scatter(size_);
        const double start = distance_from(run, rest_);
        double largest = 0;
        for (std::int64_t done = 0; done < steps && run.good(); done += steps / 10) {
            run.advance(steps / 10);
            const double here = distance_from(run, rest_) / start;
            if (!std::isfinite(here)) return INFINITY;
            largest = std::max(largest, here);
        }
        return largest;
    }

    Running run;

private:
    double size_; // of the field: where the law is not linear, so small that it nearly is
    std::vector<double> rest_;
};

class AnalysisOfExample : public testing::TestWithParam<Looked> {
protected:
    // The scheme of the example's run, or one with a limit where it leaps, solves or chooses its own steps.
    static std::string scheme_of(const Looked& looked) {
        const Running run = running(text_of(looked.name) + "\n" + looked.at_rest,
                                    {.request = {.parameters = looked.parameters, .run = {}, .seed = {}, .level = {}}, .folder = NPHYS_EXAMPLES});
        EXPECT_NE(run.compilation, nullptr);
        const auto scheme = run.compilation->program.scheme;
        if (scheme == model::Scheme::exact) return "leapfrog";
        return scheme == model::Scheme::rk45 ? "rk4" : std::string(dynamics::spelling(scheme));
    }

    static std::string settings(const std::string& scheme, double dt, std::int64_t steps) {
        return fmt::format("scheme = {} {} steps = {}", scheme, scheme == "map" ? "" : fmt::format("dt = {:.17g}", dt), steps);
    }

    static analysis::StabilityReport report_of(const Probe& probe) {
        return analysis::stability(probe.run.compilation->model, probe.run.compilation->derived);
    }
};

TEST_P(AnalysisOfExample, limits_and_growth_are_those_of_runs) {
    const std::string scheme = scheme_of(GetParam());
    Probe known(GetParam(), settings(scheme, 1e-3, 1));
    ASSERT_TRUE(known.run.good()) << known.run.error;
    const analysis::StabilityReport report = report_of(known);
    ASSERT_NE(report.certainty, analysis::Certainty::none) << report.reason;
    const auto run = [&](double dt, std::int64_t steps) {
        Probe probe(GetParam(), settings(scheme, dt, steps));
        EXPECT_TRUE(probe.run.good()) << probe.run.error;
        return probe.grown(steps);
    };
    if (scheme == "map") { // |λ| of the fastest mode, in the last tenth of a run
        const double grown = run(1, 400), before = run(1, 360);
        EXPECT_NEAR(report.growth > 1 + 1e-6 ? std::pow(grown / before, 1.0 / 40) : 1, report.growth, 1e-6 * report.growth);
        if (report.growth <= 1 + 1e-6) { EXPECT_LT(grown, 300); }
        return;
    }
    EXPECT_LT(report.law_growth, 1e-9) << "no example is of a law that runs away";
    if (!report.limit) { // at steps far beyond those of explicit schemes
        EXPECT_LT(run(10, 200), 300);
        return;
    }
    if (*report.limit == 0) {
        EXPECT_GT(run(0.1, 4000), 1e4);
        return;
    }
    EXPECT_LT(run(0.985 * *report.limit, 400), 300);
    EXPECT_GT(run(1.02 * *report.limit, 2000), 1e4);
}

TEST_P(AnalysisOfExample, what_is_conserved_stays_in_runs) {
    if (!GetParam().at_rest.empty()) GTEST_SKIP() << "forms are those of linear laws";
    const std::string scheme = scheme_of(GetParam()), setting = settings(scheme, 0.05, 60);
    Probe first(GetParam(), setting);
    ASSERT_TRUE(first.run.good()) << first.run.error;
    const auto found = analysis::conservation(first.run.compilation->model, first.run.compilation->derived);
    std::string observed;
    for (std::size_t n = 0; n < found.scheme.forms.size(); ++n) observed += fmt::format("observe form{} = {}\n", n, found.scheme.forms[n].text);
    Probe probe(GetParam(), setting, observed);
    ASSERT_TRUE(probe.run.good()) << probe.run.error;
    probe.scatter(1);
    std::map<std::string, double> start;
    for (std::size_t n = 0; n < found.scheme.forms.size(); ++n) start[fmt::format("form{}", n)] = 0;
    for (const analysis::ObservableFate& fate : found.observables)
        if (fate.by_scheme != analysis::Kept::undecided) start[fate.name] = 0;
    for (auto& [name, value] : start) value = probe.run->observable(name);
    probe.run.advance(60);
    const double precision = probe.run.compilation->program.single_precision ? 1e-4 : 1e-9;
    for (const auto& [name, value] : start) {
        const auto fate = std::ranges::find(found.observables, name, &analysis::ObservableFate::name);
        const double change = std::abs(probe.run->observable(name) - value);
        if (fate == found.observables.end() || fate->by_scheme == analysis::Kept::exactly) {
            EXPECT_LT(change, precision * (1 + std::abs(value))) << name;
        } else if (fate->drift > 1e-5) {
            EXPECT_GT(change, 1e-3 * fate->drift * std::abs(value)) << name << " was said to change";
        }
    }
}

// The matrix of one step at a wave vector, from runs that start with one wave in one component.
analysis::SquareMatrix measured(Probe& probe, const algebra::Space& lattice, const analysis::WaveVector& k) {
    const auto arrays = probe.run->state();
    const auto sites = static_cast<std::int64_t>(lattice.size());
    const auto phase = [&](std::int64_t site) {
        double angle = 0;
        for (std::size_t axis = lattice.axes.size(); axis-- > 0; site /= lattice.axes[axis].extent)
            angle += k[axis] * static_cast<double>(site % lattice.axes[axis].extent);
        return angle;
    };
    bool is_own_mirror = true; // e^(ikx) is real
    for (const double along : k) is_own_mirror = is_own_mirror && std::abs(std::sin(along)) < 1e-9;
    analysis::SquareMatrix matrix(arrays.size());
    for (std::size_t column = 0; column < arrays.size(); ++column) {
        for (std::size_t row = 0; row < arrays.size(); ++row)
            for (std::int64_t site = 0; site < sites; ++site) write(arrays[row], site, row == column ? std::cos(phase(site)) : 0);
        probe.run.advance(1);
        for (std::size_t row = 0; row < arrays.size(); ++row)
            for (std::int64_t site = 0; site < sites; ++site)
                matrix(row, column) += (is_own_mirror ? 1.0 : 2.0) / static_cast<double>(sites) * read(arrays[row], site) * std::polar(1.0, -phase(site));
    }
    return matrix;
}

double slowest_measured(Probe& probe, const algebra::Space& lattice, const analysis::WaveVector& k, double dt) {
    double slowest = INFINITY;
    for (const analysis::Complex& factor : analysis::eigenvalues(measured(probe, lattice, k))) slowest = std::min(slowest, std::abs(std::arg(factor)) / dt);
    return slowest;
}

// Every mode of a lattice, k = 2πn/N.
std::vector<analysis::WaveVector> modes_of(const algebra::Space& lattice) {
    std::vector<analysis::WaveVector> modes;
    for (std::size_t number = 0; number < static_cast<std::size_t>(lattice.size()); ++number) {
        std::size_t rest = number;
        analysis::WaveVector& k = modes.emplace_back();
        for (std::size_t axis = 0; axis < lattice.axes.size(); ++axis) {
            const auto extent = static_cast<std::size_t>(lattice.axes[axis].extent);
            k[axis] = 2 * M_PI * static_cast<double>(rest % extent) / static_cast<double>(extent);
            rest /= extent;
        }
    }
    return modes;
}

bool is_same_wave(const analysis::WaveVector& a, const analysis::WaveVector& b) { // k and -k are
    double apart = 0, mirrored = 0;
    for (std::size_t axis = 0; axis < a.size(); ++axis) {
        apart += std::abs(std::remainder(a[axis] - b[axis], 2 * M_PI));
        mirrored += std::abs(std::remainder(a[axis] + b[axis], 2 * M_PI));
    }
    return std::min(apart, mirrored) < 1e-6;
}

TEST_P(AnalysisOfExample, slow_modes_that_only_the_lattice_has_are_those_of_runs) {
    constexpr double dt = 0.02, precision = 1e-4;
    Probe probe(GetParam(), settings(scheme_of(GetParam()) == "map" ? "map" : "rk4", dt, 1000));
    ASSERT_TRUE(probe.run.good()) << probe.run.error;
    const model::Model& model = probe.run.compilation->model;
    const analysis::LawSpectrum law(model, analysis::motion_of(model), analysis::constants_of(model));
    const bool by_antiperiodic_waves = law.lattice() != nullptr && std::ranges::any_of(law.lattice()->axes, [](const algebra::Axis& axis) {
        return axis.edge == algebra::Edge::antiperiodic;
    });
    if (!law.obstacle().empty() || !law.step().nature().constant() || law.lattice() == nullptr || !law.zone().exact() || by_antiperiodic_waves ||
        dynamics::is_map(probe.run.compilation->program.scheme))
        GTEST_SKIP() << "its modes are no plane waves";
    for (const auto& array : probe.run->state())
        ASSERT_EQ(array.count, law.lattice()->size());
    const std::vector<analysis::SpuriousZero> zeros = analysis::spurious_zeros(law);
    const double gap = slowest_measured(probe, *law.lattice(), {}, dt);
    for (const analysis::WaveVector& k : modes_of(*law.lattice())) {
        const auto zero = std::ranges::find_if(zeros, [&](const analysis::SpuriousZero& one) { return is_same_wave(one.k, k); });
        const double here = slowest_measured(probe, *law.lattice(), k, dt);
        if (zero != zeros.end()) {
            EXPECT_TRUE(zero->on_lattice) << zero->place;
            EXPECT_NEAR(here, zero->frequency, precision) << zero->place;
            EXPECT_LT(here, 0.9 * zero->continuum) << zero->place;
        } else if (here < gap + precision) { // slow in the continuum, too
            double continuum = INFINITY;
            analysis::WaveVector centred = k;
            for (double& along : centred) along = std::remainder(along, 2 * M_PI);
            for (const analysis::Complex& rate : analysis::eigenvalues(law.step().long_waves(centred))) continuum = std::min(continuum, std::abs(rate.imag()));
            EXPECT_LT(continuum, gap + 0.01) << "a slow mode was not named at " << k[0] << " " << k[1] << " " << k[2];
        }
    }
}

INSTANTIATE_TEST_SUITE_P(examples, AnalysisOfExample, testing::ValuesIn(looked_at), [](const auto& info) { return info.param.name; });

} // namespace
} // namespace nphys::test
