// The search through random specifications for one that fails, made as small as it can be.
//
// Goes in: how one is drawn from a seed, and what is wrong with one (text, or nothing). Comes out: a failure for each seed that has
// one, with the smallest specification. A Spec has smaller(), candidates that are simpler, and text(), the program.
#pragma once

#include <cstdint>
#include <cstdlib>

#include <gtest/gtest.h>

namespace nphys::test {

inline std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

template <class Spec, class Disagreement>
Spec shrunk(Spec spec, const Disagreement& disagreement) {
    for (bool progress = true; progress;) {
        progress = false;
        for (const Spec& candidate : spec.smaller())
            if (disagreement(candidate)) {
                spec = candidate;
                progress = true;
                break;
            }
    }
    return spec;
}

// `count` seeds, from NPHYS_RANDOM_SEED on.
template <class Draw, class Disagreement>
void expect_agreement(std::uint64_t count, const Draw& draw, const Disagreement& disagreement) {
    const std::uint64_t first = setting("NPHYS_RANDOM_SEED", 1);
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
        const auto spec = draw(seed);
        if (!disagreement(spec)) continue;
        const auto smallest = shrunk(spec, disagreement);
        ADD_FAILURE() << "seed " << seed << ": " << *disagreement(smallest) << "\n" << smallest.text();
    }
}

} // namespace nphys::test
