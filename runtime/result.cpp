#include "runtime/result.h"

#include <cctype>
#include <fmt/format.h>
#include <system_error>

namespace nphys::runtime {

tl::unexpected<Error> file_failure(std::string_view verb, std::string_view path, int error_number) {
    std::string reason = std::generic_category().message(error_number);
    if (!reason.empty())
        reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    return failure(ErrorKind::file, fmt::format("cannot {} `{}`: {}", verb, path, reason));
}

} // namespace nphys::runtime
