#pragma once
// Implicit schemes whose steps damp every mode that the law damps, however long they are: A-stable ones.

#include "compiler/dynamics/clock.h"

namespace nphys::analysis {

[[nodiscard]] inline bool is_a_stable(const dynamics::Program& program) {
    using model::Scheme;
    const Scheme scheme = program.stepping();
    return scheme == Scheme::crank_nicolson || scheme == Scheme::implicit_euler || scheme == Scheme::bdf2;
}

inline constexpr const char* a_stable = "A-stable: what the law damps is damped at any dt";

} // namespace nphys::analysis
