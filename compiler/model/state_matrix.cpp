#include "compiler/model/state_matrix.h"

#include "compiler/algebra/matrix.h"
#include "compiler/algebra/transform.h"
#include "compiler/model/arithmetic.h"
#include "compiler/model/estimates.h"
#include "compiler/model/matrices.h"
#include "compiler/model/metric.h"
#include "compiler/model/regimes.h"
#include "compiler/model/spaces.h"
#include "compiler/syntax/print.h"

namespace nphys::model {
namespace {

using syntax::Expression;

// Whether a square matrix over one long range joins its places and is no matrix of numbers.
bool joins_and_changes(Context& context, const Whole& matrix) {
    Pool& pool = context.pool;
    if (matrix.slots.size() != 2 || matrix.slots[0] != matrix.slots[1] || pool.space(matrix.slots[0].space).is_lattice() ||
        written_out(context, set_of_slot(matrix.slots[0])) || numbers_of(context, matrix))
        return false;
    const Slot& slot = matrix.slots[0];
    const IndexId row = pool.add_index({"n", slot.space, slot.first, slot.last}), column = pool.fresh_index(row);
    const auto entry = matrix.at(std::vector<Place>{Place{row}, Place{column}});
    return entry && !algebra::local_part(pool, *entry, row, column);
}

class StateMatrixReader {
public:
    StateMatrixReader(Context& context, Law& law, const Environment& environment)
        : context_(context), pool_(context.pool), law_(law), environment_(environment) {}

    std::optional<bool> run(const Expression* metric, const Expression* noise) {
        if (!moves_one_range())
            return std::nullopt;
        const Declaration* declaration = metric == nullptr ? nullptr : declaration_named(context_, *metric, environment_);
        if (declaration != nullptr)
            if (const auto function = function_of_noise(context_, *declaration))
                return of_noise(*function, *metric, noise);
        const auto joined_noise = noise == nullptr ? std::nullopt : joining(*noise);
        const auto joined_metric = metric == nullptr ? std::nullopt : joining(*metric);
        if (joined_metric)
            return with_multiple(*joined_metric, *metric, pool_.eigenvalue(), noise, false);
        if (!joined_noise)
            return std::nullopt;
        const auto flat = metric == nullptr ? std::optional(pool_.integer(1)) : multiple(*metric);
        return flat ? take(*joined_noise, *noise, *flat, root(), true) : told(*noise);
    }

private:
    [[nodiscard]] bool moves_one_range() const {
        if (law_.components.size() != 1 || law_.components.front().target.size() != 1 || law_.components.front().target.front().is_literal())
            return false;
        return !pool_.space(slot().space).is_lattice();
    }
    [[nodiscard]] const Slot& slot() const { return pool_.symbol(law_.components.front().tensor).slots.front(); }
    Expr root() { return pool_.power(pool_.eigenvalue(), pool_.rational(1, 2)); }

    // g = f(κ): of this κ, or of one that fluctuates otherwise, by a multiple of 1.
    std::optional<bool> of_noise(const FunctionOfNoise& function, const Expression& metric, const Expression* noise) {
        const auto matrix = joining(*function.noise, of_scope(*function.scope));
        if (!matrix)
            return std::nullopt;
        const syntax::Name* own = noise == nullptr ? nullptr : syntax::as_name(*noise);
        const bool is_the_same = own != nullptr && own->text == std::get<syntax::Name>(function.noise->node).text;
        return is_the_same ? take(*matrix, *noise, function.metric, root(), true) : with_multiple(*matrix, metric, function.metric, noise, true);
    }

    std::optional<bool> with_multiple(const Whole& matrix, const Expression& named, Expr metric, const Expression* noise, bool is_noise) {
        if (noise == nullptr)
            return take(matrix, named, metric, std::nullopt, is_noise);
        const auto variance = multiple(*noise);
        return variance ? take(matrix, named, metric, pool_.power(*variance, pool_.rational(1, 2)), is_noise) : told(*noise);
    }

    std::optional<bool> take(const Whole& matrix, const Expression& named, Expr metric, std::optional<Expr> noise_root, bool is_noise) {
        StateMatrix found{.name = syntax::print(named), .row = {}, .column = {}, .entry = {}, .metric = metric, .amplitude = {}, .is_noise = is_noise, .kept = {}, .span = named.span};
        found.row = pool_.add_index({"n", slot().space, slot().first, slot().last});
        found.column = pool_.add_index({"k", slot().space, slot().first, slot().last});
        const auto entry = matrix.at(std::vector<Place>{Place{found.row}, Place{found.column}});
        if (!entry)
            return false;
        found.entry = *entry;
        if (noise_root)
            found.amplitude = pool_.divide(*noise_root, metric);
        law_.state_matrix = std::move(found);
        return true;
    }

    // A square matrix over the range that joins its places and is no matrix of numbers.
    std::optional<Whole> joining(const Expression& expression) { return joining(expression, environment_); }
    std::optional<Whole> joining(const Expression& expression, const Environment& environment) {
        const Value value = elaborate(context_, expression, environment);
        const auto* whole = std::get_if<Whole>(&value);
        const auto matrix = whole == nullptr ? std::nullopt : as_matrix(*whole);
        return matrix && matrix->slots == std::vector<Slot>{slot(), slot()} && joins_and_changes(context_, *matrix) ? matrix : std::nullopt;
    }

    std::optional<Expr> multiple(const Expression& expression) {
        const Value value = elaborate(context_, expression, environment_);
        const auto* number = std::get_if<Expr>(&value);
        return number != nullptr && algebra::dependence(pool_, *number).tensors.empty() ? std::optional(*number) : std::nullopt;
    }

    bool told(const Expression& expression) {
        context_.tell(Code::matrix_joins_places, expression.span, syntax::print(expression))
            .help("where a matrix that joins places changes as the run goes, metric and noise are functions of that one: `metric g = sqrt(κ)`");
        return false;
    }

    Context& context_;
    Pool& pool_;
    Law& law_;
    const Environment& environment_;
};

} // namespace

bool is_read_by_laws(Context& context, const Declaration& metric) {
    const auto function = function_of_noise(context, metric);
    if (!function)
        return false;
    const Value value = elaborate(context, *function->noise, of_scope(*function->scope));
    const auto* whole = std::get_if<Whole>(&value);
    const auto matrix = whole == nullptr ? std::nullopt : as_matrix(*whole);
    return matrix && joins_and_changes(context, *matrix);
}

std::optional<bool> take_state_matrix(Context& context, Law& law, const Expression* metric, const Expression* noise,
                                      const Environment& environment) {
    return StateMatrixReader(context, law, environment).run(metric, noise);
}

} // namespace nphys::model
