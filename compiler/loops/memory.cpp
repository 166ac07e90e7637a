#include "compiler/loops/memory.h"

#include <utility>

namespace nphys::loops {

namespace {

std::size_t padded_bytes(const Buffer& buffer) {
    constexpr std::int64_t line = 64;
    const std::int64_t bytes = buffer.size * bytes_of(buffer.type);
    return static_cast<std::size_t>((bytes + line - 1) / line * line);
}

} // namespace

double bytes_needed(const Module& module) {
    double bytes = 0; // in floating point: sizes that would overflow are what callers want to hear about
    for (const Buffer& buffer : module.buffers) {
        bytes += static_cast<double>(buffer.size) * static_cast<double>(bytes_of(buffer.type));
    }
    return bytes;
}

runtime::Result<Memory> Memory::create(const Module& module) {
    if (const runtime::Status fits = runtime::fits_in_memory(bytes_needed(module)); !fits) {
        return tl::unexpected<runtime::Error>(fits.error());
    }
    Memory memory;
    for (const Buffer& buffer : module.buffers) {
        runtime::Result<runtime::Block> block =
            runtime::allocate(padded_bytes(buffer), static_cast<std::int32_t>(memory.blocks_.size()));
        if (!block)
            return tl::unexpected<runtime::Error>(block.error());
        memory.pointers_.push_back(block->data());
        memory.blocks_.push_back(std::move(*block));
        memory.sizes_.push_back(buffer.size);
        memory.types_.push_back(buffer.type);
    }
    for (const ScalarSlot& scalar : module.scalars)
        memory.scalars_.push_back(scalar.initial);
    memory.point_context();
    return memory;
}

Memory::Memory(Memory&& other) noexcept {
    *this = std::move(other);
}

Memory& Memory::operator=(Memory&& other) noexcept {
    blocks_ = std::move(other.blocks_);
    pointers_ = std::move(other.pointers_);
    sizes_ = std::move(other.sizes_);
    types_ = std::move(other.types_);
    scalars_ = std::move(other.scalars_);
    context_ = other.context_;
    point_context();
    return *this;
}

} // namespace nphys::loops
