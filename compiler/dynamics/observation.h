#pragma once
// What a run records, computed from the state: statistics first, then observables and saved fields, then standard errors.
//
// Goes in: a Model and its Program, in copies or not. Holds afterwards: `observe` fills `outputs`. An observable that differs
// between copies is the mean over them. Its standard error is that of the first-order expansion in all that is sampled: with
// statistics S_k whose deviation in one copy is I_k, that of f(S, x) is  f - <f> + Σ_k <∂f/∂S_k> I_k.
//
// Example: √variance(q) has the standard error  √(Σ (((q - m)² - S)/(2√S))² / (N (N - 1))).

#include "compiler/dynamics/program.h"

namespace nphys::dynamics {

void observe(const model::Model& model, Program& program);

} // namespace nphys::dynamics
