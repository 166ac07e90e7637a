#pragma once
// Defines random numbers as LLVM instructions: Philox4x32-10 and the method of Box and Muller, as runtime/random/noise.h
// has them, on scalars or on vectors.
//
// In: the seed, the stream and where the draw stands. Out: standard normal or uniform numbers in f64. Holds: the bits
// of the runtime; no call; what is the same for all lanes is computed once, before the loop.
//
//     Noise(builder, shared, 8).draw(Distribution::normal, {seed, 3, row, columns, step})     // <8 x double>

#include <llvm/IR/IRBuilder.h>

#include "compiler/loops/loops.h"

namespace nphys::backend {

// i64 numbers; row and column may be vectors of them.
struct DrawPlace {
    llvm::Value* seed = nullptr;
    std::uint32_t stream = 0;
    llvm::Value *row = nullptr, *column = nullptr, *step = nullptr;
};

class Noise {
public:
    // The two numbers of a block.
    struct Pair {
        llvm::Value *even, *odd;
    };

    // The four words of a block, as the low halves of i64 numbers in all lanes.
    struct Words {
        llvm::Value* word[4];
    };

    // lanes 0: scalars. Otherwise what no lane decides is written before `shared`.
    Noise(llvm::IRBuilder<>& builder, llvm::Instruction* shared, unsigned lanes);

    [[nodiscard]] llvm::Value* draw(loops::Distribution distribution, const DrawPlace& place);
    // Of the pair of columns with the number `place.column`.
    [[nodiscard]] Pair pair(loops::Distribution distribution, const DrawPlace& place);

    // The block of the columns that are equal but for so many bits.
    [[nodiscard]] Words block(DrawPlace place, unsigned bits);
    [[nodiscard]] llvm::Value* in_lanes(llvm::Value* value);

private:
    [[nodiscard]] Words philox(const DrawPlace& place);
    [[nodiscard]] llvm::Value* uniform(llvm::Value* high, llvm::Value* low);
    [[nodiscard]] Pair normals(llvm::Value* first, llvm::Value* second);
    [[nodiscard]] llvm::Value* logarithm(llvm::Value* u);
    template <std::size_t terms>
    [[nodiscard]] llvm::Value* series(const double (&coefficients)[terms], llvm::Value* x);

    // Integers of one lane or all; where no operand is a vector, the result is none and is shared.
    template <class Make>
    [[nodiscard]] llvm::Value* integers(llvm::Value* a, llvm::Value* b, Make&& make);
    [[nodiscard]] llvm::Value* exclusive_or(llvm::Value* a, llvm::Value* b);
    [[nodiscard]] llvm::Value* product(llvm::Value* a, std::uint64_t factor);
    [[nodiscard]] llvm::Value* shifted_right(llvm::Value* a, unsigned bits);

    [[nodiscard]] llvm::Value* word(std::uint64_t value) const { return llvm::ConstantInt::get(words_, value); }
    [[nodiscard]] llvm::Value* number(double value) const { return llvm::ConstantFP::get(numbers_, value); }
    [[nodiscard]] llvm::Value* fma(llvm::Value* a, llvm::Value* b, llvm::Value* c);
    [[nodiscard]] llvm::Value* bits(llvm::Value* value) { return builder_.CreateBitCast(value, words_); }
    [[nodiscard]] llvm::Value* of_bits(llvm::Value* value) { return builder_.CreateBitCast(value, numbers_); }

    llvm::IRBuilder<>& builder_;
    llvm::Instruction* shared_;
    unsigned lanes_;
    llvm::Type *words_, *numbers_;
};

} // namespace nphys::backend
