#include "compiler/backend/llvm/vector_loop.h"

#include <algorithm>

#include "compiler/backend/llvm/vector_body.h"

namespace nphys::backend {

namespace {

std::optional<std::int64_t> known(const llvm::Value* value) {
    const auto* constant = llvm::dyn_cast<llvm::ConstantInt>(value);
    return constant == nullptr ? std::nullopt : std::optional(constant->getSExtValue());
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
            return strips(begin, end, false);
        outer_.has_streamed();
        llvm::Value* first = begin;
        // Blocks of random numbers are those of strips that begin where the loop does.
        if (!plan_.accumulates() && !plan_.interior() && !plan_.draws()) {
            first = up_to_alignment(begin, end);
            if (streams_aligned_together())
                return strips(first, end, true);
        }
        llvm::BasicBlock* streaming = outer_.new_block("streaming");
        llvm::BasicBlock* plain = outer_.new_block("plain");
        llvm::BasicBlock* both = outer_.new_block("both");
        builder_.CreateCondBr(all_streams_aligned(first), streaming, plain);
        builder_.SetInsertPoint(streaming);
        strips(first, end, true);
        builder_.CreateBr(both);
        builder_.SetInsertPoint(plain);
        strips(first, end, false);
        builder_.CreateBr(both);
        builder_.SetInsertPoint(both);
    }

    void strips(llvm::Value* first, llvm::Value* end, bool streaming) {
        const auto from = known(first), to = known(end);
        if (plan_.interior() && from && to && *to - *from <= most_known_length())
            strips_at_known_places(*from, *to, streaming);
        else if (plan_.interior())
            strips_with_edges(first, end, streaming);
        else
            remainder(whole_strips(first, end, streaming), end);
    }

    // Rows of known length: each careful strip stands at a place that is known, so its masks are constants.
    void strips_at_known_places(std::int64_t first, std::int64_t end, bool streaming) {
        const std::int64_t stop = std::min(end, plan_.interior()->high);
        std::int64_t at = first;
        for (; at < end && at < plan_.interior()->low; at += careful_length())
            careful_strip(at, end, streaming);
        if (stop - at >= strip_length()) {
            static_cast<void>(whole_strips(number(at), number(stop), streaming));
            at += (stop - at) / strip_length() * strip_length();
        }
        for (; at < end; at += careful_length())
            careful_strip(at, end, streaming);
    }

    void careful_strip(std::int64_t at, std::int64_t end, bool streaming) {
        Strip strip{number(at), careful_parts(), {}, streaming, true, builder_.getInt1(at + careful_length() <= end)};
        for (unsigned part = 0; part < strip.parts && at + careful_length() > end; ++part)
            strip.masks.push_back(body_->lanes_below(number(end - at), part));
        body_->emit(strip);
    }

    // Strips at edges and in remainders: one vector, or 16 iterations where they have lanes of an accumulator.
    [[nodiscard]] unsigned careful_parts() const { return plan_.accumulates() ? plan_.parts() : 1; }
    [[nodiscard]] std::int64_t careful_length() const {
        return static_cast<std::int64_t>(plan_.lanes()) * careful_parts();
    }
    // Above this there could be many careful strips: far neighbours, or a row that is all edges.
    [[nodiscard]] std::int64_t most_known_length() const {
        const Interior& interior = *plan_.interior();
        const bool near = interior.low <= careful_length() && interior.low < interior.high;
        return near ? interior.high + careful_length() : 2 * careful_length();
    }
    [[nodiscard]] llvm::Value* number(std::int64_t value) {
        return builder_.getInt64(static_cast<std::uint64_t>(value));
    }

