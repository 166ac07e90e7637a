#include "tests/agreement/random_model.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/agreement/dice.h"

namespace nphys::test {
namespace {

const char* const coordinates[] = {"x", "y", "z"};

// Choices that came later have a stream of their own, so that what a seed stands for stays.
Dice later_choices(std::uint64_t seed) { return Dice(seed + (std::uint64_t{1} << 40)); }

class Writer {
public:
    Writer(Dice& dice, const Spec& spec) : dice_(dice), other_(later_choices(spec.seed)), spec_(spec) {}

    // A component at a place near i.
    std::string element(const std::string& tensor) {
        return fmt::format("{}[i{}{}]", tensor, displacement(), spec_.types > 1 ? fmt::format(",{}", type()) : "");
    }
    std::string field(const std::vector<std::string>& tensors) {
        const int kind = dice_.below(8);
        if (kind == 0 && spec_.types == 1) return fmt::format("laplacian({})[i]", dice_.of(tensors));
        if (kind == 1) return fmt::format("({} - {})", element(dice_.of(tensors)), element(dice_.of(tensors)));
        return element(dice_.of(tensors));
    }
    // A number of the order of one that depends on fields, place, time and parameters.
    std::string expression(const std::vector<std::string>& tensors, int depth) {
        if (depth == 0) return leaf(tensors);
        const auto inner = [&] { return expression(tensors, depth - 1); };
        switch (dice_.below(14)) {
        case 0: return fmt::format("sin({})", inner());
        case 1: return fmt::format("tanh({})", inner());
        case 2: return fmt::format("{}/(1 + ({})²)", inner(), inner());
        case 3: return fmt::format("exp(-({})²)", inner());
        case 4: return fmt::format("√(1 + ({})²)", inner());
        case 5: return fmt::format("min({}, {})", inner(), inner());
        case 6: return fmt::format("({} if {} > {} else {})", inner(), inner(), dice_.number(), inner());
        case 7: return fmt::format("abs({})", inner());
        case 8: return fmt::format("({} - {})", inner(), inner());
        case 9: return fmt::format("0.1*({})³", inner());
        case 10: return fmt::format("{}*sign({})", dice_.number(0.3), inner());
        default: return fmt::format("({} + {})", inner(), inner());
        }
    }
    // A term that keeps the law of a splitting separable: the derivative by the field is a number.
    std::string linear_term(const std::string& tensor) {
        const std::string factor = dice_.chance(0.3) ? "c" : dice_.number(0.3);
        const std::string here = spec_.uneven && dice_.chance(0.5) ? fmt::format("/(1 + (0.3*{})²)", dice_.of(names())) : "";
        return fmt::format("{}{}*{}", factor, here, field({tensor}));
    }
    // What is added at each site, at all times.
    std::string source() { return fmt::format("{}*{}", dice_.number(0.2), dice_.of(names())); }
    // A bounded term of a law.
    std::string term(const std::vector<std::string>& tensors) {
        if (dice_.chance(0.5)) return fmt::format("{}*{}", dice_.chance(0.3) ? "c" : dice_.number(0.3), field(tensors));
        return fmt::format("{}*{}", dice_.number(0.2), expression(tensors, 1 + dice_.below(3)));
    }
    // A term of a loss: sums over sites (and types, written out) of quadratic and bounded pieces.
    std::string loss_term(const std::string& tensor = "φ") {
        switch (dice_.below(4)) {
        case 0: return fmt::format("{}*Σ[i]({}²)", dice_.number(0.5), field({tensor}));
        case 1: return fmt::format("{}*Σ[i]({}*{})", dice_.number(0.3), element(tensor), element(tensor));
        case 2: return fmt::format("{}*Σ[i](cos({}))", dice_.number(0.5), field({tensor}));
        default: return fmt::format("{}*Σ[i]({})", dice_.number(0.2), expression({tensor}, 1 + dice_.below(2)));
        }
    }
    std::string jump() {
        return other_.of(std::vector<std::string>{"normal(0, 0.2)", "uniform(-0.2, 0.2)", "laplace(0, 0.1)", "normal(0, 0.4)*bernoulli(0.3)"});
    }
    std::string accept() { return other_.of(std::vector<std::string>{"sigmoid(c*(H - H'))", "min(1, exp(c*(H - H')))", "1/(1 + exp(2*(H' - H)))", "1 if H' < H else 0.2"}); }
    // The same for complex numbers: of ψ, the real fields, links and matrix functions.
    std::string wave(int depth) {
        if (depth == 0) return wave_leaf();
        const auto inner = [&] { return wave(depth - 1); };
        switch (dice_.below(14)) {
        case 0: return fmt::format("conj({})", inner());
        case 1: return fmt::format("exp(1i*re({}))", inner());
        case 2: return fmt::format("sin(0.3*{})", inner());
        case 3: return fmt::format("({})/(2 + abs({})²)", inner(), inner());
        case 4: return fmt::format("√(3 + tanh(re({})) + 0.2i)", inner());
        case 5: return fmt::format("0.1*({})²", inner());
        case 6: return fmt::format("abs({})*exp(1i*arg(2 + tanh({})))", inner(), inner());
        case 7: return fmt::format("(1 + 0.5i)^(0.2*re({}))", inner());
        case 8: return fmt::format("log(3 + 1i*sin(im({})))", inner());
        case 9: return fmt::format("({} if re({}) > {} else {})", inner(), inner(), dice_.number(), inner());
        case 10: return fmt::format("({} - {})", inner(), inner());
        default: return fmt::format("({} + {})", inner(), inner());
        }
    }
    std::string wave_term() { return fmt::format("{}{}*{}", dice_.number(0.2), dice_.chance(0.5) ? "i" : "", wave(1 + dice_.below(3))); }
    std::string start() {
        const std::string place = spec_.axes.empty() || spec_.is_network() ? "n" : dice_.of(names());
        return fmt::format("{}/(1 + ({}*{} - {})²)", dice_.number(0.5), dice_.number(), place, dice_.number(3));
    }

private:
    std::vector<std::string> names() const { return {coordinates, coordinates + spec_.axes.size()}; }
    std::string type() { return std::to_string(1 + dice_.below(spec_.types)); }
    std::string wave_leaf() {
        const std::string neighbour = fmt::format("ψ[i{}]", displacement());
        switch (dice_.below(8)) {
        case 0: return fmt::format("{}i", dice_.number());
        case 1: return element("φ");
        case 2: return fmt::format("exp(1i*{})*{}", element("φ"), neighbour); // a link of U(1)
        case 3: return fmt::format("(exp({}*turn)[1,2]*{})", element("π"), neighbour);
        case 4: return fmt::format("(turn^{})[1,1]", element("φ"));
        case 5: return fmt::format("(cycle^(0.3*{}))[1,2]", element("φ"));
        default: return neighbour;
        }
    }
    std::string displacement() {
        if (dice_.chance(0.4)) return "";
        const int axis = 1 + dice_.below(static_cast<int>(spec_.axes.size()));
        const int distance = dice_.chance(0.25) ? 2 : 1;
        return fmt::format(" {} {}e[{}]", dice_.chance(0.5) ? "+" : "-", distance == 2 ? "2*" : "", axis);
    }
    std::string leaf(const std::vector<std::string>& tensors) {
        switch (dice_.below(11)) {
        case 10: return dice_.chance(0.5) ? fmt::format("normal(0, {})", dice_.number(0.3)) : other_.of(std::vector<std::string>{"uniform(-1, bernoulli(0.3))", "0.2*poisson(1.3)", "0.01*poisson(50)"});
        case 0: return dice_.number();
        case 1: return "c";
        case 2: return spec_.family == Family::loss ? std::string("c") : std::string("0.1*t");
        case 3: return fmt::format("0.1*{}", dice_.of(names()));
        default: return field(tensors);
        }
    }

