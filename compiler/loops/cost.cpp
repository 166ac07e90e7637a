#include "compiler/loops/cost.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>

#include "compiler/loops/integers.h"
#include "compiler/loops/memory.h"

namespace nphys::loops {

namespace {

constexpr std::int64_t most_samples = 512; // iterations looked at one by one where what is inside depends on them
constexpr double flops_of_pow = 32, flops_of_root = 4;

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
    Counter(const Module& module, const Function& function, std::vector<std::int64_t> variables, KernelCost& cost)
        : module_(module), function_(function), variables_(std::move(variables)), cost_(cost) {}

    void count(const For& loop) {
        count_loop(loop, 1);
        finish();
    }

private:
    void count_block(const Block& block, double times) {
        Touched touched;
        for (const Statement& statement : block) {
            if (const auto* loop = std::get_if<For>(&statement.node))
                count_loop(*loop, times);
            if (const auto* branch = std::get_if<If>(&statement.node))
                count_branch(*branch, times);
            if (const auto* let = std::get_if<Let>(&statement.node))
                variables_[let->variable.index()] = value(let->value);
            if (const auto* define = std::get_if<Define>(&statement.node)) {
                cost_.flops += times * flops_of(define->operation);
                if (const auto* load = std::get_if<Load>(&define->operation))
                    touched[load->buffer.value].read = true;
            }
            if (std::holds_alternative<Accumulate>(statement.node))
                cost_.flops += times;
            if (const auto* store = std::get_if<Store>(&statement.node)) {
                touched[store->buffer.value].written = true;
                touched[store->buffer.value].streaming = store->streaming;
            }
        }
        for (const auto& [buffer, how] : touched)
            add(buffer, how, times);
    }

    void count_branch(const If& branch, double times) {
        if (value(branch.condition) != 0)
            count_block(*branch.body, times);
    }

    void count_loop(const For& loop, double times) {
        const std::int64_t begin = value(loop.begin), end = value(loop.end);
        const std::int64_t trips = std::max<std::int64_t>(end - begin, 0);
        if (trips == 0)
            return;
        if (!shapes_inside(*loop.body, loop.variable)) {
            variables_[loop.variable.index()] = begin;
            count_block(*loop.body, times * static_cast<double>(trips));
            return;
        }
        const std::int64_t samples = std::min(trips, most_samples);
        if (samples < trips)
            cost_.is_estimate = true;
        const double weight = times * static_cast<double>(trips) / static_cast<double>(samples);
        for (std::int64_t sample = 0; sample < samples; ++sample) {
            variables_[loop.variable.index()] = begin + trips * sample / samples;
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

    // One thread, one step, and rows of data as long as they are on average.
    std::int64_t value(IntegerId id) {
        const Integer& integer = function_.integers[id.index()];
        switch (integer.op) {
        case IntegerOp::constant:
            return integer.value;
        case IntegerOp::variable:
            return variables_[integer.variable.index()];
        case IntegerOp::argument:
        case IntegerOp::threads:
            return 1;
        case IntegerOp::step:
            return 0;
        case IntegerOp::load:
            return loaded(integer);
        default:
            return integer_value(integer.op, value(integer.a),
                                 std::max<std::int64_t>(value(integer.b), least(integer.op)));
        }
    }

    static std::int64_t least(IntegerOp op) {
        const bool divides = op == IntegerOp::divide || op == IntegerOp::remainder;
        return divides ? 1 : std::numeric_limits<std::int64_t>::min();
    }

    // Row bounds of n rows stand for the longest array of data, divided evenly.
    std::int64_t loaded(const Integer& load) {
        cost_.is_estimate = true;
        std::int64_t entries = 0;
        for (const Buffer& buffer : module_.buffers) {
            if (buffer.type == Type::i64)
                entries = std::max(entries, buffer.size);
        }
        const std::int64_t rows = std::max<std::int64_t>(module_.buffers[load.buffer.index()].size - 1, 1);
        return value(load.a) * entries / rows;
    }

    struct Touch {
        bool read = false, written = false, streaming = false;
    };
    using Touched = std::map<std::uint32_t, Touch>;

    void add(std::uint32_t buffer, const Touch& how, double times) {
        Totals& totals = totals_[buffer];
        if (how.read)
            totals.read += times;
        if (how.written)
            totals.written += times;
        totals.streaming |= how.streaming;
    }

    void finish() {
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
    std::vector<std::int64_t> variables_;
    std::map<std::uint32_t, Totals> totals_;
    KernelCost& cost_;
};

// ---- Nests ----

std::string first_comment(const Block& block) {
    for (const Statement& statement : block) {
        if (!statement.comment.empty())
            return statement.comment;
        if (const auto* loop = std::get_if<For>(&statement.node)) {
            if (std::string comment = first_comment(*loop->body); !comment.empty())
                return comment;
        }
        if (const auto* branch = std::get_if<If>(&statement.node)) {
            if (std::string comment = first_comment(*branch->body); !comment.empty())
                return comment;
        }
    }
    return {};
}

// Loops over steps and over phases of a step are told by what only they may hold.
bool holds_nests(const Block& block) {
    return std::any_of(block.begin(), block.end(), [](const Statement& statement) {
        if (const auto* loop = std::get_if<For>(&statement.node)) {
            return loop->kind == LoopKind::parallel || holds_nests(*loop->body);
        }
        if (const auto* branch = std::get_if<If>(&statement.node))
            return holds_nests(*branch->body);
        return std::holds_alternative<Swap>(statement.node) || std::holds_alternative<AdvanceStep>(statement.node) ||
               std::holds_alternative<SetScalar>(statement.node);
    });
}

class Nests {
public:
    Nests(const Module& module, const Function& function)
        : module_(module), function_(function), variables_(function.variables.size()) {}

    std::vector<KernelCost> found() {
        visit(function_.body);
        return std::move(kernels_);
    }

private:
    void visit(const Block& block) {
        for (const Statement& statement : block) {
            if (const auto* loop = std::get_if<For>(&statement.node)) {
                if (loop->kind != LoopKind::parallel && holds_nests(*loop->body))
                    visit(*loop->body);
                else
                    kernels_.push_back(counted(*loop, statement.comment));
            }
            if (const auto* branch = std::get_if<If>(&statement.node))
                visit(*branch->body);
        }
    }

    KernelCost counted(const For& loop, const std::string& comment) {
        KernelCost cost;
        cost.function = function_.name;
        cost.name = comment.empty() ? first_comment(*loop.body) : comment;
        if (cost.name.empty())
            cost.name = "loop over " + function_.variables[loop.variable.index()];
        Counter(module_, function_, variables_, cost).count(loop);
        return cost;
    }

    const Module& module_;
    const Function& function_;
    std::vector<std::int64_t> variables_;
    std::vector<KernelCost> kernels_;
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
