#include "runtime/abi.h"
#include "runtime/random/noise_single.h"

namespace nphys::runtime {
namespace {

Draw draw_of(std::int64_t seed, std::int64_t stream, std::int64_t row, std::int64_t column, std::int64_t step) {
    return {static_cast<std::uint64_t>(seed), static_cast<std::uint32_t>(stream), static_cast<std::uint64_t>(row),
            static_cast<std::uint64_t>(column), static_cast<std::uint64_t>(step)};
}

} // namespace
} // namespace nphys::runtime

extern "C" {
using namespace nphys::runtime;

nphys::runtime::abi::f64 nphys::runtime::abi::nphys_uniform(i64 seed, i64 stream, i64 row, i64 column, i64 step) {
    return uniform(draw_of(seed, stream, row, column, step));
}

nphys::runtime::abi::f64 nphys::runtime::abi::nphys_normal(i64 seed, i64 stream, i64 row, i64 column, i64 step) {
    return normal(draw_of(seed, stream, row, column, step));
}

nphys::runtime::abi::f32 nphys::runtime::abi::nphys_uniform_f32(i64 seed, i64 stream, i64 row, i64 column, i64 step) {
    return single_uniform(draw_of(seed, stream, row, column, step));
}

nphys::runtime::abi::f32 nphys::runtime::abi::nphys_normal_f32(i64 seed, i64 stream, i64 row, i64 column, i64 step) {
    return single_normal(draw_of(seed, stream, row, column, step));
}
}
