#include "runtime/parallel/memory.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <optional>
#include <sys/mman.h>

namespace nphys::runtime {
namespace {

constexpr std::size_t line = 64;
constexpr std::size_t huge_page = std::size_t{2} << 20;
constexpr std::size_t large = std::size_t{1} << 19; // from here on pages at random compete for sets of the second cache

std::size_t round_up(std::size_t bytes, std::size_t unit) {
    return (bytes + unit - 1) / unit * unit;
}

std::optional<std::uint64_t> number_in(const char* path) {
    std::ifstream file(path);
    std::uint64_t value = 0;
    if (file >> value)
        return value;
    return std::nullopt; // missing, or `max`
}

std::uint64_t value_of(const char* path, std::string_view key) {
    std::ifstream file(path);
    for (std::string word; file >> word;) {
        std::uint64_t value = 0;
        if (word == key && file >> value)
            return value;
    }
    return 0;
}

std::uint64_t available_in_system() {
    const std::uint64_t kilobytes = value_of("/proc/meminfo", "MemAvailable:");
    return kilobytes > 0 ? kilobytes * 1024 : UINT64_MAX;
}

std::uint64_t available_in_group() {
    const auto limit = number_in("/sys/fs/cgroup/memory.max");
    const auto used = number_in("/sys/fs/cgroup/memory.current");
    if (!limit || !used)
        return UINT64_MAX;
    // File pages are counted as used, but give way.
    const std::uint64_t yielding = value_of("/sys/fs/cgroup/memory.stat", "inactive_file");
    const std::uint64_t held = *used > yielding ? *used - yielding : 0;
    return *limit > held ? *limit - held : 0;
}

tl::unexpected<Error> refused(double bytes) {
    return failure(ErrorKind::memory,
                   fmt::format("{} are needed and {} are free", readable_bytes(bytes),
                               readable_bytes(static_cast<double>(available_memory()))),
                   "make the lattice or the ensemble smaller, or use `precision = f32`");
}

} // namespace

std::uint64_t available_memory() {
    return std::min(available_in_system(), available_in_group());
}

Status fits_in_memory(double bytes) {
    if (bytes <= static_cast<double>(available_memory()))
        return {};
    return refused(bytes);
}

std::string readable_bytes(double bytes) {
    constexpr std::array units{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
    std::size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < units.size()) {
        bytes /= 1000;
        ++unit;
    }
    return unit == 0 || bytes >= 99.95 ? fmt::format("{:.0f} {}", bytes, units[unit])
                                       : fmt::format("{:.1f} {}", bytes, units[unit]);
}

Result<Block> allocate(std::size_t bytes, std::int32_t place) {
    if (Status fits = fits_in_memory(static_cast<double>(bytes)); !fits)
        return tl::unexpected(fits.error());
    Block block;
    block.bytes_ = bytes;
    if (bytes < large) {
        const std::size_t size = round_up(std::max(bytes, line), line);
        block.data_ = std::aligned_alloc(line, size);
        if (block.data_ == nullptr)
            return refused(static_cast<double>(bytes));
        std::memset(block.data_, 0, size);
        return block;
    }
    // Nine lines apart: 16 arrays then stand at 16 different places of a 4 kB page, none on neighbouring lines.
    const std::size_t offset = static_cast<std::size_t>(place & 15) * 9 * line;
    const std::size_t size = round_up(bytes + offset, huge_page) + huge_page;
    void* const mapping = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mapping == MAP_FAILED)
        return refused(static_cast<double>(bytes));
    block.mapping_ = mapping;
    block.mapped_bytes_ = size;
    const std::size_t start = round_up(reinterpret_cast<std::size_t>(mapping), huge_page);
    // A refusal costs speed only.
    (void)madvise(reinterpret_cast<void*>(start), size - huge_page, MADV_HUGEPAGE);
    block.data_ = reinterpret_cast<void*>(start + offset);
    return block;
}

Block::~Block() {
    if (mapping_ != nullptr)
        munmap(mapping_, mapped_bytes_);
    else
        std::free(data_);
}

} // namespace nphys::runtime
