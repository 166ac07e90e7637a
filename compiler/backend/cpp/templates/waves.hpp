// The kinetic half of a split step of a wave, in Fourier space.
#ifndef NPHYS_WAVES_HPP
#define NPHYS_WAVES_HPP

#include <cstdint>

#include "parallel.hpp"
#include "turn_modes.hpp"

namespace numeric {

inline void turn_modes(ThreadPool& pool, const double* table, const double* angles, double* parts, double* room,
                       std::int64_t damps) {
    const auto for_each = [&](std::int64_t count, auto&& body) {
        const std::int64_t pieces = pool.threads();
        pool.for_each(0, pieces, [&](std::int64_t piece) { body(count * piece / pieces, count * (piece + 1) / pieces); });
    };
    nphys::runtime::spectral::turn_modes(table, angles, parts, room, damps, for_each);
}

} // namespace numeric

#endif
