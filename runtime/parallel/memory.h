#pragma once
// Memory for the state of a model.
//
// In: a number of bytes. Out: a zeroed block at a multiple of 64 bytes, or an Error that says how much was wanted and
// how much there is. Holds: large blocks come straight from the system in 2 MB pages where it grants them, not yet
// touched, so that each page lands near the thread that first writes it.
//
//     Result<Block> block = allocate(64 * 1024 * sizeof(double));
//     double* values = block->as<double>();

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "runtime/result.h"

namespace nphys::runtime {

class Block {
public:
    Block() = default;
    Block(Block&& other) noexcept { swap(other); }
    Block& operator=(Block&& other) noexcept {
        swap(other);
        return *this;
    }
    Block(const Block&) = delete;
    Block& operator=(const Block&) = delete;
    ~Block();

    [[nodiscard]] void* data() const { return data_; }
    [[nodiscard]] std::size_t bytes() const { return bytes_; }
    template <class Value>
    [[nodiscard]] Value* as() const {
        return static_cast<Value*>(data_);
    }

private:
    friend Result<Block> allocate(std::size_t bytes, std::int32_t place);
    void swap(Block& other) noexcept {
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
        std::swap(mapping_, other.mapping_);
        std::swap(mapped_bytes_, other.mapped_bytes_);
    }
    void* data_ = nullptr;
    std::size_t bytes_ = 0;
    void* mapping_ = nullptr; // where the system's block begins, when it is one
    std::size_t mapped_bytes_ = 0;
};

// `place` numbers the arrays of one loop: arrays at equal distances from a page boundary would compete for the same
// sets of the cache, and a load would wait for a store to another array (4K aliasing).
[[nodiscard]] Result<Block> allocate(std::size_t bytes, std::int32_t place = 0);

// What could be allocated now without swapping: the system's estimate, or what the control group leaves.
[[nodiscard]] std::uint64_t available_memory();

// An Error with the estimate in it when `bytes` would not fit; nothing is allocated.
[[nodiscard]] Status fits_in_memory(double bytes);

// `3.2 GB`, `640 kB`
[[nodiscard]] std::string readable_bytes(double bytes);

} // namespace nphys::runtime
