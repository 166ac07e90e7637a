// check and explain: what nphysc says about a model without running it.
#include <nlohmann/json.hpp>

#include "tests/cli/command.h"

namespace nphys::cli {
namespace {

TEST_F(Command, CheckTellsTheLimitOfStability) {
    const Ran ran = run({"check", example("klein_gordon").string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "stable for dt ≤ 0.571429")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "klein_gordon: all well")) << ran.out;
    EXPECT_FALSE(std::filesystem::exists(folder() / "runs"));
}

TEST_F(Command, CheckLooksAtEveryRun) {
    const std::string file =
        model(small_model("scheme = leapfrog  dt = 0.1  steps = 20") + "run wild { scheme = leapfrog  dt = 3  steps = 5 }\n")
            .string();
    const Ran all = run({"check", file});
    EXPECT_EQ(all.status, 1);
    EXPECT_TRUE(contains(all.err, "dt = 3")) << all.err;
    EXPECT_EQ(run({"check", file, "--run", "wild"}).status, 1);
}

TEST_F(Command, CheckTellsAllErrorsInOneGo) {
    const Ran ran = run({"check", model("model m\nneuron φ\nactivation d/dt φ = -ψ\nobserve a = χ\n"
                                        "run { scheme = rk4  dt = 0.1  steps = 2 }\n")
                                      .string()});
    EXPECT_EQ(ran.status, 1);
    EXPECT_TRUE(contains(ran.err, "`ψ`") && contains(ran.err, "`χ`") && contains(ran.err, "2 errors")) << ran.err;
}

// A network of erf (no complex steps) and one of tanh, each shown five rows for three steps.
TEST_F(Command, CheckComparesGradientsWithStepsOfTheWeights) {
    write_text(folder() / "table.csv", "0.1,1\n0.3,0.5\n-0.4,0\n0.9,-1\n0.2,0.2\n0.7,0.1\n");
    for (const std::string function : {"tanh", "erf"}) {
        const std::string network = "model network\nindex n, k in 1..6\ndataset d = csv(\"table.csv\", x = 1, y = 2)\nneuron x[n]\n"
                                    "trainable W[n,k], b[n]\nactivation x[n] ← " + function + "(W[n,k]*x[k] + b[n])\n"
                                    "boundary x[1] ← d.x\nloss H = (x[6] - d.y)^2 + 0.1*Σ[n](b[n]^2)\ninit W[n,k] = 0.5*sin(n + 2*k)\n"
                                    "init b = 0.2\nlearning W, b descends H with rate 0.1, backprop 3\n"
                                    "timescale boundary 3, learning 15\nrun { scheme = map  steps = 3 }\n";
        const Ran ran = run({"check", "--gradient", model(network).string()});
        EXPECT_EQ(ran.status, 0) << ran.out << ran.err;
        EXPECT_TRUE(contains(ran.out, "gradient by W: 8 of 36 elements")) << ran.out;
        EXPECT_TRUE(contains(ran.out, "gradient by b: 6 of 6 elements")) << ran.out;
        EXPECT_TRUE(contains(run({"explain", (folder() / "small.nphys").string()}).out,
                             "gradients go back 3 steps, for which 1.44 kB of states are kept"));
    }
}

TEST_F(Command, ExplainShowsLawsUpdatesAndKernels) {
    const Ran ran = run({"explain", example("klein_gordon").string()});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "d/dt φ[i] = π[i]")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "(6 + m^2)*φ[i]")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "kick π by dt/2")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "flops and")) << ran.out;
    EXPECT_TRUE(contains(ran.out, "bytes each")) << ran.out;
}

// The line of `explain` that is about a kernel, given how it begins.
std::string kernel_line(const std::string& text, const std::string& function, const std::string& name) {
    const std::size_t begin = text.find(name, text.find("\n  " + function + "\n"));
    return begin == std::string::npos ? text : text.substr(begin, text.find('\n', begin) - begin);
}

TEST_F(Command, ExplainCountsFlopsAndBytesAsByHand) {
    // ∇²φ - m²φ: five additions of neighbours and a multiply-add; each kick or drift is a multiply-add.
    const std::string klein_gordon = run({"explain", example("klein_gordon").string()}).out;
    const std::string half = kernel_line(klein_gordon, "advance", "kick π by dt/2 ");
    EXPECT_TRUE(contains(half, "262 k elements,     9 flops and    24 bytes each (16 read, 8 written)")) << half;
    const std::string step = kernel_line(klein_gordon, "advance", "drift φ by dt, kick π by dt/2");
    EXPECT_TRUE(contains(step, "262 k elements,    13 flops and")) << step;
    const std::string last = klein_gordon.substr(klein_gordon.find(step) + step.size());
    EXPECT_TRUE(contains(kernel_line(last, "", "drift φ by dt, kick π by dt/2"), "11 flops and    32 bytes each (16 read, 16 written)")) << last;
    // Each of the four components of φ and of π: three differences of neighbours (5 + 2), φ twice in a step, π once; and two
    // rotations by the mass (3 each).
    const std::string dirac = run({"explain", example("dirac_3d").string()}).out;
    const std::string rotation = kernel_line(dirac, "advance", "local part of φ and π by dt/2, exactly ");
    EXPECT_TRUE(contains(rotation, "14 k elements,    24 flops and   128 bytes each (64 read, 64 written)")) << rotation;
    const std::string whole = kernel_line(dirac, "advance", "drift φ by dt/2, kick π by dt, local part");
    EXPECT_TRUE(contains(whole, "14 k elements,   132 flops and   128 bytes each (64 read, 64 written)")) << whole;
    // u and v go to second arrays, whose lines are fetched as well.
    const std::string gray_scott = kernel_line(run({"explain", example("gray_scott").string()}).out, "advance", "move u and v");
    EXPECT_TRUE(contains(gray_scott, "48 bytes each (16 read, 16 written, 16 fetched to be written)")) << gray_scott;
}

