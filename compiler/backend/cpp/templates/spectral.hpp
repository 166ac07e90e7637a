// Many steps at once of a law that is linear and the same at every site, in Fourier space.
#ifndef NPHYS_SPECTRAL_HPP
#define NPHYS_SPECTRAL_HPP

#include <cstdint>

#include "parallel.hpp"
#include "propagation.hpp"

namespace numeric {

inline void propagate(ThreadPool& pool, const double* table, const double* coefficients, const double* sources, double* fields,
                      double* kept, std::int64_t kept_size, std::int64_t copies, std::int64_t steps) {
    const auto for_each = [&](std::int64_t count, auto&& body) {
        const std::int64_t parts = pool.threads();
        pool.for_each(0, parts, [&](std::int64_t part) { body(count * part / parts, count * (part + 1) / parts); });
    };
    nphys::runtime::spectral::propagate(table, coefficients, sources, fields, kept, kept_size, copies, steps, for_each);
}

} // namespace numeric

#endif
