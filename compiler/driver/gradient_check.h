#pragma once
// Derived gradients against complex steps: the activation is done again from its formulas, element by element, with one
// element of a trainable moved by 10⁻³⁰ i; the imaginary part of the loss is then the derivative, to the last digits.
// Where a formula has functions that do not go on into the complex plane (abs, min, erf …) it is moved to and fro instead.
//
// Goes in: a complete Compilation of a model whose boundary shows rows, not fused. Comes out: for each variable the largest
// difference found, or an error.
//
// Example: `W: 8 of 19044 elements, largest difference 2.1e-17 of 0.0134`

#include <string>
#include <vector>

#include "compiler/driver/pipeline.h"
#include "runtime/result.h"

namespace nphys::driver {

struct GradientAgreement {
    std::string variable;
    std::size_t compared = 0, elements = 0;
    double difference = 0, largest = 0; // of the elements that were compared
    double tolerance = 1e-9;            // of the largest

    [[nodiscard]] bool good() const { return difference <= tolerance * largest || difference <= 1e-13; }
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] runtime::Result<std::vector<GradientAgreement>> compare_gradients(const Compilation& compilation,
                                                                                std::size_t most_elements);

} // namespace nphys::driver
