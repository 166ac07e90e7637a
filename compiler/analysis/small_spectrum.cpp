#include "compiler/analysis/small_spectrum.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace nphys::analysis {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr int most_iterations = 60;   // for one eigenvalue; four are usual
constexpr int exceptional_shift = 15; // after so many, another shift breaks a cycle

// Without the care of the language for infinities, which the matrices here do not have.
Complex times(Complex a, Complex b) {
    return {a.real() * b.real() - a.imag() * b.imag(), a.real() * b.imag() + a.imag() * b.real()};
}
double size(Complex a) { return std::abs(a.real()) + std::abs(a.imag()); }

class Iteration {
public:
    explicit Iteration(SquareMatrix& matrix) : a_(matrix), n_(matrix.size) {}

    std::optional<std::vector<Complex>> run() {
        for (std::size_t k = 0; k + 2 < n_; ++k)
            reflect(k);
        std::vector<Complex> values;
        std::size_t end = n_;
        for (int count = 0; end > 0;) {
            const std::size_t begin = start_of_block(end);
            if (end - begin == 1) {
                values.push_back(a_(begin, begin));
            } else if (end - begin == 2) {
                const auto [first, second] = eigenvalues_of_two(a_(begin, begin), a_(begin, begin + 1), a_(begin + 1, begin), a_(begin + 1, begin + 1));
                values.insert(values.end(), {first, second});
            } else {
                if (++count > most_iterations)
                    return std::nullopt;
                turn(begin, end, shift(end, count));
                continue;
            }
            end = begin;
            count = 0;
        }
        return values;
    }

private:
    // Householder: column k becomes zero below the subdiagonal.
    void reflect(std::size_t k) {
        double below = 0;
        for (std::size_t row = k + 2; row < n_; ++row)
            below += std::norm(a_(row, k));
        if (below == 0)
            return;
        const Complex head = a_(k + 1, k);
        const double length = std::sqrt(below + std::norm(head)), modulus = std::sqrt(std::norm(head));
        const Complex phase = modulus == 0 ? Complex(1) : head / modulus;
        vector_.assign(n_, 0);
        vector_[k + 1] = head + phase * length;
        for (std::size_t row = k + 2; row < n_; ++row)
            vector_[row] = a_(row, k);
        const double factor = 1 / (length * (length + modulus)); // 2 / |v|²
        for (std::size_t column = k; column < n_; ++column) {
            Complex sum = 0;
            for (std::size_t row = k + 1; row < n_; ++row)
                sum += times(std::conj(vector_[row]), a_(row, column));
            sum *= factor;
            for (std::size_t row = k + 1; row < n_; ++row)
                a_(row, column) -= times(vector_[row], sum);
        }
        for (std::size_t row = 0; row < n_; ++row) {
            Complex sum = 0;
            for (std::size_t column = k + 1; column < n_; ++column)
                sum += times(a_(row, column), vector_[column]);
            sum *= factor;
            for (std::size_t column = k + 1; column < n_; ++column)
                a_(row, column) -= times(sum, std::conj(vector_[column]));
        }
    }

    // Where the last block that does not fall apart begins.
    std::size_t start_of_block(std::size_t end) {
        for (std::size_t row = end - 1; row > 0; --row)
            if (size(a_(row, row - 1)) <= epsilon * (size(a_(row, row)) + size(a_(row - 1, row - 1)))) {
                a_(row, row - 1) = 0;
                return row;
            }
        return 0;
    }

    // Of the last two rows, the eigenvalue nearer to the last entry.
    [[nodiscard]] Complex shift(std::size_t end, int count) const {
        const std::size_t last = end - 1;
        if (count % exceptional_shift == 0)
            return size(a_(last, last - 1)) + size(a_(last - 1, last - 2));
        const auto [first, second] =
            eigenvalues_of_two(a_(last - 1, last - 1), a_(last - 1, last), a_(last, last - 1), a_(last, last));
        return std::norm(first - a_(last, last)) < std::norm(second - a_(last, last)) ? first : second;
    }

    // One step of QR on the block begin..end-1: A - s = Q R, A := R Q + s.
    void turn(std::size_t begin, std::size_t end, Complex by) {
        turns_.clear();
        for (std::size_t k = begin; k < end; ++k)
            a_(k, k) -= by;
        for (std::size_t k = begin; k + 1 < end; ++k) {
            const Complex upper = a_(k, k), lower = a_(k + 1, k);
            const double length = std::sqrt(std::norm(upper) + std::norm(lower));
            const Complex c = length == 0 ? Complex(1) : upper / length, s = length == 0 ? Complex(0) : lower / length;
            turns_.emplace_back(c, s);
            for (std::size_t column = k; column < end; ++column) {
                const Complex x = a_(k, column), y = a_(k + 1, column);
                a_(k, column) = times(std::conj(c), x) + times(std::conj(s), y);
                a_(k + 1, column) = times(c, y) - times(s, x);
            }
        }
        for (std::size_t k = begin; k + 1 < end; ++k) {
            const auto [c, s] = turns_[k - begin];
            for (std::size_t row = begin; row < std::min(k + 2, end); ++row) {
                const Complex x = a_(row, k), y = a_(row, k + 1);
                a_(row, k) = times(x, c) + times(y, s);
                a_(row, k + 1) = times(y, std::conj(c)) - times(x, std::conj(s));
            }
        }
        for (std::size_t k = begin; k < end; ++k)
            a_(k, k) += by;
    }

    SquareMatrix& a_;
    std::size_t n_;
    std::vector<Complex> vector_;
    std::vector<std::pair<Complex, Complex>> turns_;
};

} // namespace

std::pair<Complex, Complex> eigenvalues_of_two(Complex a, Complex b, Complex c, Complex d) {
    const Complex mean = 0.5 * (a + d), half = 0.5 * (a - d);
    const Complex root = std::sqrt(times(half, half) + times(b, c));
    return {mean + root, mean - root};
}

std::optional<std::vector<Complex>> small_eigenvalues(SquareMatrix matrix) { return Iteration(matrix).run(); }

} // namespace nphys::analysis
