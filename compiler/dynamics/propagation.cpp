#include "compiler/dynamics/propagation.h"

#include <algorithm>
#include <fmt/format.h>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/constants.h"
#include "compiler/dynamics/row_sums.h"
#include "compiler/dynamics/stencils.h"

namespace nphys::dynamics {

namespace {

// Matrices of modes are kept from one call to the next up to this many numbers.
constexpr std::int64_t most_kept = std::int64_t{1} << 23;

// What has no law stands still, and is a field like the others to those that read it.
std::vector<SymbolId> state_of(const model::Model& model, const Motion& motion) {
    std::vector<SymbolId> tensors;
    for (const model::Tensor& tensor : model.tensors)
        if (tensor.role == model::Role::neuron || tensor.role == model::Role::trainable)
            tensors.push_back(tensor.symbol);
    tensors.insert(tensors.end(), motion.velocities.begin(), motion.velocities.end());
    return tensors;
}

const algebra::Axis* edge_in_the_way(const Pool& pool, algebra::SpaceId lattice) {
    const std::vector<algebra::Axis>& axes = pool.space(lattice).axes;
    const auto found = std::ranges::find_if(axes, [](const algebra::Axis& axis) {
        return axis.edge != algebra::Edge::periodic && axis.edge != algebra::Edge::antiperiodic;
    });
    return found == axes.end() ? nullptr : &*found;
}

class Propagation {
public:
    explicit Propagation(Program& program) : program_(program), pool_(*program.pool), stencils_(pool_, all_tensors()) {
        for (const SymbolId tensor : program.state)
            fields_ += all_targets(pool_, tensor).size();
        const auto lattice = stencils_.lattice();
        if (lattice && *lattice)
            lattice_ = **lattice;
    }

    void add(const Motion& motion) {
        if (program_.underlying) {
            for (const Procedure* part : {&program_.opening, &program_.closing})
                for (const Action& action : *part)
                    if (const auto* update = std::get_if<Update>(&action))
                        stage(update->assignments);
        } else {
            std::vector<Component> generator;
            for (const Moved& moved : motion.moved)
                generator.push_back(component(moved, pool_.multiply({pool_.step(), moved.rate})));
            stage(generator);
        }
        program_.leap = written();
        program_.kept.push_back(program_.leap->kept);
    }

private:
    // State first: what a step makes in between comes after it.
    std::vector<SymbolId> all_tensors() const {
        std::vector<SymbolId> tensors = program_.state;
        tensors.insert(tensors.end(), program_.temporaries.begin(), program_.temporaries.end());
        return tensors;
    }

    void stage(const std::vector<Component>& assignments) {
        ++stages_;
        rows_.push_back(static_cast<double>(assignments.size()));
        for (const Component& assignment : assignments) {
            const Stencil stencil = *stencils_.of(assignment);
            rows_.push_back(static_cast<double>(stencil.target));
            rows_.push_back(source(stencil));
            rows_.push_back(static_cast<double>(stencil.terms.size()));
            for (const StencilTerm& term : stencil.terms) {
                rows_.push_back(static_cast<double>(term.field));
                for (std::size_t axis = 0; axis < axes(); ++axis)
                    rows_.push_back(static_cast<double>(term.shift[axis]));
                coefficients_.push_back(term.coefficient);
            }
        }
    }

    double source(const Stencil& stencil) {
        if (pool_.is_zero(stencil.rest))
            return -1;
        coefficients_.push_back(pool_.integer(1));
        sources_.push_back({{}, stencil.places, stencil.rest});
        return static_cast<double>(sources_.size() - 1);
    }

    // Numbers without a lattice are fields on a ring of one site.
    std::size_t axes() const { return lattice_ ? pool_.space(*lattice_).axes.size() : 1; }
    std::int64_t sites() const { return lattice_ ? pool_.space(*lattice_).size() : 1; }

    std::vector<double> table() const {
        std::vector<double> numbers{static_cast<double>(axes()),
                                    static_cast<double>(fields_),
                                    static_cast<double>(stencils_.fields().size()),
                                    static_cast<double>(sources_.size()),
                                    program_.underlying ? 0.0 : 1.0,
                                    static_cast<double>(stages_)};
        if (!lattice_)
            numbers.insert(numbers.end(), {1.0, 0.0});
        else
            for (const algebra::Axis& axis : pool_.space(*lattice_).axes)
                numbers.insert(numbers.end(), {static_cast<double>(axis.extent),
                                               axis.edge == algebra::Edge::antiperiodic ? 1.0 : 0.0});
        numbers.insert(numbers.end(), rows_.begin(), rows_.end());
        return numbers;
    }

