#include "compiler/analysis/jump.h"

#include <algorithm>
#include <cmath>

#include "compiler/algebra/evaluate.h"
#include "compiler/algebra/print.h"
#include "compiler/algebra/transform.h"

namespace nphys::analysis {

using algebra::Expr;
using algebra::Op;
using algebra::SymbolId;

namespace {

// Numbers in 0..1 that follow no simple pattern.
double scattered(std::uint32_t seed) {
    std::uint32_t x = seed * 2654435769U + 97U;
    x ^= x >> 15U;
    x *= 2246822519U;
    x ^= x >> 13U;
    return (static_cast<double>(x) + 0.5) / 4294967296.0;
}

} // namespace

Jump::Jump(const model::Model& model, const model::Evolution& evolution)
    : model_(model), evolution_(evolution), pool_(*model.pool) {
    for (const model::Component& jump : evolution.jumps)
        for (const SymbolId tensor : algebra::dependence(pool_, jump.value).tensors)
            if (model.draw(tensor) != nullptr && std::ranges::find(draws_, tensor) == draws_.end())
                draws_.push_back(tensor);
}

std::optional<SymbolId> Jump::state_in_it() const {
    for (const model::Component& jump : evolution_.jumps)
        for (const SymbolId tensor : algebra::dependence(pool_, jump.value).tensors) {
            const model::Tensor* known = model_.tensor(tensor);
            if (known != nullptr && (known->role == model::Role::neuron || known->role == model::Role::trainable))
                return tensor;
        }
    return std::nullopt;
}

// ---- Symmetry -----------------------------------------------------------------------------------------------------------------

bool Jump::is_draw(SymbolId symbol) const { return std::ranges::find(draws_, symbol) != draws_.end(); }
bool Jump::is_normal(SymbolId draw) const { return model_.draw(draw)->distribution == model::Distribution::normal; }

// All random numbers mirrored, or some streams of a few; two streams exchanged.
std::vector<Jump::Image> Jump::images() const {
    constexpr std::size_t few = 6;
    std::vector<Image> all{{draws_, {}}};
    for (std::size_t chosen = 1; draws_.size() <= few && chosen + 1 < std::size_t{1} << draws_.size(); ++chosen) {
        all.emplace_back();
        for (std::size_t k = 0; k < draws_.size(); ++k)
            if ((chosen >> k & 1U) != 0)
                all.back().mirrored.push_back(draws_[k]);
    }
    for (const SymbolId draw : draws_)
        if (draws_.size() > few)
            all.push_back({{draw}, {}});
    for (std::size_t k = 0; k < draws_.size(); ++k)
        for (std::size_t l = 0; l < k; ++l)
            if (is_normal(draws_[k]) == is_normal(draws_[l]) &&
                pool_.symbol(draws_[k]).slots == pool_.symbol(draws_[l]).slots)
                all.push_back({{}, {draws_[k], draws_[l]}});
    return all;
}

Expr Jump::with_image(Expr jump, const Image& image) const {
    const Expr turned = algebra::rewrite_leaves(pool_, jump, [&](Expr leaf) {
        const auto* element = pool_.get<algebra::Element>(leaf);
        if (element == nullptr)
            return leaf;
        const algebra::Element draw = *element;
        if (std::ranges::find(image.mirrored, draw.tensor) != image.mirrored.end())
            return is_normal(draw.tensor) ? pool_.negate(leaf) : pool_.subtract(pool_.integer(1), leaf);
        if (std::ranges::find(image.exchanged, draw.tensor) == image.exchanged.end())
            return leaf;
        const SymbolId other = image.exchanged[draw.tensor == image.exchanged[0] ? 1 : 0];
        return pool_.element(other, draw.positions);
    });
    return algebra::expand(pool_, pool_.add({jump, turned}));
}

bool Jump::vanishes_where_tried(Expr expression) const {
    for (std::uint32_t trial = 1; trial <= 50; ++trial) {
        algebra::Environment environment;
        environment.parameter = [&](SymbolId symbol) { return model_.parameter_value(symbol); };
        environment.element = [&](SymbolId tensor, std::span<const std::int64_t> places) -> std::complex<double> {
            std::uint32_t seed = trial * 977U + tensor.value;
            for (const std::int64_t place : places)
                seed = seed * 31U + static_cast<std::uint32_t>(place);
            const model::Draw* draw = model_.draw(tensor);
            const bool normal = draw != nullptr && draw->distribution == model::Distribution::normal;
            return normal ? 4 * scattered(seed) - 2 : scattered(seed);
        };
        for (const algebra::IndexId index : algebra::dependence(pool_, expression).free_indices) {
            algebra::Place place;
            for (std::size_t axis = 0; axis < pool_.space_of(index).axes.size(); ++axis)
                place.offset[axis] = pool_.extent(index, static_cast<int>(axis)).first;
            environment.places[index.value] = place;
        }
        if (!(std::abs(algebra::evaluate(pool_, expression, environment)) < 1e-9))
            return false;
    }
    return true;
}

Finding Jump::symmetry() const {
    Finding best = Finding::fails;
    for (const Image& image : images()) {
        bool proved = true, tried = true;
        for (const model::Component& jump : evolution_.jumps) {
            const Expr sum = with_image(jump.value, image);
            proved = proved && pool_.is_zero(sum);
            tried = tried && (pool_.is_zero(sum) || vanishes_where_tried(sum));
        }
        if (proved)
            return Finding::proved;
        if (tried)
            best = Finding::sampled;
    }
    return best;
}

std::string Jump::remainder() const {
    for (const model::Component& jump : evolution_.jumps) {
        const Expr sum = with_image(jump.value, {draws_, {}});
        if (!pool_.is_zero(sum))
            return algebra::print(pool_, sum);
    }
    return "0";
}

// ---- Covariance -----------------------------------------------------------------------------------------------------------------

// log u has the variance 1, a truth u < p that of a coin, a Poisson number its mean.
std::optional<Expr> Jump::variance_of(Expr node) const {
    const auto* apply = pool_.get<algebra::Apply>(node);
    const auto* element = pool_.get<algebra::Element>(apply == nullptr ? node : apply->arguments[0]);
    if (element == nullptr || !is_draw(element->tensor))
        return std::nullopt;
    if (apply == nullptr)
        return is_normal(element->tensor) ? pool_.integer(1) : pool_.rational(1, 12);
    const Op op = apply->op;
    const Expr parameter = apply->arguments.back();
    if (op == Op::log)
        return pool_.integer(1);
    if (op == Op::poisson_quantile)
        return parameter;
    return op == Op::less ? std::optional(pool_.multiply({parameter, pool_.subtract(pool_.integer(1), parameter)}))
                          : std::nullopt;
}

// Functions of random numbers, and then the numbers that are left, become units.
Expr Jump::in_units(Expr jump, bool functions, std::vector<Unit>& units, bool add) const {
    return algebra::rewrite(pool_, jump, [&](Expr node) {
        const auto known = std::ranges::find(units, node, &Unit::function);
        if (known != units.end())
            return pool_.element(known->unit, {});
        const bool is_function = pool_.get<algebra::Apply>(node) != nullptr;
        const auto variance = add && is_function == functions ? variance_of(node) : std::nullopt;
        if (!variance)
            return node;
        units.push_back({node, pool_.add_symbol({.name = "unit", .slots = {}}), *variance});
        return pool_.element(units.back().unit, {});
    });
}

// Whether an index of a random number is summed over in a jump.
bool Jump::sums_numbers(Expr jump) const {
    const std::vector<algebra::IndexId> free = algebra::dependence(pool_, jump).free_indices;
    bool summed = false;
    static_cast<void>(algebra::rewrite_leaves(pool_, jump, [&](Expr leaf) {
        const auto* element = pool_.get<algebra::Element>(leaf);
        if (element != nullptr && is_draw(element->tensor))
            summed = summed || std::ranges::any_of(element->positions, [&](const algebra::Place& place) {
                         return !place.is_literal() && std::ranges::find(free, place.index) == free.end();
                     });
        return leaf;
    }));
    return summed;
}

// Σ over the units of both: slope × slope × variance. Nothing where a jump is not linear in them.
std::optional<Expr> Jump::covariance(const model::Component& left, const model::Component& right) const {
    if (sums_numbers(left.value) || sums_numbers(right.value))
        return std::nullopt;
    std::vector<Unit> units;
    Expr first = left.value, second = right.value;
    for (const bool functions : {true, false}) {
        first = in_units(first, functions, units, true);
        second = in_units(second, functions, units, false);
    }
    std::vector<Expr> terms;
    for (const Unit& unit : units) {
        const Expr a = algebra::partial(pool_, first, unit.unit, {}), b = algebra::partial(pool_, second, unit.unit, {});
        for (const Expr slope : {a, b})
            for (const SymbolId tensor : algebra::dependence(pool_, slope).tensors)
                if (is_draw(tensor) || std::ranges::find(units, tensor, &Unit::unit) != units.end())
                    return std::nullopt;
        terms.push_back(pool_.multiply({a, b, unit.variance}));
    }
    return pool_.add(std::move(terms));
}

} // namespace nphys::analysis
