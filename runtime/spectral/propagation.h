#pragma once
// Many steps at once of a linear law that is the same at every site: each mode of the lattice by a power of its matrix.
//
// In: a table of whole numbers that says what a step is, its coefficients, fields that are added at each step, the
// state and how many steps. Out: the state that many steps later. Holds: two transforms and one product for each mode,
// once the power is known; powers are kept in `kept` (while they fit) for the next call with as many steps. Several copies
// of the state, the copies of each number beside one another, have the matrices in common.
//
//   table         what a step is (step_table.h), with its coefficients
//   kept          how many steps the matrices are for, then they; nothing more if its size is 1
//
// Example: φ ← φ + dt π, then π ← π - dt ω² φ on one axis: two stages of one row of two terms each.

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/spectral/lattice_modes.h"
#include "runtime/spectral/matrices.h"
#include "runtime/spectral/step_table.h"

namespace nphys::runtime::spectral {

using Complex = std::complex<double>;

// The matrix of so many steps for one mode after the other: the state, and 1 where there are sources.
class ModeMatrix {
public:
    ModeMatrix(const Step& step, const LatticeModes& modes, std::span<const Complex> sources, std::int64_t steps)
        : step_(step), modes_(modes), sources_(sources), steps_(steps), size_(step.state + (step.sources > 0 ? 1 : 0)),
          matrices_(size_), matrix_(size_ * size_), rows_(step.fields * size_) {}

    // Its first rows, one for each field of the state.
    void write(std::int64_t mode, Complex* out) {
        modes_.locate(mode, numbers_);
        std::fill(rows_.begin(), rows_.end(), WideComplex(0));
        if (!step_.exponential)
            for (std::size_t field = 0; field < step_.state; ++field)
                rows_[field * size_ + field] = 1;
        for (const std::vector<Row>& stage : step_.stages)
            apply(stage, mode);
        std::fill(matrix_.begin(), matrix_.end(), WideComplex(0));
        std::copy_n(rows_.begin(), step_.state * size_, matrix_.begin());
        if (step_.exponential) {
            for (WideComplex& entry : matrix_)
                entry *= static_cast<Wide>(steps_);
            matrices_.exponentiate(matrix_);
        } else {
            if (size_ > step_.state)
                matrix_.back() = 1;
            matrices_.raise(matrix_, steps_);
        }
        for (std::size_t n = 0; n < step_.state * size_; ++n)
            out[n] = Complex(matrix_[n]);
    }

private:
    // Simultaneous: all rows are read before any is written. A generator is itself the only stage.
    void apply(const std::vector<Row>& stage, std::int64_t mode) {
        next_.assign(stage.size() * size_, WideComplex(0));
        for (std::size_t r = 0; r < stage.size(); ++r) {
            const Row& row = stage[r];
            for (const Term& term : row.terms) {
                WideComplex factor = term.coefficient;
                for (std::size_t axis = 0; axis < term.shift.size(); ++axis)
                    if (term.shift[axis] != 0)
                        factor *= modes_.phase(axis, numbers_[axis], term.shift[axis]);
                if (step_.exponential)
                    next_[r * size_ + term.field] += factor;
                else
                    for (std::size_t column = 0; column < size_; ++column)
                        next_[r * size_ + column] += factor * rows_[term.field * size_ + column];
            }
            if (row.source >= 0)
                next_[r * size_ + step_.state] +=
                    WideComplex(sources_[static_cast<std::size_t>(row.source * modes_.modes() + mode)]) *
                    Wide(row.source_coefficient);
        }
        for (std::size_t r = 0; r < stage.size(); ++r)
            std::copy_n(next_.begin() + static_cast<std::ptrdiff_t>(r * size_), size_,
                        rows_.begin() + static_cast<std::ptrdiff_t>(stage[r].target * size_));
    }

    const Step& step_;
    const LatticeModes& modes_;
    std::span<const Complex> sources_;
    std::int64_t steps_;
    std::size_t size_;
    Matrices matrices_;
    std::vector<WideComplex> matrix_, rows_, next_;
    std::vector<std::int64_t> numbers_;
};

// The fields of several copies, the copies of each number side by side, and their spectra, one after the other.
template <class ForEach>
class Spectra {
public:
    Spectra(const LatticeModes& modes, std::int64_t fields, std::int64_t copies, ForEach& for_each)
        : modes_(modes), copies_(copies), count_(fields * copies), for_each_(for_each),
          values_(static_cast<std::size_t>(count_ * modes.modes())) {}

