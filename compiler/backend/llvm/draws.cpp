#include "compiler/backend/llvm/draws.h"

#include "compiler/backend/llvm/numbers.h"
#include "runtime/random/noise.h"

namespace nphys::backend {

using llvm::Value;
using Series = runtime::NoiseSeries;

namespace {

constexpr std::uint64_t low_half = 0xFFFFFFFFU;
constexpr std::uint64_t bits_of_one = 0x3FF0000000000000U;

bool is_vector(const Value* value) {
    return value->getType()->isVectorTy();
}

} // namespace

Noise::Noise(llvm::IRBuilder<>& builder, llvm::Instruction* shared, unsigned lanes)
    : builder_(builder), shared_(shared), lanes_(lanes), words_(builder.getInt64Ty()),
      numbers_(builder.getDoubleTy()) {
    if (lanes > 0) {
        words_ = llvm::FixedVectorType::get(words_, lanes);
        numbers_ = llvm::FixedVectorType::get(numbers_, lanes);
    }
}

Value* Noise::draw(loops::Distribution distribution, const DrawPlace& place) {
    DrawPlace of_pair = place;
    of_pair.column = shifted_right(place.column, 1);
    const Pair numbers = pair(distribution, of_pair);
    Value* column = in_lanes(place.column);
    Value* is_even = builder_.CreateICmpEQ(builder_.CreateAnd(column, word(1)), word(0));
    return builder_.CreateSelect(is_even, numbers.even, numbers.odd);
}

Noise::Pair Noise::pair(loops::Distribution distribution, const DrawPlace& place) {
    const Words words = block(place, 0);
    Value* first = uniform(words.word[0], words.word[1]);
    Value* second = uniform(words.word[2], words.word[3]);
    return distribution == loops::Distribution::uniform ? Pair{first, second} : normals(first, second);
}

Noise::Words Noise::block(DrawPlace place, unsigned bits) {
    if (bits > 0)
        place.column = shifted_right(place.column, bits);
    Words words = philox(place);
    for (Value*& one : words.word)
        one = in_lanes(one);
    return words;
}

// ---- Integers ---------------------------------------------------------------------------------------------------------------

Value* Noise::in_lanes(Value* value) {
    if (lanes_ == 0 || is_vector(value))
        return value;
    const llvm::IRBuilderBase::InsertPointGuard here(builder_);
    builder_.SetInsertPoint(shared_);
    return builder_.CreateVectorSplat(lanes_, value);
}

template <class Make>
Value* Noise::integers(Value* a, Value* b, Make&& make) {
    if (lanes_ == 0)
        return make(a, b);
    if (is_vector(a) || is_vector(b))
        return make(in_lanes(a), in_lanes(b));
    const llvm::IRBuilderBase::InsertPointGuard here(builder_);
    builder_.SetInsertPoint(shared_);
    return make(a, b);
}

Value* Noise::exclusive_or(Value* a, Value* b) {
    return integers(a, b, [&](Value* x, Value* y) { return builder_.CreateXor(x, y); });
}

// Of the low halves: one instruction for each vector.
Value* Noise::product(Value* a, std::uint64_t factor) {
    return integers(a, builder_.getInt64(factor), [&](Value* x, Value* y) {
        return builder_.CreateMul(builder_.CreateAnd(x, llvm::ConstantInt::get(x->getType(), low_half)), y);
    });
}

Value* Noise::shifted_right(Value* a, unsigned bits) {
    return integers(a, builder_.getInt64(bits), [&](Value* x, Value* y) { return builder_.CreateLShr(x, y); });
}

// Words are the low halves of i64 numbers; what is above them has no meaning until it is cut off.
Noise::Words Noise::philox(const DrawPlace& place) {
    const auto shared = [&](auto&& make) { return integers(place.seed, place.step, make); };
    Value* high = shared([&](Value*, Value* step) {
        Value* rest = builder_.CreateAnd(builder_.CreateLShr(step, 32), builder_.getInt64(0xFFFF));
        return builder_.CreateOr(rest, builder_.getInt64(std::uint64_t{place.stream} << 16U));
    });
    Words c{{place.column, place.row, place.step, high}};
    for (std::uint64_t round = 0; round < 10; ++round) {
        const auto key = [&](unsigned shift, std::uint64_t weyl) {
            return shared([&](Value* seed, Value*) {
                Value* half = builder_.CreateAnd(builder_.CreateLShr(seed, shift), builder_.getInt64(low_half));
                return builder_.CreateAdd(half, builder_.getInt64(round * weyl & low_half));
            });
        };
        Value* first = product(c.word[0], 0xD2511F53U);
        Value* second = product(c.word[2], 0xCD9E8D57U);
        const auto mixed = [&](Value* multiplied, Value* other, Value* round_key) {
            Value* upper = shifted_right(multiplied, 32);
            // What is shared goes together first.
            return is_vector(other) ? exclusive_or(exclusive_or(upper, round_key), other)
                                    : exclusive_or(upper, exclusive_or(other, round_key));
        };
        Value* left = mixed(second, c.word[1], key(0, 0x9E3779B9U));
        Value* right = mixed(first, c.word[3], key(32, 0xBB67AE85U));
        c = {{left, second, right, first}};
    }
    return c;
}

// ---- Numbers ----------------------------------------------------------------------------------------------------------------

Value* Noise::fma(Value* a, Value* b, Value* c) {
    Value* const arguments[] = {a, b, c};
    return arithmetic(builder_, loops::Arithmetic::fma, arguments);
}

template <std::size_t terms>
Value* Noise::series(const double (&coefficients)[terms], Value* x) {
    Value* value = number(coefficients[0]);
    for (std::size_t k = 1; k < terms; ++k)
        value = fma(value, x, number(coefficients[k]));
    return value;
}

Value* Noise::uniform(Value* high, Value* low) {
    Value* both = builder_.CreateOr(builder_.CreateShl(high, word(32)), builder_.CreateAnd(low, word(low_half)));
    Value* mantissa = builder_.CreateOr(builder_.CreateLShr(both, word(12)), word(bits_of_one));
    return builder_.CreateFSub(of_bits(mantissa), number(1.0 - 0x1p-53));
}

Value* Noise::logarithm(Value* u) {
    Value* all = bits(u);
    Value* biased = builder_.CreateLShr(builder_.CreateAdd(all, word(bits_of_one - Series::root_half)), word(52));
    Value* exponent = builder_.CreateFSub(of_bits(builder_.CreateOr(biased, word(0x4330000000000000U))),
                                          number(0x1p52 + 1023));
    Value* reduced = builder_.CreateAdd(builder_.CreateSub(all, builder_.CreateShl(biased, word(52))), word(bits_of_one));
    Value* f = builder_.CreateFSub(of_bits(reduced), number(1));
    Value* s = builder_.CreateFDiv(f, builder_.CreateFAdd(number(2), f));
    Value* z = builder_.CreateFMul(s, s);
    Value* half = builder_.CreateFMul(number(0.5), f);
    Value* square = builder_.CreateFMul(half, f);
    Value* inner = fma(z, series(Series::logarithm, z), square);
    Value* correction = fma(s, inner, builder_.CreateFMul(exponent, number(Series::log2_low)));
    Value* small = fma(half, f, builder_.CreateFNeg(correction));
    return fma(exponent, number(Series::log2_high), builder_.CreateFSub(f, small));
}

Noise::Pair Noise::normals(Value* first, Value* second) {
    Value* const length[] = {builder_.CreateFMul(number(-2), logarithm(first))};
    Value* radius = arithmetic(builder_, loops::Arithmetic::square_root, length);
    Value* quarters = builder_.CreateFMul(number(4), second);
    Value* shifted = builder_.CreateFAdd(quarters, number(Series::rounding));
    Value* turn = bits(shifted);
    Value* r = builder_.CreateFSub(quarters, builder_.CreateFSub(shifted, number(Series::rounding)));
    Value* z = builder_.CreateFMul(r, r);
    Value* sine = builder_.CreateFMul(r, series(Series::sine, z));
    Value* cosine = series(Series::cosine, z);
    Value* is_swapped = builder_.CreateICmpNE(builder_.CreateAnd(turn, word(1)), word(0));
    const auto with_sign = [&](Value* value, Value* turns) {
        Value* sign = builder_.CreateShl(builder_.CreateAnd(turns, word(2)), word(62));
        return of_bits(builder_.CreateXor(bits(value), sign));
    };
    Value* even = with_sign(builder_.CreateSelect(is_swapped, sine, cosine), builder_.CreateAdd(turn, word(1)));
    Value* odd = with_sign(builder_.CreateSelect(is_swapped, cosine, sine), turn);
    return {builder_.CreateFMul(radius, even), builder_.CreateFMul(radius, odd)};
}

} // namespace nphys::backend
