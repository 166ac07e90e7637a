// Contractions of dense arrays: which become calls of BLAS, that these give what loops give, and that explain tells which and why.

#include <functional>
#include <limits>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/agreement/emitted.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

const std::string network = R"(
model network
index n in 1..90
index k in 1..70
index p in 1..24
trainable W[n,k], V[n,k]
neuron x[k], y[n], X[k,p], Y[n,p]
init W[n,k] = sin(0.3*n + 0.7*k*k)/9
init V[n,k] = cos(0.1*n*k)/9
init x[k] = cos(1.3*k)
init y[n] = sin(0.9*n)
init X[k,p] = cos(0.2*k*p)
init Y[n,p] = sin(0.4*n + p)
)";

std::string with(const std::string& laws, const std::string& run = "scheme = map  steps = 3") { return network + laws + "\nrun { " + run + " }\n"; }

How loops_only() {
    How how;
    how.lowering.smallest_product = std::numeric_limits<std::int64_t>::max();
    return how;
}

void collect(const loops::Block& block, std::vector<std::string>& calls) {
    for (const loops::Statement& statement : block) {
        if (const auto* call = std::get_if<loops::CallService>(&statement.node)) calls.push_back(call->service);
        if (const auto* loop = std::get_if<loops::For>(&statement.node)) collect(*loop->body, calls);
        if (const auto* branch = std::get_if<loops::If>(&statement.node)) collect(*branch->body, calls);
    }
}

std::vector<std::string> calls_of(const Running& run) {
    std::vector<std::string> calls;
    for (const loops::Function& function : run.compilation->lowered.module.functions)
        if (function.name == "advance") collect(function.body, calls);
    return calls;
}

std::vector<double> result_of(const std::string& text, const How& how) {
    Running run = running(text, how);
    EXPECT_TRUE(run.good()) << run.error << text;
    if (!run.good()) return {};
    run.to_the_end();
    return flat_state(*run.simulation);
}

// By loops, by calls in the interpreter, in machine code at 1 and 3 threads, and in C++.
void expect_calls(const std::string& text, const std::vector<std::string>& calls, double tolerance = 1e-13) {
    Running judge = running(text, loops_only());
    ASSERT_TRUE(judge.good()) << judge.error << text;
    EXPECT_TRUE(calls_of(judge).empty());
    judge.to_the_end();
    const std::vector<double> expected = flat_state(*judge.simulation);
    Running called = running(text, {.engine = driver::EngineKind::interpreter, .threads = 1, .lowering = {}, .request = {}, .folder = "."});
    EXPECT_EQ(calls_of(called), calls) << text;
    called.to_the_end();
    ASSERT_TRUE(called.good()) << called.error;
    const std::vector<double> interpreted = flat_state(*called.simulation);
    EXPECT_LE(distance(interpreted, expected), tolerance) << text;
    for (const int threads : {1, 3}) {
        How how;
        how.threads = threads;
        how.lowering.smallest_parallel = 1;
        EXPECT_LE(distance(result_of(text, how), interpreted), tolerance) << threads << " threads" << text;
    }
    const auto emitted = state_of_emitted(*called.compilation, called.compilation->program.steps);
    ASSERT_TRUE(emitted) << emitted.error();
    EXPECT_LE(distance(*emitted, expected), tolerance) << "C++" << text;
}

std::string reason_for(const std::string& laws) {
    const Running run = running(with(laws), {});
    EXPECT_TRUE(run.good()) << run.error;
    EXPECT_TRUE(calls_of(run).empty()) << laws;
    return loops::print_contractions(run.compilation->model, run.compilation->lowered);
}

TEST(DenseProducts, a_matrix_times_a_vector_is_one_call) {
    expect_calls(with("activation y[n] ← tanh(W[n,k]*x[k] + 0.1*n)"), {"nphys_gemv_f64"});
}

TEST(DenseProducts, the_transpose_of_a_matrix_is_read_where_it_lies) {
    expect_calls(with("activation x[k] ← W[n,k]*y[n]"), {"nphys_gemv_transposed_f64"});
}

TEST(DenseProducts, what_stands_beside_the_matrix_is_computed_into_a_vector_first) {
    expect_calls(with("activation y[n] ← 0.5*W[n,k]*sin(x[k])*(x[k] + 1)\nactivation x[k] ← x[k]/2"), {"nphys_gemv_f64"});
}

TEST(DenseProducts, a_row_of_vectors_is_a_product_of_matrices) {
    expect_calls(with("activation Y[n,p] ← tanh(W[n,k]*X[k,p])\nactivation X[k,p] ← sin(W[n,k]*Y[n,p])"), {"nphys_gemm_f64", "nphys_gemm_f64"});
}

