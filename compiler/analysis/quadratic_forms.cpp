#include "compiler/analysis/quadratic_forms.h"

#include <algorithm>
#include <cmath>

#include "compiler/analysis/null_space.h"
#include "compiler/analysis/vanishing.h"

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

std::vector<Complex> random_wave(std::size_t size, std::size_t number) {
    std::vector<Complex> wave(size);
    for (std::size_t at = 0; at < size; ++at)
        wave[at] = {scatter(2 * (size * number + at) + 71), scatter(2 * (size * number + at) + 72)};
    return wave;
}

std::vector<Complex> moved(const SquareMatrix& matrix, const std::vector<Complex>& wave) {
    std::vector<Complex> result(matrix.size);
    for (std::size_t row = 0; row < matrix.size; ++row)
        for (std::size_t column = 0; column < matrix.size; ++column)
            result[row] += matrix(row, column) * wave[column];
    return result;
}

double value(const FormTerm& term, const Complex& phase, const std::vector<Complex>& wave) {
    return (std::conj(wave[term.first]) * phase * wave[term.second]).real();
}

} // namespace

Probe probe_of_step(const SquareMatrix& step, const WaveVector& k, std::size_t number) {
    Probe probe{k, random_wave(step.size, number), {}};
    probe.after = moved(step, probe.before);
    return probe;
}

Probe probe_of_flow(const SquareMatrix& generator, const WaveVector& k, std::size_t number) {
    const std::vector<Complex> wave = random_wave(generator.size, number);
    std::vector<Complex> rate = moved(generator, wave);
    double speed = 0;
    for (const Complex& entry : rate)
        speed = std::max(speed, std::abs(entry));
    Probe probe{k, wave, wave};
    for (std::size_t at = 0; speed > 0 && at < wave.size(); ++at)
        probe.before[at] -= rate[at] / speed, probe.after[at] += rate[at] / speed;
    return probe;
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

std::vector<Form> conserved_forms(const std::vector<Probe>& probes, const std::vector<FormTerm>& terms) {
    RealMatrix changes{probes.size(), terms.size(), {}};
    changes.values.resize(changes.rows * changes.columns);
    for (std::size_t row = 0; row < probes.size(); ++row)
        for (std::size_t column = 0; column < terms.size(); ++column) {
            const Complex turn = phase(probes[row].k, terms[column].shift);
            changes.at(row, column) = value(terms[column], turn, probes[row].after) - value(terms[column], turn, probes[row].before);
        }
    std::vector<Form> result;
    for (const std::vector<double>& row : reduced_null_space(changes)) {
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

double change_of(const Form& form, const std::vector<Probe>& probes) {
    double largest = 0, change = 0;
    for (const Probe& probe : probes) {
        double before = 0, after = 0;
        for (const FormTerm& term : form) {
            const Complex turn = phase(probe.k, term.shift);
            before += term.coefficient * value(term, turn, probe.before);
            after += term.coefficient * value(term, turn, probe.after);
        }
        largest = std::max(largest, std::abs(before)), change = std::max(change, std::abs(after - before));
    }
    return largest > 1e-6 ? change / largest : INFINITY;
}

} // namespace nphys::analysis
