#include "tests/agreement/random_level.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/agreement/dice.h"

namespace nphys::test {
namespace {

const char* const same = "g = κ";

std::string variable(std::size_t axis) { return fmt::format("q[{}]", axis + 1); }

// Walls on a line, waves on a ring.
std::string well(Dice& dice, const LevelSpec& spec, std::size_t axis) {
    const std::string q = variable(axis);
    if (spec.rings[axis]) return fmt::format("{}*cos({} - {})", dice.number(0.5), q, dice.number(3));
    return dice.chance(0.5) ? fmt::format("{}*({} - {})^2", dice.number(), q, dice.number(0.3))
                            : fmt::format("{}*({}^2 - {})^2", dice.number(0.4), q, dice.number());
}

std::string coupling(Dice& dice, const LevelSpec& spec) {
    const bool turns = spec.rings[0] || spec.rings[1];
    return turns ? fmt::format("{}*cos(q[1])*sin(q[2])", dice.number(0.3)) : fmt::format("{}*q[1]*q[2]", dice.number(0.3));
}

// A positive number of place along one axis.
std::string swelling(Dice& dice) { return fmt::format("(1 + {}*cos(q[1])^2)", dice.number(0.5)); }

void draw_geometry(Dice& dice, LevelSpec& spec) {
    const std::string diagonal = fmt::format("δ[μ,ν]*({} + {}*δ[μ,1])", dice.number(), dice.number());
    switch (spec.geometry) {
    case Geometry::numbers:
        spec.noise = diagonal;
        spec.metric = spec.kind == RandomKind::wave ? same : dice.of(std::vector<std::string>{same, "g = κ^0.5", "g = κ^0"});
        return;
    case Geometry::curved:
        spec.noise = fmt::format("{}*{}", diagonal, swelling(dice));
        spec.metric = fmt::format("g[μ,ν] = {}*κ[μ,ν]", dice.number());
        return;
    case Geometry::full:
        spec.noise = fmt::format("δ[μ,ν] + {}*(1 - δ[μ,ν])", dice.number(0.4));
        spec.metric = spec.kind == RandomKind::wave ? same : fmt::format("g[μ,ν] = δ[μ,ν] - {}*(1 - δ[μ,ν])", dice.number(0.3));
    }
}

void draw_grid(Dice& dice, LevelSpec& spec) {
    const int dimensions = dice.chance(0.6) ? 1 : dice.chance(0.85) ? 2 : 3;
    const std::vector<int> extents = dimensions == 1 ? std::vector<int>{3, 8, 33, 64, 131} : dimensions == 2 ? std::vector<int>{3, 7, 16, 21} : std::vector<int>{3, 5, 8};
    for (int axis = 0; axis < dimensions; ++axis) {
        spec.rings.push_back(dice.chance(spec.kind == RandomKind::pair ? 0.8 : 0.5));
        spec.cells.push_back(dice.of(extents));
    }
}

std::string scheme_of(Dice& dice, const LevelSpec& spec) {
    using Names = std::vector<std::string>;
    switch (spec.kind) {
    case RandomKind::density:
        return dice.of(Names{"implicit_euler", "bdf2", "crank_nicolson", "euler", "rk4", "implicit_euler(1e-3)", "crank_nicolson(1e-3)"});
    case RandomKind::wave:
        return dice.of(spec.geometry == Geometry::numbers ? Names{"split_step", "imaginary_time", "crank_nicolson", "rk4"} : Names{"crank_nicolson", "rk4"});
    case RandomKind::ensemble:
        return dice.of(Names{"heun", "euler_maruyama"});
    case RandomKind::pair:
        return spec.metric == same && spec.geometry == Geometry::numbers && dice.chance(0.5) ? "split_step" : "rk4";
    }
    return {};
}

// Positive, with a mass that is not 1.
std::string bump(Dice& dice, const LevelSpec& spec) {
    std::vector<std::string> factors;
    for (std::size_t axis = 0; axis < spec.cells.size(); ++axis) {
        const std::string q = variable(axis);
        factors.push_back(spec.rings[axis] ? fmt::format("(1.5 + {}*cos({} - {}))", dice.number(0.5), q, dice.number(3))
                                           : fmt::format("exp(-{}*({} - {})^2)", dice.number(2), q, dice.number(0.5)));
    }
    return fmt::format("{}", fmt::join(factors, "*"));
}

const char* name_of(RandomKind kind) {
    switch (kind) {
    case RandomKind::density: return "density";
    case RandomKind::wave: return "wave(1.3)";
    case RandomKind::pair: return "hydrodynamic(1.3)";
    case RandomKind::ensemble: return "ensemble";
    }
    return "";
}

} // namespace

LevelSpec random_level(std::uint64_t seed) {
    Dice dice(seed);
    LevelSpec spec;
    spec.seed = seed;
    spec.kind = dice.of(std::vector<RandomKind>{RandomKind::density, RandomKind::density, RandomKind::wave, RandomKind::wave, RandomKind::pair});
    draw_grid(dice, spec);
    const bool alone = spec.cells.size() == 1;
    spec.geometry = dice.of(alone || spec.kind == RandomKind::pair ? std::vector<Geometry>{Geometry::numbers, Geometry::curved}
                                                                   : std::vector<Geometry>{Geometry::numbers, Geometry::curved, Geometry::full});
    for (std::size_t axis = 0; axis < spec.cells.size(); ++axis) spec.loss.push_back(well(dice, spec, axis));
    if (!alone && dice.chance(0.5)) spec.loss.push_back(coupling(dice, spec));
    // On a line, where P falls to nothing, a pair is moved as a wave.
    if (dice.chance(0.15)) spec.kind = RandomKind::ensemble;
    const bool falls = spec.kind == RandomKind::pair && std::ranges::find(spec.rings, false) != spec.rings.end();
    if (falls) spec.geometry = Geometry::numbers;
    draw_geometry(dice, spec);
    if (falls) spec.metric = same;
    spec.begin = bump(dice, spec);
    spec.scheme = falls ? "split_step" : scheme_of(dice, spec);
    const bool is_explicit = spec.scheme == "euler" || spec.scheme == "rk4";
    spec.dt = is_explicit ? 1e-4 : dice.of(std::vector<double>{0.003, 0.01, 0.1});
    spec.steps = 1 + dice.below(10);
    spec.spectral = spec.kind != RandomKind::pair && dice.chance(0.3);
    spec.rests = spec.kind != RandomKind::pair && dice.chance(0.3);
    if (spec.kind == RandomKind::ensemble) spec.spectral = spec.rests = false, spec.dt = std::min(spec.dt, 0.01);
    spec.absorbs = spec.kind == RandomKind::density && spec.geometry != Geometry::full && !spec.rests && dice.chance(0.3);
    return spec;
}

std::string LevelSpec::law() const {
    return fmt::format("model random_level_{}\nparam γ = 0.4\nindex μ, ν in 1..{}\ntrainable q[μ]\nloss U = {}\nnoise κ[μ,ν] = {}\nmetric {}\n"
                       "learning q descends U with rate γ, metric g, noise κ\nobserve first = mean(q[1])\nobserve spread = variance(q[1])\n",
                       seed, cells.size(), fmt::join(loss, " + "), noise, metric);
}

std::string LevelSpec::grid() const {
    std::vector<std::string> axes;
    for (std::size_t axis = 0; axis < cells.size(); ++axis) {
        const std::string line = fmt::format("-3..3 by {}", cells[axis]), ring = fmt::format("periodic(0..2*pi by {})", cells[axis]);
        axes.push_back(variable(axis) + ": " + (rings[axis] ? ring : absorbs ? "absorbing(" + line + ")" : line));
    }
    return fmt::format("grid({})", fmt::join(axes, ", "));
}

std::string LevelSpec::text() const {
    if (kind == RandomKind::ensemble)
        return law() + fmt::format("init q = normal(0.2, 0.7)\nobserve corner = P[{}]\nrun {{\n  as = ensemble on {}\n  scheme = {}  dt = {}  steps = {}  ensemble = 37\n"
                                   "  observe first, spread, mass, corner\n}}\n",
                                   cells.size() == 1 ? "1" : cells.size() == 2 ? "(1,1)" : "(1,1,1)", grid(), scheme, dt, steps);
    const bool is_wave = kind == RandomKind::wave;
    const std::string phase = kind == RandomKind::pair ? "\n  init S = 0.1*cos(q[1])" : "", turn = is_wave ? "*exp(0.3i*sin(q[1]))" : "";
    const std::string at_rest = is_wave ? "ground*" : "stationary*";
    return law() + fmt::format("run {{\n  as = {} on {}\n  scheme = {}  {}  unstable = allow\n  init {} = {}{}{}{}\n  observe first, spread, {}{}\n}}\n",
                               name_of(kind), grid(), scheme, adapts() ? fmt::format("until = {}", 0.1 * steps) : fmt::format("dt = {}  steps = {}", dt, steps), is_wave ? "ψ" : "P", rests ? at_rest : "", begin, turn, phase,
                               is_wave ? "norm, energy" : kind == RandomKind::pair ? "mass, energy" : "mass, entropy, entropy_production", spectral ? ", eigenvalues(2)" : "");
}

std::vector<LevelSpec> LevelSpec::smaller() const {
    std::vector<LevelSpec> all;
    const auto simpler = [&](auto&& change) {
        all.push_back(*this);
        change(all.back());
    };
    for (std::size_t n = 0; loss.size() > 1 && n < loss.size(); ++n) simpler([&](LevelSpec& s) { s.loss.erase(s.loss.begin() + static_cast<std::ptrdiff_t>(n)); });
    if (steps > 1) simpler([](LevelSpec& s) { s.steps = 1; });
    if (spectral) simpler([](LevelSpec& s) { s.spectral = false; });
    if (rests) simpler([](LevelSpec& s) { s.rests = false; });
    if (absorbs) simpler([](LevelSpec& s) { s.absorbs = false; });
    if (metric != same) simpler([](LevelSpec& s) { s.metric = same; });
    for (std::size_t axis = 0; axis < cells.size(); ++axis)
        if (cells[axis] > 3) simpler([&](LevelSpec& s) { s.cells[axis] = 3; });
    return all;
}

} // namespace nphys::test
