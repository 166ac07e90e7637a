// One meaning, many executions: random models through the interpreter (plain loops; fused loops, blocks in any order), the JIT with
// one and several threads, and, for a sample, emitted C++. NPHYS_RANDOM_MODELS=N and NPHYS_RANDOM_SEED=S choose how many and from where.

#include <optional>

#include <gtest/gtest.h>

#include "tests/agreement/emitted.h"
#include "tests/agreement/executions.h"
#include "tests/agreement/random_model.h"
#include "tests/agreement/random_search.h"
#include "tests/support/running.h"

namespace nphys::test {
namespace {

std::vector<std::vector<double>> results(Running& run) {
    std::vector<std::vector<double>> all{run->field("φ"), run->field("π")};
    for (const model::Tensor& tensor : run.compilation->model.tensors)
        if (tensor.name == "ψ") all.push_back(run->field(tensor.symbol));
    // Of copies a variance or a standard error is the small difference of numbers as large as the other observables: they are
    // measured on one scale.
    std::vector<double> statistics;
    for (std::size_t k = 0; k < run.compilation->model.observables.size(); ++k) {
        if (run.compilation->model.run.copies == 1) all.push_back(run->observable(k));
        else for (const auto* values : {&run->observable(k), &run->deviation(k)}) statistics.insert(statistics.end(), values->begin(), values->end());
    }
    all.push_back(std::move(statistics));
    return all;
}

// Products of matrices add in an order of their own.
double tolerance(const Spec& spec, bool same_mathematics) {
    if ((spec.exact() || same_mathematics) && !spec.is_network()) return 0;
    return spec.single_precision ? 1e-5 : 1e-13;
}

// What is wrong with a model, if anything.
std::optional<std::string> disagreement(const Spec& spec) {
    Running judge = running(spec.text(), plainly());
    if (!judge.good()) return "does not compile: " + judge.error;
    judge.to_the_end();
    if (!judge.good()) return "the judge fails: " + judge.error;
    const auto expected = results(judge);
    for (const Execution& execution : executions()) {
        Running run = running(spec.text(), execution.how);
        run.to_the_end();
        if (!run.good()) return execution.name + " fails: " + run.error;
        const auto found = results(run);
        for (std::size_t k = 0; k < expected.size(); ++k) {
            const double difference = distance(found[k], expected[k]);
            if (!(difference <= tolerance(spec, execution.is_interpreted()))) return execution.name + " differs in result " + std::to_string(k) + " by " + std::to_string(difference * 1e16) + "e-16";
        }
    }
    return std::nullopt;
}

TEST(RandomModels, agree_in_interpreter_and_jit_at_any_number_of_threads) {
    expect_agreement(setting("NPHYS_RANDOM_MODELS", 100), random_spec, disagreement);
}

// Linear laws that are the same at every site, 1 to 4 types, 1 to 3 dimensions, periodic and antiperiodic, with sources.
TEST(RandomModels, are_propagated_exactly_to_where_their_steps_lead) {
    const std::uint64_t count = setting("NPHYS_RANDOM_LINEAR", 30), first = setting("NPHYS_RANDOM_SEED", 1);
    std::uint64_t seen = 0;
    for (std::uint64_t seed = first; seen < count; ++seed) {
        Spec spec = random_spec(seed);
        if (spec.family != Family::linear || spec.uneven) continue;
        ++seen;
        spec.single_precision = spec.remembers = false; // what is leapt over is not remembered
        spec.copies = 1;
        spec.steps = 50 + static_cast<int>(seed % 200);
        for (const std::string scheme : {"euler", "rk4"}) {
            spec.scheme = scheme;
            Running stepped = running(spec.text());
            spec.scheme = "exact(" + scheme + ")";
            Running leapt = running(spec.text());
            ASSERT_TRUE(stepped.good() && leapt.good()) << stepped.error << leapt.error << spec.text();
            stepped.to_the_end();
            leapt.to_the_end();
            EXPECT_LT(distance(flat_state(*leapt.simulation), flat_state(*stepped.simulation)), 1e-12) << spec.text();
        }
    }
}

// Linear laws with edges that are another at each site: the exponential leads where small steps lead.
TEST(RandomModels, are_moved_by_the_exponential_of_their_law_at_any_edge) {
    const std::uint64_t count = setting("NPHYS_RANDOM_UNEVEN", 300), first = setting("NPHYS_RANDOM_SEED", 1);
    int seen = 0;
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        Spec spec = random_spec(seed);
        if (!spec.uneven) continue;
        ++seen;
        spec.single_precision = false;
        spec.copies = 1;
        spec.steps = 50;
        Running leapt = running(spec.text());
        spec.scheme = "rk4";
        Running stepped = running(spec.text());
        ASSERT_TRUE(stepped.good() && leapt.good()) << stepped.error << leapt.error << spec.text();
        stepped.to_the_end();
        leapt.to_the_end();
        EXPECT_LT(distance(flat_state(*leapt.simulation), flat_state(*stepped.simulation)), 1e-6) << spec.text();
    }
    EXPECT_GT(seen, 3);
}

TEST(RandomModels, agree_with_emitted_cpp) {
    const std::uint64_t count = setting("NPHYS_RANDOM_EMITTED", 6), first = setting("NPHYS_RANDOM_SEED", 1000);
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const Spec spec = random_spec(seed);
        Running judge = running(spec.text(), {.engine = driver::EngineKind::interpreter, .threads = 1, .lowering = {}, .request = {}, .folder = "."});
        ASSERT_TRUE(judge.good()) << judge.error << spec.text();
        judge.to_the_end();
        const auto emitted = state_of_emitted(*judge.compilation, judge.compilation->program.steps);
        ASSERT_TRUE(emitted) << emitted.error() << spec.text();
        const std::vector<double> expected = flat_state(*judge.simulation);
        EXPECT_LE(distance(*emitted, expected), tolerance(spec, false)) << "seed " << seed << "\n" << spec.text();
    }
}

} // namespace
} // namespace nphys::test
