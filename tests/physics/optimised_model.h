// The loss of optimisers.json: gradient G_t = K (q - c) + 0.2 (sin(1.7 t + 2.1 μ) + 0.5 cos(0.37 t² + μ)), t = 1, 2, …
// Goes in: lines before the learning (`use adam`, a noise and a metric), and what follows `learning q descends U with`.
#pragma once

#include <string>

namespace nphys::test {

inline std::string optimised(const std::string& lines, const std::string& law) {
    return R"(model optimised
index μ, ν in 1..2
let K[μ,ν] = (2 if μ == 1 else 0.8) * δ[μ,ν] + 0.5*(1 - δ[μ,ν])
let c[μ] = 0.5 if μ == 1 else -0.3
trainable q[μ]
let p[μ] = q[μ] - c[μ]
let push[μ] = 0.2*(sin(1.7*(t + 1) + 2.1*(μ - 1)) + 0.5*cos(0.37*(t + 1)^2 + μ - 1))
loss U = 1/2*p[μ]*K[μ,ν]*p[ν] + push[μ]*q[μ]
init q[μ] = -1 if μ == 1 else 1
param b1 = 0.9
param b2 = 0.99
)" + lines + "\nlearning q descends U with " + law + "\nrun { scheme = map  steps = 100 }\n";
}

} // namespace nphys::test
