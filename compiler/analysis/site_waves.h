#pragma once
// Plane waves around one site: what a step and the law do to them, and the largest step up to which none grows beyond
// the law.
//
// Goes in: a Program, its Fields, a site around which its laws are linearised. Comes out: growth of each mode, the worst
// mode of a step, the limit. Growth that the law itself demands is not held against the scheme.

#include <cmath>
#include <map>

#include "compiler/analysis/brillouin.h"

namespace nphys::analysis {

inline constexpr double growth_tolerance = 1e-7; // of a growth factor: eigenvalues that meet cannot be told apart better

class Site {
public:
    Site(const dynamics::Program& program, const Fields& fields, const Values& values, const Brillouin& zone,
         const Shift& site)
        : program_(program), fields_(fields), values_(values), zone_(zone), site_(site), law_(at(0)) {}

    [[nodiscard]] const Nature& nature() const { return law_.nature(); }
    [[nodiscard]] LinearStep at(double dt) const { return {program_, fields_, values_, site_, dt}; }

    // What the scheme adds to the growth that the law itself demands. Where the step resolves a mode that the law lets
    // grow, the difference of the two is its error, not an instability.
    [[nodiscard]] double excess(const LinearStep& step, const Mode& mode, double dt) const;
    [[nodiscard]] double speed(const Mode& mode) const { return law_at(mode).speed; }
    [[nodiscard]] double law_growth(const Mode& mode) const { return law_at(mode).growth; }

    [[nodiscard]] double slowest_decay(const Mode& mode) const; // the largest real part, be it negative

    struct Worst {
        Mode mode{};
        double excess = -INFINITY;
    };
    [[nodiscard]] Worst worst(double dt, const std::vector<Mode>& modes, bool climb) const;
    // Whether a mode grows beyond the law; the one that does is put first, since it is likely to be the next one too.
    [[nodiscard]] bool grows(double dt, std::vector<Mode>& modes) const;
    // The fastest modes of the law, fastest first.
    [[nodiscard]] std::vector<Mode> fastest() const;

private:
    // Spectral radius and largest real part of the continuous law, each mode once.
    struct Law {
        double speed, growth;
    };
    [[nodiscard]] Law law_at(const Mode& mode) const;

    const dynamics::Program& program_;
    const Fields& fields_;
    const Values& values_;
    const Brillouin& zone_;
    Shift site_;
    LinearStep law_;
    mutable std::map<Mode, Law> laws_;
};

struct Limit {
    double dt;
    Mode mode;
};

// The largest dt up to which no mode grows beyond the law: doubling, then bisection, on the fastest modes; then a look
// at all of them, which joins what it finds. Nothing if no step up to a hundred times the fastest time is unstable.
[[nodiscard]] std::optional<Limit> limit_of(const Site& site, const Brillouin& zone, double precision);

// Sites around which a law that is not the same everywhere is looked at: the middle and a scatter of others.
[[nodiscard]] std::vector<Shift> sample_sites(const algebra::Space* lattice, bool one_is_enough);

// Whether the model's laws are linear maps that turn modes, so that F - identity damps or grows them.
[[nodiscard]] bool limit_differs(const model::Model& model, const Site& site, const Brillouin& zone);

} // namespace nphys::analysis
