// Random numbers as a pure function of (seed, stream, element): the same at any number of threads.
#ifndef NPHYS_DRAWS_HPP
#define NPHYS_DRAWS_HPP

#include <cstdint>
#include <vector>

#include "noise.hpp"
#include "numeric.hpp"

namespace numeric {

struct DrawAxis {
    std::int64_t extent, stride, component_stride; // places, distance in the array, distance in the list of arrays
};

// Element n of the stream goes to the n-th place in the row-major order of the axes.
template <class Number>
void fill_draws(const std::vector<Array<Number>*>& components, const std::vector<DrawAxis>& axes,
                double (*draw)(const nphys::runtime::Draw&), std::uint64_t seed, std::uint32_t stream) {
    std::int64_t count = 1;
    for (const DrawAxis& axis : axes) count *= axis.extent;
    nphys::runtime::Draw number;
    number.seed = seed;
    number.stream = stream;
    for (std::int64_t n = 0; n < count; ++n, ++number.element) {
        std::int64_t rest = n, place = 0, component = 0;
        for (std::size_t k = axes.size(); k-- > 0; rest /= axes[k].extent) {
            place += rest % axes[k].extent * axes[k].stride;
            component += rest % axes[k].extent * axes[k].component_stride;
        }
        (*components[static_cast<std::size_t>(component)])[place] = static_cast<Number>(draw(number));
    }
}

} // namespace numeric

#endif
