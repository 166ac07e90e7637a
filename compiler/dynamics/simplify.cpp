#include "compiler/dynamics/simplify.h"

#include <algorithm>
#include <unordered_set>

#include "compiler/algebra/transform.h"

namespace nphys::dynamics {

namespace {

using namespace algebra;

// Counts the operations below a node; a sum over a long range counts its body as often as it is evaluated.
class Counter {
public:
    explicit Counter(const Pool& pool) : pool_(pool) {}

    double count(Expr expression) {
        if (!seen_.insert(expression.id).second)
            return 0;
        return std::visit([&](const auto& node) { return of(node); }, pool_[expression]);
    }

private:
    template <class Leaf>
    double of(const Leaf&) {
        return 0;
    }
    double of(const Add& node) { return all(node.terms) + static_cast<double>(node.terms.size() - 1); }
    double of(const Multiply& node) {
        // A factor -1 is a sign that the sum around it takes for nothing.
        const bool is_sign = pool_.number(node.factors.front()) == -1.0;
        return all(node.factors) + static_cast<double>(node.factors.size() - 1) - (is_sign ? 0.75 : 0);
    }
    double of(const Power& node) {
        const std::optional<double> exponent = pool_.number(node.exponent);
        const bool cheap = exponent && (*exponent == 2 || *exponent == 3 || *exponent == -1);
        return count(node.base) + (cheap ? 1 : exponent ? 4 : 20) + (exponent ? 0 : count(node.exponent));
    }
    double of(const Apply& node) { return all(node.arguments) + 10; }
    double of(const Spectral& node) { return all(node.entries) + count(node.function) + 100; }
    double of(const Select& node) { return count(node.condition) + count(node.chosen) + count(node.otherwise) + 1; }
    double of(const Reduce& node) {
        const double places = static_cast<double>(std::min<std::int64_t>(pool_.space_of(node.index).size(), 64));
        return places * (Counter(pool_).count(node.body) + 1);
    }
    double of(const AtStart& node) { return count(node.value); }
    double of(const AtEnd& node) { return count(node.value); }

    double all(const std::vector<Expr>& expressions) {
        double sum = 0;
        for (const Expr expression : expressions)
            sum += count(expression);
        return sum;
    }

    const Pool& pool_;
    std::unordered_set<std::uint32_t> seen_;
};

} // namespace

std::size_t operations(const Pool& pool, Expr expression) {
    return static_cast<std::size_t>(Counter(pool).count(expression));
}

Expr simplified(Pool& pool, Expr expression) {
    const Expr gathered = collect(pool, expression);
    const Expr expanded = collect(pool, expand(pool, expression));
    return Counter(pool).count(expanded) <= Counter(pool).count(gathered) ? expanded : gathered;
}

} // namespace nphys::dynamics
