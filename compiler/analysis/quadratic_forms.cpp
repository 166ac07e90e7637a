#include "compiler/analysis/quadratic_forms.h"

#include <algorithm>
#include <cmath>

#include "compiler/analysis/null_space.h"

namespace nphys::analysis {

namespace {

Complex phase(const WaveVector& k, const Shift& shift) {
    double angle = 0;
    for (std::size_t axis = 0; axis < k.size(); ++axis)
        angle += k[axis] * static_cast<double>(shift[axis]);
    return std::polar(1.0, angle);
}

Shift opposite(Shift shift) {
    for (std::int64_t& along : shift)
        along = -along;
    return shift;
}

} // namespace

SquareMatrix matrix_of(const Form& form, std::size_t size, const WaveVector& k) {
    SquareMatrix matrix(size);
    for (const FormTerm& term : form) {
        const Complex half = 0.5 * term.coefficient * phase(k, term.shift);
        matrix(term.first, term.second) += half;
        matrix(term.second, term.first) += std::conj(half);
    }
    return matrix;
}

std::vector<FormTerm> terms_for(std::size_t fields, const std::vector<Shift>& shifts,
                                const std::function<Shift(const Shift&)>& least) {
    std::vector<FormTerm> terms;
    for (const Shift& shift : shifts)
        for (std::size_t a = fields; a-- > 0;) // trainables first: their squares get the coefficient 1
            for (std::size_t b = fields; b-- > a;)
                if (a != b || !(shift < least(opposite(shift))))
                    terms.push_back({a, b, shift, 1});
    return terms;
}

std::vector<Form> conserved_forms(const FormProblem& problem, const std::vector<FormTerm>& terms) {
    // One column for each term: the real and imaginary parts of what it leaves at each wave vector.
    RealMatrix conditions{2 * problem.fields * problem.fields * problem.waves.size(), terms.size(), {}};
    conditions.values.resize(conditions.rows * conditions.columns);
    for (std::size_t column = 0; column < terms.size(); ++column) {
        std::size_t row = 0;
        for (std::size_t wave = 0; wave < problem.waves.size(); ++wave) {
            const SquareMatrix one = matrix_of({terms[column]}, problem.fields, problem.waves[wave]);
            for (const Complex& entry : problem.defect(one, wave).entries) {
                conditions.at(row++, column) = entry.real();
                conditions.at(row++, column) = entry.imag();
            }
        }
    }
    std::vector<Form> result;
    for (const std::vector<double>& row : reduced_null_space(conditions)) {
        Form form;
        for (std::size_t term = 0; term < terms.size(); ++term)
            if (row[term] != 0) {
                form.push_back(terms[term]);
                form.back().coefficient = row[term];
            }
        result.push_back(std::move(form));
    }
    return result;
}

} // namespace nphys::analysis
