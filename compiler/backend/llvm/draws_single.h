#pragma once
// Random numbers in single precision as LLVM instructions, as runtime/random/noise_single.h has them.
//
// In: the seed, the stream and where the draw stands. Out: standard normal or uniform numbers in f32. Holds: the bits of the
// runtime. A block of Philox serves four neighbouring columns, so that half as many blocks as lanes fill two vectors.
//
//     SingleNoise(builder, shared, 16).pair(Distribution::normal, place)     // two <16 x float>, from eight blocks

#include "compiler/backend/llvm/draws.h"

namespace nphys::backend {

class SingleNoise {
public:
    // lanes 0: scalars.
    SingleNoise(llvm::IRBuilder<>& builder, llvm::Instruction* shared, unsigned lanes);

    [[nodiscard]] llvm::Value* draw(loops::Distribution distribution, const DrawPlace& place);
    // Of even columns and of odd ones, from blocks with the numbers `place.column`: as many as half the lanes.
    [[nodiscard]] Noise::Pair pair(loops::Distribution distribution, const DrawPlace& place);

private:
    [[nodiscard]] Noise::Pair numbers(loops::Distribution distribution, llvm::Value* first, llvm::Value* second);
    [[nodiscard]] llvm::Value* uniform(llvm::Value* bits);
    [[nodiscard]] Noise::Pair normals(llvm::Value* first, llvm::Value* second);
    [[nodiscard]] llvm::Value* logarithm(llvm::Value* u);
    template <std::size_t terms>
    [[nodiscard]] llvm::Value* series(const float (&coefficients)[terms], llvm::Value* x);

    [[nodiscard]] llvm::Value* word(std::uint64_t value) const { return llvm::ConstantInt::get(words_, value); }
    [[nodiscard]] llvm::Value* number(float value) const { return llvm::ConstantFP::get(numbers_, static_cast<double>(value)); }
    [[nodiscard]] llvm::Value* fma(llvm::Value* a, llvm::Value* b, llvm::Value* c);
    [[nodiscard]] llvm::Value* bits(llvm::Value* value) { return builder_.CreateBitCast(value, words_); }
    [[nodiscard]] llvm::Value* of_bits(llvm::Value* value) { return builder_.CreateBitCast(value, numbers_); }

    llvm::IRBuilder<>& builder_;
    llvm::Instruction* shared_;
    unsigned lanes_;
    llvm::Type *words_, *numbers_;
};

} // namespace nphys::backend