    // Where accesses go around periodic edges: careful strips until the interior is reached, whole strips through it,
    // careful strips for what is left.
    void strips_with_edges(llvm::Value* first, llvm::Value* end, bool streaming) {
        const unsigned parts = careful_parts();
        llvm::BasicBlock* before = builder_.GetInsertBlock();
        llvm::BasicBlock* next = outer_.new_block("next");
        llvm::BasicBlock* choose = outer_.new_block("choose");
        llvm::BasicBlock* inside = outer_.new_block("inside");
        llvm::BasicBlock* edge = outer_.new_block("edge");
        llvm::BasicBlock* done = outer_.new_block("done");
        llvm::Value* stop = builder_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, end, number(plan_.interior()->high));
        builder_.CreateBr(next);

        builder_.SetInsertPoint(next);
        llvm::PHINode* at = builder_.CreatePHI(builder_.getInt64Ty(), 3);
        at->addIncoming(first, before);
        builder_.CreateCondBr(builder_.CreateICmpSLT(at, end), choose, done);

        builder_.SetInsertPoint(choose);
        llvm::Value* is_inside = builder_.CreateICmpSGE(at, number(plan_.interior()->low));
        llvm::Value* has_room = builder_.CreateICmpSGE(builder_.CreateNSWSub(stop, at), number(strip_length()));
        builder_.CreateCondBr(builder_.CreateAnd(is_inside, has_room), inside, edge);

        builder_.SetInsertPoint(inside);
        llvm::Value* after_inside = whole_strips(at, stop, streaming);
        at->addIncoming(after_inside, builder_.GetInsertBlock());
        builder_.CreateBr(next);

        builder_.SetInsertPoint(edge);
        Strip strip{at, parts, {}, streaming, true, nullptr};
        llvm::Value* left = builder_.CreateNSWSub(end, at);
        if (streaming)
            strip.whole = builder_.CreateICmpSGE(left, number(careful_length()));
        for (unsigned part = 0; part < parts; ++part)
            strip.masks.push_back(body_->lanes_below(left, part));
        body_->emit(strip);
        at->addIncoming(builder_.CreateNSWAdd(at, number(careful_length())), builder_.GetInsertBlock());
        builder_.CreateBr(next);
        builder_.SetInsertPoint(done);
    }

    [[nodiscard]] std::int64_t strip_length() const { return static_cast<std::int64_t>(plan_.lanes()) * plan_.parts(); }

    // Runs whole strips from `first` on; the iteration after the last of them.
    llvm::Value* whole_strips(llvm::Value* first, llvm::Value* end, bool streaming) {
        const std::int64_t strip = strip_length();
        llvm::Value* covered = builder_.CreateAnd(builder_.CreateNSWSub(end, first),
                                                  builder_.getInt64(static_cast<std::uint64_t>(-strip)));
        if (known(covered) == 0)
            return first;
        llvm::Value* stop = builder_.CreateNSWAdd(first, covered);
        repeat(first, stop, strip,
               [&](llvm::Value* at) { body_->emit({at, plan_.parts(), {}, streaming, false, nullptr}); });
        return stop;
    }

    void remainder(llvm::Value* first, llvm::Value* end) {
        if (known(builder_.CreateNSWSub(end, first)) == 0)
            return;
        const unsigned parts = careful_parts();
        repeat(first, end, parts == plan_.parts() ? 0 : careful_length(),
               [&](llvm::Value* at) { masked(at, end, parts); });
    }

    void masked(llvm::Value* at, llvm::Value* end, unsigned parts) {
        Strip strip{at, parts, {}, false, false, nullptr};
        llvm::Value* left = builder_.CreateNSWSub(end, at);
        for (unsigned part = 0; part < parts; ++part)
            strip.masks.push_back(body_->lanes_below(left, part));
        body_->emit(strip);
    }

    // for (at = first; at < stop; at += step) emit(at); once at most where step is 0.
    template <class Emit>
    void repeat(llvm::Value* first, llvm::Value* stop, std::int64_t step, Emit&& emit) {
        if (known(first) && known(stop) && *known(stop) - *known(first) == step)
            return emit(first);
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

void emit_vector_loop(FunctionEmitter& outer, const loops::For& loop) {
    VectorLoop(outer, loop).emit();
}

} // namespace nphys::backend
