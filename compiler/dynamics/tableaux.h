#pragma once
// The schemes as data.
//
// Splittings: which half of the law moves, and for how much of the step, in turn.
// Shu-Osher forms: Y_i = Σ_j α_ij Y_j + β_i dt f(Y_{i-1}, t + c_{i-1} dt), Y_0 the old state, the last Y the new one:
// each stage takes one evaluation of the law and no slope is ever stored. Butcher tableaux: k_i = f(y + dt Σ_j a_ij
// k_j, t + c_i dt), y' = y + dt Σ b_i k_i, and the error dt Σ e_i k_i.

#include <array>
#include <span>
#include <vector>

namespace nphys::dynamics::tableaux {

// Activation moves the neurons; learning moves the trainables. Local linear parts go before and after (local_part.h).
enum class Part { drift, kick, local_before, local_after };
struct Stage {
    Part part;
    double share;
};

inline constexpr std::array symplectic_euler{Stage{Part::drift, 1}, Stage{Part::kick, 1}};
inline constexpr std::array leapfrog{Stage{Part::kick, 0.5}, Stage{Part::drift, 1}, Stage{Part::kick, 0.5}};
inline constexpr std::array drift_kick_drift{Stage{Part::drift, 0.5}, Stage{Part::kick, 1}, Stage{Part::drift, 0.5}};

// Three leapfrogs of w, 1 - 2w, w steps with w = 1/(2 - 2^(1/3)): Yoshida, Phys. Lett. A 150 (1990) 262, Eq. (2.11).
inline constexpr double yoshida = 1.3512071919596576340476878089715;
inline constexpr std::array yoshida4{Stage{Part::kick, yoshida / 2},       Stage{Part::drift, yoshida},
                                     Stage{Part::kick, (1 - yoshida) / 2}, Stage{Part::drift, 1 - 2 * yoshida},
                                     Stage{Part::kick, (1 - yoshida) / 2}, Stage{Part::drift, yoshida},
                                     Stage{Part::kick, yoshida / 2}};

inline constexpr std::array yoshida4_leapfrogs{yoshida, 1 - 2 * yoshida, yoshida};

struct ShuOsherStage {
    std::vector<double> past;
    double slope;
    double time;
}; // α_i., β_i, c_{i-1}

inline std::vector<ShuOsherStage> euler() {
    return {{{1}, 1, 0}};
}
// The trapezoidal rule with an Euler step as predictor; with white noise it integrates the reading of Stratonovich.
inline std::vector<ShuOsherStage> heun() {
    return {{{1}, 1, 0}, {{1. / 2, 1. / 2}, 1. / 2, 1}};
}
inline std::vector<ShuOsherStage> rk4() {
    return {{{1}, 0.5, 0}, {{1, 0}, 0.5, 0.5}, {{1, 0, 0}, 1, 0.5}, {{-1. / 3, 1. / 3, 2. / 3, 1. / 3}, 1. / 6, 1}};
}

// Dormand and Prince, J. Comput. Appl. Math. 6 (1980) 19. The last row is the new state.
inline constexpr std::size_t dormand_prince_stages = 7;
inline constexpr std::array<double, 7> dormand_prince_times{0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1};
inline constexpr std::array<std::array<double, 6>, 7> dormand_prince_slopes{{
    {},
    {1. / 5},
    {3. / 40, 9. / 40},
    {44. / 45, -56. / 15, 32. / 9},
    {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
    {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
    {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84},
}};
inline constexpr std::array<double, 7> dormand_prince_error{71. / 57600,      0,         -71. / 16695, 71. / 1920,
                                                            -17253. / 339200, 22. / 525, -1. / 40};

} // namespace nphys::dynamics::tableaux