TEST(DenseProducts, gradients_by_a_matrix_and_through_it_are_products) {
    expect_calls(with("activation Y[n,p] ← tanh(W[n,k]*X[k,p])\nactivation X[k,p] ← X[k,p]\n"
                      "loss H = 1/48*Σ[n,p]((Y[n,p] - sin(0.1*n*p))²)\nlearning W descends H with rate 0.1"),
                 {"nphys_gemm_f64", "nphys_gemm_f64"});
}

TEST(DenseProducts, parts_of_ranges_begin_inside_of_the_array) {
    expect_calls(with("index input in 5..66\nindex output in 11..88\nactivation y[output] ← W[output, input]*x[input + 2]"), {"nphys_gemv_f64"});
}

TEST(DenseProducts, sites_of_a_lattice_are_columns) {
    expect_calls("model mixed\nlattice space(x, z) = periodic(12, 10)\nindex i in space\nindex a, b in 1..9\nneuron φ[i,a]\n"
                 "trainable M[a,b]\ninit M[a,b] = cos(a*b)/9\ninit φ[i,a] = sin(x + 2*z + a)\nactivation φ[i,a] ← M[a,b]*φ[i,b]\nrun { scheme = map  steps = 3 }\n",
                 {"nphys_gemm_f64"});
}

TEST(DenseProducts, a_shifted_field_is_an_operand_that_is_computed_first) {
    expect_calls("model mixed\nlattice space(x, z) = antiperiodic(12, 10)\nindex i in space\nindex a, b in 1..9\nneuron φ[i,a]\n"
                 "trainable M[a,b]\ninit M[a,b] = cos(a*b)/9\ninit φ[i,a] = sin(x + 2*z + a)\nactivation φ[i,a] ← M[a,b]*φ[i + space.e[1],b]\nrun { scheme = map  steps = 3 }\n",
                 {"nphys_gemm_f64"});
}

TEST(DenseProducts, single_precision_is_multiplied_in_single_precision) {
    expect_calls(with("activation Y[n,p] ← tanh(W[n,k]*X[k,p])\nactivation y[n] ← W[n,k]*x[k]", "scheme = map  steps = 3  precision = f32"),
                 {"nphys_gemm_f32", "nphys_gemv_f32"}, 3e-6);
}

TEST(DenseProducts, runge_kutta_calls_once_a_stage) {
    expect_calls(with("activation d/dt y[n] = -y[n] + tanh(W[n,k]*x[k])*cos(y[n])\nactivation d/dt x[k] = V[n,k]*y[n] - x[k]", "scheme = rk4  dt = 0.05  steps = 4"),
                 {"nphys_gemv_f64", "nphys_gemv_transposed_f64", "nphys_gemv_f64", "nphys_gemv_transposed_f64", "nphys_gemv_f64", "nphys_gemv_transposed_f64",
                  "nphys_gemv_f64", "nphys_gemv_transposed_f64"});
}

TEST(DenseProducts, one_element_after_the_other_needs_loops) {
    const Running run = running(with("activation y[n] ← W[n,k]*x[k]", "scheme = sequential  steps = 1"));
    ASSERT_TRUE(run.good()) << run.error;
    EXPECT_TRUE(calls_of(run).empty());
}

TEST(DenseProducts, what_stays_a_loop_is_told_with_its_reason) {
    const auto expect_reason = [](const std::string& laws, const std::string& words) { EXPECT_NE(reason_for(laws).find(words), std::string::npos) << laws << "\n" << reason_for(laws); };
    expect_reason("index q in 1..40\nactivation y[q] ← W[q,k]*x[k]", "small: 2800 multiplications");
    expect_reason("activation y[n] ← cos(n*k)*x[k]", "its matrix is computed, not stored");
    expect_reason("activation y[n] ← W[n,k]*V[n,k]*x[k]", "several factors share an index that is not summed");
    expect_reason("activation y[n] ← Σ[k](W[n,k])", "it has no factor that is a vector over what is summed");
}

TEST(DenseProducts, linear_maps_are_told_to_be_stencils_or_stored) {
    const Running run = running("model ring\nlattice ring(x) = periodic(64)\nindex i, j in ring\nneuron φ[i]\ntrainable π[i]\n"
                                "weight W[i; j] = δ[i,j]\nbias B[i; j] = δ[i + e[1], j] - δ[i,j]\nactivation φ[i] ← W[i; j]*φ[j] + 0.1*B[i; j]*π[j]\nrun { scheme = map  steps = 1 }\n");
    ASSERT_TRUE(run.good()) << run.error;
    const std::string told = loops::print_contractions(run.compilation->model, run.compilation->lowered);
    EXPECT_NE(told.find("weight W"), std::string::npos) << told;
    EXPECT_NE(told.find("bias B"), std::string::npos) << told;
    EXPECT_NE(told.find("a stencil: its δ are contracted, it is never stored"), std::string::npos) << told;
}

} // namespace
} // namespace nphys::test