    SymbolId tensor(const std::string& name, std::int64_t count, bool on_lattice) {
        algebra::Space range;
        range.axes.push_back({.coordinate = {}, .first = 1, .extent = std::max<std::int64_t>(count, 1)});
        algebra::Symbol symbol;
        symbol.name = name;
        symbol.slots.push_back({pool_.add_space(range), 1, range.axes.front().extent});
        if (on_lattice && lattice_)
            symbol.slots.push_back({*lattice_, 1, 1});
        symbol.row_slots = symbol.slots.size();
        return pool_.add_symbol(std::move(symbol));
    }

    static std::vector<Place> element_of(std::size_t number, const std::vector<Place>& places) {
        std::vector<Place> target{Place{{}, {static_cast<std::int64_t>(number) + 1, 0, 0, 0}}};
        for (const Place& place : places)
            if (!place.is_literal())
                target.push_back(place);
        return target;
    }

    std::int64_t kept() const {
        const auto fields = static_cast<std::int64_t>(fields_);
        const std::int64_t matrix = 2 * fields * (fields + (sources_.empty() ? 0 : 1));
        return matrix * sites() < most_kept ? matrix * sites() + 1 : 1;
    }

    Leap written() {
        Leap leap{.table = tensor("propagation_table", static_cast<std::int64_t>(table().size()), false),
                  .coefficients =
                      tensor("propagation_coefficients", static_cast<std::int64_t>(coefficients_.size()), false),
                  .sources = tensor("propagation_sources", static_cast<std::int64_t>(sources_.size()), true),
                  .fields = tensor("propagated_fields", static_cast<std::int64_t>(fields_), true),
                  .kept = tensor("propagators", kept(), false),
                  .numbers = table(),
                  .pack = {},
                  .unpack = {}};
        for (std::size_t n = 0; n < coefficients_.size(); ++n)
            program_.constants.push_back({leap.coefficients, element_of(n, {}), coefficients_[n]});
        for (std::size_t n = 0; n < sources_.size(); ++n)
            program_.constants.push_back({leap.sources, element_of(n, sources_[n].target), sources_[n].value});
        leap.pack.label = "gather the fields";
        leap.unpack.label = "the fields so many steps later";
        for (std::size_t n = 0; n < fields_; ++n) {
            const Component& field = stencils_.fields()[n];
            const std::vector<Place> packed = element_of(n, field.target);
            leap.pack.assignments.push_back({leap.fields, packed, field.value});
            leap.unpack.assignments.push_back({field.tensor, field.target, pool_.element(leap.fields, packed)});
        }
        return leap;
    }

    Program& program_;
    Pool& pool_;
    Stencils stencils_;
    std::size_t fields_ = 0;
    std::optional<algebra::SpaceId> lattice_;
    std::size_t stages_ = 0;
    std::vector<double> rows_;
    std::vector<Expr> coefficients_;
    std::vector<Component> sources_;
};

// A law that is in the way; or the whole model is, or an edge of its lattice.
struct Obstacle {
    const Moved* moved;
    std::string why;
    bool is_of_model = false;
    std::string lattice = {}, axis = {};
};

// The first law that is another one in each copy of an ensemble: it reads numbers that were drawn for the copy.
const Moved* own_law(const model::Model& model, const Motion& motion) {
    if (model.run.copies == 1)
        return nullptr;
    std::vector<SymbolId> drawn;
    for (const model::Draw& draw : model.draws)
        drawn.push_back(draw.symbol);
    const auto reads = [&](Expr value) {
        return std::ranges::any_of(drawn, [&](SymbolId tensor) { return algebra::depends_on(*model.pool, value, tensor); });
    };
    for (const Component& constant : stored_constants(model)) // in order of dependence
        if (reads(constant.value))
            drawn.push_back(constant.tensor);
    const auto found = std::ranges::find_if(motion.moved, [&](const Moved& moved) { return reads(moved.rate); });
    return found == motion.moved.end() ? nullptr : &*found;
}

// What keeps plane waves from being modes of a step of the scheme, or of the law.
std::optional<Obstacle> obstacle_to_modes(const model::Model& model, const Motion& motion,
                                          std::optional<model::Scheme> underlying) {
    Pool& pool = *model.pool;
    if (const Moved* moved = own_law(model, motion))
        return Obstacle{moved, "its law is another one in each copy"};
    const Stencils stencils(pool, state_of(model, motion));
    const Moved* const first = &motion.moved.front();
    const auto lattice = stencils.lattice();
    if (!lattice)
        return Obstacle{first, lattice.error(), true};
    if (const algebra::Axis* axis = *lattice ? edge_in_the_way(pool, **lattice) : nullptr)
        return Obstacle{first, {}, false, pool.space(**lattice).name, axis->coordinate};
    for (const Moved& moved : motion.moved) {
        const auto stencil =
            stencils.of(component(moved, underlying && is_map(*underlying) ? *moved.next : moved.rate));
        if (!stencil)
            return Obstacle{&moved, stencil.error()};
    }
    return std::nullopt;
}

// What keeps the continuous law from being moved by its exponential.
std::optional<Obstacle> obstacle_to_exponential(Pool& pool, const std::vector<SymbolId>& state, const Motion& motion) {
    for (const Moved& moved : motion.moved) {
        if (const auto sum = row_sum(pool, moved.rate, state); !sum)
            return Obstacle{&moved, sum.error()};
        if (pool.facts(moved.rate).time)
            return Obstacle{&moved, "its law depends on time"};
    }
    return std::nullopt;
}

class Refusal {
public:
    // `law_serves`: the continuous law could be taken instead.
    Refusal(const Pool& pool, std::optional<model::Scheme> underlying, bool law_serves, Diagnostics& diagnostics)
        : pool_(pool), diagnostics_(diagnostics), law_serves_(law_serves),
          scheme_(underlying ? fmt::format("exact({})", spelling(*underlying)) : "exact") {}