    void forth(const double* fields) {
        for_each_(count_, [&](std::int64_t begin, std::int64_t end) {
            std::vector<double> field(static_cast<std::size_t>(copies_ > 1 ? modes_.sites() : 0));
            for (std::int64_t n = begin; n < end; ++n) {
                const double* from = place(fields, n);
                for (std::size_t site = 0; site < field.size(); ++site)
                    field[site] = from[static_cast<std::int64_t>(site) * copies_];
                modes_.forth(copies_ > 1 ? field.data() : from, spectrum(n));
            }
        });
    }
    void back(double* fields) {
        for_each_(count_, [&](std::int64_t begin, std::int64_t end) {
            std::vector<double> field(static_cast<std::size_t>(copies_ > 1 ? modes_.sites() : 0));
            for (std::int64_t n = begin; n < end; ++n) {
                double* to = place(fields, n);
                modes_.back(spectrum(n), copies_ > 1 ? field.data() : to);
                for (std::size_t site = 0; site < field.size(); ++site)
                    to[static_cast<std::int64_t>(site) * copies_] = field[site];
            }
        });
    }
    // The spectrum of field number n / copies in copy n % copies.
    [[nodiscard]] Complex* spectrum(std::int64_t n) { return values_.data() + n * modes_.modes(); }
    [[nodiscard]] std::span<const Complex> all() const { return values_; }

private:
    template <class Number>
    Number* place(Number* fields, std::int64_t n) const {
        return fields + n / copies_ * copies_ * modes_.sites() + n % copies_;
    }

    const LatticeModes& modes_;
    std::int64_t copies_, count_;
    ForEach& for_each_;
    std::vector<Complex> values_;
};

// for_each(count, body) calls body(begin, end) for parts of 0..count, on as many threads as there are.
template <class ForEach>
void propagate(const double* table, const double* coefficients, const double* sources, double* fields, double* kept,
               std::int64_t kept_size, std::int64_t copies, std::int64_t steps, ForEach&& for_each) {
    const Step step(table, coefficients);
    const LatticeModes modes(step.axes);
    const auto rows = static_cast<std::int64_t>(step.state);
    const std::size_t columns = step.state + (step.sources > 0 ? 1 : 0), entries = step.state * columns;
    const bool keeps = kept_size > 2 * static_cast<std::int64_t>(entries) * modes.modes();
    const bool is_kept = keeps && kept[0] == static_cast<double>(steps);
    Spectra added(modes, is_kept ? 0 : static_cast<std::int64_t>(step.sources), 1, for_each);
    added.forth(sources);
    Spectra state(modes, rows, copies, for_each);
    state.forth(fields);
    for_each(modes.modes(), [&](std::int64_t begin, std::int64_t end) {
        ModeMatrix matrix(step, modes, added.all(), steps);
        std::vector<Complex> power(entries), before(columns, Complex(1));
        for (std::int64_t mode = begin; mode < end; ++mode) {
            auto* const place =
                keeps ? reinterpret_cast<Complex*>(kept + 1) + static_cast<std::int64_t>(entries) * mode : power.data();
            if (!is_kept)
                matrix.write(mode, place);
            for (std::int64_t copy = 0; copy < copies; ++copy) {
                for (std::int64_t field = 0; field < rows; ++field)
                    before[static_cast<std::size_t>(field)] = state.spectrum(field * copies + copy)[mode];
                for (std::int64_t row = 0; row < rows; ++row) {
                    double real = 0, imaginary = 0;
                    for (std::size_t column = 0; column < columns; ++column) {
                        const Complex a = place[static_cast<std::size_t>(row) * columns + column], b = before[column];
                        real += a.real() * b.real() - a.imag() * b.imag();
                        imaginary += a.real() * b.imag() + a.imag() * b.real();
                    }
                    state.spectrum(row * copies + copy)[mode] = {real, imaginary};
                }
            }
        }
    });
    if (keeps)
        kept[0] = static_cast<double>(steps);
    state.back(fields);
}

} // namespace nphys::runtime::spectral
