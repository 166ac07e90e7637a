// The memory of one execution of a module, the same for the interpreter and for compiled code.
// Goes in: a module. Comes out: its buffers zeroed, its scalars at their initial values, step 0. Holds afterwards: each
// buffer is at a multiple of 64 bytes and padded to one; a swap exchanges which array a BufferId means.
//
//   auto memory = Memory::create(module);
//   memory->values<double>(phi)[0] = 1;
//   jit.function("advance")(&memory->context(), 100);
#pragma once

#include <cassert>
#include <cstdint>
#include <span>
#include <vector>

#include "compiler/loops/loops.h"
#include "runtime/context.h"
#include "runtime/parallel/memory.h"
#include "runtime/result.h"

namespace nphys::loops {

[[nodiscard]] constexpr std::int64_t bytes_of(Type type) {
    return type == Type::f32 ? 4 : 8;
}

// What a module takes, before anything is allocated.
[[nodiscard]] double bytes_needed(const Module& module);

class Memory {
public:
    [[nodiscard]] static runtime::Result<Memory> create(const Module& module);
    Memory(Memory&& other) noexcept;
    Memory& operator=(Memory&& other) noexcept;

    // The elements of a buffer; Value must be the type that the module gives it: double, float or std::int64_t.
    template <class Value>
    [[nodiscard]] std::span<Value> values(BufferId buffer) {
        const std::size_t i = buffer.index();
        assert(types_[i] == type_of<Value>() && "a buffer is viewed as a type that it is not");
        return {static_cast<Value*>(pointers_[i]), static_cast<std::size_t>(sizes_[i])};
    }
    [[nodiscard]] double& scalar(ScalarId scalar) { return scalars_[scalar.index()]; }
    [[nodiscard]] std::span<double> scalars() { return scalars_; }
    [[nodiscard]] std::int64_t& step() { return context_.step; }

    [[nodiscard]] Type type(BufferId buffer) const { return types_[buffer.index()]; }
    [[nodiscard]] std::int64_t size(BufferId buffer) const { return sizes_[buffer.index()]; }
    [[nodiscard]] void* pointer(BufferId buffer) const { return pointers_[buffer.index()]; }
    void swap(BufferId a, BufferId b) { std::swap(pointers_[a.index()], pointers_[b.index()]); }

    // What compiled functions take. `threads` and `pool` are for its user to set; threads is 1 at first.
    [[nodiscard]] nphys_context& context() { return context_; }

private:
    Memory() = default;
    template <class Value>
    static constexpr Type type_of() {
        static_assert(std::is_same_v<Value, double> || std::is_same_v<Value, float> ||
                      std::is_same_v<Value, std::int64_t>);
        if constexpr (std::is_same_v<Value, double>)
            return Type::f64;
        if constexpr (std::is_same_v<Value, float>)
            return Type::f32;
        return Type::i64;
    }
    void point_context() {
        context_.buffers = pointers_.data();
        context_.scalars = scalars_.data();
    }

    std::vector<runtime::Block> blocks_;
    std::vector<void*> pointers_;
    std::vector<std::int64_t> sizes_;
    std::vector<Type> types_;
    std::vector<double> scalars_;
    nphys_context context_{nullptr, nullptr, 0, 1, nullptr, 1};
};

} // namespace nphys::loops
