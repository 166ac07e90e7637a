#include "compiler/algebra/symmetric.h"

#include <algorithm>
#include <unordered_map>

#include "compiler/algebra/jacobi.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

bool is_diagonal(const Pool& pool, const std::vector<Expr>& triangle) {
    for (std::size_t row = 1; row < size_of_triangle(triangle.size()); ++row)
        for (std::size_t column = 0; column < row; ++column)
            if (!pool.is_zero(triangle[in_triangle(row, column)]))
                return false;
    return true;
}

// Σ over the pairs of eigenvectors that a chain of directions passes: V_i,k0 f[λ_k0, …, λ_km] Π E_k(n-1),kn V_j,km.
class SpectralSum {
public:
    SpectralSum(Pool& pool, const Spectral& node, const EigenPart& part)
        : pool_(pool), node_(node), part_(part), size_(size_of_triangle(node.entries.size())) {}

    Expr run() {
        std::vector<std::uint16_t> order = node_.directions; // sorted
        std::vector<Expr> terms;
        do {
            for (std::size_t k = 0; k < size_; ++k)
                terms.push_back(pool_.multiply({vector(node_.row, k), along(order, {k})}));
        } while (std::ranges::next_permutation(order).found);
        return pool_.multiply({pool_.integer(repetitions()), pool_.add(std::move(terms))});
    }

private:
    Expr value(std::size_t k) { return part_(SpectralPart::value, k, 0); }
    Expr vector(std::size_t row, std::size_t k) { return part_(SpectralPart::vector, row, k); }

    // Equal directions are permuted once only.
    [[nodiscard]] std::int64_t repetitions() const {
        std::int64_t count = 1, run = 1;
        for (std::size_t n = 1; n < node_.directions.size(); ++n) {
            run = node_.directions[n] == node_.directions[n - 1] ? run + 1 : 1;
            count *= run;
        }
        return count;
    }

    Expr along(const std::vector<std::uint16_t>& order, const std::vector<std::size_t>& chain) {
        const std::size_t done = chain.size() - 1;
        if (done == order.size())
            return pool_.multiply({difference(chain), vector(node_.column, chain.back())});
        std::vector<Expr> terms;
        for (std::size_t next = 0; next < size_; ++next) {
            std::vector<std::size_t> longer = chain;
            longer.push_back(next);
            terms.push_back(pool_.multiply({turned(order[done], chain.back(), next), along(order, longer)}));
        }
        return pool_.add(std::move(terms));
    }

    // (VᵀEV)_kl, where E has a 1 at an entry of the triangle and at its mirror image.
    Expr turned(std::uint16_t entry, std::size_t k, std::size_t l) {
        std::size_t row = 0;
        while (in_triangle(row + 1, 0) <= entry)
            ++row;
        const std::size_t column = entry - in_triangle(row, 0);
        const Expr one = pool_.multiply({vector(row, k), vector(column, l)});
        return row == column ? one : pool_.add({one, pool_.multiply({vector(column, k), vector(row, l)})});
    }

    // Entries may be functions of matrices themselves, in the same number: so eigenvalues come in when all differences are taken.
    Expr difference(const std::vector<std::size_t>& chain) {
        Expr function = node_.function;
        for (std::size_t n = 0; n + 1 < chain.size(); ++n)
            function = divided_difference(pool_, function, pool_.eigenvalue(), stand_in(chain[n]));
        function = replace(pool_, function, {{pool_.eigenvalue().id, stand_in(chain.back())}});
        std::unordered_map<std::uint32_t, Expr> values;
        for (const std::size_t k : chain)
            values.emplace(stand_in(k).id, value(k));
        return replace(pool_, function, values);
    }

    // An eigenvalue of no matrix.
    Expr stand_in(std::size_t k) {
        Spectral one{.part = SpectralPart::value, .function = {}, .entries = {}, .directions = {}};
        one.row = static_cast<std::uint16_t>(k);
        return pool_.spectral(std::move(one));
    }

    Pool& pool_;
    const Spectral& node_;
    const EigenPart& part_;
    std::size_t size_;
};

} // namespace

Expr Pool::eigenvalue() {
    if (!eigenvalue_.valid())
        eigenvalue_ = add_symbol({.name = "λ", .slots = {}});
    return element(eigenvalue_, {});
}

Expr Pool::spectral(Spectral node) {
    if (node.part != SpectralPart::entry)
        return intern(std::move(node));
    if (node.row < node.column)
        std::swap(node.row, node.column);
    std::ranges::sort(node.directions);
    const std::size_t place = in_triangle(node.row, node.column);
    const bool is_plain = node.directions.empty();
    const Expr number = eigenvalue();
    if (!has_symbol(node.function, eigenvalue_))
        return is_plain && node.row == node.column ? node.function : integer(0);
    if (node.function == number)
        return is_plain ? node.entries[place] : integer(node.directions == std::vector{static_cast<std::uint16_t>(place)} ? 1 : 0);
    if (is_plain && is_diagonal(*this, node.entries))
        return node.row == node.column ? replace(*this, node.function, {{number.id, node.entries[place]}}) : integer(0);
    return intern(std::move(node));
}

bool is_symmetric(Pool& pool, const SymbolicMatrix& matrix) {
    for (std::size_t row = 0; row < matrix.size; ++row)
        for (std::size_t column = 0; column < row; ++column) {
            const Expr above = matrix.at(column, row), below = matrix.at(row, column);
            if (above != below && !pool.is_zero(expand(pool, pool.subtract(above, below))))
                return false;
        }
    return std::ranges::none_of(matrix.entries, [&](Expr entry) { return pool.facts(entry).is_complex; });
}

SymbolicMatrix symmetric_function(Pool& pool, const SymbolicMatrix& matrix, Expr function) {
    Spectral node{.function = function, .entries = {}, .directions = {}};
    for (std::size_t row = 0; row < matrix.size; ++row)
        for (std::size_t column = 0; column <= row; ++column)
            node.entries.push_back(matrix.at(row, column));
    SymbolicMatrix result{matrix.size, {}};
    for (std::size_t row = 0; row < matrix.size; ++row)
        for (std::size_t column = 0; column < matrix.size; ++column) {
            node.row = static_cast<std::uint16_t>(row);
            node.column = static_cast<std::uint16_t>(column);
            result.entries.push_back(pool.spectral(node));
        }
    return result;
}

std::optional<FunctionOfSymmetric> as_symmetric_function(Pool& pool, const SymbolicMatrix& matrix) {
    const auto* first = matrix.entries.empty() ? nullptr : pool.get<Spectral>(matrix.entries.front());
    if (first == nullptr || size_of_triangle(first->entries.size()) != matrix.size)
        return std::nullopt;
    const Spectral node = *first;
    SymbolicMatrix argument{matrix.size, {}};
    for (std::size_t row = 0; row < matrix.size; ++row)
        for (std::size_t column = 0; column < matrix.size; ++column)
            argument.entries.push_back(node.entries[in_triangle(row, column)]);
    if (symmetric_function(pool, argument, node.function).entries != matrix.entries)
        return std::nullopt;
    return FunctionOfSymmetric{node.function, std::move(argument)};
}

Expr spectral_sum(Pool& pool, const Spectral& node, const EigenPart& part) {
    return SpectralSum(pool, node, part).run();
}

} // namespace nphys::algebra
