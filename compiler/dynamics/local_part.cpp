#include "compiler/dynamics/local_part.h"

#include <algorithm>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/linear_form.h"
#include "compiler/dynamics/places.h"
#include "compiler/dynamics/simplify.h"

namespace nphys::dynamics {

namespace {

using algebra::IndexId;
using algebra::Substitution;
using algebra::SymbolicMatrix;

// rate of `to` = … + coefficient * `from`; places: the index variables of `from` in those of `to`.
struct Connection {
    std::size_t to, from;
    Expr coefficient;
    Substitution places;
};

bool same_range(const Pool& pool, IndexId left, IndexId right) {
    const algebra::Index &a = pool.index(left), &b = pool.index(right);
    return a.space == b.space && a.first == b.first && a.last == b.last;
}

std::vector<IndexId> variables(const std::vector<Place>& target) {
    std::vector<IndexId> result;
    for (const Place& place : target)
        if (!place.is_literal())
            result.push_back(place.index);
    return result;
}

// The index variables of the target in those of the places, if the places are the same site: all variables, none moved.
std::optional<Substitution> matched(const Pool& pool, const std::vector<Place>& target,
                                    const std::vector<Place>& places) {
    Substitution result;
    for (std::size_t slot = 0; slot < target.size(); ++slot) {
        const Place &own = target[slot], &other = places[slot];
        if (own.is_literal() || other.is_literal()) {
            if (!(own == other))
                return std::nullopt;
            continue;
        }
        const Place unmoved{other.index};
        if (!(other == unmoved) || !same_range(pool, own.index, other.index))
            return std::nullopt;
        result.emplace_back(own.index, unmoved);
    }
    return result;
}

Substitution inverse(const Substitution& places) {
    Substitution result;
    for (const auto& [from, to] : places)
        result.emplace_back(to.index, Place{from});
    return result;
}

Substitution after(const Substitution& first, const Substitution& second) {
    Substitution result = first;
    for (auto& [from, to] : result)
        for (const auto& [own, place] : second)
            if (to.index == own) {
                to = place;
                break;
            }
    return result;
}

std::vector<Place> renamed(std::vector<Place> target, const Substitution& places) {
    for (Place& place : target)
        for (const auto& [own, other] : places)
            if (place.index == own) {
                place = other;
                break;
            }
    return target;
}

class Parts {
public:
    Parts(Pool& pool, const Motion& motion) : pool_(pool), motion_(motion) {
        result_.rest = motion;
        for (const Moved& moved : motion.moved)
            if (!moved.resting)
                moving_.push_back(moved.tensor);
    }

    LocalParts found() {
        for (std::size_t number = 0; number < motion_.moved.size(); ++number)
            take_apart(number);
        if (result_.obstacles.empty())
            gather();
        return std::move(result_);
    }

private:
    // What moves while the other half of the law stands still.
    std::vector<SymbolId> moving_with(const Moved& moved) const {
        std::vector<SymbolId> tensors;
        for (const Moved& other : motion_.moved)
            if (!other.resting && other.dynamics == moved.dynamics && !std::ranges::count(tensors, other.tensor))
                tensors.push_back(other.tensor);
        return tensors;
    }

    void take_apart(std::size_t number) {
        const Moved& moved = motion_.moved[number];
        const auto form = linear_form(pool_, moved.rate, moving_with(moved));
        if (!form) {
            result_.obstacles.push_back({&moved, form.error().on, form.error().why});
            return;
        }
        for (const auto& [component, coefficient] : form->coefficients)
            if (!connect(number, Expr{component}, coefficient))
                return;
        if (!form->coefficients.empty())
            result_.rest.moved[number].rate = simplified(pool_, form->rest);
    }

    bool connect(std::size_t number, Expr component, Expr coefficient) {
        const Moved& moved = motion_.moved[number];
        const algebra::Element element = *pool_.get<algebra::Element>(component);
        const auto obstacle = [&](const char* why) {
            result_.obstacles.push_back({&moved, element.tensor, why});
            return false;
        };
        if (std::ranges::any_of(moving_,
                                [&](SymbolId tensor) { return algebra::depends_on(pool_, coefficient, tensor); }))
            return obstacle("a factor of this part moves, too");
        for (std::size_t from = 0; from < motion_.moved.size(); ++from) {
            const Moved& other = motion_.moved[from];
            if (other.tensor != element.tensor || other.resting)
                continue;
            std::optional<Substitution> places = matched(pool_, other.target, element.positions);
            if (!places || !covers(*places, moved.target))
                continue;
            if (from == number && renamed(other.target, *places) != other.target)
                continue; // φ[j,i] in the rate of φ[i,j]
            connections_.push_back({number, from, coefficient, std::move(*places)});
            return true;
        }
        return obstacle("this part reaches other places");
    }

    // Each index variable of the one site is one of the other.
    static bool covers(const Substitution& places, const std::vector<Place>& target) {
        const std::vector<IndexId> own = variables(target);
        return own.size() == places.size() && std::ranges::all_of(own, [&](IndexId index) {
                   return std::ranges::any_of(places, [&](const auto& pair) { return pair.second.index == index; });
               });
    }

