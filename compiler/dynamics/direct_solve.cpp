#include "compiler/dynamics/direct_solve.h"

#include <algorithm>
#include <numeric>

#include "compiler/algebra/transform.h"
#include "compiler/dynamics/clock.h"
#include "compiler/dynamics/linear_form.h"

namespace nphys::dynamics {

namespace {

struct Entry {
    std::size_t row = 0, column = 0;
    Place shift;
    Expr coefficient;
};

// What a law is to its fields: entries, sources, the lattice; or why there is no such matrix.
struct LinearLaw {
    algebra::SpaceId lattice;
    std::vector<Entry> entries;
    std::vector<Expr> sources;
};

class Reader {
public:
    Reader(Pool& pool, const Motion& motion) : pool_(pool), motion_(motion) {
        for (const Moved& moved : motion.moved)
            tensors_.push_back(moved.tensor);
    }

    tl::expected<LinearLaw, std::pair<const Moved*, std::string>> run() {
        for (std::size_t row = 0; row < motion_.moved.size(); ++row) {
            const Moved& moved = motion_.moved[row];
            if (const std::string reason = read(row); !reason.empty())
                return tl::unexpected(std::pair{&moved, reason});
        }
        return std::move(law_);
    }

private:
    std::string read(std::size_t row) {
        const Moved& moved = motion_.moved[row];
        const auto site = site_of(moved.target);
        if (!site || moved.resting)
            return "it is no field on a lattice";
        const algebra::SpaceId lattice = pool_.index(site->index).space;
        if (law_.lattice.valid() && law_.lattice != lattice)
            return "its fields are on two lattices";
        law_.lattice = lattice;
        const auto form = linear_form(pool_, moved.rate, tensors_);
        if (!form)
            return form.error().why;
        law_.sources.push_back(form->rest);
        for (const auto& [node, coefficient] : form->coefficients)
            if (const std::string reason = add(row, *site, node, coefficient); !reason.empty())
                return reason;
        return "";
    }

    std::string add(std::size_t row, const Place& site, std::uint32_t node, Expr coefficient) {
        const algebra::Facts& facts = pool_.facts(coefficient);
        if (facts.time || facts.structure)
            return "its coefficients change in time or at edges";
        const auto* element = pool_.get<algebra::Element>(Expr{node});
        const auto there = site_of(element->positions);
        if (!there || there->index != site.index)
            return "it couples places that are not neighbours";
        for (std::size_t column = 0; column < motion_.moved.size(); ++column)
            if (is_same_component(motion_.moved[column], *element)) {
                law_.entries.push_back({row, column, *there, coefficient});
                return "";
            }
        return "it reads a part of a field that has no law";
    }

    [[nodiscard]] bool is_same_component(const Moved& moved, const algebra::Element& element) const {
        if (moved.tensor != element.tensor)
            return false;
        for (std::size_t slot = 0; slot < moved.target.size(); ++slot)
            if (moved.target[slot].is_literal() && !(moved.target[slot] == element.positions[slot]))
                return false;
        return true;
    }

    // The only place that is not a number, if it is a site.
    [[nodiscard]] std::optional<Place> site_of(const std::vector<Place>& places) const {
        std::optional<Place> site;
        for (const Place& place : places) {
            if (place.is_literal())
                continue;
            if (site || !pool_.space_of(place.index).is_lattice())
                return std::nullopt;
            site = place;
        }
        return site;
    }