    Diagnostic& advise(Diagnostic& diagnostic) const {
        if (law_serves_)
            diagnostic.help("`scheme = exact` follows the continuous law at any edge and place");
        return diagnostic.help("`scheme = crank_nicolson`, `rk4` or a splitting takes any such law, step by step");
    }
    void operator()(const Obstacle& obstacle) const {
        const Span span = obstacle.moved->span;
        const std::string& name = pool_.symbol(obstacle.moved->tensor).name;
        if (!obstacle.axis.empty())
            advise(diagnostics_.report(Code::exact_at_edges, span, scheme_, obstacle.lattice, obstacle.axis))
                .note("plane waves are modes of a lattice only where each axis is periodic or antiperiodic");
        else if (obstacle.is_of_model)
            advise(diagnostics_.report(Code::exact_without_modes, span, scheme_, obstacle.why));
        else
            advise(diagnostics_.report(Code::exact_of_other_law, span, scheme_, name, obstacle.why)).here("the law of `{}`", name);
    }
    [[nodiscard]] const std::string& scheme() const { return scheme_; }

private:
    const Pool& pool_;
    Diagnostics& diagnostics_;
    bool law_serves_;
    std::string scheme_;
};

const Moved* drawing(const model::Model& model, const Motion& motion) {
    for (const model::Draw& draw : model.draws)
        for (const Moved& moved : motion.moved)
            if (draw.timing != model::DrawTiming::once && model.pool->has_symbol(moved.rate, draw.symbol))
                return &moved;
    return nullptr;
}

} // namespace

bool check_propagation(const model::Model& model, const Motion& motion, std::optional<model::Scheme> underlying,
                       Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    const Moved* drawn = drawing(model, motion);
    const std::optional<Obstacle> of_law =
        drawn != nullptr ? Obstacle{drawn, "it draws numbers at each step"} : obstacle_to_exponential(pool, state_of(model, motion), motion);
    const bool steps = model.presentation || !model.memories.empty() || !model.drives.empty();
    const Refusal refuse(pool, underlying, underlying && !steps && !of_law, diagnostics);
    if (model.presentation) {
        refuse.advise(diagnostics.report(Code::exact_without_modes, model.presentation->span, refuse.scheme(),
                                         "a boundary shows it the rows of a data set"));
        return false;
    }
    if (!model.memories.empty()) {
        refuse.advise(diagnostics.report(Code::exact_with_memory, model.memories.front().span))
            .here("is made of steps that are leapt over");
        return false;
    }
    if (!model.drives.empty()) {
        refuse.advise(diagnostics.report(Code::exact_with_drive, model.drives.front().span))
            .here("holds these elements, whatever their law says");
        return false;
    }
    const std::optional<Obstacle> obstacle =
        drawn != nullptr || !underlying ? of_law : obstacle_to_modes(model, motion, underlying);
    if (obstacle)
        refuse(*obstacle);
    return !obstacle;
}

bool has_modes(const model::Model& model, const Motion& motion, std::optional<model::Scheme> underlying) {
    return !obstacle_to_modes(model, motion, underlying);
}

void add_propagation(Program& program, const Motion& motion) {
    Propagation(program).add(motion);
}

} // namespace nphys::dynamics
