#include <unordered_map>

#include "compiler/algebra/children.h"
#include "compiler/algebra/move.h"
#include "compiler/algebra/transform.h"

namespace nphys::algebra {

namespace {

class Rewriter {
public:
    Rewriter(Pool& pool, const std::function<Expr(Expr)>& change) : pool_(pool), change_(change) {}

    Expr operator()(Expr expression) {
        if (const auto known = done_.find(expression.id); known != done_.end())
            return known->second;
        const Expr result = change_(rebuild(pool_, expression, [this](Expr child) { return (*this)(child); }));
        done_.emplace(expression.id, result);
        return result;
    }

private:
    Pool& pool_;
    const std::function<Expr(Expr)>& change_;
    std::unordered_map<std::uint32_t, Expr> done_;
};

class LeafRewriter {
public:
    LeafRewriter(Pool& pool, const std::function<Expr(Expr)>& change) : pool_(pool), change_(change) {}

    Expr operator()(Expr expression) {
        if (const auto known = done_.find(expression.id); known != done_.end())
            return known->second;
        bool is_leaf = true;
        for_each_child(pool_[expression], [&](Expr) { is_leaf = false; });
        const Expr result =
            is_leaf ? change_(expression) : rebuild(pool_, expression, [this](Expr child) { return (*this)(child); });
        done_.emplace(expression.id, result);
        return result;
    }

private:
    Pool& pool_;
    const std::function<Expr(Expr)>& change_;
    std::unordered_map<std::uint32_t, Expr> done_;
};

// Puts values for expressions; a bound index makes way where it would capture a free one of a value.
class Replacer {
public:
    Replacer(Pool& pool, const std::unordered_map<std::uint32_t, Expr>& values) : pool_(pool), values_(values) {}

    Expr operator()(Expr expression) {
        if (const auto value = values_.find(expression.id); value != values_.end())
            return value->second;
        if (const auto known = done_.find(expression.id); known != done_.end())
            return known->second;
        const auto* reduce = pool_.get<Reduce>(expression);
        const Expr open = reduce != nullptr && captures(reduce->index) ? freed(*reduce) : expression;
        const Expr result =
            open != expression ? open : rebuild(pool_, expression, [this](Expr child) { return (*this)(child); });
        done_.emplace(expression.id, result);
        return result;
    }

private:
    bool captures(IndexId bound) const {
        for (const auto& [id, value] : values_) {
            if (pool_.has_index(value, bound))
                return true;
        }
        return false;
    }

    Expr freed(const Reduce& reduce) {
        const IndexId fresh = pool_.fresh_index(reduce.index);
        const Expr body = move_places(pool_, reduce.body, {Move{reduce.index, Place{fresh}, false, {}, {}}});
        return pool_.reduce(reduce.operation, fresh, (*this)(body));
    }

    Pool& pool_;
    const std::unordered_map<std::uint32_t, Expr>& values_;
    std::unordered_map<std::uint32_t, Expr> done_;
};

} // namespace

Expr rewrite(Pool& pool, Expr expression, const std::function<Expr(Expr)>& change) {
    return Rewriter(pool, change)(expression);
}

Expr rewrite_leaves(Pool& pool, Expr expression, const std::function<Expr(Expr)>& change) {
    return LeafRewriter(pool, change)(expression);
}

Expr replace(Pool& pool, Expr expression, const std::unordered_map<std::uint32_t, Expr>& values) {
    return values.empty() ? expression : Replacer(pool, values)(expression);
}

Expr substitute(Pool& pool, Expr expression, const Substitution& places) {
    std::vector<Move> moves;
    for (const auto& [index, place] : places)
        moves.push_back({index, place, false, {}, {}});
    return move_places(pool, expression, std::move(moves));
}

} // namespace nphys::algebra
