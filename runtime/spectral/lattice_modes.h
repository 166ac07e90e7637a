#pragma once
// The modes of a lattice whose axes are periodic or antiperiodic, and the transforms of real fields to them and back.
//
// In: extents and kinds of the axes. Out: for each mode the phases e^(i k·s) of displacements s; spectra of fields.
// Holds: where all axes are periodic only half of the modes of the last axis are kept, since fields are real; an
// antiperiodic axis is made periodic by turning the field by e^(-iπ x/N) before. back() divides by the number of sites.
//
// Example: on a ring of N sites mode j has the phase e^(2πi j s/N) at s.

#include <fftw3.h>

#include <complex>
#include <cstdint>
#include <numbers>
#include <vector>

#include "runtime/spectral/planning.h"

namespace nphys::runtime::spectral {

struct LatticeAxis {
    std::int64_t extent = 1;
    bool antiperiodic = false;
};

class LatticeModes {
public:
    using Complex = std::complex<double>;
    using WideComplex = std::complex<long double>;

    explicit LatticeModes(std::vector<LatticeAxis> axes) : axes_(std::move(axes)) {
        for (const LatticeAxis& axis : axes_) {
            sites_ *= axis.extent;
            twisted_ = twisted_ || axis.antiperiodic;
            const std::int64_t period = axis.antiperiodic ? 2 * axis.extent : axis.extent;
            units_.emplace_back();
            for (std::int64_t m = 0; m < period; ++m)
                units_.back().push_back(
                    std::polar(1.0L, 2 * std::numbers::pi_v<long double> * static_cast<long double>(m) /
                                         static_cast<long double>(period)));
        }
        extents_ = std::vector<std::int64_t>();
        for (const LatticeAxis& axis : axes_)
            extents_.push_back(axis.extent);
        if (!twisted_)
            extents_.back() = extents_.back() / 2 + 1;
        for (const std::int64_t extent : extents_)
            modes_ *= extent;
        plan();
    }
    ~LatticeModes() {
        const std::lock_guard lock(planning());
        fftw_destroy_plan(forth_);
        fftw_destroy_plan(back_);
    }
    LatticeModes(const LatticeModes&) = delete;
    LatticeModes& operator=(const LatticeModes&) = delete;

    [[nodiscard]] std::int64_t sites() const { return sites_; }
    [[nodiscard]] std::int64_t modes() const { return modes_; }

    // The numbers of a mode along the axes.
    void locate(std::int64_t mode, std::vector<std::int64_t>& numbers) const {
        numbers.resize(axes_.size());
        for (std::size_t axis = axes_.size(); axis-- > 0; mode /= extents_[axis])
            numbers[axis] = mode % extents_[axis];
    }
    // e^(i k s) along one axis.
    [[nodiscard]] WideComplex phase(std::size_t axis, std::int64_t number, std::int64_t shift) const {
        const auto period = static_cast<std::int64_t>(units_[axis].size());
        const std::int64_t turned = (axes_[axis].antiperiodic ? 2 * number + 1 : number) * (shift % period) % period;
        return units_[axis][static_cast<std::size_t>(turned < 0 ? turned + period : turned)];
    }

    // Different fields may be transformed by different threads.
    void forth(const double* field, Complex* spectrum) const {
        auto* const out = reinterpret_cast<fftw_complex*>(spectrum);
        if (!twisted_)
            return fftw_execute_dft_r2c(forth_, const_cast<double*>(field), out);
        twist(-1, [&](std::int64_t site, Complex turn) { spectrum[site] = field[site] * turn; });
        fftw_execute_dft(forth_, out, out);
    }
    void back(Complex* spectrum, double* field) const {
        auto* const in = reinterpret_cast<fftw_complex*>(spectrum);
        const double share = 1 / static_cast<double>(sites_);
        if (!twisted_) {
            fftw_execute_dft_c2r(back_, in, field);
            for (std::int64_t site = 0; site < sites_; ++site)
                field[site] *= share;
            return;
        }
        fftw_execute_dft(back_, in, in);
        twist(1, [&](std::int64_t site, Complex turn) { field[site] = share * (spectrum[site] * turn).real(); });
    }

private:
    // The plans hold for any array, aligned or not, so that the same numbers come out wherever it is.
    void plan() {
        const std::lock_guard lock(planning());
        std::vector<int> extents;
        for (const LatticeAxis& axis : axes_)
            extents.push_back(static_cast<int>(axis.extent));
        const int rank = static_cast<int>(extents.size());
        constexpr unsigned how = FFTW_ESTIMATE | FFTW_UNALIGNED;
        std::vector<double> field(twisted_ ? 0 : static_cast<std::size_t>(sites_));
        std::vector<Complex> spectrum(static_cast<std::size_t>(modes_));
        auto* const complex = reinterpret_cast<fftw_complex*>(spectrum.data());
        if (twisted_) {
            forth_ = fftw_plan_dft(rank, extents.data(), complex, complex, FFTW_FORWARD, how);
            back_ = fftw_plan_dft(rank, extents.data(), complex, complex, FFTW_BACKWARD, how);
        } else {
            forth_ = fftw_plan_dft_r2c(rank, extents.data(), field.data(), complex, how);
            back_ = fftw_plan_dft_c2r(rank, extents.data(), complex, field.data(), how);
        }
    }

    // body(site, e^(±iπ Σ x/N)) with the sum over antiperiodic axes.
    template <class Body>
    void twist(int sign, Body&& body) const {
        std::vector<std::int64_t> place(axes_.size());
        for (std::int64_t site = 0; site < sites_; ++site) {
            Complex turn = 1;
            for (std::size_t axis = 0; axis < axes_.size(); ++axis)
                if (axes_[axis].antiperiodic)
                    turn *= Complex(units_[axis][static_cast<std::size_t>(place[axis])]);
            body(site, sign > 0 ? turn : std::conj(turn));
            for (std::size_t axis = axes_.size(); axis-- > 0;) {
                if (++place[axis] < axes_[axis].extent)
                    break;
                place[axis] = 0;
            }
        }
    }

    std::vector<LatticeAxis> axes_;
    std::vector<std::int64_t> extents_;           // of the modes that are kept
    std::vector<std::vector<WideComplex>> units_; // roots of unity of each axis
    std::int64_t sites_ = 1, modes_ = 1;
    bool twisted_ = false;
    fftw_plan forth_ = nullptr, back_ = nullptr;
};

} // namespace nphys::runtime::spectral
