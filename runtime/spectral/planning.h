#pragma once
// FFTW makes plans for one thread at a time: whoever makes or destroys one holds this lock.
//
//     const std::lock_guard lock(planning());   plan = fftw_plan_dft(…);

#include <mutex>

namespace nphys::runtime::spectral {

inline std::mutex& planning() {
    static std::mutex mutex;
    return mutex;
}

} // namespace nphys::runtime::spectral
