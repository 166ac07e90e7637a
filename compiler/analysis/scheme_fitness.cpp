#include "compiler/analysis/scheme_fitness.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "compiler/analysis/law_program.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/derive.h"

namespace nphys::analysis {

namespace {

using model::Scheme;

// Those that are met in a run of a deterministic law; the others wait for their laws.
constexpr std::array schemes{Scheme::map,      Scheme::euler,    Scheme::symplectic_euler, Scheme::leapfrog,
                             Scheme::drift_kick_drift, Scheme::yoshida4, Scheme::rk4};

int order_of(Scheme scheme) {
    switch (scheme) {
#define NPHYS_SCHEME(name, spelling, order, symplectic, description) \
    case Scheme::name: return order;
#include "compiler/model/schemes.def"
#undef NPHYS_SCHEME
    }
    return 0;
}

Complex determinant(const SquareMatrix& matrix) {
    Complex product = 1;
    for (const Complex& value : eigenvalues(matrix))
        product *= value;
    return product;
}

double distance_from_identity(const SquareMatrix& left, const SquareMatrix& right) {
    double largest = 0;
    for (std::size_t row = 0; row < left.size; ++row)
        for (std::size_t column = 0; column < left.size; ++column) {
            Complex entry = row == column ? -1 : 0;
            for (std::size_t middle = 0; middle < left.size; ++middle)
                entry += left(row, middle) * right(middle, column);
            largest = std::max(largest, std::abs(entry));
        }
    return largest;
}

// At one wave vector in general position, with a step that resolves it.
void look_at_step(const model::Model& model, const dynamics::Program& program, SchemeRow& row) {
    const FieldsOrReason fields = fields_of(program);
    if (!fields.fields || dynamics::is_map(program.scheme))
        return;
    const algebra::Space* lattice = fields.fields->lattice ? &program.pool->space(*fields.fields->lattice) : nullptr;
    const Values values(model, program);
    const Shift site = middle_site(lattice);
    constexpr WaveVector k{0.9, -1.7, 2.3, 0.4};
    const LinearStep law(program, *fields.fields, values, site, 0);
    const double speed = spectral_radius(law.generator(k));
    if (!law.nature().constant() || !(speed > 0) || !std::isfinite(speed))
        return;
    const double dt = 0.4 / speed;
    const LinearStep forward(program, *fields.fields, values, site, dt), back(program, *fields.fields, values, site, -dt);
    const SquareMatrix there = forward.amplification(k), again = back.amplification(k);
    constexpr double round_off = 1e-10;
    row.is_reversible = distance_from_identity(again, there) < round_off;
    row.keeps_volume = std::abs(std::abs(determinant(there)) - 1) < round_off;
}

SchemeRow row_of(model::Model model, Scheme scheme) {
    SchemeRow row;
    row.scheme = scheme;
    row.name = dynamics::spelling(scheme);
    row.order = order_of(scheme);
    model.run.scheme = scheme;
    model.run.dt.reset();
    model.run.steps = 1;
    model.run.until.reset();
    Diagnostics told;
    const dynamics::Program program = dynamics::derive(model, told);
    for (const Diagnostic& diagnostic : told.sorted())
        if (diagnostic.severity == Severity::error) {
            row.refusal = diagnostic.message;
            return row;
        }
    row.fits = true;
    row.stability = stability(model, program);
    if (row.stability.limit_is_another_system)
        row.fits = false, row.refusal = "the continuous limit of this map is another system than the map";
    else
        look_at_step(model, program, row);
    return row;
}

} // namespace

std::vector<SchemeRow> scheme_fitness(const model::Model& model, Scheme chosen) {
    std::vector<SchemeRow> rows;
    for (const Scheme scheme : schemes) {
        rows.push_back(row_of(model, scheme));
        rows.back().chosen = scheme == chosen;
    }
    return rows;
}

} // namespace nphys::analysis
