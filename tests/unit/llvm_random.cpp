// Random functions of the loop IR through interpreter and compiled code: equal to the last bit.
#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>

#include "tests/unit/llvm_agreement.h"

namespace nphys::test {
namespace {

using namespace loops;
using algebra::Op;

// Writes functions that the interpreter accepts: indices inside, no dependences between iterations of parallel and
// vector loops (buffers that such a loop writes are read at the element written only).
class RandomModule {
public:
    explicit RandomModule(std::uint64_t seed) : random_(seed) {
        length_ = 1 + below(70);
        const std::int64_t size = 2 * length_ + 8;
        for (int i = 0; i < 4; ++i)
            wide_.push_back(shop_.buffer(fmt::format("a{}", i), Type::f64, size));
        for (int i = 0; i < 3; ++i)
            narrow_.push_back(shop_.buffer(fmt::format("f{}", i), Type::f32, size));
        where_ = shop_.buffer("where", Type::i64, size);
        for (int i = 0; i < 3; ++i)
            scalars_.push_back(shop_.scalar(fmt::format("s{}", i)));
        stop_ = shop_.scalar("stop");
        shop_.function("advance", [this](FunctionBuilder& build) {
            build_ = &build;
            build.loop(LoopKind::serial, "step", build.integer(0), build.argument(), [&](IntegerId step) {
                outer_ = {step};
                for (std::int64_t i = 1 + below(4); i > 0; --i)
                    statement();
                if (chance(3))
                    build.swap(wide_[0], wide_[1]);
                if (chance(2))
                    build.advance_step();
            });
        });
    }
    [[nodiscard]] const Module& module() const { return shop_.module; }
    [[nodiscard]] std::int64_t length() const { return length_; }

private:
    std::int64_t below(std::int64_t limit) {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
    }
    bool chance(std::int64_t one_in) { return below(one_in) == 0; }
    template <class T>
    const T& any(const std::vector<T>& of) {
        return of[static_cast<std::size_t>(below(std::ssize(of)))];
    }

    void statement() {
        switch (below(7)) {
        case 0:
            return vector_loop(chance(3));
        case 1:
            return vector_loop(true);
        case 2:
            return parallel_loop();
        case 3:
            return scalar_code();
        case 4:
            return rows();
        case 5:
            return repeat();
        default:
            return build_->when(build_->less(build_->remainder(outer_.front(), 3), build_->integer(2)),
                                [this] { vector_loop(chance(2)); });
        }
    }

    void parallel_loop() {
        const ValueId captured = build_->multiply(build_->scalar(any(scalars_)), build_->constant(0.5));
        const IntegerId shift = build_->let("shift", build_->remainder(outer_.front(), 3));
        choose_written();
        build_->blocks(build_->integer(length_), [&](IntegerId begin, IntegerId end) {
            const auto kept = outer_;
            outer_.push_back(shift);
            extra_ = captured;
            loop_ = LoopKind::vector;
            build_->loop(LoopKind::vector, "x", begin, end, [&](IntegerId x) { body(x, {}); });
            extra_ = {};
            outer_ = kept;
        });
    }

    // Leaves early where a number of the body is large.
    void repeat() {
        build_->set_scalar(stop_, build_->constant(chance(5) ? 1 : 0));
        build_->repeat(stop_, build_->integer(below(5)), [this] {
            vector_loop(chance(2));
            const ValueId is_large = build_->call(Op::greater, {build_->load(wide_[0], build_->integer(0)), build_->constant(0.5)});
            build_->set_scalar(stop_, build_->convert(is_large, Type::f64));
        });
    }

    // Rows of a periodic lattice.
    void rows() {
        choose_written();
        const std::int64_t size = 1 + below(length_);
        period_ = size;
        const std::int64_t begin = below(2), end = chance(3) ? begin + below(size) : size;
        build_->loop(LoopKind::vector, "x", build_->integer(std::min(begin, size)), build_->integer(end),
                     [&](IntegerId x) { body(x, {}); });
        period_ = 0;
    }

    void vector_loop(bool accumulates) {
        choose_written();
        std::vector<AccumulatorId> open;
        if (accumulates)
            open = {build_->open(any(combines_)), build_->open(Combine::sum)};
        const std::int64_t begin = below(length_ + 1);
        build_->loop(LoopKind::vector, "x", build_->integer(begin), build_->integer(begin + below(length_ + 1 - begin)),
                     [&](IntegerId x) { body(x, open); });
        if (!accumulates)
            return;
        build_->accumulate(open[0], build_->load(wide_[0], build_->integer(0)));
        for (const AccumulatorId accumulator : open)
            build_->set_scalar(any(scalars_), build_->call(Op::max, {build_->constant(-9), build_->read(accumulator)}));
    }

    void scalar_code() {
        loop_ = LoopKind::serial;
        choose_written();
        build_->loop(LoopKind::serial, "k", build_->integer(below(3)), build_->integer(length_), [&](IntegerId k) {
            body(k, {});
            if (chance(3))
                build_->set_scalar(any(scalars_),
                                   build_->call(Op::min, {build_->scalar(any(scalars_)), build_->constant(3)}));
        });
        loop_ = LoopKind::vector;
    }

    void choose_written() {
        written_ = {any(wide_)};
        if (chance(2))
            written_.push_back(any(narrow_));
    }