    Pool& pool_;
    const Motion& motion_;
    std::vector<SymbolId> tensors_;
    LinearLaw law_;
};

bool is_ring(const algebra::Axis& axis) {
    return axis.edge == algebra::Edge::periodic || axis.edge == algebra::Edge::antiperiodic;
}

// Neighbours stand near each other: the shortest axes innermost. A ring lies folded, so its steps are twice as long.
std::vector<std::int64_t> strides_of(const std::vector<algebra::Axis>& axes) {
    std::vector<std::size_t> order(axes.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::stable_sort(order, {}, [&](std::size_t axis) { return axes[axis].extent * (is_ring(axes[axis]) ? 1 : 2); });
    std::vector<std::int64_t> strides(axes.size());
    std::int64_t stride = 1;
    for (const std::size_t axis : order) {
        strides[axis] = stride;
        stride *= axes[axis].extent;
    }
    return strides;
}

std::int64_t half_width(const std::vector<algebra::Axis>& axes, const LinearLaw& law, std::size_t fields) {
    const std::vector<std::int64_t> strides = strides_of(axes);
    std::int64_t widest = 0;
    for (const Entry& entry : law.entries) {
        std::int64_t reach = 0;
        for (std::size_t axis = 0; axis < axes.size(); ++axis)
            reach += std::abs(entry.shift.offset[axis]) * strides[axis] * (is_ring(axes[axis]) ? 2 : 1);
        widest = std::max(widest, reach);
    }
    const auto beside = static_cast<std::int64_t>(fields);
    return widest * beside + beside - 1;
}

double factors_size(Pool& pool, const LinearLaw& law, std::size_t fields) {
    const algebra::Space& lattice = pool.space(law.lattice);
    return static_cast<double>(lattice.size()) * static_cast<double>(fields) *
               (2.0 * static_cast<double>(half_width(lattice.axes, law, fields)) + 1) +
           1;
}

constexpr double most_bytes = 16e9;

std::int64_t code_of(algebra::Edge edge) {
    switch (edge) {
    case algebra::Edge::periodic:
        return 0;
    case algebra::Edge::antiperiodic:
        return 1;
    case algebra::Edge::open:
    case algebra::Edge::strict:
        return 2;
    case algebra::Edge::reflecting:
        return 3;
    }
    return 2;
}

std::vector<std::int64_t> table_of(Pool& pool, const LinearLaw& law, std::size_t fields, bool with_identity) {
    const std::vector<algebra::Axis>& axes = pool.space(law.lattice).axes;
    const std::vector<std::int64_t> strides = strides_of(axes);
    // One more term for each field: the 1 on the diagonal.
    std::vector<std::int64_t> numbers{static_cast<std::int64_t>(axes.size()), static_cast<std::int64_t>(fields),
                                      static_cast<std::int64_t>(law.entries.size() + (with_identity ? fields : 0)),
                                      half_width(axes, law, fields)};
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
        numbers.insert(numbers.end(), {axes[axis].extent, code_of(axes[axis].edge), strides[axis]});
    const auto add_term = [&](std::size_t row, std::size_t column, const Place& shift) {
        numbers.push_back(static_cast<std::int64_t>(row));
        numbers.push_back(static_cast<std::int64_t>(column));
        numbers.insert(numbers.end(), shift.offset, shift.offset + axes.size());
    };
    for (const Entry& entry : law.entries)
        add_term(entry.row, entry.column, entry.shift);
    for (std::size_t field = 0; with_identity && field < fields; ++field)
        add_term(field, field, Place{});
    return numbers;
}

SymbolId add_tensor(Pool& pool, const std::string& name, std::int64_t count, std::optional<algebra::SpaceId> lattice) {
    algebra::Space range;
    range.axes.push_back({.coordinate = {}, .first = 1, .extent = count});
    std::vector<algebra::Slot> slots{{pool.add_space(range), 1, count}};
    if (lattice)
        slots.push_back({*lattice, 1, 1});
    const std::size_t rows = slots.size();
    return pool.add_symbol({.name = name, .slots = std::move(slots), .row_slots = rows});
}

Place literal(std::size_t number) {
    Place place;
    place.offset[0] = static_cast<std::int64_t>(number) + 1;
    return place;
}

} // namespace

bool check_direct_solve(const model::Model& model, const Motion& motion, model::Scheme scheme, Diagnostics& diagnostics) {
    Pool& pool = *model.pool;
    const Moved& first = motion.moved.front();
    const auto refuse = [&](const Moved& moved, const std::string& why) {
        diagnostics
            .report(Code::solve_of_other_law, moved.span, spelling(scheme), pool.symbol(moved.tensor).name, why)
            .label(model.run.scheme_span, "asked for here")
            .help("`scheme = crank_nicolson` takes any law, `rk4` too");
        return false;
    };
    if (!model.drives.empty() || (!model.memories.empty() && !model.level))
        return refuse(first, "a boundary drives it or a memory is kept of it");
    const auto law = Reader(pool, motion).run();
    if (!law)
        return refuse(*law.error().first, law.error().second);
    for (const Entry& entry : law->entries)
        for (const SymbolId tensor : algebra::dependence(pool, entry.coefficient).tensors) {
            const model::Tensor* known = model.tensor(tensor);
            if (model.draw(tensor) != nullptr || (known != nullptr && (known->role == model::Role::neuron || known->role == model::Role::trainable)))
                return refuse(motion.moved[entry.row], "its coefficients are made of what can change");
        }
    const double bytes = 8 * factors_size(pool, *law, motion.moved.size());
    if (bytes <= most_bytes)
        return true;
    diagnostics.report(Code::solve_too_large, model.run.scheme_span.valid() ? model.run.scheme_span : first.span, fmt::format("{:.3g} GB", bytes / 1e9))
        .help("make the grid coarser, or take an explicit scheme: `rk45`");
    return false;
}

DirectSolve::DirectSolve(Program& program, const Motion& motion, Expr a)
    : DirectSolve(program, motion, program.pool->negate(a), Kind{true, true}, "solve") {}

DirectSolve DirectSolve::of_each_step(Program& program, const Motion& motion, Expr a) {
    return {program, motion, program.pool->negate(a), Kind{true, false}, "solve"};
}

DirectSolve DirectSolve::generator(Program& program, const Motion& motion) {
    return {program, motion, program.pool->integer(1), Kind{false, true}, "rates"};
}

DirectSolve::DirectSolve(Program& program, const Motion& motion, Expr scale, Kind kind, const std::string& name)
    : pool_(*program.pool), motion_(motion) {
    const bool with_identity = kind.with_identity;
    std::vector<Component>& matrix = kind.stays ? program.constants : matrix_;
    LinearLaw law = *Reader(pool_, motion).run();
    const std::size_t fields = motion.moved.size();
    const std::vector<std::int64_t> numbers = table_of(pool_, law, fields, with_identity);
    table_ = add_tensor(pool_, name + "_table", static_cast<std::int64_t>(numbers.size()), std::nullopt);
    coefficients_ = add_tensor(pool_, name + "_coefficients", static_cast<std::int64_t>(law.entries.size() + (with_identity ? fields : 0)), law.lattice);
    kept_ = add_tensor(pool_, name + "_factors", static_cast<std::int64_t>(factors_size(pool_, law, fields)), std::nullopt);
    values_ = add_tensor(pool_, name + "_values", static_cast<std::int64_t>(fields), law.lattice);
    for (std::size_t n = 0; n < numbers.size(); ++n)
        program.constants.push_back({table_, {literal(n)}, pool_.integer(numbers[n])});
    for (std::size_t n = 0; n < law.entries.size(); ++n) {
        const Entry& entry = law.entries[n];
        matrix.push_back({coefficients_, place_of(n, motion.moved[entry.row]), pool_.multiply({scale, entry.coefficient})});
    }
    for (std::size_t field = 0; with_identity && field < fields; ++field)
        matrix.push_back({coefficients_, place_of(law.entries.size() + field, motion.moved[field]), pool_.integer(1)});
    program.kept.push_back(kept_);
    sources_ = std::move(law.sources);
}

std::vector<Place> DirectSolve::place_of(std::size_t number, const Moved& moved) const {
    const auto site = std::ranges::find_if(moved.target, [](const Place& place) { return !place.is_literal(); });
    return {literal(number), *site};
}

Expr DirectSolve::solution(const Moved& moved) const {
    const auto row = static_cast<std::size_t>(&moved - motion_.moved.data());
    return pool_.element(values_, place_of(row, moved));
}

Expr DirectSolve::source(const Moved& moved) const {
    return sources_[static_cast<std::size_t>(&moved - motion_.moved.data())];
}

void DirectSolve::append(Procedure& procedure, const std::string& label,
                         const std::function<Expr(const Moved&)>& value) {
    Update gather{.label = label, .assignments = {}};
    for (std::size_t row = 0; row < motion_.moved.size(); ++row)
        gather.assignments.push_back({values_, place_of(row, motion_.moved[row]), value(motion_.moved[row])});
    procedure.emplace_back(std::move(gather));
    procedure.emplace_back(Service{"nphys_solve", {table_, coefficients_, kept_, values_}});
}

void DirectSolve::append_matrix(Procedure& procedure) const {
    procedure.emplace_back(Update{"the matrix of this step", matrix_});
    procedure.emplace_back(Update{"no factors of it yet", {{kept_, {literal(0)}, pool_.integer(0)}}});
}

void DirectSolve::append_rightmost(Procedure& procedure, SymbolId values, std::int64_t count, double sign) const {
    procedure.emplace_back(Service{"nphys_rightmost", {table_, coefficients_, kept_, count, sign, values}});
}

void DirectSolve::append_rest(Procedure& procedure, const char* service, SymbolId field, Expr measure) const {
    const Moved& moved = motion_.moved.front();
    procedure.emplace_back(Update{"measure of the cells", {{values_, place_of(0, moved), measure}}});
    procedure.emplace_back(Service{service, {table_, coefficients_, kept_, values_}});
    procedure.emplace_back(Update{"state at rest", {{field, moved.target, solution(moved)}}});
}

} // namespace nphys::dynamics
