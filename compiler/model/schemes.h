#pragma once
// What is known of each scheme by its name alone: the rows of schemes.def.

#include <string_view>

#include "compiler/model/model.h"

namespace nphys::model {

struct SchemeRow {
    Scheme scheme;
    std::string_view spelling;
    int order; // of accuracy in dt; 0 where there is no continuous law to approach
    bool symplectic;
    std::string_view description;
};

inline constexpr SchemeRow scheme_rows[] = {
#define NPHYS_SCHEME(name, spelling, order, symplectic, description)                                                   \
    {Scheme::name, spelling, order, symplectic, description},
#include "compiler/model/schemes.def"
#undef NPHYS_SCHEME
};

[[nodiscard]] constexpr const SchemeRow& row_of(Scheme scheme) {
    return scheme_rows[static_cast<std::size_t>(scheme)];
}
[[nodiscard]] constexpr std::string_view scheme_spelling(Scheme scheme) {
    return row_of(scheme).spelling;
}
[[nodiscard]] constexpr int scheme_order(Scheme scheme) {
    return row_of(scheme).order;
}

} // namespace nphys::model
