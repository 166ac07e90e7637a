#include "runtime/output/machine.h"

#include <fmt/format.h>
#include <fstream>
#include <hdf5.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "runtime/parallel/memory.h"
#include "runtime/parallel/pool.h"

// Present in OpenBLAS only.
extern "C" char* openblas_get_config() __attribute__((weak));

namespace nphys::runtime {
namespace {

std::string processor() {
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name"))
            if (const std::size_t colon = line.find(": "); colon != std::string::npos)
                return line.substr(colon + 2);
    return "unknown";
}

std::string hdf5_version() {
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    H5get_libversion(&major, &minor, &release);
    return fmt::format("{}.{}.{}", major, minor, release);
}

} // namespace

std::vector<std::pair<std::string, std::string>> describe_machine() {
    utsname names{};
    uname(&names);
    const double pages = static_cast<double>(sysconf(_SC_PHYS_PAGES));
    return {
        {"host", names.nodename},
        {"system", fmt::format("{} {} {}", names.sysname, names.release, names.machine)},
        {"processor", processor()},
        {"cores", std::to_string(available_cores())},
        {"memory", readable_bytes(pages * static_cast<double>(sysconf(_SC_PAGESIZE)))},
        {"compiler", __VERSION__},
        {"blas", openblas_get_config != nullptr ? openblas_get_config() : "unknown"},
        {"hdf5", hdf5_version()},
    };
}

} // namespace nphys::runtime
