#include "compiler/backend/llvm/draws_single.h"

#include "compiler/backend/llvm/numbers.h"
#include "runtime/random/noise_single.h"

namespace nphys::backend {

using llvm::Value;
using Series = runtime::SingleSeries;

SingleNoise::SingleNoise(llvm::IRBuilder<>& builder, llvm::Instruction* shared, unsigned lanes)
    : builder_(builder), shared_(shared), lanes_(lanes), words_(builder.getInt32Ty()), numbers_(builder.getFloatTy()) {
    if (lanes > 0) {
        words_ = llvm::FixedVectorType::get(words_, lanes);
        numbers_ = llvm::FixedVectorType::get(numbers_, lanes);
    }
}

// Each lane makes a block of its own and takes one number of it.
Value* SingleNoise::draw(loops::Distribution distribution, const DrawPlace& place) {
    Noise blocks(builder_, shared_, lanes_);
    const Noise::Words made = blocks.block(place, 2);
    Value* column = builder_.CreateTrunc(blocks.in_lanes(place.column), words_);
    const auto has = [&](std::uint64_t bit) { return builder_.CreateICmpNE(builder_.CreateAnd(column, word(bit)), word(0)); };
    Value* is_second = has(2);
    const auto chosen = [&](unsigned k) {
        Value* second = builder_.CreateTrunc(made.word[k + 2], words_);
        return builder_.CreateSelect(is_second, second, builder_.CreateTrunc(made.word[k], words_));
    };
    Value* first = chosen(0);
    const Noise::Pair both = numbers(distribution, first, chosen(1));
    Value* is_odd = has(1);
    return builder_.CreateSelect(is_odd, both.odd, both.even);
}

// Words of two kinds side by side: of the first two columns of a block in even lanes, of the others in odd ones.
Noise::Pair SingleNoise::pair(loops::Distribution distribution, const DrawPlace& place) {
    const Noise::Words made = Noise(builder_, shared_, lanes_ / 2).block(place, 0);
    const auto side_by_side = [&](unsigned k) {
        llvm::Type* wide = made.word[k]->getType();
        Value* low = builder_.CreateAnd(made.word[k], llvm::ConstantInt::get(wide, 0xFFFFFFFFU));
        Value* high = builder_.CreateShl(made.word[k + 2], llvm::ConstantInt::get(wide, 32));
        return builder_.CreateBitCast(builder_.CreateOr(low, high), words_);
    };
    Value* first = side_by_side(0);
    return numbers(distribution, first, side_by_side(1));
}

Noise::Pair SingleNoise::numbers(loops::Distribution distribution, Value* first, Value* second) {
    if (distribution == loops::Distribution::normal)
        return normals(first, second);
    Value* even = uniform(first);
    return {even, uniform(second)};
}

Value* SingleNoise::uniform(Value* all) {
    Value* mantissa = builder_.CreateOr(builder_.CreateLShr(all, word(9)), word(Series::one));
    return builder_.CreateFSub(of_bits(mantissa), number(1.0F - 0x1p-24F));
}

Value* SingleNoise::fma(Value* a, Value* b, Value* c) {
    Value* const arguments[] = {a, b, c};
    return arithmetic(builder_, loops::Arithmetic::fma, arguments);
}

template <std::size_t terms>
Value* SingleNoise::series(const float (&coefficients)[terms], Value* x) {
    Value* value = number(coefficients[0]);
    for (std::size_t k = 1; k < terms; ++k)
        value = fma(value, x, number(coefficients[k]));
    return value;
}

Value* SingleNoise::logarithm(Value* u) {
    Value* all = bits(u);
    Value* biased = builder_.CreateLShr(builder_.CreateAdd(all, word(Series::one - Series::root_half)), word(23));
    Value* exponent = builder_.CreateFSub(of_bits(builder_.CreateOr(biased, word(0x4B000000U))), number(0x1p23F + 127));
    Value* reduced = builder_.CreateAdd(builder_.CreateSub(all, builder_.CreateShl(biased, word(23))), word(Series::one));
    Value* f = builder_.CreateFSub(of_bits(reduced), number(1));
    Value* square = builder_.CreateFMul(f, f);
    Value* fourth = builder_.CreateFMul(square, square);
    const auto& c = Series::logarithm;
    const auto two = [&](unsigned k) { return fma(number(c[k + 1]), f, number(c[k])); };
    Value* third = two(2);
    Value* low = fma(third, square, two(0));
    Value* seventh = two(6);
    Value* high = fma(number(c[8]), fourth, fma(seventh, square, two(4)));
    Value* cube = builder_.CreateFMul(f, square);
    Value* half = builder_.CreateFMul(number(-0.5F), square);
    Value* rest = fma(cube, fma(high, fourth, low), half);
    return fma(exponent, number(Series::log2), builder_.CreateFAdd(f, rest));
}

Noise::Pair SingleNoise::normals(Value* first, Value* second) {
    Value* u = fma(builder_.CreateUIToFP(first, numbers_), number(0x1p-32F), number(0x1p-33F));
    Value* const length[] = {builder_.CreateFMul(number(-2), logarithm(u))};
    Value* radius = arithmetic(builder_, loops::Arithmetic::square_root, length);
    Value* turn = builder_.CreateAdd(second, word(0x20000000U));
    Value* left = builder_.CreateSub(second, builder_.CreateAnd(turn, word(0xC0000000U)));
    Value* r = builder_.CreateFMul(builder_.CreateSIToFP(left, numbers_), number(0x1p-30F));
    Value* z = builder_.CreateFMul(r, r);
    Value* sine = builder_.CreateFMul(r, series(Series::sine, z));
    Value* cosine = series(Series::cosine, z);
    Value* is_swapped = builder_.CreateICmpNE(builder_.CreateAnd(turn, word(0x40000000U)), word(0));
    const auto with_sign = [&](Value* value, Value* turns) {
        return of_bits(builder_.CreateXor(bits(value), builder_.CreateAnd(turns, word(0x80000000U))));
    };
    Value* even = with_sign(builder_.CreateSelect(is_swapped, sine, cosine), builder_.CreateAdd(turn, word(0x40000000U)));
    Value* odd = with_sign(builder_.CreateSelect(is_swapped, cosine, sine), turn);
    Value* cosines = builder_.CreateFMul(radius, even);
    return {cosines, builder_.CreateFMul(radius, odd)};
}

} // namespace nphys::backend
