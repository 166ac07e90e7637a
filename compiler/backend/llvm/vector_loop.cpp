#include "compiler/backend/llvm/vector_loop.h"

#include <algorithm>

#include "compiler/backend/llvm/vector_body.h"

namespace nphys::backend {

namespace {

bool is_number(const llvm::Value* value, std::int64_t number) {
    const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value);
    return constant != nullptr && constant->getSExtValue() == number;
}

class VectorLoop {
public:
    VectorLoop(FunctionEmitter& outer, const loops::For& loop)
        : outer_(outer), builder_(outer.builder()), loop_(loop),
          plan_(outer.module().source(), outer.source(), loop, outer.module().vector_bytes()) {}

    void emit() {
        if (!plan_.problem().empty())
            return outer_.module().fail(plan_.problem());
        for (const loops::AccumulatorId accumulator : plan_.accumulators()) {
            if (outer_.lanes(accumulator).pieces.empty())
                return outer_.module().fail("`" + outer_.source().name + "` accumulates in what it has not opened");
        }
        llvm::Value* begin = outer_.integer(loop_.begin);
        llvm::Value* end = outer_.integer(loop_.end);
        llvm::BasicBlock* after = outer_.new_block("after");
        llvm::BasicBlock* shared = outer_.new_block("vector");
        builder_.CreateCondBr(builder_.CreateICmpSLT(begin, end), shared, after);
        builder_.SetInsertPoint(shared);
        const std::size_t mark = outer_.integer_mark();
        emit_uniform();
        llvm::BasicBlock* start = outer_.new_block("start");
        VectorBody body(outer_, plan_, builder_.CreateBr(start));
        body_ = &body;
        builder_.SetInsertPoint(start);
        emit_strips(begin, end);
        outer_.forget_integers(mark);
        builder_.CreateBr(after);
        builder_.SetInsertPoint(after);
    }

private:
    // The condition of the loop holds here, so what all iterations share may be computed before the first.
    void emit_uniform() {
        for (const loops::Statement* statement : plan_.uniform()) {
            if (const auto* let = std::get_if<loops::Let>(&statement->node))
                outer_.let(*let);
            else
                outer_.define(std::get<loops::Define>(statement->node));
        }
    }

    void emit_strips(llvm::Value* begin, llvm::Value* end) {
        find_streams();
        if (streams_.empty())
            return remainder(whole_strips(begin, end, false), end);
        outer_.has_streamed();
        llvm::Value* first = plan_.accumulates() ? begin : up_to_alignment(begin, end);
        if (!plan_.accumulates() && streams_aligned_together())
            return remainder(whole_strips(first, end, true), end);

        llvm::BasicBlock* streaming = outer_.new_block("streaming");
        llvm::BasicBlock* plain = outer_.new_block("plain");
        llvm::BasicBlock* rest = outer_.new_block("rest");
        builder_.CreateCondBr(all_streams_aligned(first), streaming, plain);
        builder_.SetInsertPoint(streaming);
        llvm::Value* position = whole_strips(first, end, true);
        llvm::BasicBlock* from_streaming = builder_.GetInsertBlock();
        builder_.CreateBr(rest);
        builder_.SetInsertPoint(plain);
        llvm::Value* other = whole_strips(first, end, false);
        llvm::BasicBlock* from_plain = builder_.GetInsertBlock();
        builder_.CreateBr(rest);
        builder_.SetInsertPoint(rest);
        llvm::PHINode* merged = builder_.CreatePHI(builder_.getInt64Ty(), 2);
        merged->addIncoming(position, from_streaming);
        merged->addIncoming(other, from_plain);
        remainder(merged, end);
    }

    // Runs whole strips from `first` on; the iteration after the last of them.
    llvm::Value* whole_strips(llvm::Value* first, llvm::Value* end, bool streaming) {
        const std::int64_t strip = static_cast<std::int64_t>(plan_.lanes()) * plan_.parts();
        llvm::Value* covered = builder_.CreateAnd(builder_.CreateNSWSub(end, first),
                                                  builder_.getInt64(static_cast<std::uint64_t>(-strip)));
        if (is_number(covered, 0))
            return first;
        llvm::Value* stop = builder_.CreateNSWAdd(first, covered);
        repeat(first, stop, strip, [&](llvm::Value* at) { body_->emit({at, plan_.parts(), {}, streaming}); });
        return stop;
    }

    void remainder(llvm::Value* first, llvm::Value* end) {
        if (is_number(builder_.CreateNSWSub(end, first), 0))
            return;
        const unsigned parts = plan_.accumulates() ? plan_.parts() : 1;
        const std::int64_t strip = static_cast<std::int64_t>(plan_.lanes()) * parts;
        repeat(first, end, parts == plan_.parts() ? 0 : strip, [&](llvm::Value* at) { masked(at, end, parts); });
    }

