#include "runtime/data/npy.h"

#include <array>
#include <cstring>
#include <fmt/format.h>
#include <optional>

#include "runtime/output/run_folder.h"
#include "runtime/parallel/memory.h"

namespace nphys::runtime {
namespace {

struct Header {
    std::string type; // `<f8`
    bool fortran = false;
    std::vector<std::int64_t> shape;
};

// The text after `'key':` in the header, a Python dictionary of three entries.
std::string_view entry(std::string_view dictionary, std::string_view key) {
    const std::size_t found = dictionary.find(fmt::format("'{}':", key));
    if (found == std::string_view::npos)
        return {};
    dictionary.remove_prefix(found + key.size() + 3);
    return dictionary.substr(std::min(dictionary.find_first_not_of(' '), dictionary.size()));
}

std::optional<std::vector<std::int64_t>> shape_of(std::string_view text) {
    if (!text.starts_with('('))
        return std::nullopt;
    std::vector<std::int64_t> shape;
    for (text.remove_prefix(1); !text.empty() && text[0] != ')'; text.remove_prefix(1)) {
        if (text[0] >= '0' && text[0] <= '9') {
            std::int64_t extent = 0;
            for (; !text.empty() && text[0] >= '0' && text[0] <= '9'; text.remove_prefix(1)) {
                if (extent > INT64_MAX / 10 - 1)
                    return std::nullopt;
                extent = 10 * extent + (text[0] - '0');
            }
            shape.push_back(extent);
            if (text.empty() || text[0] == ')')
                break;
        } else if (text[0] != ',' && text[0] != ' ') {
            return std::nullopt;
        }
    }
    return shape;
}

std::optional<Header> header_of(std::string_view dictionary) {
    Header header;
    const std::string_view type = entry(dictionary, "descr");
    if (type.size() < 2 || type[0] != '\'')
        return std::nullopt;
    header.type = type.substr(1, std::min(type.find('\'', 1), type.size()) - 1);
    header.fortran = entry(dictionary, "fortran_order").starts_with("True");
    auto shape = shape_of(entry(dictionary, "shape"));
    if (!shape)
        return std::nullopt;
    header.shape = std::move(*shape);
    return header;
}

template <class Number>
double number_at(const char* bytes) {
    Number value;
    std::memcpy(&value, bytes, sizeof value);
    return static_cast<double>(value);
}

struct NumberType {
    std::string_view name;
    std::size_t size;
    double (*read)(const char*);
};

constexpr std::array number_types{
    NumberType{"<f8", 8, number_at<double>},        NumberType{"<f4", 4, number_at<float>},
    NumberType{"<i8", 8, number_at<std::int64_t>},  NumberType{"<i4", 4, number_at<std::int32_t>},
    NumberType{"<i2", 2, number_at<std::int16_t>},  NumberType{"|i1", 1, number_at<std::int8_t>},
    NumberType{"<u8", 8, number_at<std::uint64_t>}, NumberType{"<u4", 4, number_at<std::uint32_t>},
    NumberType{"<u2", 2, number_at<std::uint16_t>}, NumberType{"|u1", 1, number_at<std::uint8_t>},
    NumberType{"|b1", 1, number_at<std::uint8_t>},
};

// Where element `place` of the C order stands in Fortran order.
std::size_t fortran_place(std::size_t place, const std::vector<std::int64_t>& shape) {
    std::size_t result = 0;
    std::size_t stride = 1;
    for (const std::int64_t extent : shape)
        stride *= static_cast<std::size_t>(extent);
    for (std::size_t axis = shape.size(); axis-- > 0;) {
        const auto extent = static_cast<std::size_t>(shape[axis]);
        stride /= extent;
        result += place % extent * stride;
        place /= extent;
    }
    return result;
}

std::size_t little_endian(std::string_view bytes) {
    std::size_t value = 0;
    for (std::size_t place = bytes.size(); place-- > 0;)
        value = value << 8U | static_cast<unsigned char>(bytes[place]);
    return value;
}

Result<Array> values_of(const Header& header, std::string_view bytes, const std::string& file) {
    const NumberType* type = nullptr;
    for (const NumberType& candidate : number_types)
        if (candidate.name == header.type)
            type = &candidate;
    if (type == nullptr)
        return failure(ErrorKind::format, fmt::format("`{}` holds values of the type `{}`", file, header.type),
                       "save it as float64, for example with `array.astype('<f8')`");
    double wanted = 1;
    for (const std::int64_t extent : header.shape)
        wanted *= static_cast<double>(extent);
    if (wanted * static_cast<double>(type->size) != static_cast<double>(bytes.size()))
        return failure(ErrorKind::format,
                       fmt::format("`{}` ends early, or late: {:.0f} values are announced and {} are there", file,
                                   wanted, bytes.size() / type->size));
    if (Status fits = fits_in_memory(wanted * sizeof(double)); !fits)
        return tl::unexpected(fits.error());
    Array array{header.shape, std::vector<double>(static_cast<std::size_t>(wanted))};
    for (std::size_t place = 0; place < array.values.size(); ++place) {
        const std::size_t source = header.fortran ? fortran_place(place, header.shape) : place;
        array.values[place] = type->read(bytes.data() + source * type->size);
    }
    return array;
}

} // namespace

Result<Array> read_npy(const std::filesystem::path& path) {
    const Result<std::string> content = read_text(path);
    if (!content)
        return tl::unexpected(content.error());
    std::string_view bytes = *content;
    const auto damaged = failure(ErrorKind::format, fmt::format("`{}` is not a NumPy array", path.string()));
    if (!bytes.starts_with("\x93NUMPY") || bytes.size() < 12)
        return damaged;
    const std::size_t width = bytes[6] == 1 ? 2 : 4; // of the length of the header
    const std::size_t start = 8 + width;
    const std::size_t length = little_endian(bytes.substr(8, width));
    if (bytes.size() < start + length)
        return damaged;
    const std::optional<Header> header = header_of(bytes.substr(start, length));
    if (!header)
        return damaged;
    return values_of(*header, bytes.substr(start + length), path.string());
}

} // namespace nphys::runtime
