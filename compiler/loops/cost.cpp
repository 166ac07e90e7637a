#include "compiler/loops/cost.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <utility>

#include "compiler/loops/memory.h"
#include "compiler/loops/trip_counts.h"

namespace nphys::loops {

namespace {

constexpr std::int64_t most_samples = 512; // iterations looked at one by one where what is inside depends on them
constexpr std::int64_t most_phases = 4;
constexpr double flops_of_pow = 32, flops_of_root = 4;
constexpr double flops_of_uniform = 30, flops_of_normal = 64; // half of a block of Philox; and of Box-Muller

double flops_of(const Operation& operation) {
    if (const auto* compute = std::get_if<Compute>(&operation)) {
        switch (compute->op) {
        case Arithmetic::fma:
            return 2;
        case Arithmetic::square_root:
            return flops_of_root;
        case Arithmetic::select:
        case Arithmetic::convert:
            return 0;
        default:
            return 1;
        }
    }
    if (const auto* call = std::get_if<Call>(&operation))
        return algebra::op_flops(call->op);
    if (std::holds_alternative<RealPower>(operation))
        return flops_of_pow;
    if (const auto* draw = std::get_if<Draw>(&operation))
        return draw->distribution == Distribution::normal ? flops_of_normal : flops_of_uniform;
    if (const auto* power = std::get_if<IntegerPower>(&operation)) {
        const unsigned n = static_cast<unsigned>(std::abs(power->exponent));
        const int products = n == 0 ? 0 : std::bit_width(n) - 1 + std::popcount(n) - 1;
        return products + (power->exponent < 0 ? 1 : 0);
    }
    return 0;
}

// Counts one nest by walking it with one thread; loops whose inside is the same each time are multiplied out.
class Counter {
public:
    Counter(const Module& module, const Function& function, TripCounts evaluator, KernelCost& cost)
        : module_(module), function_(function), evaluator_(std::move(evaluator)), cost_(cost) {}

    // One nest may run several times with other integers: phases of a pass.
    void count(const For& loop, const std::vector<TripCounts>& executions) {
        for (const TripCounts& execution : executions) {
            evaluator_ = execution;
            evaluator_.forget_estimate();
            count_loop(loop, 1);
        }
        finish();
    }

private:
    void count_block(const Block& block, double times) {
        std::map<std::uint32_t, Touch> touched;
        std::map<std::uint32_t, int> accumulated;
        for (const Statement& statement : block) {
            if (const auto* loop = std::get_if<For>(&statement.node))
                count_loop(*loop, times);
            if (const auto* branch = std::get_if<If>(&statement.node))
                count_branch(*branch, times);
            if (const auto* let = std::get_if<Let>(&statement.node))
                evaluator_.set(let->variable, evaluator_.value(let->value));
            if (const auto* define = std::get_if<Define>(&statement.node)) {
                cost_.flops += times * flops_of(define->operation);
                if (const auto* load = std::get_if<Load>(&define->operation))
                    touched[load->buffer.value].is_read = true;
            }
            if (const auto* accumulate = std::get_if<Accumulate>(&statement.node)) {
                cost_.flops += times;
                ++accumulated[accumulate->accumulator.value];
            }
            if (const auto* store = std::get_if<Store>(&statement.node)) {
                ++touched[store->buffer.value].stores;
                touched[store->buffer.value].streaming = store->streaming;
            }
        }
        // A block may do several sites one after the other: as many as it stores to one buffer, or adds to one sum.
        int sites = 1;
        for (const auto& [buffer, how] : touched)
            sites = std::max(sites, how.stores);
        for (const auto& [accumulator, count] : accumulated)
            sites = std::max(sites, count);
        for (const auto& [buffer, how] : touched)
            add(buffer, how, times, sites);
    }

    void count_branch(const If& branch, double times) {
        if (evaluator_.value(branch.condition) != 0)
            count_block(*branch.body, times);
    }

    void count_loop(const For& loop, double times) {
        const std::int64_t begin = evaluator_.value(loop.begin), end = evaluator_.value(loop.end);
        const std::int64_t trips = std::max<std::int64_t>(end - begin, 0);
        if (trips == 0)
            return;
        if (!shapes_inside(*loop.body, loop.variable)) {
            evaluator_.set(loop.variable, begin);
            count_block(*loop.body, times * static_cast<double>(trips));
            return;
        }
        const std::int64_t samples = std::min(trips, most_samples);
        if (samples < trips)
            cost_.is_estimate = true;
        const double weight = times * static_cast<double>(trips) / static_cast<double>(samples);
        for (std::int64_t sample = 0; sample < samples; ++sample) {
            evaluator_.set(loop.variable, begin + trips * sample / samples);
            count_block(*loop.body, weight);
        }
    }

