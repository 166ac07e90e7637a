// Random numbers as a pure function of (seed, stream, row, column, step): the same at any number of threads.
#ifndef NPHYS_DRAWS_HPP
#define NPHYS_DRAWS_HPP

#include <cstdint>

#include "noise.hpp"
#include "noise_single.hpp"
#include "poisson.hpp"

namespace numeric {

[[nodiscard]] inline nphys::runtime::Draw draw_at(std::uint64_t seed, std::uint32_t stream, std::int64_t row,
                                                  std::int64_t column, std::int64_t step) {
    return {seed, stream, static_cast<std::uint64_t>(row), static_cast<std::uint64_t>(column),
            static_cast<std::uint64_t>(step)};
}

template <class Number>
[[nodiscard]] inline Number normal(std::uint64_t seed, std::uint32_t stream, std::int64_t row, std::int64_t column,
                                   std::int64_t step) {
    if constexpr (sizeof(Number) == sizeof(float))
        return nphys::runtime::single_normal(draw_at(seed, stream, row, column, step));
    else
        return nphys::runtime::normal(draw_at(seed, stream, row, column, step));
}

template <class Number>
[[nodiscard]] inline Number uniform(std::uint64_t seed, std::uint32_t stream, std::int64_t row, std::int64_t column,
                                    std::int64_t step) {
    if constexpr (sizeof(Number) == sizeof(float))
        return nphys::runtime::single_uniform(draw_at(seed, stream, row, column, step));
    else
        return nphys::runtime::uniform(draw_at(seed, stream, row, column, step));
}

template <class Number>
[[nodiscard]] inline Number poisson_quantile(Number u, Number mean) {
    return static_cast<Number>(nphys::runtime::poisson_quantile(u, mean));
}

} // namespace numeric

#endif