TEST_F(Command, ExplainEmitAndPlotSpeakJson) {
    const std::string file = model(small_model()).string();
    const Ran explained = run({"explain", file, "--json", "--time"});
    ASSERT_EQ(explained.status, 0) << explained.err;
    const auto explanation = nlohmann::json::parse(explained.out);
    EXPECT_EQ(explanation.at("model"), "small");
    EXPECT_FALSE(explanation.at("sections").at(0).at("formulas").empty());
    EXPECT_GT(explanation.at("kernels").at(0).at("elements"), 1);
    EXPECT_GT(explanation.at("seconds").at("llvm"), 0);
    const auto emitted = nlohmann::json::parse(run({"emit", file, "-o", "cpp", "--json"}).out);
    for (const auto& made : emitted.at("files"))
        EXPECT_TRUE(std::filesystem::exists(folder() / std::string(made))) << made;
    ASSERT_EQ(run({"run", file, "-o", "out", "--no-plots"}).status, 0);
    EXPECT_FALSE(nlohmann::json::parse(run({"plot", "out", "--json"}).out).at("files").empty());
}

TEST_F(Command, ExplainTellsTheFormOfEachContraction) {
    const Ran hopfield = run({"explain", example("hopfield").string()});
    EXPECT_TRUE(contains(hopfield.out, "weight J") && contains(hopfield.out, "stored, dense")) << hopfield.out;
    EXPECT_TRUE(contains(hopfield.out, "a call of BLAS: gemv, 100 × 100")) << hopfield.out;
    const Ran dirac = run({"explain", example("dirac_3d").string()});
    EXPECT_TRUE(contains(dirac.out, "a stencil: its δ are contracted, it is never stored")) << dirac.out;
}

TEST_F(Command, ExplainSpeaksLatex) {
    const Ran ran = run({"explain", example("klein_gordon").string(), "--latex"});
    EXPECT_EQ(ran.status, 0) << ran.err;
    EXPECT_TRUE(contains(ran.out, "\\[ \\frac{d}{dt} \\phi_{i} = \\pi_{i} \\]")) << ran.out;
    EXPECT_FALSE(contains(ran.out, "φ[i]")) << ran.out;
}

TEST_F(Command, ExplainDumpsEachStage) {
    const std::string file = model(small_model()).string();
    const std::pair<const char*, const char*> stages[] = {{"syntax", "(model small"},
                                                          {"model", "param mass"},
                                                          {"program", "scheme leapfrog"},
                                                          {"loops", "module small {"},
                                                          {"llvm", "define"}};
    for (const auto& [stage, sign] : stages) {
        const Ran ran = run({"explain", file, "--dump", stage});
        EXPECT_EQ(ran.status, 0) << stage << ran.err;
        EXPECT_TRUE(contains(ran.out, sign)) << stage << ":\n" << ran.out.substr(0, 500);
    }
    const Ran unknown = run({"explain", file, "--dump", "magic"});
    EXPECT_EQ(unknown.status, 2);
}

TEST_F(Command, ExplainShowsTheAssembly) {
    const Ran ran = run({"explain", model(small_model()).string(), "--asm"});
    EXPECT_EQ(ran.status, 0);
    EXPECT_TRUE(contains(ran.out, ".text") && contains(ran.out, "ret")) << ran.out.substr(0, 500);
}

TEST_F(Command, ExplainTellsTheTimeOfEachStage) {
    const Ran ran = run({"explain", model(small_model()).string(), "--time"});
    for (const char* stage : {"syntax", "model", "dynamics", "loops", "llvm", "together"})
        EXPECT_TRUE(contains(ran.out, stage)) << ran.out;
}

TEST_F(Command, ExplainTellsWhatADiagnosticMeans) {
    for (const char* code : {"E0301", "e0301"}) {
        const Ran ran = run({"explain", code});
        EXPECT_EQ(ran.status, 0);
        EXPECT_TRUE(contains(ran.out, "E0301: index `") && contains(ran.out, "summed")) << ran.out;
    }
    const Ran none = run({"explain", "E9999"});
    EXPECT_EQ(none.status, 2);
    EXPECT_TRUE(contains(none.err, "there is no diagnostic `E9999`")) << none.err;
}

} // namespace
} // namespace nphys::cli
