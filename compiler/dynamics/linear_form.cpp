#include "compiler/dynamics/linear_form.h"

#include <algorithm>
#include <optional>

#include "compiler/algebra/transform.h"

namespace nphys::dynamics {

namespace {

using namespace algebra;
using Result = tl::expected<LinearForm, NotLinear>;

class Reader {
public:
    Reader(Pool& pool, const std::vector<SymbolId>& tensors) : pool_(pool), tensors_(tensors) {}

    Result read(Expr expression) {
        const std::optional<SymbolId> on = found_in(expression);
        if (!on)
            return LinearForm{expression, {}};
        const Node node = pool_[expression]; // by value: the pool grows while the form is built
        if (std::holds_alternative<Element>(node))
            return LinearForm{pool_.integer(0), {{expression.id, pool_.integer(1)}}};
        if (const auto* sum = std::get_if<Add>(&node))
            return of(*sum);
        if (const auto* product = std::get_if<Multiply>(&node))
            return of(*product, *on);
        if (const auto* choice = std::get_if<Select>(&node))
            return of(*choice, *on);
        if (std::holds_alternative<Reduce>(node))
            return not_linear(*on, "this part sums over other places");
        return not_linear(*on, "this part is not linear");
    }

private:
    static Result not_linear(SymbolId on, const char* why) { return tl::unexpected(NotLinear{on, why}); }

    std::optional<SymbolId> found_in(Expr expression) const {
        const auto found =
            std::ranges::find_if(tensors_, [&](SymbolId tensor) { return depends_on(pool_, expression, tensor); });
        return found == tensors_.end() ? std::nullopt : std::optional(*found);
    }

    Result of(const Add& sum) {
        std::vector<Expr> rests;
        LinearForm total;
        for (const Expr term : sum.terms) {
            const Result form = read(term);
            if (!form)
                return form;
            rests.push_back(form->rest);
            for (const auto& [component, coefficient] : form->coefficients) {
                const auto [place, is_new] = total.coefficients.emplace(component, coefficient);
                if (!is_new)
                    place->second = pool_.add({place->second, coefficient});
            }
        }
        total.rest = pool_.add(std::move(rests));
        return total;
    }

    // One factor may hold components; the others scale it.
    Result of(const Multiply& product, SymbolId on) {
        std::optional<Expr> moving;
        std::vector<Expr> others;
        for (const Expr factor : product.factors) {
            if (!found_in(factor)) {
                others.push_back(factor);
                continue;
            }
            if (moving)
                return not_linear(on, "this part is not linear");
            moving = factor;
        }
        Result form = read(*moving);
        if (!form)
            return form;
        const Expr scale = pool_.multiply(std::move(others));
        form->rest = pool_.multiply({scale, form->rest});
        for (auto& [component, coefficient] : form->coefficients)
            coefficient = pool_.multiply({scale, coefficient});
        return form;
    }

    Result of(const Select& choice, SymbolId on) {
        if (found_in(choice.condition))
            return not_linear(on, "this part is not linear");
        const Result chosen = read(choice.chosen), otherwise = read(choice.otherwise);
        if (!chosen || !otherwise)
            return chosen ? otherwise : chosen;
        LinearForm form{pool_.select(choice.condition, chosen->rest, otherwise->rest), {}};
        const auto side = [&](const LinearForm& of, std::uint32_t component) {
            const auto found = of.coefficients.find(component);
            return found == of.coefficients.end() ? pool_.integer(0) : found->second;
        };
        for (const LinearForm* one : {&*chosen, &*otherwise})
            for (const auto& [component, unused] : one->coefficients)
                form.coefficients[component] =
                    pool_.select(choice.condition, side(*chosen, component), side(*otherwise, component));
        return form;
    }

    Pool& pool_;
    const std::vector<SymbolId>& tensors_;
};

} // namespace

tl::expected<LinearForm, NotLinear> linear_form(Pool& pool, Expr expression, const std::vector<SymbolId>& tensors) {
    Result form = Reader(pool, tensors).read(expression);
    if (form)
        std::erase_if(form->coefficients, [&](const auto& entry) { return pool.is_zero(entry.second); });
    return form;
}

} // namespace nphys::dynamics
