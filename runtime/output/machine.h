#pragma once
// What the numbers were made on: for run.json and for benchmarks.

#include <string>
#include <utility>
#include <vector>

namespace nphys::runtime {

// host, system, processor, cores, memory, compiler, and the versions of the libraries that compute.
[[nodiscard]] std::vector<std::pair<std::string, std::string>> describe_machine();

} // namespace nphys::runtime
