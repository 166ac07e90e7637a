// The class of an emitted model: its interface, its members and its functions.
// Goes in: a module and its interface. Comes out: the declaration and the definitions as trees. Holds: every name is
// declared once and is ASCII; the user's own names stand in comments. Example: a model with neuron φ and parameter m
// gets `struct Parameters { double m = 0.5; }`, `std::span<double> phi()`, …
#pragma once

#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "compiler/backend/cpp/emit.h"
#include "compiler/backend/cpp/translate.h"
#include "compiler/backend/cpp/tree.h"

namespace nphys::backend::cpp {

// What the parts of a model are called in C++.
struct ClassNames {
    Names members;
    std::vector<std::string> parameters, fields, observables;
};
[[nodiscard]] ClassNames name_class(const loops::Module& module, const Interface& interface);

struct ModelClass {
    tree::Class declaration;
    std::vector<tree::Function> definitions;
};
[[nodiscard]] tl::expected<ModelClass, std::string> make_class(const loops::Module& module, const Interface& interface);

} // namespace nphys::backend::cpp
