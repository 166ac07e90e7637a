#pragma once
// Eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations: a fixed number of sweeps and no branches, so that the same
// lines serve numbers and formulas that are computed for many matrices at once.
//
// Goes in: the lower triangle row by row, and the arithmetic of its numbers. Comes out: A = V diag(values) Vᵀ, V by rows, its
// columns orthonormal also where eigenvalues are equal. Off-diagonal entries are then below 1e-18 of the largest entry.
//
// Example: [[2, 1], [1, 2]] has the values 1 and 3, in the order in which rotations leave them.

#include <cmath>
#include <cstddef>
#include <utility>
#include <vector>

namespace nphys::algebra {

// The place of an entry in the lower triangle.
constexpr std::size_t in_triangle(std::size_t row, std::size_t column) {
    return row < column ? in_triangle(column, row) : row * (row + 1) / 2 + column;
}

constexpr std::size_t size_of_triangle(std::size_t entries) {
    std::size_t size = 0;
    while (size * (size + 1) / 2 < entries)
        ++size;
    return size;
}

template <class Number>
struct Eigensystem {
    std::vector<Number> values, vectors;
};

// The arithmetic of plain numbers.
struct PlainNumbers {
    static double number(double value) { return value; }
    static double add(double a, double b) { return a + b; }
    static double subtract(double a, double b) { return a - b; }
    static double multiply(double a, double b) { return a * b; }
    static double divide(double a, double b) { return a / b; }
    static double fma(double a, double b, double c) { return std::fma(a, b, c); }
    static double square_root(double a) { return std::sqrt(a); }
    static double absolute(double a) { return std::abs(a); }
    static double larger(double a, double b) { return a > b ? a : b; }
    static double if_zero(double a, double yes, double no) { return a == 0 ? yes : no; }
    static double if_negative(double a, double yes, double no) { return a < 0 ? yes : no; }
};

// `Arithmetic` has number(double), add, subtract, multiply, divide, fma, square_root, absolute, larger and
// if_negative(x, yes, no), if_zero(x, yes, no).
template <class Number, class Arithmetic>
class Jacobi {
public:
    Jacobi(std::vector<Number> triangle, Arithmetic& on) : on_(on), a_(std::move(triangle)), size_(size_of_triangle(a_.size())) {}

    Eigensystem<Number> run() {
        const Number scale = scaled_to_one();
        for (std::size_t place = 0; place < size_ * size_; ++place)
            v_.push_back(on_.number(place % (size_ + 1) == 0 ? 1 : 0));
        for (std::size_t sweep = 0; sweep < sweeps(); ++sweep)
            for (std::size_t q = 1; q < size_; ++q)
                for (std::size_t p = 0; p < q; ++p)
                    rotate(p, q);
        Eigensystem<Number> result{{}, std::move(v_)};
        for (std::size_t k = 0; k < size_; ++k)
            result.values.push_back(on_.multiply(scale, at(k, k)));
        return result;
    }

private:
    [[nodiscard]] std::size_t sweeps() const { return size_ <= 2 ? size_ - 1 : size_ == 3 ? 5 : size_ == 4 ? 6 : 8; }
    Number& at(std::size_t row, std::size_t column) { return a_[in_triangle(row, column)]; }

    // Squares of entries then neither overflow nor vanish.
    Number scaled_to_one() {
        Number largest = on_.absolute(a_.front());
        for (std::size_t k = 1; k < a_.size(); ++k)
            largest = on_.larger(largest, on_.absolute(a_[k]));
        const Number scale = on_.if_zero(largest, on_.number(1), largest);
        for (Number& entry : a_)
            entry = on_.divide(entry, scale);
        return scale;
    }

    // By the smaller angle that makes entry (p, q) vanish; its tangent is 0 where there is nothing to turn.
    void rotate(std::size_t p, std::size_t q) {
        const Number zero = on_.number(0), one = on_.number(1);
        const Number off = at(p, q), gap = on_.subtract(at(q, q), at(p, p));
        const Number twice = on_.add(off, off);
        const Number root = on_.square_root(on_.fma(gap, gap, on_.multiply(twice, twice)));
        const Number below = on_.add(on_.absolute(gap), root);
        const Number size = on_.divide(twice, on_.if_zero(below, one, below));
        const Number tangent = on_.if_negative(gap, on_.subtract(zero, size), size);
        const Number cosine = on_.divide(one, on_.square_root(on_.fma(tangent, tangent, one)));
        const Number sine = on_.multiply(tangent, cosine);
        const Number moved = on_.multiply(tangent, off);
        at(p, p) = on_.subtract(at(p, p), moved);
        at(q, q) = on_.add(at(q, q), moved);
        at(p, q) = zero;
        for (std::size_t r = 0; r < size_; ++r) {
            if (r != p && r != q)
                turn(at(r, p), at(r, q), cosine, sine);
            turn(v_[r * size_ + p], v_[r * size_ + q], cosine, sine);
        }
    }

    void turn(Number& first, Number& second, Number cosine, Number sine) {
        const Number old = first;
        first = on_.subtract(on_.multiply(cosine, old), on_.multiply(sine, second));
        second = on_.fma(cosine, second, on_.multiply(sine, old));
    }

    Arithmetic& on_;
    std::vector<Number> a_, v_;
    std::size_t size_;
};

} // namespace nphys::algebra