    // Whether bounds or conditions inside depend on the variable.
    bool shapes_inside(const Block& block, VariableId variable) {
        std::vector<bool> tainted(function_.variables.size(), false);
        tainted[variable.index()] = true;
        return shapes_inside(block, tainted);
    }

    bool shapes_inside(const Block& block, std::vector<bool>& tainted) {
        return std::any_of(block.begin(), block.end(), [&](const Statement& statement) {
            if (const auto* let = std::get_if<Let>(&statement.node)) {
                tainted[let->variable.index()] = is_tainted(let->value, tainted);
            }
            if (const auto* loop = std::get_if<For>(&statement.node)) {
                return is_tainted(loop->begin, tainted) || is_tainted(loop->end, tainted) ||
                       shapes_inside(*loop->body, tainted);
            }
            if (const auto* branch = std::get_if<If>(&statement.node)) {
                return is_tainted(branch->condition, tainted) || shapes_inside(*branch->body, tainted);
            }
            return false;
        });
    }

    bool is_tainted(IntegerId id, const std::vector<bool>& tainted) const {
        const Integer& integer = function_.integers[id.index()];
        if (integer.op == IntegerOp::load)
            return false; // what data say is not known anyway
        if (integer.op == IntegerOp::variable)
            return tainted[integer.variable.index()];
        return (integer.a.valid() && is_tainted(integer.a, tainted)) ||
               (integer.b.valid() && is_tainted(integer.b, tainted));
    }

    struct Touch {
        bool is_read = false, streaming = false;
        int stores = 0;
    };

    void add(std::uint32_t buffer, const Touch& how, double times, int sites) {
        Totals& totals = totals_[buffer];
        if (how.is_read)
            totals.read += times * sites;
        totals.written += times * how.stores;
        totals.streaming |= how.streaming;
    }

    void finish() {
        cost_.is_estimate |= evaluator_.is_estimate();
        for (const auto& [id, totals] : totals_) {
            const Buffer& buffer = module_.buffers[id];
            const double size = static_cast<double>(buffer.size), bytes = static_cast<double>(bytes_of(buffer.type));
            const double read = std::min(totals.read, size), written = std::min(totals.written, size);
            cost_.elements = std::max({cost_.elements, read, written});
            cost_.streams.push_back({BufferId(id), read * bytes, written * bytes, totals.streaming});
        }
    }

    struct Totals {
        double read = 0, written = 0; // elements
        bool streaming = false;
    };
    const Module& module_;
    const Function& function_;
    TripCounts evaluator_;
    std::map<std::uint32_t, Totals> totals_;
    KernelCost& cost_;
};

// ---- Nests ----

// The comments of a nest, each once: a fused one does several things.
void collect_comments(const Block& block, std::vector<std::string>& found) {
    for (const Statement& statement : block) {
        const bool is_new =
            !statement.comment.empty() && std::find(found.begin(), found.end(), statement.comment) == found.end();
        if (is_new)
            found.push_back(statement.comment);
        if (const auto* loop = std::get_if<For>(&statement.node))
            collect_comments(*loop->body, found);
        if (const auto* branch = std::get_if<If>(&statement.node))
            collect_comments(*branch->body, found);
    }
}

std::string name_of(const std::string& comment, const For& loop, const Function& function) {
    std::vector<std::string> comments;
    if (!comment.empty())
        comments.push_back(comment);
    collect_comments(*loop.body, comments);
    if (comments.empty())
        return "loop over " + function.variables[loop.variable.index()];
    return fmt::format("{}", fmt::join(comments, ", "));
}

// Loops over steps and over phases of a step are told by what only they may hold.
bool holds_nests(const Block& block) {
    return std::any_of(block.begin(), block.end(), [](const Statement& statement) {
        if (const auto* loop = std::get_if<For>(&statement.node)) {
            return loop->kind == LoopKind::parallel || holds_nests(*loop->body);
        }
        if (const auto* branch = std::get_if<If>(&statement.node))
            return holds_nests(*branch->body);
        return std::holds_alternative<Repeat>(statement.node) || std::holds_alternative<Swap>(statement.node) || std::holds_alternative<AdvanceStep>(statement.node) ||
               std::holds_alternative<SetScalar>(statement.node);
    });
}

class Nests {
public:
    Nests(const Module& module, const Function& function)
        : module_(module), function_(function), evaluator_(module, function) {}

    std::vector<KernelCost> found() {
        visit(function_.body);
        std::vector<KernelCost> kernels;
        for (const Nest& nest : nests_) {
            KernelCost cost = counted(nest);
            if (cost.elements > 0)
                kernels.push_back(std::move(cost));
        }
        return kernels;
    }

private:
    struct Nest {
        const For* loop = nullptr;         // or
        const CallService* call = nullptr;
        std::string comment;
        std::int64_t steps = 1;
        bool repeated = false;
        std::vector<TripCounts> executions;
    };

