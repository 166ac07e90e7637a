#pragma once
// Random numbers in formulas.
//
// Goes in: `normal(mean, deviation)`, `uniform(a, b)`, `bernoulli(p)` or `exponential(rate)`. Comes out: the formula, with
// an element of a tensor of standard draws (normal with mean 0 and deviation 1, or uniform in 0..1) that takes no memory;
// each place of the text has its own stream, each element its own number. In laws they are drawn anew at every step,
// elsewhere once.
//
// Example: init φ[i] = normal(0, 2) is 2*draw1[i]; bernoulli(p) is draw2[i] < p.

#include "compiler/model/elaborate.h"

namespace nphys::model {

[[nodiscard]] bool is_distribution(std::string_view name);

[[nodiscard]] Value draw(Context& context, const syntax::Call& call, const syntax::Name& name, Span span,
                         const Environment& environment);

// A standard number for each place in sight.
[[nodiscard]] Expr standard_draw(Context& context, Distribution distribution, Span span, const Environment& environment);

// `white()`: the rate of a Wiener process, one for each element.
[[nodiscard]] Value white_noise(Context& context, Span span, const Environment& environment);

// Streams are counted in the order of the text, in whatever order the formulas were worked out.
void number_streams(Model& model);

} // namespace nphys::model
