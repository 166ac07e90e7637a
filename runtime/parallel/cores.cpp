#include <algorithm>
#include <cmath>
#include <fstream>
#include <sched.h>
#include <string>
#include <thread>

#include "runtime/parallel/pool.h"

namespace nphys::runtime {
namespace {

std::int32_t cores_of_affinity() {
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        return CPU_COUNT(&set);
    return static_cast<std::int32_t>(std::thread::hardware_concurrency());
}

// A container may see 64 cores and be allowed the time of two: `200000 100000` in cpu.max.
std::int32_t cores_of_quota() {
    std::ifstream file("/sys/fs/cgroup/cpu.max");
    std::string quota;
    double period = 0;
    if (!(file >> quota >> period) || quota == "max" || period <= 0)
        return INT32_MAX;
    const double cores = std::strtod(quota.c_str(), nullptr) / period;
    return cores > 0 && cores < 1e6 ? static_cast<std::int32_t>(std::ceil(cores)) : INT32_MAX;
}

} // namespace

std::int32_t available_cores() {
    return std::max(1, std::min(cores_of_affinity(), cores_of_quota()));
}

} // namespace nphys::runtime