    void visit(const Block& block) {
        for (const Statement& statement : block) {
            if (const auto* let = std::get_if<Let>(&statement.node))
                evaluator_.set(let->variable, evaluator_.value(let->value));
            if (const auto* loop = std::get_if<For>(&statement.node)) {
                if (loop->kind != LoopKind::parallel && holds_nests(*loop->body))
                    visit_outer(*loop);
                else
                    add(*loop, statement.comment);
            }
            if (const auto* branch = std::get_if<If>(&statement.node)) {
                if (evaluator_.value(branch->condition) != 0)
                    visit(*branch->body);
            }
            if (const auto* call = std::get_if<CallService>(&statement.node))
                nests_.push_back({nullptr, call, statement.comment, steps_, repeated_, {}});
            if (const auto* repeat = std::get_if<Repeat>(&statement.node))
                visit_repeated(*repeat);
        }
    }

    // Phases of a pass all count; of the loop over steps or passes the first iteration stands for all.
    void visit_outer(const For& loop) {
        const std::int64_t begin = evaluator_.value(loop.begin), trips = evaluator_.value(loop.end) - begin;
        const std::int64_t steps_before = steps_;
        evaluator_.set(loop.variable, begin);
        set_lets(*loop.body);
        const std::int64_t steps = steps_in(*loop.body);
        if (steps > 0)
            steps_ = steps;
        for (std::int64_t i = 0; i < (trips <= most_phases && steps == 0 ? trips : std::min<std::int64_t>(trips, 1));
             ++i) {
            evaluator_.set(loop.variable, begin + i);
            visit(*loop.body);
        }
        steps_ = steps_before;
    }

    // Once, for each time that it will be.
    void visit_repeated(const Repeat& repeat) {
        const bool before = std::exchange(repeated_, true);
        visit(*repeat.body);
        repeated_ = before;
    }

    void set_lets(const Block& block) {
        for (const Statement& statement : block) {
            if (const auto* let = std::get_if<Let>(&statement.node))
                evaluator_.set(let->variable, evaluator_.value(let->value));
        }
    }

    std::int64_t steps_in(const Block& block) {
        std::int64_t steps = 0;
        for (const Statement& statement : block) {
            if (std::holds_alternative<AdvanceStep>(statement.node))
                ++steps;
            if (const auto* loop = std::get_if<For>(&statement.node)) {
                const std::int64_t inside = steps_in(*loop->body);
                if (inside > 0)
                    steps +=
                        inside * std::max<std::int64_t>(evaluator_.value(loop->end) - evaluator_.value(loop->begin), 0);
            }
        }
        return steps;
    }

    void add(const For& loop, const std::string& comment) {
        const auto known =
            std::find_if(nests_.begin(), nests_.end(), [&](const Nest& nest) { return nest.loop == &loop; });
        Nest& nest = known == nests_.end() ? nests_.emplace_back(Nest{&loop, nullptr, comment, steps_, repeated_, {}}) : *known;
        nest.executions.push_back(evaluator_);
    }

    KernelCost counted(const Nest& nest) {
        KernelCost cost;
        cost.function = function_.name;
        cost.steps = static_cast<double>(nest.steps);
        cost.repeated = nest.repeated;
        if (nest.call != nullptr) {
            count_call(module_, function_, *nest.call, cost);
            cost.name = nest.comment.empty() ? nest.call->service : nest.comment;
            return cost;
        }
        cost.name = name_of(nest.comment, *nest.loop, function_);
        Counter(module_, function_, evaluator_, cost).count(*nest.loop, nest.executions);
        return cost;
    }

    const Module& module_;
    const Function& function_;
    TripCounts evaluator_;
    std::int64_t steps_ = 1;
    bool repeated_ = false;
    std::vector<Nest> nests_;
};

} // namespace

double KernelCost::bytes_read() const {
    double bytes = 0;
    for (const Stream& stream : streams)
        bytes += stream.read;
    return bytes;
}

double KernelCost::bytes_written() const {
    double bytes = 0;
    for (const Stream& stream : streams)
        bytes += stream.written;
    return bytes;
}

double KernelCost::bytes_allocated() const {
    double bytes = 0;
    for (const Stream& stream : streams)
        bytes += stream.streaming ? 0 : std::max(stream.written - stream.read, 0.0);
    return bytes;
}

std::vector<KernelCost> costs(const Module& module, const Function& function) {
    return Nests(module, function).found();
}

std::vector<KernelCost> costs(const Module& module) {
    std::vector<KernelCost> all;
    for (const Function& function : module.functions) {
        std::vector<KernelCost> some = costs(module, function);
        all.insert(all.end(), std::make_move_iterator(some.begin()), std::make_move_iterator(some.end()));
    }
    return all;
}

} // namespace nphys::loops