    void masked(llvm::Value* at, llvm::Value* end, unsigned parts) {
        Strip strip{at, parts, {}, false};
        llvm::Value* left = builder_.CreateNSWSub(end, at);
        for (unsigned part = 0; part < parts; ++part)
            strip.masks.push_back(mask(left, part));
        body_->emit(strip);
    }

    // Lanes of this part that are among the `left` iterations. 32-bit lanes suit vectors of f32.
    llvm::Value* mask(llvm::Value* left, unsigned part) {
        const unsigned bits = outer_.module().vector_bytes() / plan_.lanes() * 8;
        llvm::Value* most = builder_.getInt64(1024);
        llvm::Value* limit = builder_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, left, most);
        limit = builder_.CreateTrunc(limit, builder_.getIntNTy(bits));
        llvm::SmallVector<llvm::Constant*, 16> lanes;
        for (unsigned lane = 0; lane < plan_.lanes(); ++lane)
            lanes.push_back(builder_.getIntN(bits, part * plan_.lanes() + lane));
        return builder_.CreateICmpSLT(llvm::ConstantVector::get(lanes),
                                      builder_.CreateVectorSplat(plan_.lanes(), limit));
    }

    // for (at = first; at < stop; at += step) emit(at); once at most where step is 0.
    template <class Emit>
    void repeat(llvm::Value* first, llvm::Value* stop, std::int64_t step, Emit&& emit) {
        llvm::BasicBlock* before = builder_.GetInsertBlock();
        llvm::BasicBlock* strip = outer_.new_block("strip");
        llvm::BasicBlock* done = outer_.new_block("done");
        builder_.CreateCondBr(builder_.CreateICmpSLT(first, stop), strip, done);
        builder_.SetInsertPoint(strip);
        if (step == 0) {
            emit(first);
            builder_.CreateBr(done);
        } else {
            llvm::PHINode* at = builder_.CreatePHI(builder_.getInt64Ty(), 2);
            at->addIncoming(first, before);
            emit(at);
            llvm::Value* next = builder_.CreateNSWAdd(at, builder_.getInt64(static_cast<std::uint64_t>(step)));
            at->addIncoming(next, builder_.GetInsertBlock());
            builder_.CreateCondBr(builder_.CreateICmpSLT(next, stop), strip, done);
        }
        builder_.SetInsertPoint(done);
    }

    // ---- Streaming stores need addresses at multiples of the vector

    void find_streams() {
        for (const loops::Store* store : plan_.streams()) {
            const auto form = plan_.linear(store->index);
            if (form && form->stride == 1)
                streams_.push_back({store->buffer, *form});
        }
    }

    [[nodiscard]] unsigned element_bytes(std::size_t stream) const {
        return ModuleEmitter::bytes(outer_.module().element(streams_[stream].first));
    }

    // Bytes by which iteration `at` is past an aligned address.
    llvm::Value* excess(std::size_t stream, llvm::Value* at) {
        const auto& [buffer, form] = streams_[stream];
        llvm::Value* place = builder_.CreatePtrToInt(body_->address(buffer, form, at), builder_.getInt64Ty());
        return builder_.CreateAnd(place, builder_.getInt64(element_bytes(stream) * plan_.lanes() - 1));
    }

    // Buffers begin at multiples of 64 bytes, so equal indices are aligned or not together.
    [[nodiscard]] bool streams_aligned_together() const {
        for (std::size_t i = 1; i < streams_.size(); ++i) {
            if (streams_[i].second != streams_[0].second || element_bytes(i) != element_bytes(0))
                return false;
        }
        return true;
    }

    llvm::Value* all_streams_aligned(llvm::Value* at) {
        llvm::Value* any = builder_.getInt64(0);
        for (std::size_t i = 0; i < streams_.size(); ++i)
            any = builder_.CreateOr(any, excess(i, at));
        return builder_.CreateICmpEQ(any, builder_.getInt64(0));
    }

    // One masked strip up to the first iteration whose store is aligned.
    llvm::Value* up_to_alignment(llvm::Value* begin, llvm::Value* end) {
        const std::uint64_t vector = element_bytes(0) * plan_.lanes();
        llvm::Value* missing = builder_.CreateAnd(builder_.CreateNeg(excess(0, begin)), builder_.getInt64(vector - 1));
        llvm::Value* count = builder_.CreateUDiv(missing, builder_.getInt64(element_bytes(0)));
        llvm::Value* stop =
            builder_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, builder_.CreateNSWAdd(begin, count), end);
        repeat(begin, stop, 0, [&](llvm::Value* at) { masked(at, stop, 1); });
        return stop;
    }

    FunctionEmitter& outer_;
    llvm::IRBuilder<>& builder_;
    const loops::For& loop_;
    VectorPlan plan_;
    VectorBody* body_ = nullptr;
    std::vector<std::pair<loops::BufferId, LinearForm>> streams_;
};

} // namespace

void emit_vector_loop(FunctionEmitter& outer, const loops::For& loop) { VectorLoop(outer, loop).emit(); }

} // namespace nphys::backend