    void gather() {
        places_.resize(motion_.moved.size());
        for (const Connection& connection : connections_)
            if (!places_[connection.to])
                gather_around(connection.to);
        std::ranges::sort(result_.blocks, {}, [](const LocalBlock& block) { return block.members.front(); });
    }

    // All that is connected with a component, in its index variables.
    void gather_around(std::size_t first) {
        std::vector<std::size_t> members{first};
        places_[first] = Substitution{};
        for (const IndexId index : variables(motion_.moved[first].target))
            places_[first]->emplace_back(index, Place{index});
        for (std::size_t next = 0; next < members.size(); ++next)
            for (const Connection& connection : connections_) {
                if (connection.to == members[next])
                    visit(members, connection.from, after(connection.places, *places_[connection.to]), connection);
                if (connection.from == members[next])
                    visit(members, connection.to, after(inverse(connection.places), *places_[connection.from]),
                          connection);
            }
        std::ranges::sort(members);
        add_block(members);
    }

    void visit(std::vector<std::size_t>& members, std::size_t number, const Substitution& places,
               const Connection& connection) {
        if (!places_[number]) {
            members.push_back(number);
            places_[number] = places;
            return;
        }
        const std::vector<Place>& target = motion_.moved[number].target;
        if (result_.obstacles.empty() && renamed(target, places) != renamed(target, *places_[number]))
            result_.obstacles.push_back({&motion_.moved[connection.to], motion_.moved[connection.from].tensor,
                                         "this part reaches other places"});
    }

    void add_block(const std::vector<std::size_t>& members) {
        LocalBlock block{{}, {}, algebra::identity_matrix(pool_, members.size(), pool_.integer(0))};
        for (const std::size_t member : members) {
            const Moved& moved = motion_.moved[member];
            const std::vector<Place> target = renamed(moved.target, *places_[member]);
            block.members.push_back(&moved);
            block.components.push_back({moved.tensor, target, pool_.element(moved.tensor, target)});
        }
        const auto place_of = [&](std::size_t member) {
            return static_cast<std::size_t>(std::ranges::find(members, member) - members.begin());
        };
        for (const Connection& connection : connections_) {
            if (!std::ranges::count(members, connection.to))
                continue;
            Expr& entry = block.generator.at(place_of(connection.to), place_of(connection.from));
            entry = algebra::substitute(pool_, connection.coefficient, *places_[connection.to]);
        }
        result_.blocks.push_back(std::move(block));
    }

    Pool& pool_;
    const Motion& motion_;
    std::vector<SymbolId> moving_;
    std::vector<Connection> connections_;
    std::vector<std::optional<Substitution>>
        places_; // of each component that is in a block, in the variables of its first
    LocalParts result_;
};

// exp(τ/2) (c 1 + s (L - τ/2)) with τ = trace L, q = (τ/2)² - det L, where c, s are cosh √q, sinh √q / √q and so on.
SymbolicMatrix of_two(Pool& pool, const SymbolicMatrix& matrix) {
    const Expr half = pool.multiply({pool.rational(1, 2), algebra::trace(pool, matrix)});
    const Expr skew = pool.multiply({pool.rational(1, 2), pool.subtract(matrix.at(0, 0), matrix.at(1, 1))});
    const Expr q = pool.add({pool.multiply({skew, skew}), pool.multiply({matrix.at(0, 1), matrix.at(1, 0)})});
    const auto function = [&](algebra::Op op, Expr argument) { return pool.apply(op, {argument}); };
    const Expr turns = pool.apply(algebra::Op::less, {q, pool.integer(0)});
    const Expr length = pool.power(function(algebra::Op::abs, q), pool.rational(1, 2));
    const Expr cos = function(algebra::Op::cos, length), cosh = function(algebra::Op::cosh, length);
    const Expr even = pool.select(turns, cos, cosh);
    const Expr sin = function(algebra::Op::sin, length), sinh = function(algebra::Op::sinh, length);
    const Expr odd = pool.select(turns, sin, sinh);
    const Expr stands = pool.apply(algebra::Op::equal, {q, pool.integer(0)}), quotient = pool.divide(odd, length);
    const Expr ratio = pool.select(stands, pool.integer(1), quotient);
    SymbolicMatrix centred{2, {skew, matrix.at(0, 1), matrix.at(1, 0), pool.negate(skew)}};
    const SymbolicMatrix whole =
        algebra::sum(pool, algebra::identity_matrix(pool, 2, even), algebra::scaled(pool, centred, ratio));
    return algebra::scaled(pool, whole, function(algebra::Op::exp, half));
}

} // namespace

LocalParts local_parts(Pool& pool, const Motion& motion) {
    return Parts(pool, motion).found();
}

std::optional<SymbolicMatrix> propagator(Pool& pool, const SymbolicMatrix& generator, Expr duration) {
    const SymbolicMatrix exponent = algebra::scaled(pool, generator, duration);
    if (auto found = algebra::matrix_function(pool, algebra::Op::exp, exponent))
        return *found;
    if (generator.size == 2)
        return of_two(pool, exponent);
    return std::nullopt;
}

} // namespace nphys::dynamics
