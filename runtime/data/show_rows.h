#pragma once
// Rows of a data set for a batch: which ones, and their numbers copied out of a table. Needs nothing but the language, so
// that emitted C++ uses the same text.
//
// In: a table of rows × columns numbers, row by row. Out: the chosen rows one after the other, rounded to the type asked
// for. Example: with the rows {4, 0} of a table of 2 columns, out is the last two and the first two of ten numbers.

#include <cstdint>

#include "runtime/data/shuffle.h"

namespace nphys::runtime {

// The rows shown as number first, first + 1, … of a run.
inline void shown_rows(std::int64_t* list, std::int64_t seed, std::int64_t rows, std::int64_t training,
                       std::int64_t first, std::int64_t count) {
    for (std::int64_t k = 0; k < count; ++k)
        list[k] = shown_row(static_cast<std::uint64_t>(seed), rows, training, first + k);
}

// All rows that are kept for testing.
inline void kept_rows(std::int64_t* list, std::int64_t seed, std::int64_t rows, std::int64_t training) {
    for (std::int64_t k = training; k < rows; ++k)
        list[k - training] = divided_row(static_cast<std::uint64_t>(seed), rows, training, k);
}

template <class Number>
void take_rows(Number* out, const double* table, const std::int64_t* list, std::int64_t count, std::int64_t columns) {
    for (std::int64_t k = 0; k < count; ++k)
        for (std::int64_t column = 0; column < columns; ++column)
            out[k * columns + column] = static_cast<Number>(table[list[k] * columns + column]);
}

} // namespace nphys::runtime
