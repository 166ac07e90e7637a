// Typed ids: the number of an element in the table that owns it. An id of one table cannot be used in another.
//
//   struct SymbolTag;
//   using SymbolId = Id<SymbolTag>;
//   SymbolId first{0};  first.valid() == true;  SymbolId{}.valid() == false
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace nphys {

template <class Tag>
struct Id {
    static constexpr std::uint32_t none = 0xffffffffu;

    std::uint32_t value = none;

    constexpr Id() = default;
    constexpr explicit Id(std::uint32_t number) : value(number) {}

    [[nodiscard]] constexpr bool valid() const { return value != none; }
    [[nodiscard]] constexpr std::size_t index() const { return value; }
    friend constexpr auto operator<=>(Id, Id) = default;
};

} // namespace nphys

template <class Tag>
struct std::hash<nphys::Id<Tag>> {
    std::size_t operator()(nphys::Id<Tag> id) const noexcept { return std::hash<std::uint32_t>{}(id.value); }
};