    void body(IntegerId x, const std::vector<AccumulatorId>& open) {
        numbers_.clear();
        truths_.clear();
        if (chance(3))
            x_other_ = build_->let("other", build_->load_integer(where_, x));
        else
            x_other_ = x;
        for (std::int64_t i = 2 + below(10); i > 0; --i)
            define(x);
        for (const BufferId buffer : written_) {
            const Type type = shop_.module.buffers[buffer.index()].type;
            build_->store(buffer, x, build_->convert(any(numbers_), type), chance(3));
        }
        if (chance(2))
            define(x);
        for (const AccumulatorId accumulator : open)
            build_->accumulate(accumulator, any(numbers_));
    }

    IntegerId index(IntegerId x) {
        switch (below(10)) {
        case 0:
            return build_->add(x, below(4));
        case 1:
            return build_->multiply(x, 2);
        case 2:
            return x_other_;
        case 3:
            return build_->subtract(build_->integer(2 * length_), x);
        case 4:
            return build_->minimum(x, build_->integer(5));
        case 5:
            return build_->divide(build_->add(x, 3), 2 + below(3));
        case 6:
            return build_->add(build_->remainder(any(outer_), 4), x);
        case 7:
        case 8:
            return build_->remainder(build_->add(x, below(7) - 3), period_ != 0 ? period_ : 1 + below(9));
        default:
            return build_->integer(below(length_));
        }
    }

    ValueId load(IntegerId x) {
        const BufferId buffer = chance(3) ? any(narrow_) : any(wide_);
        const bool is_written = std::ranges::find(written_, buffer) != written_.end();
        return build_->load(buffer, is_written ? x : index(x));
    }

    ValueId number(Type type) {
        if (numbers_.empty() || chance(6))
            return build_->constant(static_cast<double>(below(9)) * 0.375 - 1, type);
        if (extra_.valid() && chance(4))
            return build_->convert(extra_, type);
        return build_->convert(any(numbers_), type);
    }

    void define(IntegerId x) {
        const Type type = chance(3) ? Type::f32 : Type::f64;
        const auto keep = [&](ValueId value) { numbers_.push_back(value); };
        switch (below(13)) {
        case 0:
        case 1:
        case 2:
            return keep(load(x));
        case 3:
            return keep(build_->add(number(type), number(type)));
        case 4:
            return keep(build_->subtract(number(type), number(type)));
        case 5:
            return keep(build_->multiply(number(type), number(type)));
        case 6:
            return keep(chance(2) ? build_->divide(number(type), number(type)) : build_->square_root(number(type)));
        case 7: {
            const ValueId a = number(type), b = number(type);
            return keep(build_->fma(a, b, number(type)));
        }
        case 8:
            return keep(build_->power(number(type), static_cast<std::int32_t>(below(11)) - 4));
        case 9:
            return keep(build_->call(any(unary_), {number(type)}));
        case 10:
            return keep(build_->call(any(binary_), {number(type), number(type)}));
        case 11:
            return keep(chance(2) ? build_->from_integer(index(x), type) : build_->scalar(any(scalars_), type));
        default: {
            ValueId truth = build_->call(any(comparisons_), {number(type), number(type)});
            if (!truths_.empty())
                truth = build_->call(chance(2) ? Op::logical_and : Op::logical_or, {truth, any(truths_)});
            if (chance(3))
                truth = build_->call(Op::logical_not, {truth});
            truths_.push_back(truth);
            return keep(chance(4) ? build_->convert(truth, type) : build_->select(truth, number(type), number(type)));
        }
        }
    }

    std::mt19937_64 random_;
    Workshop shop_;
    FunctionBuilder* build_ = nullptr;
    std::int64_t length_ = 1, period_ = 0;
    std::vector<BufferId> wide_, narrow_, written_;
    BufferId where_;
    std::vector<ScalarId> scalars_;
    ScalarId stop_;
    std::vector<IntegerId> outer_;
    IntegerId x_other_;
    ValueId extra_;
    LoopKind loop_ = LoopKind::vector;
    std::vector<ValueId> numbers_, truths_;
    std::vector<Combine> combines_ = {Combine::sum, Combine::product, Combine::maximum, Combine::minimum};
    std::vector<Op> unary_ = {Op::abs, Op::sign, Op::floor, Op::sqrt,    Op::exp, Op::log, Op::sin,
                              Op::cos, Op::tanh, Op::atan,  Op::sigmoid, Op::erf, Op::arg};
    std::vector<Op> binary_ = {Op::min, Op::max, Op::atan2};
    std::vector<Op> comparisons_ = {Op::less, Op::less_equal, Op::greater, Op::greater_equal, Op::equal, Op::not_equal};
};

TEST(llvm_random, compiled_functions_agree_with_the_interpreter) {
    const char* chosen = std::getenv("NPHYS_SEED");
    const std::uint64_t first = chosen != nullptr ? std::strtoull(chosen, nullptr, 10) : 1;
    const std::uint64_t last = chosen != nullptr ? first : 1000;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        const RandomModule random(seed);
        Trial trial{.seed = seed,
                    .threads = 1 + static_cast<std::int32_t>(seed % 4),
                    .argument = 3,
                    .indices = random.length(),
                    .check_races = seed % 8 == 0};
        trial.options.vector_math = false;
        trial.options.optimization = static_cast<int>(seed % 7) < 4    ? 2
                                     : static_cast<int>(seed % 7) == 4 ? 3
                                                                       : static_cast<int>(seed % 2);
        trial.options.vector_bytes = seed % 3 == 0 ? 32 : seed % 3 == 1 ? 64 : 16;
        const auto wrong = disagreement(random.module(), trial);
        ASSERT_EQ(wrong, std::nullopt) << "repeat with NPHYS_SEED=" << seed << "\n" << print(random.module());
    }
}

} // namespace
} // namespace nphys::test
