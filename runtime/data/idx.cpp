#include "runtime/data/idx.h"

#include <array>
#include <bit>
#include <fmt/format.h>

#include "runtime/output/run_folder.h"
#include "runtime/parallel/memory.h"

namespace nphys::runtime {
namespace {

std::uint64_t big_endian(std::string_view bytes) {
    std::uint64_t value = 0;
    for (const char byte : bytes)
        value = value << 8U | static_cast<unsigned char>(byte);
    return value;
}

template <class Bits, class Number>
double number_at(std::string_view bytes) {
    return static_cast<double>(std::bit_cast<Number>(static_cast<Bits>(big_endian(bytes))));
}

struct NumberType {
    unsigned char code;
    std::size_t size;
    double (*read)(std::string_view);
};

constexpr std::array number_types{NumberType{0x08, 1, number_at<std::uint8_t, std::uint8_t>},
                                  NumberType{0x09, 1, number_at<std::uint8_t, std::int8_t>},
                                  NumberType{0x0B, 2, number_at<std::uint16_t, std::int16_t>},
                                  NumberType{0x0C, 4, number_at<std::uint32_t, std::int32_t>},
                                  NumberType{0x0D, 4, number_at<std::uint32_t, float>},
                                  NumberType{0x0E, 8, number_at<std::uint64_t, double>}};

} // namespace

Result<Array> read_idx(const std::filesystem::path& path) {
    const Result<std::string> content = read_text(path);
    if (!content)
        return tl::unexpected(content.error());
    const std::string_view bytes = *content;
    const auto damaged = failure(ErrorKind::format, fmt::format("`{}` is not an IDX file", path.string()),
                                 "a compressed file (.gz) is to be unpacked first");
    if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] != 0)
        return damaged;
    const NumberType* type = nullptr;
    for (const NumberType& candidate : number_types)
        if (candidate.code == static_cast<unsigned char>(bytes[2]))
            type = &candidate;
    const auto axes = static_cast<std::size_t>(static_cast<unsigned char>(bytes[3]));
    const std::size_t start = 4 + 4 * axes;
    if (type == nullptr || bytes.size() < start)
        return damaged;
    Array array;
    double wanted = 1;
    for (std::size_t axis = 0; axis < axes; ++axis) {
        array.shape.push_back(static_cast<std::int64_t>(big_endian(bytes.substr(4 + 4 * axis, 4))));
        wanted *= static_cast<double>(array.shape.back());
    }
    if (wanted * static_cast<double>(type->size) != static_cast<double>(bytes.size() - start))
        return failure(ErrorKind::format,
                       fmt::format("`{}` ends early, or late: {:.0f} values are announced and {} are there", path.string(),
                                   wanted, (bytes.size() - start) / type->size));
    if (Status fits = fits_in_memory(wanted * sizeof(double)); !fits)
        return tl::unexpected(fits.error());
    array.values.reserve(static_cast<std::size_t>(wanted));
    for (std::size_t at = start; at < bytes.size(); at += type->size)
        array.values.push_back(type->read(bytes.substr(at, type->size)));
    return array;
}

} // namespace nphys::runtime