    Dice& dice_;
    Dice other_;
    const Spec& spec_;
};

std::string lattice_text(const Spec& spec) {
    std::vector<std::string> names, kinds, extents;
    for (std::size_t d = 0; d < spec.axes.size(); ++d) {
        names.emplace_back(coordinates[d]);
        kinds.push_back(fmt::format("{}({})", spec.axes[d].edge, spec.axes[d].extent));
        extents.push_back(fmt::format("-1..{:.3g}", -1 + (0.7 + 0.1 * static_cast<double>(d)) * spec.axes[d].extent));
    }
    return fmt::format("lattice space({}) = {}{}\nindex i in space\n", fmt::join(names, ", "), fmt::join(kinds, " × "),
                       spec.spaced ? fmt::format(" over ({})", fmt::join(extents, ", ")) : "");
}

std::string joined(const std::vector<std::string>& terms) { return terms.empty() ? "0" : fmt::format("{}", fmt::join(terms, " + ")); }

// A complex field, and matrices whose powers with variable exponents are its links: rotations by a right angle, and of three places.
std::string wave_model(const Spec& spec, const std::string& derivative, const std::string& arrow) {
    return fmt::format("neuron ψ[i] : complex\nlet turn = [[0, -1], [1, 0]]\nlet cycle = [[0, 1, 0], [0, 0, 1], [1, 0, 0]]\n"
                       "activation {}ψ[i] {} {}{}\ninit ψ = {} + 1i*{}\nobserve norm = abs(ψ[i])^2\nobserve total = Σ[i](ψ[i])\n",
                       derivative, arrow, derivative.empty() ? "0.9*ψ[i] + " : "", joined(spec.waves), spec.initial[0], spec.initial[1]);
}

std::string lattice_model(const Spec& spec) {
    const std::string types = spec.types > 1 ? ",a" : "";
    std::string text = lattice_text(spec);
    if (spec.types > 1) text += fmt::format("index a in 1..{}\n", spec.types);
    text += fmt::format("neuron φ[i{0}]\ntrainable π[i{0}]\n", types);
    if (spec.family == Family::evolution) {
        text += fmt::format("loss H = {0}\nactivation φ[i{1}] ← 0.9*φ[i{1}] + {2}\nlearning π evolves H with jump {3}, accept {4}\nobserve kept = acceptance(π)\n",
                            joined(spec.second), types, joined(spec.first), spec.jump, spec.accept);
    } else if (spec.family == Family::loss) {
        text += spec.metric;
        text += fmt::format("loss H = {0}\nactivation φ[i{1}] ← φ[i{1}] + {2}\nlearning π descends H{3}\n", joined(spec.second), types, joined(spec.first), spec.noise);
    } else {
        const bool flow = spec.family == Family::flow || spec.family == Family::linear;
        const std::string seen = spec.waves.empty() ? "" : " + 0.1*re(ψ[i]) - 0.05*abs(ψ[i])^2/(1 + abs(ψ[i])^2)";
        text += fmt::format("activation {0}φ[i{1}] {2} {3}{4}{5}{6}\n", flow ? "d/dt " : "", types, flow ? "=" : "←", flow ? "" : fmt::format("0.9*φ[i{}] + ", types), joined(spec.first), seen, spec.noise);
        if (!spec.waves.empty()) text += wave_model(spec, flow ? "d/dt " : "", flow ? "=" : "←");
        text += fmt::format("learning {0}π[i{1}] {2} {3}{4}\n", flow ? "d/dt " : "", types, flow ? "=" : "←", flow ? "" : fmt::format("0.9*π[i{}] + ", types), joined(spec.second));
    }
    const std::string scatter = spec.copies > 1 ? " + normal(0, 0.1)" : "";
    text += fmt::format("init φ[i{0}] = {1}{3}\ninit π[i{0}] = {2}{3}\n", types, spec.initial[0], spec.initial[1], scatter);
    const std::string first = spec.types > 1 ? ",1" : "";
    if (spec.transforms) text += "observe power = spectrum(φ)\n";
    return text + fmt::format("observe square = φ[i{0}]*φ[i{0}] + π[i{0}]^2\nobserve largest = max[i](φ[i{1}])\nobserve middle = mean[i](π[i{1}])\n", types, first);
}

std::string estimate(const Spec& spec) {
    return spec.estimated.empty() ? spec.metric : fmt::format("noise κ {} from H decay 0.9\nmetric g = √(0.1 + κ)\n", spec.estimated);
}

std::string momentum_and_metric(const Spec& spec) {
    return std::string(spec.first.empty() ? "" : ", momentum 0.5") + (spec.estimated.empty() && spec.metric.empty() ? "" : ", metric g");
}

std::string network_model(const Spec& spec) {
    const std::string row = spec.batch > 0 ? ",p" : "", couplings = fmt::format("cos(0.7*n - 1.3*k)/{}", spec.axes[0].extent);
    return fmt::format("index n, k in 1..{0}\n{7}neuron φ[n{8}]\ntrainable π[n]\n{9}let goal[n] = {1}\n"
                       "activation φ[n{8}] ← {2}(J[n{10} k]*φ[k{8}] + π[n])\nloss H = 1/2*Σ[n{8}]((φ[n{8}] - goal[n])²){3}\n{13}"
                       "learning π{11} descends H with rate 0.1{4}\ninit φ[n{8}] = {5}{12}\ninit π[n] = {6}{12}\nobserve H\nobserve square = φ[n{8}]^2\n",
                       spec.axes[0].extent, spec.initial[2], spec.function, spec.second.empty() ? "" : " + " + joined(spec.second),
                       momentum_and_metric(spec), spec.initial[0], spec.initial[1],
                       spec.batch > 0 ? fmt::format("index p in 1..{}\n", spec.batch) : "", row,
                       spec.stored ? "trainable J[n,k]\ninit J[n,k] = " + couplings + "\n" : "weight J[n; k] = " + couplings + "\n",
                       spec.stored ? "," : ";", spec.stored ? ", J" : "", spec.copies > 1 ? " + normal(0, 0.1)" : "", estimate(spec));
}

std::string presented_model(const Spec& spec) {
    const int neurons = spec.axes[0].extent, inputs = std::min(neurons / 2, 64);
    std::string text = fmt::format("index n, k in 1..{0}\nindex input in 1..{1}\nindex output in {2}..{0}\n"
                                   "dataset d = csv(\"{3}/data/digits.csv\", x = 1..{4}, y = class(65))\n"
                                   "neuron φ[n]\ntrainable π[n], W[n,k]\n",
                                   neurons, inputs, inputs + 1, NPHYS_EXAMPLES, std::max(inputs, 2));
    text += fmt::format("activation φ[n] ← {}(W[n,k]*φ[k] + π[n])\nboundary φ[input] ← d.x[input]/16{}\n"
                        "loss H = 1/2*Σ[output]((φ[output] - sin(d.y + 0.3*output))²){}\n",
                        spec.function, spec.carry ? " with carry" : "", spec.second.empty() ? "" : " + " + joined(spec.second));
    text += estimate(spec);
    text += fmt::format("learning {}π descends H with rate 0.05{}, backprop {}\ntimescale activation 1, boundary {}, learning {}\n",
                        spec.jump.empty() ? "W, " : "", momentum_and_metric(spec), spec.back, spec.held, spec.held * spec.rows);
    if (!spec.jump.empty()) text += fmt::format("learning W evolves H with jump {}, accept {}\nobserve kept = acceptance(W)\n", spec.jump, spec.accept);
    text += fmt::format("init φ[n] = {}\ninit π[n] = {}\ninit W[n,k] = cos(0.7*n - 1.3*k)/{}\n", spec.initial[0], spec.initial[1], neurons);
    return text + "observe H\nobserve square = mean(Σ[n](φ[n]^2))\nobserve couplings = W[n,k]^2\n" + (spec.test ? "observe tested = test(H)\n" : "");
}

// Σ[i](φ[i]), on a lattice with types of the first one.
std::string total(const Spec& spec, const std::string& tensor) {
    const bool network = spec.is_network();
    return network ? fmt::format("Σ[n]({}[n{}])", tensor, tensor == "φ" && spec.batch > 0 ? ",1" : "") : fmt::format("Σ[i]({}[i{}])", tensor, spec.types > 1 ? ",1" : "");
}

std::string statistics(const Spec& spec) {
    const std::string a = total(spec, "φ"), b = total(spec, "π");
    return fmt::format("observe centre = mean({0})\nobserve spread = variance({0})\nobserve both = covariance({0}, {1})\n"
                       "observe upper = quantile({0}, 0.7)\nobserve ratio = mean({0}^2)/(1 + variance({1}))\n"
                       "observe shape = histogram({0}, 6, -3..3)\n", a, b);
}

std::string memories(const Spec& spec, bool stepped) {
    return fmt::format("observe arrival = first({0} > 0.4)\nobserve before = delay({0}, {2})\nobserve slow = average({1}, {3})\n",
                       total(spec, "φ"), total(spec, "π"), stepped ? "0.04" : "2", stepped ? "0.06" : "3");
}

void draw_lattice(Dice& dice, Spec& spec) {
    const int dimensions = 1 + dice.below(3);
    const bool linear = spec.family == Family::linear;
    const std::vector<std::string> rings{"periodic", "periodic", "antiperiodic"}, edges{"periodic", "periodic", "antiperiodic", "open", "reflecting"};
    const std::vector<int> extents = dimensions == 1 ? std::vector<int>{1, 2, 3, 5, 8, 17, 64, 131} : dimensions == 2 ? std::vector<int>{1, 2, 3, 7, 16, 33} : std::vector<int>{1, 2, 3, 5, 11, 18};
    spec.uneven = linear && spec.scheme == "exact" && dice.chance(0.6);
    for (int d = 0; d < dimensions; ++d) spec.axes.push_back({dice.of(extents), dice.of(linear && !spec.uneven ? rings : edges)});
    spec.spaced = dice.chance(0.4);
    spec.types = linear ? 1 + dice.below(4) : dice.chance(0.3) ? 2 + dice.below(2) : 1;
    Writer write(dice, spec);
    const bool loss = spec.family == Family::loss, evolves = spec.family == Family::evolution;
    const int terms = 1 + dice.below(4);
    for (int n = 0; n < terms; ++n) {
        if (linear) {
            spec.first.push_back(write.linear_term(dice.chance(0.7) ? "π" : "φ"));
            spec.second.push_back(dice.chance(0.2) ? write.source() : write.linear_term(dice.chance(0.7) ? "φ" : "π"));
            continue;
        }
        spec.first.push_back(!loss ? write.term({"φ", "π"}) : spec.splits() ? write.linear_term("π") : write.term({"φ", "π"}));
        spec.second.push_back(evolves ? write.loss_term("π") : loss ? write.loss_term() : write.term({"φ", "π"}));
    }
    spec.initial = {write.start(), write.start()};
    spec.transforms = !linear && later_choices(spec.seed).uniform() < 0.3;
    if (evolves) spec.jump = write.jump(), spec.accept = write.accept();
    if (loss || linear || evolves || !dice.chance(0.4)) return;
    for (int n = 0; n < 1 + terms / 2; ++n) spec.waves.push_back(write.wave_term());
}

// White noise in the law of φ, or in a descent with a metric of its own.
void draw_noise(Dice& dice, Spec& spec) {
    const std::string types = spec.types > 1 ? ",a" : "", calculus = dice.of(std::vector<std::string>{"ito", "stratonovich"});
    if (spec.family == Family::loss && spec.types > 1 && spec.scheme != "milstein" && dice.chance(0.6)) {
        spec.metric = fmt::format("index j in space\nindex b in 1..{}\nnoise κ[i,a;j,b] = δ[i,j]*(0.2 + δ[a,b]*(1 + π[i,a]^2/(1 + π[i,a]^2)))\nmetric g = {}\n",
                                  spec.types, dice.of(std::vector<std::string>{"κ^0.3", "sqrt(κ)", "0.5 + κ", "sqrt(0.1 + κ + κ^2)"}));
        spec.noise = " with rate 0.3, metric g, noise κ";
    } else if (spec.family == Family::loss)
        spec.noise = fmt::format(" with metric {}, noise {}", dice.number(), dice.number(0.2));
    else if (dice.chance(0.5))
        spec.noise = fmt::format(" + {}*white()", dice.number(0.3));
    else
        spec.noise = fmt::format(" + {}*cos(φ[i{}])*white() with calculus {}", dice.number(0.3), types, calculus);
}

void draw_network(Dice& dice, Spec& spec) {
    spec.axes.push_back({dice.of(std::vector<int>{5, 7, 16, 31, 64, 97}), ""});
    spec.function = dice.of(std::vector<std::string>{"tanh", "sigmoid", "sin", "abs"});
    if (dice.chance(0.5)) spec.second.push_back(fmt::format("{}*Σ[n](π[n]²)", dice.number(0.1)));
    if (dice.chance(0.5)) spec.first.emplace_back("momentum");
    spec.stored = dice.chance(0.6);
    if (dice.chance(0.5)) spec.batch = dice.of(std::vector<int>{5, 8, 31});
    if (Dice later = later_choices(spec.seed); later.chance(0.4)) spec.estimated = later.of(std::vector<std::string>{"diagonal", "block", spec.stored ? "kronecker" : "full"});
    // Over more places than are written out, a metric that changes with what learns.
    if (Dice later = later_choices(spec.seed + 1); !spec.stored && spec.estimated.empty() && later.chance(0.6))
        spec.metric = fmt::format("metric g[n,k] = δ[n,k] + {}*π[n]*π[k]*cos(π[1])^2\n", later.number());
    Writer write(dice, spec);
    spec.initial = {write.start(), write.start(), write.start()};
}

void draw_presented(Dice& dice, Spec& spec) {
    spec.axes.push_back({dice.of(std::vector<int>{3, 5, 8, 13, 31}), ""});
    spec.function = dice.of(std::vector<std::string>{"tanh", "sigmoid", "sin"});
    spec.rows = dice.of(std::vector<int>{1, 2, 5, 16});
    spec.held = 1 + dice.below(4);
    spec.back = 1 + dice.below(spec.held);
    spec.carry = dice.chance(0.3);
    spec.test = dice.chance(0.2);
    if (dice.chance(0.5)) spec.estimated = dice.of(std::vector<std::string>{"diagonal", "block", "kronecker"});
    if (Dice later = later_choices(spec.seed); later.chance(0.4))
        spec.jump = "normal(0, 0.05)", spec.accept = later.of(std::vector<std::string>{"sigmoid(3*(H - H'))", "min(1, exp(5*(H - H')))"});
    if (dice.chance(0.5)) spec.second.push_back(fmt::format("{}*Σ[n](π[n]²)", dice.number(0.1)));
    if (dice.chance(0.5)) spec.first.emplace_back("momentum");
    Writer write(dice, spec);
    spec.initial = {write.start(), write.start()};
}

} // namespace

Spec random_spec(std::uint64_t seed) {
    Dice dice(seed);
    Spec spec;
    spec.seed = seed;
    spec.family = dice.of(std::vector<Family>{Family::loss, Family::loss, Family::flow, Family::flow, Family::map, Family::network, Family::presented, Family::linear});
    if (spec.family == Family::map && seed % 2 == 0) spec.family = Family::evolution;
    const std::vector<std::string> splittings{"leapfrog", "symplectic_euler", "drift_kick_drift", "yoshida4"},
        general{"euler", "rk4", "crank_nicolson", "heun", "euler_maruyama", "milstein"}, maps{"map", "map", "sequential"},
        of_linear{"exact", "exact", "exact(euler)", "exact(rk4)", "exact(rk4)", "crank_nicolson"};
    spec.scheme = dice.of(spec.family == Family::loss && dice.chance(0.7) ? splittings : spec.family == Family::loss || spec.family == Family::flow ? general : maps);
    if (spec.is_network() || spec.family == Family::evolution) spec.scheme = "map";
    if (spec.family == Family::linear) spec.scheme = dice.of(of_linear);
    if (spec.family == Family::network) draw_network(dice, spec);
    else if (spec.family == Family::presented) draw_presented(dice, spec);
    else draw_lattice(dice, spec);
    if (spec.scheme == "heun" || spec.scheme == "euler_maruyama" || spec.scheme == "milstein") draw_noise(dice, spec);
    spec.single_precision = dice.chance(0.2);
    spec.steps = 1 + dice.below(12);
    if (spec.family == Family::presented) return spec;
    if (dice.chance(0.4)) spec.copies = dice.of(std::vector<int>{2, 3, 5, 17, 130});
    spec.remembers = dice.chance(0.3);
    if (spec.scheme.starts_with("exact")) spec.remembers = false; // it leaps, and remembers nothing in between
    spec.merging = spec.splits() && dice.chance(0.3);
    return spec;
}

std::string Spec::text() const {
    const bool stepped = family == Family::loss || family == Family::flow || family == Family::linear;
    const std::string body = family == Family::network ? network_model(*this) : family == Family::presented ? presented_model(*this) : lattice_model(*this);
    return fmt::format("model random_{}\nuse lattice\nparam c = 0.37\n{}{}{}run {{ scheme = {} {} steps = {} precision = {} unstable = allow {}{}{} }}\n", seed, body,
                       copies > 1 ? statistics(*this) : "", remembers ? memories(*this, stepped) : "", scheme,
                       stepped ? "dt = 0.02" : "", steps, single_precision ? "f32" : "f64", test ? "test = 0.01" : "", merging ? "merging = allow" : "",
                       copies > 1 ? fmt::format(" ensemble = {}", copies) : "");
}

bool Spec::splits() const {
    return scheme == "leapfrog" || scheme == "symplectic_euler" || scheme == "drift_kick_drift" || scheme == "yoshida4";
}

bool Spec::exact() const {
    if (!waves.empty()) return false;             // phases
    if (scheme.starts_with("exact")) return false; // transforms add in an order of their own
    const std::string all = text().substr(0, text().find("init "));
    return std::ranges::none_of(std::vector<std::string>{"sin(", "cos(", "tanh(", "exp(", "sigmoid(", "laplace(", "^0.3"}, [&](const std::string& f) { return all.find(f) != std::string::npos; });
}

} // namespace nphys::test
